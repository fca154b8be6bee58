"""Where each value of a YAML tree was written, and how problems get their place from it.

`MarkedDict` and `MarkedList` are a plain dict and list that remember the file, line and column of every key and
value. They stay equal to, and are written to JSON as, what they hold. Pickling and `copy` keep the marks;
operations that build a plain dict (`|`, `{**a}`) lose them, and `merge_marks` puts them back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from servstd.errors import Problem

_KEY_CODES = frozenset(
    (
        *("unknown-key", "unknown-field", "unknown-attribute", "word-taken", "rule-id", "rule-exists"),
        *("unknown-day", "day-twice", "date-twice", "extends-too-deep"),
    )
)
_PERHAPS_KEY_CODES = frozenset(("not-a-date", "unknown-rule"))  # when they quote the key


class Mark(NamedTuple):
    """A place in a file. `line` and `column` count from 1; `file` is None for text that came from no file."""

    file: str | None
    line: int
    column: int


# file, line and column of the key, line and column of the value: one flat tuple, as there are many of them
Entry = tuple[str | None, int, int, int, int]


_NOTHING_MEANT: dict[str, str] = {}


class MarkedDict(dict[str, Any]):
    """A dict whose `marks` hold an `Entry` for each key; `start` is the place of the mapping itself."""

    __slots__ = ("marks", "meant", "start")
    marks: dict[str, Entry]
    meant: dict[str, str]
    start: Mark | None

    def __init__(
        self, items: Mapping[str, Any] | None = None, marks: dict[str, Entry] | None = None, start: Mark | None = None
    ) -> None:
        """Hold `items` with their marks; a key without a mark has no place."""
        super().__init__(items or ())
        self.marks, self.start = ({} if marks is None else marks), start
        self.meant = _NOTHING_MEANT

    def read_as(self, written: str, meant: str) -> None:
        """Give the path of the key `meant` the place of the misspelt key `written`."""
        self.meant = {**self.meant, meant: written}


class MarkedList(list[Any]):
    """A list whose `marks` hold an `Entry` for each index; `start` is the place of the list itself."""

    __slots__ = ("marks", "start")
    marks: list[Entry]
    start: Mark | None

    def __init__(self, items: Sequence[Any] = (), marks: list[Entry] | None = None, start: Mark | None = None) -> None:
        """Hold `items` with their marks; an index without a mark has no place."""
        super().__init__(items)
        self.marks, self.start = ([] if marks is None else marks), start


def merge_marks(merged: Mapping[str, Any], *parts: Mapping[str, Any]) -> MarkedDict:
    """`merged` as a `MarkedDict` whose marks come from the mappings it was made of.

    A key has the mark of the part whose very value it holds, else of the last part that has the key. The start is
    that of the last part that has one.
    """
    marked = MarkedDict(merged)
    for part in parts:
        if not isinstance(part, MarkedDict):
            continue
        marked.start = part.start or marked.start
        for key, entry in part.marks.items():
            if key in marked and part.get(key) is marked[key]:
                marked.marks[key] = entry
    seen: set[str] = set()
    for part in reversed(parts):
        for key, entry in getattr(part, "marks", {}).items():
            if key in marked and key not in seen:  # what lies above and has no place hides the place of this one
                marked.marks.setdefault(key, entry)
        seen.update(part)
    return marked


def locate(tree: Any, path: Sequence[str | int], at_key: bool = False) -> Mark | None:
    """The place of the value at `path`, or of the deepest part of the path that is there.

    A value that was laid over a file's by something that is no file has none.

    `at_key` asks for the place of its key. A mapping or list that begins on a line below its key is placed at
    the key: that line names it, its own first line names only its first child.
    """
    entry, node, is_placed = _descend(tree, path)
    if entry is None or (len(path) > 1 and not is_placed):
        start: Mark | None = getattr(tree, "start", None)
        return start if entry is None else None
    file, key_line, key_column, line, column = entry
    is_block = isinstance(node, (MarkedDict, MarkedList)) and line > key_line
    return Mark(file, key_line, key_column) if at_key or is_block or node is None else Mark(file, line, column)


def _descend(tree: Any, path: Sequence[str | int]) -> tuple[Entry | None, Any, bool]:
    """The last entry met on the way along `path`, what it holds, and whether it is that of the last part there."""
    last, held, node, is_placed = None, tree, tree, True
    steps: Sequence[Any] = path
    for part in steps:
        entry: Entry | None = None
        has_marks = isinstance(node, MarkedDict)
        if isinstance(node, MarkedDict) and (key := part if part in node else node.meant.get(str(part))) is not None:
            entry = node.marks.get(str(key))
            node = node[key]
        elif isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node):
            marks: list[Entry] = getattr(node, "marks", [])
            entry = marks[part] if part < len(marks) else None
            node = node[part]
        elif isinstance(node, Mapping) and part in node:
            node = node[part]
        else:
            break
        is_placed = entry is not None or (is_placed and not has_marks)
        if entry is not None:
            last, held = entry, node
    return last, held, is_placed


def _quotes_value(problem: Problem, tree: Any) -> bool:
    _, value, _ = _descend(tree, problem.keys)
    quotes_key = bool(problem.keys) and repr(problem.keys[-1]) in problem.message
    return isinstance(value, str) and repr(value) in problem.message and not quotes_key


def place(problem: Problem, tree: Any, sources: Mapping[str, Sequence[str]] | None = None) -> Problem:
    """The problem with file, line, column and source line found by its path.

    Problems about a key (an unknown key, a word declared twice) point at the key, all others at the value; in
    `{field: chanel}` the unknown field is the value, and the message quotes it. A problem that has a line already,
    or a path that no file wrote, comes back as it is. `sources` gives the lines of each file.
    """
    if problem.line is not None:
        return problem
    at_key = problem.code in _KEY_CODES and not _quotes_value(problem, tree)
    if problem.code in _PERHAPS_KEY_CODES:
        at_key = str(problem.keys[-1]) in problem.message.replace("no rule is called", "")
    mark = locate(tree, problem.keys, at_key)
    if mark is None:
        return problem
    lines = (sources or {}).get(mark.file or "", ())
    source = lines[mark.line - 1] if mark.line <= len(lines) else None
    return replace(problem, file=mark.file, line=mark.line, column=mark.column, source=source)


def plain(value: Any) -> Any:
    """A value as plain dicts, lists and scalars; what YAML has no word for becomes its text."""
    if isinstance(value, Mapping):
        return {str(key): plain(content) for key, content in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (str, bool, int, float)) else str(value)
