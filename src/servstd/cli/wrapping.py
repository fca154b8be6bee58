"""Long explanations over several lines, broken between sentences where that is possible."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

LINE_WIDTH = 100
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z])")


def wrap(text: str, indent: str, next_indent: str) -> Iterator[str]:
    """The lines of a text; `indent` goes before the first and `next_indent` before the others."""
    line = indent
    for sentence in _BETWEEN_SENTENCES.split(text):
        longer = f"{line} {sentence}" if line.strip() else line + sentence
        if len(longer) > LINE_WIDTH and line.strip():
            yield line
            longer = next_indent + sentence
        *full, line = textwrap.wrap(
            longer,
            LINE_WIDTH,
            subsequent_indent=next_indent,
            break_on_hyphens=False,
            break_long_words=False,
            drop_whitespace=True,
        )
        yield from full
    yield line


def count_of(number: int, noun: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def printable(text: str) -> str:
    """A text from a log as a terminal may have it: line ends and control codes are written out, as `\\x1b`."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
