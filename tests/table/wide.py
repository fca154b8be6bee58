"""Records as rows of wide tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pyarrow as pa

from servstd import Evaluator, Record
from servstd.evaluate.table.run import TableRun
from servstd.flat import FlatReader

ATTRIBUTES = ("kind", "channel", "audience", "direction", "agent", "team")


def wide_row(record: Record, reader: FlatReader) -> dict[str, Any]:
    """The record with one event of each type, as wide columns hold it; what they can not hold is left out."""
    row = {name: getattr(record, name) for name in ATTRIBUTES} | dict(record.fields) | {"id": record.id}
    for event in record.events:
        if f"{event.type}_at" in row:
            continue
        row[f"{event.type}_at"] = event.at
        given = {**event.attributes, "until": event.until, "ref": event.ref, "actor": event.actor}
        for name, value in given.items():
            key = f"{event.type}_{name}"
            if value is not None and reader.meaning(key)[1:] == (event.type, name):
                row[key] = value
    if record.turns:
        row["turns"] = [turn.to_dict() for turn in record.turns]
    if record.reviews:
        row["reviews"] = [review.to_dict() for review in record.reviews]
    return {name: value for name, value in row.items() if value is not None}


def table_of(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows as a table; a column of mixed types is one of texts."""
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: _array([row.get(name) for row in rows]) for name in names})


def _array(values: list[Any]) -> Any:
    given = [value for value in values if value is not None]
    if given and all(isinstance(value, datetime) for value in given):
        return pa.array(values, pa.timestamp("us", "UTC"))
    kinds = {type(value) for value in given}
    if kinds <= {list} or (len(kinds) == 1 and kinds <= {str, bool, int, float}):
        return pa.array(values)
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def differences(evaluator: Evaluator, table: pa.Table, as_of: datetime, may_fail: bool = True) -> list[str]:
    """Where the compact table and the verdicts of the same rows say different things.

    Unless it `may_fail`, no vector check may raise: the records would be judged one by one, and nothing compared.
    """
    run = TableRun(evaluator, table, as_of)
    found = pa.Table.from_batches(list(run.compact())).to_pylist()
    wrong = [] if may_fail else [f"{rule_id}: the vector check raised" for rule_id in run.work.failed]
    for row, got in zip(table.to_pylist(), found, strict=True):
        for verdict in evaluator.check(run.reader.read(row), as_of=as_of):
            wanted = f"{verdict.outcome.value}/{verdict.reason}"
            if got[verdict.rule_id] != wanted:
                wrong.append(f"{verdict.rule_id}: one by one {wanted}, in the table {got[verdict.rule_id]}: {row}")
    return wrong
