"""Rows that go by several calendars are judged together, and as each of them would be by itself."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pytest
from tests.table.wide import differences

import servstd
from servstd.columns.calendars import Calendars, SeveralCalendars
from servstd.evaluate.table.run import TableRun
from servstd.kinds.recorded import Recorded

AS_OF = datetime(2026, 5, 29, 12, tzinfo=UTC)
OFFICES = {
    "york": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}},
    "tokyo": {"time_zone": "Asia/Tokyo", "hours": {"mon-sat": "10:00-12:30, 13:30-18:00"}},
    "night": {"time_zone": "Europe/London", "hours": {"mon-fri": "22:00-06:00"}},
}
DEADLINE = {"kind": "deadline", "from": "received", "to": "responded"}
URGENT = {"when": {"priority": "urgent"}, "use": "2 business hours"}
RULES: dict[str, dict[str, Any]] = {
    "x.hours": {"check": {**DEADLINE, "within": "4 business hours"}},
    "x.day": {"check": {**DEADLINE, "within": "1 business day"}},
    "x.elapsed": {"check": {**DEADLINE, "within": "24 elapsed hours"}},
    "x.table": {"check": {**DEADLINE, "within": [URGENT, {"use": "end of 1 business day"}]}},
    "x.own_due": {"check": {"kind": "deadline", "from": "promise", "to": "fulfilled", "due": "due_at"}},
    "x.while_open": {"applies_to": {"open": "received"}, "check": {**DEADLINE, "within": "1 elapsed hour"}},
    "x.not_while_open": {"except": {"open": {"open": "received"}}, "check": {"kind": "recorded", "event": "closed"}},
    "x.took": {"check": {"kind": "limit", "of": {"elapsed": ["received", "responded"]}, "at_most": "9 business hours"}},
    "x.until": {"check": {"kind": "recorded", "event": "responded", "until": "closed"}},
    "x.silent": {"check": {"kind": "recorded", "event": "responded", "until": "closed", "trust_silence": True}},
    "x.untracked": {
        "check": {"kind": "recorded", "event": "resolved", "until": "closed", "trust_silence": True},
    },
    "x.within": {"check": {"kind": "recorded", "event": "responded", "within": "3 business hours"}},
    "x.zone": {"calendar": {"time_zone": "zone_of_customer"}, "check": {**DEADLINE, "within": "4 business hours"}},
    "x.named": {"calendar": {"use": "night"}, "check": {**DEADLINE, "within": "4 business hours"}},
}  # fmt: skip
CATALOG = {
    "calendars": OFFICES,
    "default_calendar": "york",
    "calendar_for": [{"when": {"team": "tokyo"}, "use": "tokyo"}, {"when": {"team": "night"}, "use": "night"}],
    "fields": {"zone_of_customer": {"type": "text"}},
    "rules": {name: {"title": name, **rule} for name, rule in RULES.items()},
}


def rows(seed: int, count: int = 120) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    begin = datetime(2026, 5, 18, tzinfo=UTC)

    def at(after: datetime, hours: int, share: float = 1.0) -> datetime | None:
        return after + timedelta(minutes=rng.randrange(60 * hours)) if rng.random() < share else None

    found = []
    for number in range(count):
        received = at(begin, 300) or begin
        found.append({
            "id": str(number),
            "channel": rng.choice(["email", "phone"]),
            "team": rng.choice(["tokyo", "night", "care", None]),
            "zone_of_customer": rng.choice(["Europe/Madrid", "Asia/Tokyo", "no zone", None]),
            "priority": rng.choice(["urgent", "low", None]),
            "received_at": received if rng.random() < 0.9 else None,
            "responded_at": at(received - timedelta(hours=2), 60, 0.7),
            "closed_at": at(received, 90, 0.5),
            "promise_at": at(received, 40, 0.6),
            "promise_due_at": at(received, 60, 0.8),
            "fulfilled_at": at(received + timedelta(hours=40), 60, 0.5),
        })  # fmt: skip
    return found


def table_of(given: list[dict[str, Any]]) -> pa.Table:
    instants = {name: pa.timestamp("us", "UTC") for name in given[0] if name.endswith("_at")}
    names = given[0]
    return pa.table({name: pa.array([row[name] for row in given], instants.get(name, pa.string())) for name in names})


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_several_calendars_have_the_verdicts_that_each_has_alone(seed: int) -> None:
    evaluator = servstd.Evaluator(servstd.load_catalog(CATALOG))
    assert differences(evaluator, table_of(rows(seed)), AS_OF, may_fail=False) == []


PAUSES = [{"from": "waiting_started", "until": "waiting_ended"}]
SPAN = {"from": "opened", "to": "resolved"}
PROMISE = {"kind": "deadline", "from": "promise", "to": "fulfilled", "due": "due_at"}
OF_CASES: dict[str, dict[str, Any]] = {
    "y.paused": {"kind": "deadline", **SPAN, "within": "9 business hours", "pauses": PAUSES},
    "y.each": {"kind": "deadline", "from": "hold_start", "to": "hold_end", "within": "2 elapsed hours"},
    "y.each_open": {"kind": "deadline", "from": "hold_start", "to": "hold_end", "within": "2 business hours"},
    "y.table": {"kind": "deadline", **SPAN, "within": [URGENT, {"use": "end of 1 business day"}]},
    "y.own_due": PROMISE,
    "y.earlier": {**PROMISE, "within": "9 business hours"},
    "y.moved": {**PROMISE, "moved_by": {"event": "due_moved", "to": "due_at"}},
    "y.released": {"kind": "deadline", **SPAN, "within": "1 business day", "released_by": "cancelled"},
    "y.gaps": {"kind": "interval", "event": "update_sent", **SPAN, "every": "4 business hours", "pauses": PAUSES},
    "y.gaps_elapsed": {"kind": "interval", "event": "update_sent", **SPAN, "every": "20 elapsed hours"},
    "y.periods": {"kind": "interval", "event": "update_sent", **SPAN, "every": "each business day"},
    "y.notice": {"kind": "notice", **SPAN, "event": "update_sent"},
}  # fmt: skip
OFTEN = ("waiting_started", "waiting_ended", "hold_start", "hold_end", "update_sent", "promise", "fulfilled")


def cases(seed: int, count: int = 150) -> list[dict[str, Any]]:
    """Cases with several events of a type; some lie where no calendar reaches."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        opened = datetime(2026, 5, 18, tzinfo=UTC) + timedelta(minutes=15 * rng.randrange(800))
        opened = opened.replace(year=2200) if rng.random() < 0.03 else opened
        types = ["opened", *rng.choices(OFTEN, k=rng.randrange(9)), *rng.choices(["resolved", "cancelled"], k=1)]
        events: list[dict[str, Any]] = []
        for place, name in enumerate(types):
            at = opened + timedelta(minutes=15 * rng.randrange(400)) if place else opened
            due = at + timedelta(minutes=15 * rng.randrange(200)) if name == "promise" else None
            events.append({"type": name, "at": at, "due_at": due})
        team, priority = rng.choice(["tokyo", "night", "care", None]), rng.choice(["urgent", "low", None])
        found.append({"id": str(number), "kind": "case", "team": team, "priority": priority, "events": events})
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("strict", [None, "york", "tokyo"], ids=["plain", "one is strict", "another is strict"])
def test_cases_of_several_calendars_have_the_verdicts_that_each_has_alone(seed: int, strict: str | None) -> None:
    offices = {
        name: {**office, "holidays": {"country": "US"}, "strict_holidays": name == strict}
        for name, office in OFFICES.items()
    }
    shipped = servstd.load_catalog().vocabulary.events
    rules = {name: {"title": name, "check": check} for name, check in OF_CASES.items()}
    words = {"events": {one: {} for one in ("cancelled",) if one not in shipped}}
    words["events"]["due_moved"] = {"attributes": {"due_at": {"type": "instant"}}}
    catalog = servstd.load_catalog({**CATALOG, **words, "calendars": offices, "rules": rules})
    table = pa.Table.from_pylist(cases(seed))
    assert differences(servstd.Evaluator(catalog), table, AS_OF, may_fail=False) == []


