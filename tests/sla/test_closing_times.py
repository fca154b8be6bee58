"""A target that is used up at a closing: due then, still met until the next opening, whatever pauses come later."""

from datetime import UTC, datetime
from typing import Any

import servstd

RULE = "desk.answer"
CALENDAR = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}


def monday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 5, hour, minute, tzinfo=UTC)


def tuesday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 1, 6, hour, minute, tzinfo=UTC)


def evaluator(within: str, **more: Any) -> servstd.Evaluator:
    pauses = [{"from": "waiting_started", "until": "waiting_ended"}]
    check = {"kind": "deadline", "from": "received", "to": "responded", "within": within, "pauses": pauses}
    rule = {"title": "Answered", "applies_to": {"kind": "case"}, "check": check, **more}
    return servstd.Evaluator(
        servstd.load_catalog({"calendars": {"desk": CALENDAR}, "default_calendar": "desk", "rules": {RULE: rule}})
    )


def record(**events: datetime) -> dict[str, Any]:
    return {"id": "C-1", "kind": "case", **{f"{name}_at": at for name, at in events.items()}}


def test_a_later_pause_leaves_the_night_after_the_closing() -> None:
    given = record(received=monday(15), waiting_started=tuesday(10), waiting_ended=tuesday(11))
    verdict = evaluator("2 business hours").check(given, as_of=tuesday(12))[RULE]
    assert (verdict.outcome, verdict.due_at, verdict.late_after) == ("fail", monday(17), tuesday(9))


def test_an_answer_at_night_is_in_time_though_a_pause_comes_later() -> None:
    given = record(received=monday(15), responded=monday(23), waiting_started=tuesday(10), waiting_ended=tuesday(11))
    verdict = evaluator("2 business hours").check(given, as_of=tuesday(12))[RULE]
    assert (verdict.outcome, verdict.elapsed) == ("pass", monday(17) - monday(15))


def test_pauses_that_touch_are_one_pause() -> None:
    times = [monday(10), monday(11), monday(11), monday(12)]
    names = ["waiting_started", "waiting_ended"] * 2
    waits = [
        {"type": name, "at": at, "sequence": place} for place, (name, at) in enumerate(zip(names, times, strict=True))
    ]
    given = {**record(received=monday(9)), "events": waits}
    found = evaluator("2 business hours")
    assert found.check(given, as_of=monday(11))[RULE].reason == "clock_paused"
    assert found.check(given, as_of=monday(12))[RULE].due_at == monday(13)


def test_a_warning_stays_inside_the_day_in_which_it_is_counted() -> None:
    owed = evaluator("2 business hours", warn=["1 business hour before"])
    [deadline] = owed.deadlines(record(received=monday(16)), as_of=monday(16))
    assert deadline.due_at == tuesday(10)
    assert deadline.warn_at == (tuesday(9),)
