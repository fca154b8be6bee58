"""What a mapping says, checked and ready to read a log with. Made by `servstd.adapters.load_mapping`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from servstd.adapters.cells import Cell, Dialect
from servstd.adapters.plan import RowPlan


@dataclass(frozen=True, slots=True)
class Made:
    """An event that a row makes by itself, with constant attributes."""

    type: str
    attributes: Mapping[str, Any] = field(default_factory=dict)
    unless_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """A state of a case: the events of coming into it and of going out of it to a state not in `unless_to`."""

    enter: Made | None = None
    leave: Made | None = None


@dataclass(frozen=True, slots=True)
class EventRows:
    """`layout: events`: how rows of one case become its events.

    `event_column` names the kind of each row's event in the words of the log, and `events` translates it (a None:
    the row is no event; None for the whole: the log uses our words). `row_cells` are the attributes that a row
    gives to its own event, by event type.
    """

    case: str
    at: Cell
    sequence: str | None = None
    event_column: str | None = None
    events: Mapping[str, Made | None] | None = None
    row_cells: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    state_column: str | None = None
    states: Mapping[str, State] = field(default_factory=dict)
    each_row: Made | None = None

    def columns(self) -> tuple[str, ...]:
        """Every column that is read, beside those of the plan."""
        named = (self.case, self.at.column, self.sequence, self.event_column, self.state_column)
        cells = tuple(cell.column for cells in self.row_cells.values() for cell in cells)
        return tuple(dict.fromkeys([name for name in named if name] + list(cells)))


@dataclass(frozen=True, slots=True)
class LogMapping:
    """How a log becomes records.

    `plan` is None when the rows are in the flat form already; then `values` translates by flat key. `tracked`
    are the only event types that the log can give (None: any, or for a table in flat form what its header says).
    """

    layout: Literal["wide", "events"] = "wide"
    file: str | None = None
    id_column: str = "id"
    dialect: Dialect = field(default_factory=Dialect)
    constants: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    complete_for: frozenset[str] = frozenset()
    tracked: frozenset[str] | None = None
    exported_at: datetime | None = None
    plan: RowPlan | None = None
    values: Mapping[str, Cell] = field(default_factory=dict)
    event_rows: EventRows | None = None
    begins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """Every column that a table must have for this mapping."""
        own = self.event_rows.columns() if self.event_rows else (self.id_column,)
        planned = self.plan.columns() if self.plan else ()
        return tuple(dict.fromkeys((*own, *planned)))