def test_rules_that_ask_nothing_of_a_calendar_are_judged_once_for_all_of_them() -> None:
    asked: list[int] = []

    class Counted(Recorded):
        name: ClassVar[str] = "counted"
        kind: Literal["counted"] = "counted"  # type: ignore[assignment]

        def check_columns(self, columns: Any) -> Any:
            asked.append(columns.count)
            return super().check_columns(columns)

    rule = {"title": "t", "check": {"kind": "counted", "event": "responded"}}
    catalog = servstd.load_catalog({**CATALOG, "rules": {"x.counted": rule}}, kinds=[Counted])
    list(TableRun(servstd.Evaluator(catalog), table_of(rows(0)), AS_OF).decided())
    assert asked == [120]


def test_many_calendars_are_given_with_their_rows_and_one_is_none_of_them() -> None:
    offices = servstd.load_catalog(CATALOG).calendars
    york, tokyo = offices["york"], offices["tokyo"]
    both = Calendars([york, tokyo], np.array([0, 1, -1, 1], np.int8))
    assert [(rows.tolist(), calendar) for rows, calendar in both.among(np.arange(4))] == [([0], york), ([1, 3], tokyo)]
    with pytest.raises(SeveralCalendars):
        _ = both.only
    assert both.take(np.array([1, 3])).only is tokyo
    assert Calendars([york]).only is york
    assert Calendars([]).only is None
    assert list(Calendars([]).among(np.arange(2))) == []
