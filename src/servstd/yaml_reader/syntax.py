"""Plain words for what a YAML parser complains of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from servstd.errors import Problem

# characters that YAML forbids: controls but tab and line ends, lone surrogates, two non-characters
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_TAB = "a tab where only spaces are allowed"
_COLON = "a ':' stands where no key can be"
_QUOTE = "quote a text that holds ': ' or begins with one of []{}&*!|>'\"%@`"
_KEY = "a key is expected here"
_DASH = "'-' is expected here"
_ITEM = "a '-' stands where no list item can be"
_MORE = "the file holds one mapping or list, and this is outside it"
# the first that fits wins: a part of the parser's words, our message, a hint
_PLAIN: tuple[tuple[str, str, str | None], ...] = (
    ("mapping values are not allowed", _COLON, _QUOTE),
    ("could not find expected ':'", "expected ':' after the key", None),
    ("unexpected end of stream", "a quote is not closed", None),
    ("unknown escape character", "an unknown escape in double quotes", "use single quotes, or write \\\\ for \\"),
    ("expected ',' or ']'", "expected ',' or ']' in a list", None),
    ("expected ',' or '}'", "expected ',' or '}' in a mapping", None),
    ("expected key", _KEY, None),
    ("expected <block end>", _KEY, None),
    ("expected '-' indicator", _DASH, None),
    ("alphabetic or numeric character", "a name is missing after '&' or '*'", _QUOTE),
    ("undefined tag handle", "tags are not allowed", _QUOTE),
    ("cannot start any token", "a text can not begin with this character", _QUOTE),
    ("block sequence entries", _ITEM, None),
    ("sequence entries are not allowed", _ITEM, None),
    ("expected <document start>", _MORE, None),
    ("expected '<document start>'", _MORE, None),
)


def syntax_problem(error: Exception, file: str | None, lines: Sequence[str]) -> Problem:
    """The problem for a parser's error, with its place; what is never closed is placed where it opens."""
    said = " ".join(str(part) for part in (getattr(error, "problem", None), getattr(error, "context", None)) if part)
    message, hint = _in_plain_words(said or str(error))
    mark: Any = getattr(error, "problem_mark", None)
    opened: Any = getattr(error, "context_mark", None)
    if opened and mark and mark.line >= len(lines):
        mark, message = opened, f"{message}; the file ends before"
    elif opened and mark and opened.line < mark.line:
        message += f"; what it belongs to began at line {opened.line + 1}"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    source = lines[line - 1] if line <= len(lines) else ""
    before, above = source[: column - 1], lines[line - 2] if line > 1 else ""
    if source[column - 1 : column] == "\t":
        message, hint = _TAB, None
    elif message.startswith(_COLON) and ":" not in before:
        is_deeper = bool(above.strip()) and _indent(source) > _indent(above)
        hint = "indent the line like the one above it" if is_deeper else None
    elif message.startswith(_KEY) and not before.strip() and not source.lstrip().startswith("-"):
        message = message.replace(_KEY, "the indentation is that of no key above")
    elif message.startswith((_KEY, _DASH)) and before.strip():
        message = "the end of the line, or ',' in a list, is expected here"
    return Problem("yaml-syntax", message, (), hint, file, line, column, source)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _in_plain_words(said: str) -> tuple[str, str | None]:
    for part, message, hint in _PLAIN:
        if part in said:
            return message, hint
    return said, None
