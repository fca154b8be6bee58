"""A small catalog about three types of events, and the columns of a table as its rules see them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa

import servstd
from servstd import Evaluator
from servstd.evaluate.table.batches import tidy_array
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.run import TableRun

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
AT = datetime(2026, 5, 20, 10, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "fields": {"score": {"type": "number"}},
    "events": {
        "aa": {"attributes": {"size": {"type": "number"}, "loud": {"type": "yes or no", "default": True}}},
        "bb": {"attributes": {"automated": {"type": "yes or no"}}},
        "cc": {},
    },
    "calendars": {"x": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "x",
}


@cache
def small() -> Evaluator:
    checks = {
        "x.first": {"check": {"kind": "deadline", "from": "aa", "to": "bb", "within": "1 elapsed hour"}},
        "x.each": {"for_each": "aa", "check": {"kind": "recorded", "event": "bb", "from": "this"}},
        "x.loud": {"check": {"kind": "recorded", "event": {"event": "aa", "where": {"loud": True}}}},
        "x.size": {"check": {"kind": "recorded", "event": {"event": "aa", "where": {"size": {"at_least": 3}}}}},
        "x.ref": {"check": {"kind": "deadline", "from": "aa", "to": "bb", "within": "1 elapsed hour", "same": "ref"}},
    }
    rules = {name: {"title": name, **rule} for name, rule in checks.items()}
    return Evaluator(servstd.load_catalog({**WORDS, "rules": rules}))


def source(table: pa.Table, evaluator: Evaluator | None = None) -> FlatSource:
    run = TableRun(evaluator or small(), table, AS_OF)
    batch = pa.RecordBatch.from_arrays(
        [tidy_array(c.combine_chunks()) for c in table.columns], names=table.schema.names
    )
    return FlatSource(batch, run.reader)
