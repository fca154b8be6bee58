"""Plain words for what a YAML parser complains of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from servstd.errors import Problem

_Told = tuple[int, int, str, str | None]

# characters that YAML forbids: controls but tab and line ends, lone surrogates, two non-characters
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

_TAB = "a tab where only spaces are allowed"
_COLON = "a ':' stands where no key can be"
_QUOTE = "quote a text that holds ': ' or begins with one of []{}&*!|>'\"%@`"
_KEY = "a key is expected here"
_DASH = "'-' is expected here"
_VALUE = "a value is expected here"
_QUOTE_OPEN = "a quote is not closed"
_CLOSE = {'"': 'close it with " where the text ends', "'": "close it with ' where the text ends; ' in it is written ''"}
_IN_LIST, _IN_MAPPING = "expected ',' or ']' in a list", "expected ',' or '}' in a mapping"
_CLOSING = {_IN_LIST: "]", _IN_MAPPING: "}"}
_ITEM = "a '-' stands where no list item can be"
_MORE = "the file holds one mapping or list, and this is outside it"
# the first that fits wins: a part of the parser's words, our message, a hint
_PLAIN: tuple[tuple[str, str, str | None], ...] = (
    ("mapping values are not allowed", _COLON, _QUOTE),
    ("could not find expected ':'", "expected ':' after the key", None),
    ("unexpected end of stream", _QUOTE_OPEN, None),
    ("unexpected document", _QUOTE_OPEN, None),
    ("expected node content", _VALUE, None),
    ("expected the node content", _VALUE, None),
    ("comment or line break", "only a comment can follow on the line of '|' or '>'", None),
    ("chomping or indentation", "only a comment can follow on the line of '|' or '>'", None),
    ("expected a comment or a line break", "only a comment can follow on the line of '|' or '>'", None),
    ("hexdecimal", "an escape in double quotes lacks its digits", "use single quotes, or write \\\\ for \\"),
    ("hexadecimal", "an escape in double quotes lacks its digits", "use single quotes, or write \\\\ for \\"),
    ("mapping keys are not allowed", "a '?' stands where no key can be", _QUOTE),
    ("unknown escape character", "an unknown escape in double quotes", "use single quotes, or write \\\\ for \\"),
    ("expected ',' or ']'", _IN_LIST, None),
    ("expected ',' or '}'", _IN_MAPPING, None),
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
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if mark and (found := _not_closed(message, mark, opened, lines)):
        line, column, message, hint = found
    elif opened and mark and mark.line >= len(lines):
        line, column, message = opened.line + 1, opened.column + 1, f"{message}; the file ends before"
    elif opened and mark and opened.line < mark.line:
        message += f"; what it belongs to began at line {opened.line + 1}"
    source = lines[line - 1] if line <= len(lines) else ""
    message, hint = _by_its_line(message, hint, source, column, lines[line - 2] if line > 1 else "")
    return Problem("yaml-syntax", message, (), hint, file, line, column, source)


def _not_closed(message: str, mark: Any, opened: Any, lines: Sequence[str]) -> _Told | None:
    """A bracket or a quote that is not closed, told where it opens; None for anything else."""
    if opened and message == _QUOTE_OPEN:
        quote = lines[opened.line][opened.column : opened.column + 1]
        return opened.line + 1, opened.column + 1, f"the quote {quote} that opens here is not closed", _CLOSE.get(quote)
    if (quote_at := _quote_over_lines(lines, mark)) is not None:
        line, column = quote_at
        quote = lines[line - 1][column - 1]
        return line, column, f"the quote {quote} that opens here is closed only on line {mark.line + 1}", _CLOSE[quote]
    closing = _CLOSING.get(message)
    if closing is None or not opened or opened.line >= len(lines) or opened.line == mark.line:
        return None
    return _bracket_not_closed(closing, mark.line, opened, lines)


def _bracket_not_closed(closing: str, after: int, opened: Any, lines: Sequence[str]) -> _Told:
    """A bracket for which nothing more can come at the line `after`, from 0: never closed, or a comma is missing."""
    rest = "\n".join([lines[opened.line][opened.column :], *lines[opened.line + 1 :]])
    bracket, is_end = rest[:1], after >= len(lines)
    is_outside = is_end or _indent(lines[after]) <= _indent(lines[opened.line])
    if is_outside and rest.count(bracket) > rest.count(closing):
        before = "" if is_end else f" before line {after + 1}"
        told = f"the {bracket!r} that opens here is not closed{before}"
        return opened.line + 1, opened.column + 1, told, f"close it with {closing!r}"
    if is_end:
        return opened.line + 1, opened.column + 1, f"the {bracket!r} that opens here is not closed", None
    told = f"expected ',' or {closing!r} before this line, for the {bracket!r} of line {opened.line + 1} is open"
    return after + 1, _indent(lines[after]) + 1, told, None


def _quote_over_lines(lines: Sequence[str], mark: Any) -> tuple[int, int] | None:
    """Line and column of the quote that was opened on an earlier line and ends right before the error."""
    import yaml  # loaded by now; this module is read before there is anything to parse

    last: Any = None
    try:
        for token in yaml.scan("\n".join(lines[: mark.line + 1])):
            if token.end_mark.line > mark.line or (token.end_mark.line, token.end_mark.column) > (
                mark.line,
                mark.column,
            ):
                break
            last = token
    except yaml.YAMLError:
        pass
    if not isinstance(last, yaml.ScalarToken) or last.plain or last.start_mark.line == last.end_mark.line:
        return None
    return (last.start_mark.line + 1, last.start_mark.column + 1) if last.end_mark.line == mark.line else None


def _by_its_line(message: str, hint: str | None, source: str, column: int, above: str) -> tuple[str, str | None]:
    """The message and hint with what the line itself shows."""
    before, at = source[: column - 1], source[column - 1 : column]
    if at == "\t":
        return _TAB, None
    if message.startswith(_COLON) and ":" not in before:
        is_deeper = bool(above.strip()) and _indent(source) > _indent(above)
        return message, "indent the line like the one above it" if is_deeper else None
    if at in "]}" and at and message.startswith((_VALUE, _KEY)):
        return f"the {at!r} closes nothing", hint
    if message.startswith(_VALUE) and at == ",":
        return "a ',' stands where a value is expected", hint
    if message.startswith(_KEY) and not before.strip() and not source.lstrip().startswith("-"):
        return message.replace(_KEY, "the indentation is that of no key above"), hint
    if message.startswith((_KEY, _DASH)) and before.strip():
        return "the end of the line, or ',' in a list, is expected here", hint
    return message, hint


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _in_plain_words(said: str) -> tuple[str, str | None]:
    for part, message, hint in _PLAIN:
        if part in said:
            return message, hint
    return said, None
