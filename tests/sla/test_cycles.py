"""Which message an answer answers, whichever of the exchanges a rule judges."""

from datetime import UTC, datetime
from typing import Any

import pytest

import servstd

SIX, SEVEN, EIGHT, NOON = (datetime(2026, 1, 5, hour, tzinfo=UTC) for hour in (6, 7, 8, 12))
JUDGES_THE_LAST_ONE_TOO = ("each", "last", "longest", "sum")


def judged(cycles: str, *events: tuple[str, datetime]) -> servstd.Verdict:
    """The verdict on a target of two hours; the events are in the order in which the source logged them."""
    rule: dict[str, Any] = {
        "title": "Answered in two hours",
        "applies_to": {"kind": "case"},
        "check": {
            "kind": "deadline",
            "from": "received",
            "to": "responded",
            "within": "2 elapsed hours",
            "cycles": cycles,
        },
    }
    calendar = {"time_zone": "UTC", "hours": {"mon-sun": "00:00-24:00"}}
    catalog = servstd.load_catalog(
        {"calendars": {"desk": calendar}, "default_calendar": "desk", "rules": {"desk.answer": rule}}
    )
    logged = [{"type": name, "at": at, "sequence": place} for place, (name, at) in enumerate(events, 1)]
    record = {"id": "C-1", "kind": "case", "events": logged}
    return servstd.Evaluator(catalog).check(record, as_of=NOON)["desk.answer"]


@pytest.mark.parametrize("cycles", JUDGES_THE_LAST_ONE_TOO)
def test_an_answer_does_not_answer_what_comes_later(cycles: str) -> None:
    verdict = judged(cycles, ("received", SIX), ("responded", SEVEN), ("received", EIGHT))
    assert (verdict.outcome, verdict.reason, verdict.received_at) == ("fail", "overdue", EIGHT)


@pytest.mark.parametrize("cycles", JUDGES_THE_LAST_ONE_TOO)
def test_of_one_instant_what_was_logged_later_comes_later(cycles: str) -> None:
    verdict = judged(cycles, ("received", SIX), ("responded", SEVEN), ("received", SEVEN))
    assert (verdict.outcome, verdict.reason, verdict.received_at) == ("fail", "overdue", SEVEN)


@pytest.mark.parametrize("cycles", [*JUDGES_THE_LAST_ONE_TOO, "first"])
def test_one_answer_serves_every_message_before_it(cycles: str) -> None:
    verdict = judged(cycles, ("received", SIX), ("received", SEVEN), ("responded", SEVEN))
    assert (verdict.outcome, verdict.reason) == ("pass", "in_time")


@pytest.mark.parametrize("cycles", [*JUDGES_THE_LAST_ONE_TOO, "first"])
def test_an_answer_before_any_message_decides_nothing(cycles: str) -> None:
    verdict = judged(cycles, ("responded", SIX), ("received", SEVEN))
    assert (verdict.outcome, verdict.reason) == ("unknown", "end_before_start")
