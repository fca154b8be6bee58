"""Columns to the flat form: what one row of a log says, by a mapping that has been checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.adapters.cells import Cell, Dialect
from servstd.adapters.json_values import parse_json
from servstd.errors import Problem
from servstd.values import BadValue


@dataclass(frozen=True, slots=True)
class EventPlan:
    """The columns that make one event of a row.

    `at` gives its time; None: it happens with the event that begins the record. `needs_attribute` means that the
    time belongs to another event too, so that only an attribute shows that this one happened.
    """

    type: str
    at: Cell | None
    attributes: tuple[Cell, ...] = ()
    needs_attribute: bool = False


@dataclass(frozen=True, slots=True)
class RowPlan:
    """All that the columns of a row give. `lists` pairs a list of a record with its column."""

    fields: tuple[Cell, ...] = ()
    events: tuple[EventPlan, ...] = ()
    lists: tuple[tuple[str, str], ...] = ()

    def columns(self) -> tuple[str, ...]:
        """Every column that is read, each once, in written order."""
        cells = [*self.fields]
        for event in self.events:
            cells += [event.at] if event.at else []
            cells += event.attributes
        return tuple(dict.fromkeys([cell.column for cell in cells] + [column for _, column in self.lists]))

    def event_types(self) -> frozenset[str] | None:
        """The only event types that these columns can give; None when a column holds a list of any."""
        if any(name == "events" for name, _ in self.lists):
            return None
        return frozenset(event.type for event in self.events)


@dataclass
class RowReading:
    """One row while it is read: its flat form, and what is wrong with it.

    `errors` make the row a bad one; `warnings` go with the record.
    """

    row: Mapping[str, Any]
    dialect: Dialect
    flat: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def take(self, cell: Cell) -> Any:
        """The value of a cell, or None; what can not be read is an error, reported once a column."""
        try:
            return cell.read(self.row.get(cell.column), self.dialect)
        except BadValue as error:
            problem = Problem(error.code, str(error), (cell.column,), error.hint)
            if problem not in self.errors:
                self.errors.append(problem)
            return None

    def take_all(self, plan: RowPlan, begins: Mapping[str, tuple[str, ...]]) -> None:
        """Read every column. `begins` names the events that begin each kind of record."""
        for cell in plan.fields:
            if (value := self.take(cell)) is not None:
                self.flat[cell.name] = value
        for name, column in plan.lists:
            self._take_list(name, column)
        for event in plan.events:
            if event.at is not None:
                self._take_event(event, self.take(event.at))
        for event in plan.events:
            if event.at is None:
                self._take_event(event, self._beginning(begins))

    def _take_event(self, plan: EventPlan, at: Any) -> None:
        found = {cell.name: value for cell in plan.attributes if (value := self.take(cell)) is not None}
        if plan.needs_attribute and not found:
            return
        if at is not None:
            self.events.append({"type": plan.type, "at": at, **found})
        elif found and (plan.at is None or not plan.needs_attribute) and not self.errors:
            self._warn_no_time(plan)

    def _warn_no_time(self, plan: EventPlan) -> None:
        columns = " and ".join(cell.column for cell in plan.attributes if self.take(cell) is not None)
        other = plan.at.column if plan.at else "an event that begins the record"
        problem = Problem("attribute-without-event", f"{columns} without {other}: no {plan.type!r}", (columns,))
        self.warnings.append(problem)

    def _beginning(self, begins: Mapping[str, tuple[str, ...]]) -> Any:
        """The time of the first event that begins a record of this kind."""
        types = begins.get(str(self.flat.get("kind", "interaction")), ())
        return min((event["at"] for event in self.events if event["type"] in types), default=None)

    def _take_list(self, name: str, column: str) -> None:
        raw = self.row.get(column)
        if self.dialect.is_missing(raw):
            return
        try:
            self.flat[name] = read_list(name, raw)
        except ValueError as error:
            self.errors.append(Problem("not-a-list", str(error), (column,)))


def read_list(name: str, raw: Any) -> list[Any]:
    """A list that a cell holds: as it is, as JSON text, or names with commas between. Raises `ValueError`."""
    if isinstance(raw, str):
        if raw.lstrip().startswith("["):
            raw = _from_json(name, raw)
        elif name in NAME_LISTS:
            raw = [part.strip() for part in raw.split(",") if part.strip()]
    if not isinstance(raw, (list, tuple)):
        raise ValueError(f"expected a list of {name}")
    kind: type = str if name in NAME_LISTS else Mapping
    if not all(isinstance(item, kind) for item in raw):
        raise ValueError(f"expected a list of {name}, each {'a text' if kind is str else 'a mapping'}")
    return list(raw)


def _from_json(name: str, raw: str) -> Any:
    try:
        return parse_json(raw)
    except (ValueError, RecursionError):
        raise ValueError(f"expected a list of {name} as JSON") from None


NAME_LISTS = ("complete_for", "tracked", "agent_names")
LISTS = ("events", "turns", "reviews", *NAME_LISTS)


def latest(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], dialect: Dialect) -> dict[str, Any]:
    """Of each column the value of the last row that has one. `rows` run from oldest to newest."""
    merged: dict[str, Any] = {}
    wanted = tuple(columns)
    for row in rows:
        for column in wanted:
            raw = row.get(column)
            if not dialect.is_missing(raw):
                merged[column] = raw
    return merged
