"""`layout: events`: rows that are grouped into cases, put in order, and turned into events.

The rows of a case are sorted by time, sequence and content, so their order in the file does not matter. Each row
may be an event, may change the state of the case (leaving the old one just before entering the new one), and may
give an event just by being there. Events are numbered in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from servstd.adapters.cells import Dialect, as_text, sequence_key
from servstd.adapters.mapping import EventRows, LogMapping, Made
from servstd.adapters.plan import RowPlan, RowReading, latest
from servstd.adapters.rows import RawRow, Rows, without_gaps
from servstd.errors import Problem
from servstd.vocabulary import nearest

_SequenceKey = tuple[int, float, str]


@dataclass(frozen=True, slots=True)
class _CaseRow:
    """One row of a case, with what it is sorted by. Only the columns that are read are kept."""

    at: datetime
    sequence: _SequenceKey
    raw: RawRow

    def moment(self) -> tuple[datetime, _SequenceKey]:
        return self.at, self.sequence

    def number(self) -> int:
        """Where the row stands in the file."""
        return self.raw.line or self.raw.index or 0


@dataclass
class Cases:
    """The rows of a log by case. Read `bad_rows` to the end first; a case with a bad row gives no record."""

    rows: Rows
    mapping: LogMapping
    terms: EventRows
    repeats: int = 0
    by_case: dict[str, list[_CaseRow]] = field(default_factory=dict)
    bad_cases: set[str] = field(default_factory=set)

    def bad_rows(self) -> Iterator[tuple[RawRow, str | None, list[Problem]]]:
        """Read the whole log; give each row that can not be read, with its case and what is wrong."""
        columns = self.mapping.columns()
        for raw in self.rows.rows:
            case, row, problems = self._take(raw, columns)
            if problems:
                yield raw, case, problems
            if case is not None and row is None:
                self.bad_cases.add(case)
            elif case is not None and row is not None:
                self.by_case.setdefault(case, []).append(row)
        self._put_in_order()

    def readings(self) -> Iterator[tuple[RawRow, str, RowReading]]:
        """Each case with what its rows give, by the time of its first row."""
        for case in sorted(self.by_case, key=lambda case: (self.by_case[case][0].at, case)):
            rows = self.by_case.pop(case)
            yield rows[0].raw, case, _read_case(rows, self.mapping, self.terms)

    def _put_in_order(self) -> None:
        """Sort the rows of each good case and drop those that came twice."""
        for case in self.bad_cases:
            self.by_case.pop(case, None)
        for case, rows in self.by_case.items():
            rows.sort(key=_CaseRow.moment)
            groups = [list(tied) for _, tied in groupby(rows, _CaseRow.moment)]
            once = [row for tied in groups for row in (tied if len(tied) == 1 else self._once(tied))]
            self.repeats += len(rows) - len(once)
            self.by_case[case] = once

    def _once(self, tied: list[_CaseRow]) -> list[_CaseRow]:
        """Rows of one moment in the order of their content; of those that came twice the first."""
        columns, dialect = self.mapping.columns(), self.mapping.dialect
        found: dict[tuple[Any, int], _CaseRow] = {}
        for row in sorted(tied, key=_CaseRow.number):
            content = tuple(content_key(row.raw.cells.get(column), dialect) for column in columns)
            found.setdefault((content, row.raw.digest), row)
        return [row for _, row in sorted(found.items(), key=lambda one: one[0][0])]

    def _take(self, raw: RawRow, columns: tuple[str, ...]) -> tuple[str | None, _CaseRow | None, list[Problem]]:
        """The case and the row; or the case, when it is known, and what is wrong."""
        if raw.problem:
            return None, None, [raw.problem]
        terms, cells, dialect = self.terms, raw.cells, self.mapping.dialect
        if dialect.is_missing(cells.get(terms.case)):
            return None, None, [Problem("missing-id", f"the row has no {terms.case!r}, its case", (terms.case,))]
        case = str(cells[terms.case]).strip()
        probe = RowReading(cells, dialect, dict(self.mapping.constants))
        at = probe.take(terms.at)
        if at is None and not probe.errors:
            probe.errors.append(Problem("missing-time", f"the row has no {terms.at.column!r}", (terms.at.column,)))
        probe.errors += _unknown_words(cells, self.mapping, terms)
        probe.take_all(self.mapping.plan or RowPlan(), self.mapping.begins)
        _own_event(probe, terms)
        if probe.errors:
            return case, None, probe.errors
        kept = {column: cells[column] for column in columns if column in cells}
        small = RawRow(raw.line, kept, raw.digest, None, raw.index)
        place = place_key(cells.get(terms.sequence) if terms.sequence else None, dialect)
        return case, _CaseRow(at, place, small), []


def place_key(raw: Any, dialect: Dialect) -> _SequenceKey:
    """How a cell of the sequence sorts: nothing first, however it is written."""
    return sequence_key(None if dialect.is_missing(raw) else raw)


def content_key(raw: Any, dialect: Dialect) -> tuple[str, bool]:
    """How a cell sorts where rows are tied: nothing first, however it is written, then by text; `5` before `"5"`."""
    return ("", False) if dialect.is_missing(raw) else (as_text(without_gaps(raw)), isinstance(raw, str))


def group_cases(rows: Rows, mapping: LogMapping) -> Cases:
    """The cases of a log of event rows; nothing is read yet."""
    if mapping.event_rows is None:
        raise ValueError("the mapping has no layout: events")
    return Cases(rows, mapping, mapping.event_rows)


def _word(cells: Mapping[str, Any], column: str | None, dialect: Dialect) -> str | None:
    """The text of a cell that names an event or a state, or None."""
    raw = cells.get(column) if column else None
    return None if dialect.is_missing(raw) else as_text(raw)


def _unknown_words(cells: Mapping[str, Any], mapping: LogMapping, terms: EventRows) -> Iterator[Problem]:
    """A state or an event that the mapping does not list."""
    state = _word(cells, terms.state_column, mapping.dialect)
    if state is not None and terms.state_column and state not in terms.states:
        message = f"{state!r} is not listed under states.values"
        yield Problem("unknown-value", message, (terms.state_column,), nearest(state, terms.states) or _LIST_IT)
    event = _word(cells, terms.event_column, mapping.dialect)
    if event is not None and terms.event_column and terms.events is not None and event not in terms.events:
        message = f"{event!r} is not listed under event.values"
        yield Problem("unknown-value", message, (terms.event_column,), nearest(event, terms.events) or _LIST_IT)


_LIST_IT = "list it there, with {} or null when it means nothing"


def _own_event(reading: RowReading, terms: EventRows) -> dict[str, Any] | None:
    """The event that a row is, with its attributes; what can not be read is among the reading's errors."""
    word = _word(reading.row, terms.event_column, reading.dialect)
    if word is None:
        return None
    made = Made(word) if terms.events is None else terms.events.get(word)
    if made is None:
        return None
    cells = terms.row_cells.get(made.type, ())
    found = {cell.name: value for cell in cells if (value := reading.take(cell)) is not None}
    return {"type": made.type, **made.attributes, **found}


