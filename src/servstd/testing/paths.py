"""The paths by which a record may be judged, and where they differ: one by one is the reference for all others."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from servstd.adapters import load_mapping
from servstd.adapters.logs import Log
from servstd.adapters.rows import RawRow, Rows
from servstd.adapters.table import mapped
from servstd.adapters.table.order import Order
from servstd.evaluate import Evaluator
from servstd.evaluate.table import TableRun
from servstd.flat import FlatReader
from servstd.outcome import FAIL, PASS, PENDING, UNKNOWN, Outcome
from servstd.record import Record
from servstd.testing.forms import event_rows, events_mapping, listed_row, mixed_row, table_of, wide_row
from servstd.values import parse_instant, to_us

_FEW_ROWS = 3  # so that a case may go over the end of a batch
_COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")
_INSTANTS = ("received_at", "clock_started_at", "due_at", "late_after", "decided_at")

Row = Mapping[str, Any]
Cells = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One cell of one verdict that a path gives otherwise than the record judged by itself."""

    path: str
    rule_id: str
    record: Record
    as_of: datetime
    column: str
    by_itself: Any
    found: Any

    def __str__(self) -> str:
        record = json.dumps(self.record.to_dict(), default=str, ensure_ascii=False)
        return (
            f"{self.rule_id}: {self.column} is {self.found!r} through {self.path}, {self.by_itself!r} by itself\n"
            f"  record: {record}\n  as of: {self.as_of.isoformat()}"
        )


@dataclass(frozen=True)
class Form:
    """Some records as one table, and as they are when they are read from it one by one."""

    path: str
    table: Any
    records: Mapping[str, Record]


def forms_of(records: Sequence[Record], evaluator: Evaluator) -> Iterator[Form]:
    """The records in every form of table and log. Their ids must differ."""
    reader = evaluator.reader
    whole = {record.id: reader.typed(replace(record, defaults={})) for record in records if not record.unreadable}
    wide = [wide_row(record, reader) for record in records]
    yield flat_form("a table of wide columns", wide, evaluator)
    yield flat_form("a table of texts", wide, evaluator, as_texts=True)
    if whole:
        nested = [listed_row(record, is_nested=True) for record in whole.values()]
        yield Form("a table with events as a list", table_of(map(listed_row, whole.values())), whole)
        yield Form("a table with events as a list of nested ones", table_of(nested), whole)
        mixed = table_of(mixed_row(record, reader) for record in whole.values())
        yield Form("a table with wide columns and a list", mixed, _sorted_out(mixed.to_pylist(), evaluator))
    yield from _logs(list(whole.values()), evaluator)


def flat_form(path: str, rows: Sequence[Row], evaluator: Evaluator, as_texts: bool = False) -> Form:
    """Rows of wide columns, and what is read from them row by row; they give no events but those of their names."""
    table = table_of(rows, as_texts)
    return Form(path, table, _sorted_out(table.to_pylist(), evaluator, table.schema.names))


def _sorted_out(rows: Iterable[Row], evaluator: Evaluator, names: Sequence[str] | None = None) -> dict[str, Record]:
    vocabulary, tracked = evaluator.catalog.vocabulary, None
    if names is not None and "events" not in names:
        meanings = [evaluator.reader.meaning(name) for name in names]
        tracked = frozenset(event for what, event, _ in meanings if what == "event")
    reader = FlatReader(vocabulary, tracked=tracked)
    return {record.id: record for record in map(reader.read, rows)}


def _logs(records: Sequence[Record], evaluator: Evaluator) -> Iterator[Form]:
    """Long logs, a row an event: the rows of a case together, and all rows in the order of time."""
    rows = event_rows(records)
    if not rows:
        return
    spec = events_mapping(rows, evaluator.catalog.vocabulary)
    yield log_form("a log clustered by case", table_of(rows), spec, evaluator, "clustered")
    by_time = sorted(rows, key=lambda row: (row["event_at"], row["event"]))
    yield log_form("a log in the order of time", table_of(by_time), spec, evaluator, "time")


def log_form(path: str, table: Any, spec: Mapping[str, Any], evaluator: Evaluator, order: Order | None = None) -> Form:
    """A log with its mapping as a table, and the records that the same mapping makes of its rows one by one."""
    vocabulary = evaluator.catalog.vocabulary
    mapping = load_mapping(spec, vocabulary)
    items = list(Log(_rows_of(table), mapping, vocabulary, {}))
    records = {item.id: item for item in items if isinstance(item, Record)}
    pieces = pa.Table.from_batches(table.to_batches(max_chunksize=_FEW_ROWS), table.schema)
    with patch("servstd.adapters.table.order.MOST_BYTES", 0):  # nothing is held at once, as of a long log
        return Form(path, mapped(pieces, mapping, vocabulary, order=order).to_table(), records)


