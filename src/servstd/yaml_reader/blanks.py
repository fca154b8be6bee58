"""No-break spaces, as pasted texts hold them, where YAML knows plain blanks only.

To YAML such a character is a letter: a key runs on into its value, an indentation into its key. The parser then
complains, if at all, of an innocent place further down.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from unicodedata import name

_BLANK = "[\u00a0\u2007\u202f]"
_MOST_SUSPECTS = 10  # each is tried by reading the text anew

NO_BREAK = re.compile(_BLANK)
HINT = "type a plain blank in its place"
_IN_KEY = re.compile(f"^-?{_BLANK}|:{_BLANK}|{_BLANK}$")
_IN_VALUE = re.compile(rf"^(?:-|[a-z0-9_][a-z0-9_.-]*:){_BLANK}")
_BLANKS = re.compile(f"(?:{_BLANK}| )+")
_SUSPECT = re.compile(rf"(?:^[ -]*|:)({_BLANK}(?:{_BLANK}| )*)")
Place = tuple[int, int]


def told(character: str) -> str:
    """What is wrong, with the name of the character."""
    return f"a {name(character).lower()} (U+{ord(character):04X}) stands where a blank belongs"


def find_in_key(key: str) -> int | None:
    """Where a plain key holds what should be a blank, from 0."""
    found = _IN_KEY.search(key)
    return None if found is None else found.end() - 1


def find_in_value(text: str, before: str) -> int | None:
    """Where a plain value that begins its line, after `before`, is a key and its value run together, from 0."""
    found = None if before.strip(" -") else _IN_VALUE.match(text)
    return None if found is None else found.end() - 1


def find_cause(text: str, fails_at: Callable[[str], int]) -> Place | None:
    """Line and column, from 0, of the first character without which a text would not fail where it does.

    `fails_at` gives the line, from 0, at which reading a text fails, or one beyond the last. What is found is sure:
    a plain blank in its place was tried.
    """
    lines, end = text.splitlines(keepends=True), fails_at(text)
    suspects = [(row, found.start(1)) for row, line in enumerate(lines[: end + 1]) for found in _SUSPECT.finditer(line)]
    suspects = suspects[-_MOST_SUSPECTS:]
    if not suspects or fails_at(_mended(lines, suspects)) <= end:
        return None
    for suspect in tuple(suspects):
        others = [one for one in suspects if one != suspect]
        if fails_at(_mended(lines, others)) > end:  # innocent: a text may hold what it likes
            suspects = others
    return suspects[0]


def _mended(lines: Sequence[str], places: Sequence[Place]) -> str:
    """The text with plain blanks from each of these places on, as far as there are blanks."""
    mended = list(lines)
    for row, column in places:
        line = mended[row]
        rest = _BLANKS.sub(lambda found: " " * len(found[0]), line[column:], count=1)
        mended[row] = line[:column] + rest
    return "".join(mended)
