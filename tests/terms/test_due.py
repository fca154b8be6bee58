"""Due times that a record carries, as a developer may hand them over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from servstd import Evaluator, Event, Record, load_catalog

AT = datetime.fromisoformat("2026-05-18T10:00-04:00")
CATALOG = {
    "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "office",
    "rules": {
        "own.promise": {
            "title": "t",
            "check": {"kind": "deadline", "from": "promise", "to": "fulfilled", "due": "due_at"},
        }
    },
}


@pytest.mark.parametrize(
    ("value", "due", "reason"),
    [
        (datetime.fromisoformat("2026-05-20T12:00-04:00"), "2026-05-20T12:00:00-04:00", "clock_running"),
        ("2026-05-20T12:00-04:00", "2026-05-20T12:00:00-04:00", "clock_running"),
        (date(2026, 5, 20), "2026-05-20T17:00:00-04:00", "clock_running"),
        ("2026-05-20", "2026-05-20T17:00:00-04:00", "clock_running"),
        ("soon", None, "bad_data"),
        (20, None, "bad_data"),
        (None, None, "missing_field"),
    ],
    ids=str,
)
def test_a_due_time_may_be_an_instant_a_date_or_their_text(value: Any, due: str | None, reason: str) -> None:
    record = Record("r", kind="case", events=(Event("promise", AT, attributes={"due_at": value}),))
    verdict = Evaluator(load_catalog(CATALOG)).check(record, as_of=AT)["own.promise"]
    assert (verdict.due_at and verdict.due_at.isoformat()) == due
    assert verdict.reason == reason
