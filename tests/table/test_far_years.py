"""Empty dates of other systems, and dates of the far future: no record stops a batch, and all paths agree."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

import servstd
from servstd.evaluate.rows import verdict_row
from servstd.evaluate.table.run import TableRun
from servstd.testing.paths import differences

INSTANTS = (
    "0001-01-01T00:00:00Z", "1601-01-01T00:00:00Z", "1899-12-30T00:00:00Z", "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
)  # fmt: skip
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
REPLY = {"kind": "deadline", "from": "received", "to": "responded"}
AWAY = {"kind": "notice", "event": "autoreply_active", "from": "absence_started", "to": "absence_ended"}
CHECKS: dict[str, dict[str, Any]] = {
    "hours": REPLY | {"within": "4 business hours"},
    "days": REPLY | {"within": "1 business day"},
    "elapsed": REPLY | {"within": "4 elapsed hours"},
    "calendar_days": REPLY | {"within": "2 calendar days"},
    "end_of_day": REPLY | {"within": "end of 1 calendar day"},
    "own": {"kind": "deadline", "from": "promise", "to": "responded", "due": "due_at"},
    "monthly": {
        "kind": "interval",
        "event": "responded",
        "from": "received",
        "to": "closed",
        "every": "each calendar year",
    },
    "away": AWAY | {"lasting": "50% of a business day"},
    "length": {"kind": "limit", "of": {"elapsed": ["received", "responded"]}, "at_most": "2 business days"},
}


@cache
def evaluator(zone: str) -> servstd.Evaluator:
    office = {"time_zone": zone, "hours": {"mon-fri": "09:00-17:00"}}
    return servstd.Evaluator(
        servstd.load_catalog(
            {
                "catalog": {"time_zone": zone},
                "calendars": {"office": office},
                "default_calendar": "office",
                "rules": {f"mail.{name}": {"title": "t", "check": check} for name, check in CHECKS.items()},
            }
        )
    )


def rows() -> list[dict[str, Any]]:
    names = ("received_at", "responded_at", "promise_due_at", "absence_started_at", "absence_ended_at")
    usual = {name: f"2026-05-{20 + number}T15:00:00Z" for number, name in enumerate(names)}
    usual["promise_at"] = "2026-05-20T15:00:00Z"
    return [{"id": f"{name} {text}", **usual, name: text} for name in names for text in INSTANTS]


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_all_paths_say_the_same_of_dates_near_the_ends_of_time(zone: str, caplog: pytest.LogCaptureFixture) -> None:
    made = evaluator(zone)
    records = [made.reader.read(row) for row in rows()]
    assert [str(one) for one in differences(records, AS_OF, made)] == []
    assert caplog.messages == []  # nothing failed, neither a check nor its columns


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_verdicts_on_such_dates_can_be_told(zone: str) -> None:
    made = evaluator(zone)
    for row in rows():
        assessment = made.check(row, as_of=AS_OF)
        assert {verdict.reason for verdict in assessment}.isdisjoint({"check_error"})
        assert all(verdict.explain(full=True) and verdict_row(verdict) for verdict in assessment)
        assert isinstance(assessment.to_dict(), dict)
        made.deadlines(row, as_of=AS_OF)


@pytest.mark.parametrize("per", ["day", "week", "month"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_they_are_counted_in_the_same_periods(zone: str, per: str) -> None:
    made, table = evaluator(zone), pa.Table.from_pylist(rows())
    whole = made.tally_table(table, as_of=AS_OF, by=("rule_id", per))
    labels = {verdict.group(per) for row in rows() for verdict in made.check(row, as_of=AS_OF)}
    assert {key[1] for key in whole.groups} == labels
    assert any(label is not None and label.startswith("0001") for label in labels)
    full = made.check_table(table, as_of=AS_OF, full=True)
    by_rows = servstd.summarize(full.to_pylist(), by=("rule_id", per), time_zone=zone)
    by_columns = servstd.summarize(full, by=("rule_id", per), time_zone=zone)
    assert [one.to_dict() for one in by_rows] == [one.to_dict() for one in by_columns]


def test_an_instant_to_judge_at_that_lies_too_far_off_is_said_before_anything_is_counted() -> None:
    made, table = evaluator("UTC"), pa.Table.from_pylist(rows())
    with pytest.raises(servstd.RecordError, match="beyond the years that calendars reach"):
        made.tally_table(table, as_of=datetime(9999, 12, 15, tzinfo=UTC), by=("rule_id", "month"))
    run = TableRun(made, table, AS_OF)
    assert sum(batch.num_rows for batch, _ in run.decided()) == len(rows())
