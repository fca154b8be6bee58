"""Logs with a row an event: rows of whole cases to records in the flat form, what is odd read by the row reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell
from servstd.adapters.events_layout import group_cases
from servstd.adapters.logs import BadRow, Log
from servstd.adapters.mapping import EventRows
from servstd.adapters.plan import RowReading
from servstd.adapters.rows import Rows
from servstd.adapters.table.arrow import INSTANT, WORDS, Bools, bools
from servstd.adapters.table.case_events import EventMaker, made_attributes
from servstd.adapters.table.case_ids import CaseIds
from servstd.adapters.table.case_order import Ordered, digests_of, in_order
from servstd.adapters.table.case_rows import CaseRows, Known, cells_that_spoil, read_case_rows
from servstd.adapters.table.cells import given_cells
from servstd.adapters.table.lists import LIST_TYPES, event_lists, lists_of, piece_of
from servstd.adapters.table.notes import Notes
from servstd.adapters.table.order import Order, whole_cases
from servstd.adapters.table.planned import Planned, cells_of, planned
from servstd.adapters.table.raw import RawBatch, RawLog, raw_type
from servstd.adapters.table.seen import SeenIds
from servstd.adapters.table.values import Values, as_arrow
from servstd.record import Record


@dataclass
class EventLog:
    """Reads a log of event rows. `types` are those of the columns that come out; `terms` say what rows make."""

    log: Log
    schema: Any
    notes: Notes
    terms: EventRows
    order: Order | None = None
    seen: SeenIds = field(default_factory=SeenIds)

    def __post_init__(self) -> None:
        """Work out the columns that come out."""
        vocabulary = self.log.reader.vocabulary
        attributes = made_attributes(self.terms, vocabulary, self._raw_type)
        self.plan: Planned = planned(self.log.mapping, vocabulary, self._raw_type, attributes)
        self.types = dict(self.plan.types)
        self.maker = EventMaker(self.terms, self.plan.in_lists)

    def _raw_type(self, name: str) -> Any:
        return raw_type(self.schema, name, is_json=self.log.rows.header is None)

    def batches(self, raw: RawLog) -> Iterator[Any]:
        """The log in flat form; the cases of one that is held whole come by the time of their first row."""
        columns = self.log.mapping.columns()
        for part in whole_cases(raw, columns, self.terms, self.log.mapping.dialect, self.order, self.seen):
            yield self.read(part.rows, part.ids, part.is_all)

    def read(self, raw: RawBatch, ids: CaseIds, is_all: bool) -> Any:
        """The records of some cases, all of whose rows are here; `is_all`: and no others."""
        rows = read_case_rows(raw, ids, self.log.mapping, self.terms, cells_that_spoil(self.log.mapping))
        alone = self._alone(rows)
        records: list[tuple[Record, dict[str, Any]]] = []
        where = None
        if alone.any():
            is_alone = np.append(np.zeros(len(ids.names), np.bool_), True)
            is_alone[ids.case[alone]] = True
            of_these = is_alone[ids.case]
            records, where = self._one_by_one(raw, alone | of_these), ~of_these
        ordered = in_order(rows, where, self.log.mapping, self.terms, is_all)
        self.notes.repeats += ordered.repeats
        batches = [self._records(rows, ordered), self._of_records(records)] if records else []
        batch = pa.concat_batches(batches) if records else self._records(rows, ordered)
        self.notes.records += batch.num_rows
        self.notes.saw(batch, self.log.reader)
        return batch

    def _alone(self, rows: CaseRows) -> Bools:
        """Rows of which the row reader has to tell what they and their cases are."""
        found = rows.is_odd
        is_blank = bools(pc.equal(rows.ids.names, ""))
        if is_blank.any():
            found = found | np.append(is_blank, False)[rows.ids.case]
        for more in (self.maker.bad_cells(rows), self.maker.undeclared(rows, self.log.reader.vocabulary)):
            found = found if more is None else found | more
        for _, column in self.plan.plan.lists:
            found = found | given_cells(rows.raw.column(column), self.log.mapping.dialect)
        return found

    def _one_by_one(self, raw: RawBatch, where: Bools) -> list[tuple[Record, dict[str, Any]]]:
        """Cases that columns can not read, by the row reader; bad rows go to the notes."""
        some = np.flatnonzero(where)
        if not len(some):
            return []
        digests = digests_of(raw.take(some)).tolist()
        written = (replace(one, digest=digest) for one, digest in zip(raw.rows(some), digests, strict=True))
        cases = group_cases(Rows(self.notes.file, None, written), self.log.mapping)
        self.notes.add_bad(self.log.bad(one, problems, case) for one, case, problems in cases.bad_rows())
        self.notes.repeats += cases.repeats
        found = []
        for one, case, reading in cases.readings():
            item = self.log.finish(one, case, reading)
            if isinstance(item, BadRow):
                self.notes.add_bad([item])
                continue
            found.append((item, self._without_events(reading)))
            self.notes.add_odd_of(item)
            self.notes.saw_record(item, self.log.reader.vocabulary.planned)
        return found

    def _without_events(self, reading: RowReading) -> dict[str, Any]:
        """The attributes of a record whose event did not happen: that is odd, and has to stay so."""
        happened = {event["type"] for event in reading.events}
        return {
            f"{event.type}_{cell.name}": reading.take(cell)
            for event, is_wide in zip(self.plan.plan.events, self.plan.is_wide, strict=True)
            if is_wide and event.type not in happened and (event.at is None or not event.needs_attribute)
            for cell in event.attributes
        }

    def _records(self, rows: CaseRows, ordered: Ordered) -> Any:
        """The records of rows that are in order."""
        count = ordered.count
        ids = _ids_of(rows.ids, ordered)
        merged = {cell: latest(rows.known, cell, ordered) for cell in cells_of(self.plan)}
        flat = self.plan.read(merged, count)
        self.notes.add_odd(flat.odd, np.ones(count, np.bool_))
        pieces = [*self.maker.pieces(rows, ordered), *flat.pieces]
        columns = {"id": ids, **flat.columns, "events": event_lists(pieces, count, self.types["events"])}
        names = ["id", *self.types]
        arrays = [columns[name] if name in columns else pa.nulls(count, self.types[name]) for name in names]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema())

    def _of_records(self, found: list[tuple[Record, dict[str, Any]]]) -> Any:
        """Records that were read by themselves, all their events in the list."""
        records = [record for record, _ in found]
        by_row = dict(enumerate(records))
        arrays = [pa.array([record.id for record in records], pa.string())]
        for name, kind in self.types.items():
            if name == "events":
                pairs = [(row, event) for row, record in by_row.items() for event in record.events]
                arrays.append(event_lists([piece_of(pairs, kind)], len(records), kind))
            elif name in LIST_TYPES:
                arrays.append(lists_of(by_row, name, len(records)))
            else:
                arrays.append(_field([{**more, **record.values}.get(name) for record, more in found], kind))
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema())

    def _schema(self) -> Any:
        return pa.schema([("id", pa.string()), *self.types.items()])


def _field(held: list[Any], kind: Any) -> Any:
    values = [as_arrow(value, kind) for value in held]
    if kind == INSTANT:
        return pa.array(values, pa.int64()).cast(INSTANT)
    return pa.array(values, pa.string()).dictionary_encode() if kind == WORDS else pa.array(values, kind)


def _ids_of(ids: CaseIds, ordered: Ordered) -> Any:
    """The id of each record."""
    if ordered.places is None and ids.in_runs and len(ids.names) == ordered.count:
        return ids.names  # one of each, as they came
    return ids.names.take(pa.array(ids.case[ordered.rows(ordered.begins)]))


def latest(known: Known, cell: Cell, ordered: Ordered) -> Values:
    """Of each case the value of the last row that has one."""
    last = ordered.begins + ordered.sizes - 1
    found = known.at(cell, ordered.rows(last))
    if found.given.all():
        return found
    values = known[cell]
    given = np.flatnonzero(ordered.of(values.given))
    place = np.searchsorted(given, last, "right") - 1
    held = np.append(given, -1)[place]
    is_given = held >= ordered.begins
    taken = ordered.rows(np.where(is_given, held, 0)) if len(last) else held
    return Values(values.values.take(pa.array(taken, mask=~is_given)), None, is_given)
