"""A log by a mapping as a table in the flat form: `read_log` a batch at a time, by columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from servstd.adapters.logs import BadRow, Log, require_columns
from servstd.adapters.mapping import LogMapping
from servstd.adapters.reach import Reach
from servstd.adapters.rows import Rows
from servstd.adapters.table.cases import EventLog
from servstd.adapters.table.notes import Notes
from servstd.adapters.table.order import Order
from servstd.adapters.table.raw import RawLog, raw_log
from servstd.adapters.table.reach import Unsure, reach_of
from servstd.adapters.table.wide import WideRows
from servstd.ahead import ahead
from servstd.errors import Problem
from servstd.vocabulary import Vocabulary

METADATA = b"servstd"


class MappedTable:
    """Records in the flat form, a row a record, for `Evaluator.check_table`.

    `to_batches()` makes a pass over the log, as often as the log can be read. What a pass finds beside records is told
    by `bad_rows` (the first 1,000 of `bad_count`), `repeats`, `odd` and `newest_at`, which are those of the last pass.
    While it goes on they are as far as it has been read, which may be some batches ahead.
    """

    def __init__(self, raw: RawLog, log: Log, order: Order | None) -> None:
        """Made by `mapped`."""
        self._raw, self._log, self._order = raw, log, order
        self._notes = Notes(raw.file)
        self._unchecked = 0
        reader, mapping = log.reader, log.mapping
        told = {
            "tracked": None if reader.tracked is None else sorted(reader.tracked),
            "complete_for": sorted(reader.complete_for),
            "defaults": {name: _plain(value) for name, value in reader.defaults.items()},
            "exported_at": None if mapping.exported_at is None else mapping.exported_at.astimezone(UTC).isoformat(),
        }
        self._metadata = {METADATA: json.dumps(told).encode()}

    @property
    def schema(self) -> Any:
        """The columns, with what holds for the whole log in the metadata `servstd`."""
        return self._schema_of(self._reader(Notes(self._raw.file)).types)

    def to_batches(self, **_: object) -> Generator[Any, None, None]:
        """A pass over the log: record batches in the flat form. Raises `RecordError` for what can not be read.

        An Arrow table or dataset and an open file are read by a thread of their own, a little ahead of whoever takes
        the batches; anything else may come from anywhere, and is read where it is asked for.
        """
        self._notes = notes = Notes(self._raw.file, getattr(self._raw.source, "names", ()))
        batches = self._batches(notes)
        yield from ahead(batches) if self._raw.can_read_ahead else batches

    def _batches(self, notes: Notes) -> Iterator[Any]:
        reader = self._reader(notes)
        no_rows = getattr(self._raw.source, "take_bad_rows", list)
        for batch in reader.batches(self._raw):
            notes.add_named(no_rows())
            yield batch.replace_schema_metadata(self._metadata)
            self._unchecked = reader.seen.unchecked
        notes.add_named(no_rows())

    def to_table(self) -> Any:
        """All of it at once, as a `pyarrow.Table`."""
        batches = list(self.to_batches())
        if not batches:
            return self.schema.empty_table()
        return pa.concat_tables([pa.Table.from_batches([one]) for one in batches], promote_options="default")

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_table().__arrow_c_stream__(requested_schema)

    @property
    def given(self) -> frozenset[str]:
        """The words that have a column, empty or not."""
        return self._log.given

    @property
    def remarks(self) -> tuple[Problem, ...]:
        """What is odd about the columns."""
        return self._log.remarks

    @property
    def exported_at(self) -> datetime | None:
        """The instant to judge at, where the mapping names one."""
        return self._log.mapping.exported_at

    @property
    def bad_rows(self) -> list[BadRow]:
        """The first rows that give no record, and why."""
        return sorted(self._notes.bad_rows, key=lambda row: (row.file, row.line or 0))

    @property
    def bad_count(self) -> int:
        """How many rows give no record."""
        return self._notes.bad_count

    @property
    def records(self) -> int:
        """How many records there are."""
        return self._notes.records

    @property
    def repeats(self) -> int:
        """How many rows came twice."""
        return self._notes.repeats

    @property
    def odd(self) -> Counter[Problem]:
        """What is odd about records that can be judged, with how many records have it."""
        return Counter(self._notes.odd)

    @property
    def newest_at(self) -> datetime | None:
        """The newest observed instant of any record, never a due or planned one."""
        return self._notes.newest_at

    @property
    def unchecked(self) -> int:
        """How many ids came after so many others that rows which come twice could not be told any more."""
        return self._unchecked

    def find_newest_at(self) -> datetime | None:
        """The newest observed instant, by a pass over the log: over its times alone, where they have columns."""
        return self.find_reach().newest_at

    def find_reach(self) -> Reach:
        """How far the log reaches, by the same pass."""
        reader = self._reader(Notes(self._raw.file))
        if isinstance(reader, WideRows) and self._raw.can_repeat:
            try:
                return reach_of(reader, self._raw)
            except Unsure:
                pass
        for _ in self.to_batches():
            pass
        return self._notes.reach

    def _reader(self, notes: Notes) -> Any:
        terms = self._log.mapping.event_rows
        if terms is None:
            return WideRows(self._log, self._raw.schema, notes)
        return EventLog(self._log, self._raw.schema, notes, terms, self._order)

    def _schema_of(self, types: Mapping[str, Any]) -> Any:
        return pa.schema([("id", pa.string()), *types.items()], metadata=self._metadata)


def mapped(
    source: Any,
    mapping: LogMapping | None,
    vocabulary: Vocabulary,
    defaults: Mapping[str, Any] | None = None,
    *,
    file: str | None = None,
    order: Order | None = None,
) -> MappedTable:
    """A log in its own columns as a table in the flat form, the same records that `read_log` would give.

    `source` is a pyarrow table, reader or dataset, anything with `__arrow_c_stream__`, or an open file; `file` is its
    name in messages. Of a log with a row an event, `order` says that the rows of a case stand together (`clustered`) or
    not (`time`); None: that is found out. Raises `CatalogError` when a column that the mapping names is missing, and
    `RecordError` for a source that is no table.
    """
    raw = raw_log(source, file)
    header = raw.header
    repeated = frozenset(name for name in header or () if (header or ()).count(name) > 1)
    rows = Rows(raw.file, header, iter(()), repeated)
    require_columns(rows, mapping)
    return MappedTable(raw, Log(rows, mapping or LogMapping(), vocabulary, defaults or {}), order)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