def _rows_of(table: Any) -> Rows:
    """A table as rows of a log in memory."""
    rows = ((index, row) for index, row in enumerate(table.to_pylist(), start=2))
    names = tuple(table.schema.names)
    return Rows("log", names, (RawRow(line, row, hash(str(sorted(row.items(), key=str)))) for line, row in rows))


def differences(
    records: Sequence[Record], as_of: datetime, evaluator: Evaluator, worker: Evaluator | None = None
) -> Iterator[Difference]:
    """Where any path says something else than the record judged by itself. Their ids must differ.

    `worker` is the evaluator as it was unpickled elsewhere; it judges the first and the third form.
    """
    forms = list(forms_of(records, evaluator))
    for form in forms[:3:2]:
        again = form if worker is None else replace(form, path=f"{form.path} and a pickled evaluator")
        yield from form_differences(again, as_of, evaluator, worker or evaluator)
    for form in (*forms[1:2], *forms[3:]):
        yield from form_differences(form, as_of, evaluator)


def form_differences(
    form: Form, as_of: datetime, evaluator: Evaluator, worker: Evaluator | None = None
) -> Iterator[Difference]:
    """The differences of one form: what was decided and counted, the full table, and for a worker the compact one."""
    wanted = _by_itself(form.records.values(), as_of, evaluator)
    judges = ("", _counted), (", in the full table", _full), (", in the compact table", _compact)
    for name, judge in judges if worker is not None else judges[:2]:
        found = judge(form.table, as_of, worker or evaluator)
        path = form.path + name
        for key in dict.fromkeys((*wanted, *found)):
            yield from _compared(path, form, as_of, key, wanted.get(key), found.get(key))


def _compared(
    path: str, form: Form, as_of: datetime, key: tuple[str, str], wanted: Row | None, found: Row | None
) -> Iterator[Difference]:
    record_id, rule_id = key
    record = form.records.get(record_id) or Record(record_id)
    if wanted is None or found is None:
        whole = ("verdict", None if wanted is None else wanted["outcome"], None if found is None else found["outcome"])
        yield Difference(path, rule_id, record, as_of, *whole)
        return
    for column, value in found.items():
        if value != wanted[column]:
            yield Difference(path, rule_id, record, as_of, column, wanted[column], value)


def _by_itself(records: Iterable[Record], as_of: datetime, evaluator: Evaluator) -> Cells:
    assessments = evaluator.check_many(records, as_of=as_of)
    return {(one.record_id, verdict.rule_id): _plain(verdict.to_dict()) for one in assessments for verdict in one}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the verdict table with instants as microseconds, so that a text and a timestamp compare."""
    cells = dict(row)
    for name in _INSTANTS:
        cells[name] = None if cells[name] is None else to_us(parse_instant(cells[name]))
    return cells


def _compact(table: Any, as_of: datetime, evaluator: Evaluator) -> Cells:
    found: Cells = {}
    for row in evaluator.check_table(table, as_of=as_of).to_pylist():
        for rule_id in evaluator.reported:
            outcome, _, reason = row[rule_id].partition("/")
            found[row["record_id"], rule_id] = {"outcome": outcome, "reason": reason}
    return found


def _full(table: Any, as_of: datetime, evaluator: Evaluator) -> Cells:
    rows = evaluator.check_table(table, as_of=as_of, full=True).to_pylist()
    return {(row["record_id"], row["rule_id"]): _plain(row) for row in rows}


def _counted(table: Any, as_of: datetime, evaluator: Evaluator) -> Cells:
    """How many opportunities passed, failed, are pending and unknown, as tallies are made from them."""
    run, found = TableRun(evaluator, table, as_of), Cells()
    for batch, decided in run.decided():
        ids = [str(one) for one in batch.column("id").to_pylist()]
        for rule_id, one in decided.items():
            counts = {} if one.counts is None else dict(zip(one.counts.rows.tolist(), one.counts.amounts, strict=True))
            for index, code in enumerate(one.codes.tolist()):
                outcome, reason = run.codes.pairs[code]
                cells = {"outcome": outcome.value, "reason": reason}
                amounts = [int(number) for number in counts.get(index, _single(outcome))]
                found[ids[index], rule_id] = cells | dict(zip(_COUNTS, amounts, strict=True))
    return found


def _single(outcome: Outcome) -> list[int]:
    """The counts of a record with one opportunity."""
    return [int(outcome is one) for one in (PASS, FAIL, PENDING, UNKNOWN)]


def travelled(evaluator: Evaluator) -> Evaluator:
    """The evaluator as a worker gets it: pickled as a plan and made anew. Raises what `pickle` raises."""
    copy: Evaluator = pickle.loads(pickle.dumps(evaluator))
    return copy
