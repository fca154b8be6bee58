"""The walk over a YAML parser's events, from which a tree comes; the only reader that knows the parser.

It is imported when the first text is read: a program that was given a catalog ready made needs no parser.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import yaml

from servstd.errors import Problem
from servstd.yaml_reader.blanks import HINT, NO_BREAK, find_cause, find_in_key, find_in_value, told
from servstd.yaml_reader.marks import Mark, MarkedDict, MarkedList
from servstd.yaml_reader.scalars import MAY_BE_MORE, read_scalar
from servstd.yaml_reader.syntax import syntax_problem

MAX_NODES = 200_000
MAX_DEPTH = 100
MAX_ALIASES = 10

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COPY = "write the value out where it is used"


def walk_document(text: str, file: str | None) -> tuple[Any, list[Problem]]:
    """The tree of one document, None after a syntax error or over a limit, and its problems in line order."""
    walk = _Walk(text, file)
    try:
        tree = walk.document()
        return tree, walk.found()
    except yaml.YAMLError as error:
        return None, walk.found(walk.blank_at_fault() or syntax_problem(error, file, walk.lines))
    except _StopError as error:
        return None, walk.found(error.problem)
    finally:
        walk.loader.dispose()


def _fails_at(text: str) -> int:
    """The line, from 0, at which the parser gives up; one beyond all lines when it does not."""
    try:
        for _ in yaml.parse(text, Loader=_Loader):
            pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return 0 if mark is None else int(mark.line)
    return len(text) + 1


class _StopError(Exception):
    """Reading stops: a limit was passed, or what comes is not what was meant."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Walk:
    """One document on its way from events to a tree."""

    def __init__(self, text: str, file: str | None) -> None:
        self.text, self.file = text, file
        self.loader = _Loader(text)
        self.next_event: Callable[[], Any] = self.loader.get_event
        self.problems: list[Problem] = []
        self.path: list[str | int] = []
        self.count = 0
        self.anchors: dict[str, Problem] = {}
        self.aliases: list[str] = []
        self.has_no_break = NO_BREAK.search(text) is not None

    @cached_property
    def lines(self) -> list[str]:
        """The source, split only when something is wrong."""
        return self.text.splitlines()

    def document(self) -> Any:
        """The first document; a second one is a problem."""
        self.next_event()  # the start of the stream
        if type(self.next_event()) is yaml.StreamEndEvent:
            return None
        tree = self.node(self.next_event())
        self.next_event()  # the end of the document
        after = self.next_event()
        if type(after) is yaml.DocumentStartEvent:
            self.report("several-documents", "a file holds one document, and a second begins here", after)
        return tree

    def node(self, event: Any) -> Any:
        """The value that begins with `event`."""
        kind = type(event)
        self.count += 1
        if self.count > MAX_NODES:
            message = f"more than {MAX_NODES:,} values; split the file"
            raise _StopError(self.problem("file-too-large", message, event))
        if kind is yaml.AliasEvent:
            self.alias(event)
            return None
        if event.anchor is not None:
            message = f"the anchor &{event.anchor} is not allowed"
            self.anchors[event.anchor] = self.problem("anchor-not-allowed", message, event, _COPY)
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.report("tag-not-allowed", f"the tag {tag} is not allowed", event)
        if kind is yaml.ScalarEvent:
            text = event.value
            if self.has_no_break and text and event.implicit[0]:
                line, column = event.start_mark.line, event.start_mark.column
                self.refuse_blank(event, find_in_value(text, self.lines[line][:column]))
            if event.implicit[0] and (not text or text[0] in MAY_BE_MORE):
                return read_scalar(text)
            return text
        if len(self.path) >= MAX_DEPTH:
            self.path.clear()
            raise _StopError(self.problem("nested-too-deep", f"more than {MAX_DEPTH} levels deep", event))
        return self.mapping(event) if kind is yaml.MappingStartEvent else self.sequence(event)

    def alias(self, event: Any) -> None:
        """Report an alias; its anchor goes without saying. After many of them reading stops."""
        anchor = self.anchors.get(event.anchor)
        hint = _COPY if anchor is None else f"write out what stands at line {anchor.line}"
        self.aliases.append(event.anchor)
        if len(self.aliases) > MAX_ALIASES:
            message = f"more than {MAX_ALIASES} aliases, and none is allowed"
            raise _StopError(self.problem("alias-not-allowed", message, event, _COPY))
        self.report("alias-not-allowed", f"the alias *{event.anchor} is not allowed", event, hint)

    def found(self, *last: Problem) -> list[Problem]:
        """All problems so far, and `last`, in line order."""
        unused = [problem for name, problem in self.anchors.items() if name not in self.aliases]
        return sorted([*self.problems, *unused, *last], key=lambda problem: (problem.line, problem.column))

    def mapping(self, start: Any) -> MarkedDict:
        """A mapping; of a key written twice the first stays."""
        out = MarkedDict(start=self.mark(start))
        marks, path, file, next_event = out.marks, self.path, self.file, self.next_event
        while type(event := next_event()) is not yaml.MappingEndEvent:
            key = self.key(event)
            is_new = key is not None and key not in marks
            if key is not None and not is_new:
                path.append(key)
                self.report("duplicate-key", f"the key {key!r} is there already, at line {marks[key][1]}", event)
                path.pop()
            at = event.start_mark
            path.append(key or "")
            first = next_event()
            value = self.node(first)
            path.pop()
            if is_new and key is not None:
                out[key] = value
                begins = first.start_mark
                marks[key] = (file, at.line + 1, at.column + 1, begins.line + 1, begins.column + 1)
        return out

    def sequence(self, start: Any) -> MarkedList:
        """A list."""
        out = MarkedList(start=self.mark(start))
        marks, path, file, next_event = out.marks, self.path, self.file, self.next_event
        path.append(0)
        while type(event := next_event()) is not yaml.SequenceEndEvent:
            path[-1] = len(out)
            out.append(self.node(event))
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            marks.append((file, line, column, line, column))
        path.pop()
        return out

    def key(self, event: Any) -> str | None:
        """A key as text, as it was written; None when it can not be one."""
        if type(event) is yaml.AliasEvent:
            self.node(event)
            return None
        if type(event) is not yaml.ScalarEvent:
            self.report("key-not-text", "a key must be text", event)
            self.path.append("?")
            self.node(event)
            self.path.pop()
            return None
        self.count += 1
        if event.anchor is not None or event.tag is not None:
            self.node(event)
        key: str = event.value
        if self.has_no_break and event.implicit[0]:
            self.refuse_blank(event, find_in_key(key))
        if event.implicit[0] and key == "<<":
            self.report("merge-key-not-allowed", "the merge key '<<' is not allowed", event, _COPY)
            return None
        if event.implicit[0] and not key:
            self.report("key-not-text", "a key is missing before ':'", event)
            return None
        return key

    def refuse_blank(self, event: Any, at: int | None) -> None:
        """Stop at a no-break space in a scalar; nothing that is read after it is what it seems to be."""
        if at is not None:
            mark = event.start_mark
            raise _StopError(self.blank(mark.line, mark.column + at, event.value[at]))

    def blank_at_fault(self) -> Problem | None:
        """The no-break space from which a syntax error comes."""
        found = find_cause(self.text, _fails_at) if self.has_no_break else None
        return None if found is None else self.blank(*found, self.lines[found[0]][found[1]])

    def blank(self, row: int, column: int, character: str) -> Problem:
        """The problem of a no-break space at a line and a column from 0."""
        return Problem("yaml-syntax", told(character), (), HINT, self.file, row + 1, column + 1, self.lines[row])

    def mark(self, event: Any) -> Mark:
        """The place where an event begins."""
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def problem(self, code: str, message: str, event: Any, hint: str | None = None) -> Problem:
        """A problem at an event, with its source line."""
        _, line, column = self.mark(event)
        source = self.lines[line - 1] if line <= len(self.lines) else None
        return Problem(code, message, tuple(self.path), hint, self.file, line, column, source)

    def report(self, code: str, message: str, event: Any, hint: str | None = None) -> None:
        """Remember a problem and read on."""
        self.problems.append(self.problem(code, message, event, hint))
