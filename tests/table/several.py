"""Records with several events of a type, as rows with a list column, and what a table run says of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

import servstd
from servstd import Evaluator
from servstd.columns import Counts, Decided
from servstd.evaluate.table.run import TableRun
from servstd.outcome import FAIL, PASS, PENDING, UNKNOWN, Outcome

AS_OF = datetime(2026, 5, 29, 12, tzinfo=UTC)
OFFICE = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
WORDS: dict[str, Any] = {
    "fields": {"grp": {"type": "text"}, "size": {"type": "number"}, "time": {"type": "duration"},
               "zone": {"type": "time zone"}},
    "events": {
        "aa": {"attributes": {"ref": {"type": "text"}, "by": {"type": "text"}, "n": {"type": "number"},
                              "due_at": {"type": "instant"}, "automated": {"type": "yes or no"}}},
        "bb": {"attributes": {"ref": {"type": "text"}, "ok": {"type": "yes or no"},
                              "automated": {"type": "yes or no"}}},
        "cc": {"attributes": {"ref": {"type": "text"}}},
        "dd": {}, "ee": {},
        "pp": {"attributes": {"due_at": {"type": "instant or date"}}},
    },
    "record_kinds": {"thing": {"begins": ["aa"], "ends": ["ee"]}},
    "calendars": {"x": OFFICE, "y": {**OFFICE, "time_zone": "Asia/Tokyo"}},
    "default_calendar": "x",
}  # fmt: skip
DEADLINE = {"kind": "deadline", "from": "aa", "to": "bb", "within": "1 business hour"}
RECORDED = {"kind": "recorded", "event": "bb"}
_SLOTS = (PASS, FAIL, PENDING, UNKNOWN)
Amounts = tuple[int, ...]


def events(*texts: str, **more: Any) -> list[dict[str, Any]]:
    """Events from texts such as `hold_start 19T14:00 ref=a`, in May 2026, UTC."""
    return [{**_event(text), **more} for text in texts]


def _event(text: str) -> dict[str, Any]:
    name, at, *rest = text.split()
    pairs = {key: {"yes": True, "no": False}.get(value, value) for key, value in (one.split("=") for one in rest)}
    if "until" in pairs:
        pairs["until"] = f"2026-05-{pairs['until']}Z"
    if "sequence" in pairs:
        pairs["sequence"] = int(pairs["sequence"])
    return {"type": name, "at": f"2026-05-{at}Z", **pairs}


def table_of(rows: list[dict[str, Any]], metadata: dict[str, str] | None = None) -> pa.Table:
    """A table with a row for each, numbered, and perhaps metadata of its schema."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pa.array([row.get(name) for row in rows]) for name in names}
    table = pa.table({"id": [str(number) for number in range(len(rows))], **columns})
    return table.replace_schema_metadata(metadata)


def amounts_of(decided: Decided, run: TableRun, row: int) -> Amounts:
    """How many opportunities of a row passed, failed, are pending, are unknown."""
    counts: Counts | None = decided.counts
    if counts is not None and row in counts.rows:
        return tuple(counts.amounts[int(np.searchsorted(counts.rows, row))].tolist())
    outcome: Outcome = run.codes.pairs[decided.codes[row]][0]
    return tuple(int(outcome is slot) for slot in _SLOTS)


def differences(run: TableRun, table: pa.Table) -> list[str]:
    """Where a run and the records one by one say different things: outcome, reason or counts."""
    wrong: list[str] = []
    rows = table.to_pylist()
    for _, found in run.decided():
        for number, row in enumerate(rows):
            for verdict in run.evaluator.check(run.reader.read(row), as_of=run.as_of):
                decided = found[verdict.rule_id]
                outcome, reason = run.codes.pairs[decided.codes[number]]
                counts = verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count
                wanted = verdict.outcome, verdict.reason, counts
                got = outcome, reason, amounts_of(decided, run, number)
                if got != wanted:
                    wrong.append(f"row {number}, {verdict.rule_id}: one by one {wanted}, in the table {got}")
    return wrong


def judged(evaluator: Evaluator, rows: list[dict[str, Any]], as_of: datetime, **metadata: str) -> TableRun:
    """A run over these rows that says what the records say one by one; its `work` tells how."""
    table = table_of([{"kind": "thing", **row} for row in rows], metadata or None)
    run = TableRun(evaluator, table, as_of)
    assert differences(run, table) == []
    assert not run.work.failed
    return run


def evaluator(check: dict[str, Any], more: dict[str, Any] | None = None, **rule: Any) -> Evaluator:
    rules = {"a.b": {"title": "t", "check": check, **rule}, **(more or {}).pop("rules", {})}
    return Evaluator(servstd.load_catalog({**WORDS, **(more or {}), "rules": rules}))


def by_columns(judge: Evaluator, *rows: list[dict[str, Any]], as_of: datetime = AS_OF, **fields: Any) -> TableRun:
    """The rows are judged like one by one, and none of them one by one."""
    run = judged(judge, [{"events": row, **fields} for row in rows], as_of)
    assert run.work.one_by_one.total() == 0, run.work.one_by_one
    return run


def texts(run: TableRun, judge: Evaluator, *rows: list[dict[str, Any]]) -> list[str]:
    table = judge.check_table(table_of([{"events": row} for row in rows]), as_of=run.as_of)
    return [str(text) for text in table["a.b"].to_pylist()]


AT_THE_LIMIT = events("aa 19T10:00", "bb 19T11:00", "aa 19T12:00", "bb 19T13:00")
ONE_OVER = events("aa 19T10:00", "bb 19T11:00", "aa 19T12:00", "bb 19T13:00:01")
ONE_ANSWER = events("aa 19T10:00", "aa 19T10:30", "bb 19T11:00")
WAITING = events("aa 19T10:00", "bb 19T10:10", "aa 29T11:30")
OVERDUE = events("aa 19T10:00", "aa 29T11:30", "bb 29T11:40")