def _read_case(rows: list[_CaseRow], mapping: LogMapping, terms: EventRows) -> RowReading:
    """What the rows of one case give together."""
    plan = mapping.plan or RowPlan()
    merged = latest((row.raw.cells for row in rows), plan.columns(), mapping.dialect)
    reading = RowReading(merged, mapping.dialect, dict(mapping.constants))
    state: str | None = None
    for row in rows:
        next_state = _word(row.raw.cells, terms.state_column, mapping.dialect)
        bodies = _changes(terms, state, next_state)
        own = _own_event(RowReading(row.raw.cells, mapping.dialect), terms)
        bodies += [own] if own else []
        bodies += _body(terms.each_row)
        for body in bodies:
            reading.events.append({**body, "at": row.at, "sequence": len(reading.events) + 1})
        state = next_state or state
    reading.take_all(plan, mapping.begins)
    return reading


def _changes(terms: EventRows, state: str | None, next_state: str | None) -> list[dict[str, Any]]:
    """The events of leaving one state and of entering the next."""
    if next_state is None or next_state == state:
        return []
    leave = terms.states[state].leave if state is not None else None
    left = [] if leave is None or next_state in leave.unless_to else _body(leave)
    return left + _body(terms.states[next_state].enter)


def _body(made: Made | None) -> list[dict[str, Any]]:
    return [{"type": made.type, **made.attributes}] if made else []
