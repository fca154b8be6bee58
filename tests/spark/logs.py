"""The same records as logs of three shapes, and their verdicts by the scalar check, to compare Spark's with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from tests.record_strategies import near_shipped_rules, shipped, subjects_of_shipped_rules
from tests.table.wide import table_of, wide_row

from servstd import Evaluator, Record, Verdict
from servstd.adapters import LogMapping, read_log
from servstd.evaluate.table.run import TableRun

AS_OF = datetime(2026, 5, 29, 12, tzinfo=UTC)
# What the paths must agree on, beside the id of record and rule.
COMPARED = (
    "outcome", "reason", "due_at", "late_after", "elapsed_s", "opportunities", "passed_count", "failed_count",
    "pending_count", "unknown_count",
)  # fmt: skip
Verdicts = dict[tuple[str, str], tuple[Any, ...]]


@cache
def records(more: int = 100) -> tuple[Record, ...]:
    """Every record of the tests beside the shipped rules, and some that were drawn near them."""
    found = [subject.record for subject in subjects_of_shipped_rules()]
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

    @settings(max_examples=more, phases=[Phase.generate], suppress_health_check=checks, derandomize=True)
    @given(near_shipped_rules())
    def draw(subject: Any) -> None:
        found.append(subject.record)

    draw()
    return tuple(replace(record, id=f"r{number:04d}") for number, record in enumerate(found))


def wide_table() -> pa.Table:
    """A row a record, an event of each type at most."""
    return table_of({**wide_row(record, shipped().reader), "id": record.id} for record in records())


def nested_table() -> pa.Table:
    """A row a record, with all its events as one list of structs; attributes are texts, as their types differ."""
    rows = []
    for record in records():
        row = wide_row(replace(record, events=()), shipped().reader)
        rows.append({**row, "id": record.id, "events": [_event(event.to_dict()) for event in record.events]})
    attributes = sorted({name for row in rows for event in row["events"] for name in event} - {"type", "at", "until"})
    instant = pa.timestamp("us", "UTC")
    fields = [("type", pa.string()), ("at", instant), ("until", instant), *((name, pa.string()) for name in attributes)]
    events = pa.array([row.pop("events") for row in rows], pa.list_(pa.struct(fields)))
    return table_of(rows).append_column("events", events)


def _event(event: Mapping[str, Any]) -> dict[str, Any]:
    flat = {**event, **dict(event.get("attributes") or {})}
    flat.pop("attributes", None)
    instants = ("at", "until")
    return {
        name: value if name == "type" or value is None else _instant(value) if name in instants else _text(value)
        for name, value in flat.items()
    }


def _instant(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def long_table(is_clustered: bool) -> pa.Table:
    """A row an event, the rows of a record together or all in order of time; records without events are not there."""
    rows = []
    for record in records():
        fields = wide_row(replace(record, events=(), turns=(), reviews=()), shipped().reader)
        for number, event in enumerate(record.events):
            flat = {name: value for name, value in _event(event.to_dict()).items() if name not in fields}
            rows.append({**fields, **flat, "id": record.id, "sequence": number})
    if not is_clustered:
        rows.sort(key=lambda row: row["at"])
    return table_of(rows)


def by_row(evaluator: Evaluator, table: pa.Table, as_of: datetime = AS_OF) -> Verdicts:
    """The verdicts of a table's rows, read and judged one by one."""
    reader = TableRun(evaluator, table, as_of).reader
    return _verdicts(evaluator, (reader.read(row) for row in table.to_pylist()), as_of)


def by_log(evaluator: Evaluator, table: pa.Table, mapping: LogMapping, folder: Path) -> Verdicts:
    """The verdicts of a log's records, read by its mapping and judged one by one."""
    path = folder / "log.parquet"
    pq.write_table(table, path)
    items = read_log(path, mapping, evaluator.catalog.vocabulary)
    return _verdicts(evaluator, (item for item in items if isinstance(item, Record)), AS_OF)


def _verdicts(evaluator: Evaluator, found: Iterable[Record], as_of: datetime) -> Verdicts:
    verdicts = (verdict for one in evaluator.check_many(found, as_of=as_of) for verdict in one)
    return {(verdict.record_id, verdict.rule_id): tuple(_figures(verdict)) for verdict in verdicts}


def _figures(verdict: Verdict) -> Iterator[Any]:
    """What is compared of a verdict, which is far less than its row of the verdict table."""
    for name in COMPARED:
        value = getattr(verdict, "elapsed" if name == "elapsed_s" else name)
        if isinstance(value, timedelta):
            yield value.total_seconds()
        else:
            yield value.astimezone(UTC) if isinstance(value, datetime) else value


def in_full(table: pa.Table) -> Verdicts:
    """The verdicts of a full table that Spark gave back."""
    rows = table.select(["record_id", "rule_id", *COMPARED]).to_pylist()
    return {(row["record_id"], row["rule_id"]): tuple(row[name] for name in COMPARED) for row in rows}


def differences(wanted: Verdicts, got: Verdicts) -> list[str]:
    """Where two sets of verdicts differ, none missing and none too many."""
    return [
        f"{key}: one by one {wanted.get(key)}, on Spark {got.get(key)}"
        for key in sorted({*wanted, *got})
        if wanted.get(key) != got.get(key)
    ]
