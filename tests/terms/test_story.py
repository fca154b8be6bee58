"""The steps that tell how a clock ran: which event began and ended it, and what of a span a pause leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

import servstd
from servstd.terms.story import _without_pauses

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}


def steps(record: dict[str, Any], as_of: str = "2026-05-19T12:00", **check: Any) -> dict[str, dict[str, Any]]:
    """The last step of each code; times are those of New York in summer."""
    shape = {"kind": "deadline", "from": ["received", "reopened"], "to": ["responded", "resolved"], **check}
    rules = {"mail.reply": {"title": "An answer", "check": {"within": "4 business hours", **shape}}}
    catalog = servstd.load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules})
    now = datetime.fromisoformat(f"{as_of}-04:00")
    times = {f"{name}_at": f"2026-05-19T{time}-04:00" for name, time in record.items()}
    verdict = servstd.Evaluator(catalog).check({"id": "1", **times}, as_of=now)["mail.reply"]
    return {step.code: dict(step.values) for step in verdict.steps}


@pytest.mark.parametrize(
    ("record", "started", "done"),
    [
        ({"received": "10:00", "responded": "11:00"}, "received", "responded"),
        ({"reopened": "10:00", "resolved": "11:00"}, "reopened", "resolved"),
        (
            {"reopened": "10:00", "received": "10:00", "resolved": "11:00", "responded": "11:00"},
            "received",
            "responded",
        ),
        ({"received": "10:00", "reopened": "10:30", "resolved": "11:00", "responded": "11:30"}, "received", "resolved"),
        ({"opened": "10:00", "reopened": "10:00", "closed": "11:00", "resolved": "11:00"}, "reopened", "resolved"),
    ],
)
def test_the_event_that_began_and_the_one_that_ended_are_named(record: dict[str, str], started: str, done: str) -> None:
    told = steps(record)
    assert (told["started"]["event"], told["done"]["event"]) == (started, done)


@pytest.mark.parametrize(
    ("pauses", "left"),
    [
        ([], [(10, 20)]),
        ([(0, 10)], [(10, 20)]),
        ([(0, 11)], [(11, 20)]),
        ([(10, 15)], [(15, 20)]),
        ([(12, 15)], [(10, 12), (15, 20)]),
        ([(12, 15), (15, 17)], [(10, 12), (17, 20)]),
        ([(12, 15), (18, None)], [(10, 12), (15, 18)]),
        ([(12, 18), (13, 14)], [(10, 12), (18, 20)]),
        ([(15, 20)], [(10, 15)]),
        ([(15, 19)], [(10, 15), (19, 20)]),
        ([(20, 30)], [(10, 20)]),
        ([(19, 30), (40, 50)], [(10, 19)]),
        ([(10, None)], []),
        ([(0, None)], []),
        ([(30, None)], [(10, 20)]),
    ],
)
def test_pauses_are_cut_out_of_a_span(pauses: Sequence[tuple[int, int | None]], left: list[tuple[int, int]]) -> None:
    assert list(_without_pauses((10, 20), pauses)) == left


def test_no_open_time_is_told_for_a_clock_of_real_time() -> None:
    assert "counted" not in steps({"received": "10:00", "responded": "11:00"}, within="4 elapsed hours")
    assert "counted" in steps({"received": "10:00", "responded": "11:00"})
    assert "skipped" not in steps({"received": "10:00"}, as_of="2026-05-26T12:00", within="200 elapsed hours")
    assert "skipped" in steps({"received": "10:00"}, as_of="2026-05-26T12:00", within="40 business hours")


@pytest.mark.parametrize(("waiting", "is_told"), [("13:59:59", True), ("14:00", True), ("14:00:01", False)])
def test_a_pause_that_begins_after_the_limit_is_not_told(waiting: str, is_told: bool) -> None:
    pauses = [{"from": "waiting_started", "until": "waiting_ended"}]
    record = {"received": "10:00", "waiting_started": waiting, "waiting_ended": "15:00"}
    if waiting == "13:59:59":
        record["waiting_ended"] = "14:00:01"
    assert ("paused" in steps(record, "2026-05-19T16:00", pauses=pauses)) is is_told


def test_a_pause_between_the_limit_and_a_late_answer_is_told() -> None:
    pauses = [{"from": "waiting_started", "until": "waiting_ended"}]
    record = {"received": "10:00", "waiting_started": "14:30", "waiting_ended": "15:00", "responded": "15:30"}
    assert "paused" in steps(record, "2026-05-19T16:00", pauses=pauses)
    assert "paused" not in steps({**record, "responded": "13:00"}, "2026-05-19T16:00", pauses=pauses)
