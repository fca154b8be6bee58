"""The keys `columns` and `values` of a mapping: which column gives which word, and what its texts mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from servstd.adapters.cells import INSTANT, Cell
from servstd.adapters.plan import LISTS, EventPlan, RowPlan
from servstd.adapters.spec import Path, Spec
from servstd.flat import classify_key
from servstd.values import ValueType
from servstd.vocabulary import nearest

_TARGET_KEYS = ("field", "event", "attribute", "until", "at", "list")
_Target = tuple[str, Mapping[str, Any], Path]  # column, what it gives, where that is written


_TARGETS = "write {field: ...} or {event: ...}"
_OF_ALL = {"format": "time_format", **{name: name for name in ("time_format", "time_zone", "missing")}}


def _stands_beside(key: str | int) -> str | None:
    """Where a key belongs that was written into one column."""
    if key == "values":
        return "'values' stands beside 'columns', by field: values: {channel: {Mail: email}}"
    meant = _OF_ALL.get(str(key))
    return None if meant is None else f"{meant!r} stands beside 'columns', for all of them"


class ColumnReader:
    """Reads `columns` and `values` into a `RowPlan`.

    `row_events` are the types that the rows of an event log make by themselves: an attribute of one of them,
    without `at`, belongs to the row's own event and lands in `row_cells`.
    """

    def __init__(self, spec: Spec, row_events: frozenset[str] = frozenset()) -> None:
        """Read the mapping that `spec` checks."""
        self.spec, self.row_events = spec, row_events
        self.values = spec.mapping(spec.body.get("values"), ("values",))
        self.used: dict[str, ValueType] = {}
        self.row_cells: dict[str, tuple[Cell, ...]] = {}

    def plan(self) -> RowPlan:
        """What the columns give."""
        targets = self._targets()
        fields = tuple(cell for target in targets if "field" in target[1] if (cell := self._field(target)))
        lists = tuple(pair for target in targets if "list" in target[1] if (pair := self._list(target)))
        self._report_twice([(cell.name, cell.column) for cell in fields] + list(lists))
        events = self._events([target for target in targets if "event" in target[1]])
        self._report_unused_values()
        return RowPlan(fields, events, lists)

    def flat_values(self) -> dict[str, Cell]:
        """The `values` of a log in flat form, by flat key."""
        cells: dict[str, Cell] = {}
        for key in self.values:
            kind = self._flat_type(key)
            if kind is None:
                message = f"{key!r} is no field and no attribute of an event"
                self.spec.report("unknown-key", message, ("values", key), nearest(key, self.spec.vocabulary.fields))
            else:
                cells[key] = self._cell(key, key, kind, key)
        return cells

    def _flat_type(self, key: str) -> ValueType | None:
        what, event, attribute = classify_key(key, self.spec.vocabulary)
        if what == "attribute":
            return self.spec.attribute_type(event, attribute, ("values", key))
        word = self.spec.vocabulary.fields.get(key)
        return word.type if word else None

    def _targets(self) -> list[_Target]:
        """Every target with its column; one column may give several, written as a list."""
        found: list[_Target] = []
        hint = "write each column with what it gives, such as created: {event: received}"
        for column, written in self.spec.mapping(self.spec.body.get("columns"), ("columns",), hint=hint).items():
            items = written if isinstance(written, list) else [written]
            for index, item in enumerate(items):
                path: Path = ("columns", column, index) if isinstance(written, list) else ("columns", column)
                body = self._target(item, path)
                if sum(key in body for key in ("field", "event", "list")) == 1:
                    found.append((column, body, path))
                elif isinstance(item, Mapping) or item is None:
                    message = "expected one of {field: ...}, {event: ...} and {list: ...}"
                    self.spec.report("missing-key", message, path)
        return found

    def _target(self, item: Any, path: Path) -> Mapping[str, Any]:
        """What one column gives, with its known keys."""
        so_far = len(self.spec.problems)
        body = self.spec.mapping({} if item is None else item, path, _TARGET_KEYS, self._target_meant(item))
        told = self.spec.problems[so_far:]
        self.spec.problems[so_far:] = [replace(one, hint=one.hint or _stands_beside(one.keys[-1])) for one in told]
        return body

    def _target_meant(self, item: Any) -> str:
        """What a column gives that has a word alone."""
        if not isinstance(item, str):
            return _TARGETS
        words = self.spec.vocabulary
        what, name, attribute = classify_key(item, words)
        if item in words.events:
            return f"write {{event: {item}}}"
        if what == "event":
            return f"write {{event: {name}}}"
        if what == "attribute":
            return f"write {{event: {name}, attribute: {attribute}}}"
        if item in LISTS:
            return f"write {{list: {item}}}"
        return f"write {{field: {item}}}" if item in words.fields else _TARGETS

    def _field(self, target: _Target) -> Cell | None:
        column, body, path = target
        self._only(body, ("field",), path)
        kind = self.spec.field_type(body["field"], (*path, "field"))
        return None if kind is None else self._cell(column, body["field"], kind, body["field"])

    def _list(self, target: _Target) -> tuple[str, str] | None:
        column, body, path = target
        self._only(body, ("list",), path)
        if body["list"] in LISTS:
            return body["list"], column
        message = f"{body['list']!r} is not one of {', '.join(LISTS)}"
        self.spec.report("unknown-list", message, (*path, "list"), nearest(body["list"], LISTS))
        return None

    def _only(self, body: Mapping[str, Any], keys: tuple[str, ...], path: Path) -> None:
        for key in body:
            if key in _TARGET_KEYS and key not in keys:
                self.spec.report("unknown-key", f"{key!r} goes with 'event' only", (*path, key))

    def _report_twice(self, pairs: list[tuple[str, str]]) -> None:
        first: dict[str, str] = {}
        constants = self.spec.body.get("constants")
        for name, column in pairs:
            if name in first:
                message = f"{name!r} is given by the column {first[name]!r} too"
                self.spec.report("given-twice", message, ("columns", column))
            first.setdefault(name, column)
            if isinstance(constants, Mapping) and name in constants:
                message = f"{name!r} is a constant too"
                self.spec.report("given-twice", message, ("columns", column), "use defaults for what may be missing")

    def _events(self, targets: list[_Target]) -> tuple[EventPlan, ...]:
        """One plan for each event: its time from one column, its attributes from others."""
        known = [(target, event) for target in targets if (event := self._event_name(target))]
        groups: dict[tuple[str, str | None], list[Cell]] = {}
        for (column, body, _), event in known:
            if "attribute" not in body and "until" not in body:
                groups[event, column] = []
        own = set(groups)
        for target, event in known:
            cell = self._attribute(target, event)
            if cell is not None:
                self._put(cell, event, target, groups)
        return tuple(
            EventPlan(event, Cell(column, "at", INSTANT) if column else None, tuple(cells), (event, column) not in own)
            for (event, column), cells in groups.items()
        )

    def _event_name(self, target: _Target) -> str | None:
        _, body, path = target
        self._only(body, ("event", "attribute", "until", "at"), path)
        if "attribute" in body and "until" in body:
            self.spec.report("unknown-key", "give 'attribute' or 'until', not both", (*path, "until"))
        if body.get("at") is not None and "attribute" not in body and "until" not in body:
            self.spec.report("unknown-key", "'at' goes with 'attribute' or 'until'", (*path, "at"))
        return self.spec.event(body["event"], (*path, "event"))

    def _attribute(self, target: _Target, event: str) -> Cell | None:
        column, body, path = target
        if "until" in body and body["until"] is not True:
            self.spec.report("unknown-value", "expected until: true", (*path, "until"))
        if "attribute" in body:
            name = body["attribute"]
            kind = self.spec.attribute_type(event, name, (*path, "attribute"))
            return None if kind is None else self._cell(column, name, kind, f"{event}_{name}")
        return Cell(column, "until", INSTANT) if "until" in body else None

    def _put(self, cell: Cell, event: str, target: _Target, groups: dict[tuple[str, str | None], list[Cell]]) -> None:
        """Put an attribute with the event that it belongs to."""
        _, body, path = target
        at = self.spec.text(body.get("at"), (*path, "at"))
        own = [key for key in groups if key[0] == event and key[1] is not None]
        if at is not None:
            groups.setdefault((event, at), []).append(cell)
        elif event in self.row_events:
            self.row_cells[event] = (*self.row_cells.get(event, ()), cell)
        elif len(own) > 1:
            columns = ", ".join(str(column) for _, column in own)
            message = f"{event!r} happens in several columns: {columns}; say with 'at' which one is meant"
            self.spec.report("missing-key", message, path)
        else:
            groups.setdefault(own[0] if own else (event, None), []).append(cell)

    def _cell(self, column: str, name: str, kind: ValueType, key: str) -> Cell:
        self.used[key] = kind
        written = self.values.get(key)
        if written is None:
            return Cell(column, name, kind, key)
        path: Path = ("values", key)
        pairs = self.spec.mapping(written, path).items()
        values = {text: None if value is None else self.spec.read(kind, value, (*path, text)) for text, value in pairs}
        return Cell(column, name, kind, key, values)

    def _report_unused_values(self) -> None:
        """A column with a slip may have been meant to give a value: then only what is nearly another is reported."""
        is_sure = not any(problem.keys[:1] == ("columns",) or len(problem.keys) == 1 for problem in self.spec.problems)
        for key in self.values:
            if key not in self.used and (is_sure or nearest(key, self.used)):
                message = f"no column gives {key!r}"
                self.spec.report("unknown-key", message, ("values", key), nearest(key, self.used))
