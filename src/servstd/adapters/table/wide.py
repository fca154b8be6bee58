"""Logs with a row a record: batches of rows to batches in flat form, what is suspicious read by the row reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.cells import Cell
from servstd.adapters.logs import BadRow, Log
from servstd.adapters.plan import LISTS
from servstd.adapters.table.arrow import Bools
from servstd.adapters.table.cells import given_cells
from servstd.adapters.table.flat import Flat
from servstd.adapters.table.hashes import hash_rows, hash_texts
from servstd.adapters.table.ids import read_ids
from servstd.adapters.table.lists import LIST_TYPES, event_lists, lists_of, piece_of
from servstd.adapters.table.nested import read_lists
from servstd.adapters.table.notes import Notes
from servstd.adapters.table.planned import Planned, cells_of, planned
from servstd.adapters.table.raw import RawBatch, RawLog, raw_type
from servstd.adapters.table.seen import CONFLICT, NEW, REPEAT, SeenIds
from servstd.adapters.table.unplanned import Unplanned
from servstd.adapters.table.values import Values, read_cells
from servstd.errors import Problem
from servstd.record import Record
from servstd.spelling import shown


@dataclass
class WideRows:
    """Reads the batches of one log, one after the other. `types` are those of the columns that come out."""

    log: Log
    schema: Any
    notes: Notes
    seen: SeenIds = field(default_factory=SeenIds)
    plan: Planned | None = None

    def __post_init__(self) -> None:
        """Work out the columns that come out."""
        mapping, names = self.log.mapping, self.schema.names
        if mapping.plan is not None:
            self.plan = planned(mapping, self.log.reader.vocabulary, self._raw_type)
        self.types = dict(self.plan.types) if self.plan else self._flat_types(list(names))

    def _raw_type(self, name: str) -> Any:
        return raw_type(self.schema, name, is_json=self.log.rows.header is None)

    def _flat_types(self, names: list[str]) -> dict[str, Any]:
        return Unplanned(self.log).types(names, self._raw_type)

    def batches(self, raw: RawLog) -> Iterator[Any]:
        """The log in flat form, batch by batch."""
        return map(self.read, raw.batches())

    def read(self, raw: RawBatch) -> Any:
        """The good rows of a batch as a record batch in flat form; the others go to the notes."""
        flat = self._flat(raw)
        self._take_lists(raw, flat)
        ids, has_id = read_ids(raw.column(self.log.mapping.id_column), self.log.mapping.dialect)
        alone = self._one_by_one(raw, ids, has_id & (flat.bad | flat.has_lists), flat.bad)
        is_bad = np.zeros(raw.count, np.bool_)
        is_bad[[row for row, item in alone.items() if isinstance(item, BadRow)]] = True
        state = np.zeros(raw.count, np.int8)
        rows = np.flatnonzero(has_id)
        digests = hash_rows(raw.columns, raw.count)
        state[rows] = self.seen.take(hash_texts(ids)[rows], digests[rows], ~is_bad[rows])
        keep = has_id & (state == NEW) & ~is_bad
        self._note(raw, ids, has_id, state, alone, flat, keep)
        return self._batch(flat, ids, keep, {r: one for r, one in alone.items() if isinstance(one, Record) and keep[r]})

    def _flat(self, raw: RawBatch) -> Flat:
        if self.plan is None:
            form = Unplanned(self.log)
            new = [name for name in raw.columns if name not in self.types]
            if new:  # JSON may come with another key at any line
                self.types |= form.types(new, self._raw_type)
            return form.read(raw, self.types)
        known, bad = self._cells(self.plan, raw)
        flat = self.plan.read(known, raw.count)
        flat.bad |= bad
        return flat

    def _take_lists(self, raw: RawBatch, flat: Flat) -> None:
        """Lists that Arrow holds as such; rows with any other are read one by one."""
        names = self.plan.plan.lists if self.plan else [(name, name) for name in LISTS if name in raw.columns]
        for name, column in names:
            reader, dialect = self.log.reader, self.log.mapping.dialect
            found = read_lists(name, raw.column(column), reader.vocabulary, dialect, self.types[name])
            if found is None:
                flat.has_lists |= given_cells(raw.column(column), dialect)
                continue
            flat.has_lists |= found.is_odd
            flat.lists[name] = found.array if found.events is None else found.events

    def _cells(self, plan: Planned, raw: RawBatch) -> tuple[Mapping[Cell, Values], Bools]:
        known: dict[Cell, Values] = {}
        bad = np.zeros(raw.count, np.bool_)
        for cell in cells_of(plan):
            if cell not in known:
                values = known[cell] = read_cells(cell, raw.column(cell.column), self.log.mapping.dialect)
                bad |= bad if values.bad is None else values.bad
        return known, bad

    def _one_by_one(self, raw: RawBatch, ids: Any, where: Bools, is_bad: Bools) -> dict[int, Record | BadRow]:
        """Rows that columns can not read, by the row reader."""
        rows = np.flatnonzero(where)
        if not len(rows):
            return {}
        names = ids.take(pa.array(rows)).to_pylist()
        items = zip(rows.tolist(), raw.rows(rows), names, strict=True)
        found = {row: self.log.record(one, name) for row, one, name in items}
        for row in np.flatnonzero(where & is_bad).tolist():
            item = found[row]
            if isinstance(item, Record):  # what Python can hold and a column can not
                found[row] = self._too_far(raw.take(np.array([row])), item.id)
        return found

    def _too_far(self, raw: RawBatch, record_id: str) -> BadRow:
        """The bad row that a row is whose values a record holds, and a table can not."""
        dialect = self.log.mapping.dialect
        if self.plan is None:
            names = Unplanned(self.log).unreadable(raw, self.types)
        else:
            cells = cells_of(self.plan)
            bad = [cell for cell in cells if read_cells(cell, raw.column(cell.column), dialect).bad is not None]
            names = list(dict.fromkeys(cell.column for cell in bad))
        [one] = raw.rows(np.zeros(1, np.int64))
        told = [Problem("bad-row", f"a table can not hold {shown(one.cells[name])}", (name,)) for name in names]
        return self.log.bad(one, told or [Problem("bad-row", "a table can not hold its values")], record_id)

    def _note(
        self, raw: RawBatch, ids: Any, has_id: Bools, state: Any, alone: Mapping[int, Any], flat: Flat, keep: Bools
    ) -> None:
        """Tell of the rows that give no record, in order, and of what is odd about the others."""
        notes = self.notes
        notes.repeats += int((state == REPEAT).sum())
        is_alone = np.zeros(raw.count, np.bool_)
        is_alone[list(alone)] = True
        wrong = ~keep & (state != REPEAT)
        if wrong.any():
            rows = np.flatnonzero(wrong)
            for row, one in zip(rows.tolist(), raw.rows(rows), strict=True):
                if not has_id[row]:
                    notes.add_bad([self.log.without_id(one)])
                elif state[row] == CONFLICT:
                    notes.add_bad([self.log.with_same_id(one, ids[row].as_py())])
                else:
                    notes.add_bad([alone[row]])
        notes.records += int(keep.sum())
        notes.add_odd(flat.odd, keep & ~is_alone)
        for row, item in alone.items():
            if keep[row] and isinstance(item, Record):
                notes.add_odd_of(item)
                notes.saw_record(item, self.log.reader.vocabulary.planned)

    def _batch(self, flat: Flat, ids: Any, keep: Bools, alone: Mapping[int, Record]) -> Any:
        columns = {"id": ids, **flat.columns}
        if "events" in self.types:
            columns["events"] = self._events(flat, alone)
        for name in LIST_TYPES:
            if name in self.types:
                columns[name] = self._lists(name, flat, alone)
        for name, kind in self.types.items():
            if name not in columns:
                columns[name] = pa.nulls(flat.count, kind)
        names = ["id", *self.types]
        batch = pa.RecordBatch.from_arrays([columns[name] for name in names], names=names)
        batch = batch if keep.all() else batch.take(pa.array(np.flatnonzero(keep)))
        self.notes.saw(batch, self.log.reader)
        return batch

    def _lists(self, name: str, flat: Flat, alone: Mapping[int, Record]) -> Any:
        """A column of lists: those of rows that were read by themselves in their places."""
        by_columns = flat.lists.get(name)
        if by_columns is not None and not alone:
            return by_columns
        own = lists_of(alone, name, flat.count)
        if by_columns is None:
            return own
        places = np.arange(flat.count)
        places[list(alone)] += flat.count
        return pa.concat_arrays([by_columns, own]).take(pa.array(places))

    def _events(self, flat: Flat, alone: Mapping[int, Record]) -> Any:
        """The list of events: those without columns, and those of rows that were read by themselves."""
        kind = self.types["events"]
        pieces = list(flat.pieces)
        if "events" in flat.lists:
            pieces.append(flat.lists["events"].without(list(alone)))
        pairs = []
        for row, record in alone.items():
            planned_count = sum(1 for happened, _ in flat.happened if happened[row])
            pairs += [(row, event) for event in record.events[self._wide_count(flat, row, planned_count) :]]
        return event_lists([*pieces, piece_of(pairs, kind)] if pairs else pieces, flat.count, kind)

    def _wide_count(self, flat: Flat, row: int, planned_count: int) -> int:
        """How many events of a record have been taken from its columns."""
        if self.plan is not None:
            return planned_count
        listed = flat.columns
        return sum(1 for name in listed if self._is_time(name) and listed[name][row].is_valid)

    def _is_time(self, name: str) -> bool:
        return self.log.reader.meaning(name)[0] == "event"
