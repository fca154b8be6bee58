"""The rows of JSON: a line each, or the list that a file holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from servstd.adapters.first_bytes import UTF8_HINT
from servstd.adapters.json_values import parse_json
from servstd.adapters.lines import Lines, RawRow, unusable
from servstd.errors import Problem, RecordError

_NESTED = (dict, list)
_TOO_MUCH = "a number is too long, or lists are nested too deep"
_IS_JSON = "a list over the whole file is JSON: let its name end in .json, or give --input-format json"
_IS_LINES = "a record in each line is JSON Lines: let its name end in .jsonl, or give --input-format jsonl"


def json_lines(lines: Lines, *, has_digests: bool = False) -> Iterator[RawRow]:
    """The lines that are left as rows, with digests where somebody compares rows."""
    is_first = True
    for line in lines:
        if not (text := line.strip()):
            continue
        hint = _IS_JSON if is_first and (text[0] == "[" or text == "{") else None
        is_first = False
        if lines.broken == lines.number:
            yield lines.not_utf8(lines.number)
            continue
        try:
            item = parse_json(text)
        except json.JSONDecodeError as error:
            problem = Problem("bad-json", _message(error), (), hint, lines.file, lines.number, error.colno)
            yield RawRow(lines.number, {}, 0, problem)
        except (ValueError, RecursionError):
            yield lines.bad(lines.number, "bad-json", _TOO_MUCH)
        else:
            digest = _digest_of(item, text) if has_digests else 0
            yield _from_item(lines.file, lines.number, None, item, digest, hint)


def _message(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc):
        return "the text stops in the middle"
    return f"the text breaks here: {error.msg[:1].lower()}{error.msg[1:]}"


def json_rows(lines: Lines) -> Iterator[RawRow]:
    """The rows of a JSON file, which is read whole. Raises `RecordError` when it holds no list of records."""
    text = "".join(lines)
    if lines.broken:
        raise unusable("not-utf8", lines.fault, lines.file, UTF8_HINT, lines.broken)
    try:
        tree = parse_json(text)
    except json.JSONDecodeError as error:
        hint = _IS_LINES if error.msg == "Extra data" and text.lstrip().startswith("{") else None
        problem = Problem("bad-json", _message(error), (), hint, lines.file, error.lineno, error.colno)
        raise RecordError([problem]) from None
    except (ValueError, RecursionError):
        raise unusable("bad-json", _TOO_MUCH, lines.file) from None
    for index, item in enumerate(_the_list(tree, lines.file)):
        yield _from_item(lines.file, None, index, item, _digest_of(item, f"row {index}"))


def _digest_of(item: Any, text: str) -> int:
    """The same for items of the same content, however they are written; of those nested too deep it is the text's."""
    try:
        return hash(repr(without_gaps(item)))
    except RecursionError:
        return hash(text)


def without_gaps(value: Any) -> Any:
    """What JSON holds, without the keys that hold nothing, the others in order."""
    if isinstance(value, dict):
        pairs = ((key, value[key]) for key in sorted(value))
        return {key: without_gaps(one) if type(one) in _NESTED else one for key, one in pairs if one is not None}
    return [without_gaps(one) for one in value] if isinstance(value, list) else value


def _the_list(tree: Any, file: str) -> list[Any]:
    """The list of records: the whole, or the one list in a mapping."""
    if isinstance(tree, list):
        return tree
    lists = [value for value in tree.values() if isinstance(value, list)] if isinstance(tree, dict) else []
    if len(lists) == 1:
        return lists[0]
    message = f"expected a list of records, or a mapping with one list, not with {len(lists)}"
    raise unusable("not-a-list", message, file)


def _from_item(
    file: str, line: int | None, index: int | None, item: Any, digest: int, hint: str | None = None
) -> RawRow:
    if isinstance(item, dict):
        return RawRow(line, item, digest, None, index)
    path = () if index is None else (index,)
    problem = Problem("not-a-mapping", "expected a record: names with values", path, hint, file, line)
    return RawRow(line, {}, digest, problem, index)
