"""Facts that help desks agree on; cases.json names the project and the test each was taken from.

`rule` cases go the whole way: a catalog with one rule, a record, a verdict. The others ask the calendar.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import servstd

FACTS = json.loads((Path(__file__).parent / "cases.json").read_text("utf-8"))
LEFT_OUT: dict[str, str] = FACTS["left_out"]
DIFFERS: dict[str, dict[str, Any]] = FACTS["differs"]
COUNT = 191
RULE = "desk.target"
START = {"kind": "deadline", "from": "received", "pauses": [{"from": "waiting_started", "until": "waiting_ended"}]}
# Not owed: we wrote first, or there is nobody to write to.
EXCEPT = {"we_wrote_first": {"direction": "outbound"}, "nobody_to_answer": {"no_response_required": True}}

Case = dict[str, Any]


@cache
def calendar_named(name: str) -> servstd.BusinessCalendar:
    return servstd.BusinessCalendar.from_spec(FACTS["calendars"][name])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def check_of(case: Case) -> dict[str, Any]:
    """The one check of a case, or all of its several."""
    if "checks" not in case:
        return check_with(case["check"])
    return {"kind": "all_of", "checks": {name: check_with(check) for name, check in case["checks"].items()}}


def check_with(written: dict[str, Any]) -> dict[str, Any]:
    return written if "kind" in written else {"to": "responded", **START, **written}


def catalog_of(case: Case) -> servstd.Catalog:
    """The catalog that a help desk with this one target would write."""
    rule = {
        "title": case["id"],
        "applies_to": {"kind": "case"},
        "except": EXCEPT,
        "check": check_of(case),
        "warn": [case["warn"]] if "warn" in case else [],
    }
    calendar = FACTS["calendars"][case["calendar"]]
    return servstd.load_catalog(
        {
            "calendars": {case["calendar"]: calendar},
            "default_calendar": case["calendar"],
            "rules": {RULE: rule},
        }
    )


def record_of(case: Case) -> dict[str, Any]:
    """The events in the order of the source; several may share an instant."""
    events = [
        {"type": name, "at": instant, "sequence": place} for place, (name, instant) in enumerate(case["events"], 1)
    ]
    return {"id": case["id"], "kind": "case", "events": events, **case.get("fields", {})}


def ask_rule(case: Case, expected: dict[str, Any]) -> dict[str, Any]:
    """What the verdict says about each thing that is expected."""
    evaluator, record = servstd.Evaluator(catalog_of(case)), record_of(case)
    as_of = at(case["as_of"]) if "as_of" in case else max(at(instant) for _, instant in case["events"])
    verdict = evaluator.check(record, as_of=as_of)[RULE]
    calendar = calendar_named(case["calendar"])
    answers: dict[str, Callable[[], Any]] = {
        "outcome": lambda: str(verdict.outcome),
        "reason": lambda: verdict.reason,
        "due_at": lambda: verdict.due_at,
        "decided_at": lambda: verdict.decided_at,
        "clock_starts_at": lambda: verdict.clock_started_at,
        "elapsed_seconds": lambda: seconds(verdict.elapsed),
        "late_by_seconds": lambda: seconds(verdict.late_by),
        "cycles_seconds": lambda: cycles_seconds(case, as_of),
        "paused_seconds": lambda: paused_seconds(verdict, calendar),
        "warn_at": lambda: warn_at(case, evaluator, record, verdict, calendar),
        "due_after_event": lambda: [
            owed_until(evaluator.check(record, as_of=at(instant))[RULE]) for _, instant in case["events"]
        ],
    }
    return {key: answers[key]() for key in expected}


def seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def cycles_seconds(case: Case, as_of: datetime) -> list[float]:
    """The time used by each exchange, whichever of them the rule judges."""
    every = {**case, "check": {**case["check"], "cycles": "each"}}
    verdict = servstd.Evaluator(catalog_of(every)).check(record_of(case), as_of=as_of)[RULE]
    return [finding.elapsed / 1e6 for _, finding in verdict.parts()]


def owed_until(verdict: servstd.Verdict) -> datetime | None:
    return verdict.due_at if verdict.outcome == "pending" else None


def paused_seconds(verdict: servstd.Verdict, calendar: servstd.BusinessCalendar) -> float:
    """Open time between the start and the end (the answer, else the due time) that did not count."""
    start, end = verdict.clock_started_at, verdict.decided_at or verdict.due_at
    used = verdict.elapsed if verdict.decided_at else timedelta(microseconds=verdict.target.amount)
    if not verdict.target.is_time:
        used = calendar.elapsed(start, calendar.add_business_days_at(start, verdict.target.amount))
        used = used if not verdict.target.at_end else calendar.elapsed(start, end)
    return (calendar.elapsed(start, end) - used).total_seconds()


def warn_at(case: Case, evaluator: servstd.Evaluator, record: Case, verdict: Any, calendar: Any) -> datetime:
    """The warning of the rule; a peer's second step after the due time is asked of the calendar."""
    after = case.get("warned_after")
    if after is None:
        start = evaluator.deadlines(record, as_of=verdict.clock_started_at)[0]
        return start.warn_at[0]
    if "days" in after:
        return calendar.add_business_days_at(verdict.due_at, after["days"])
    return calendar.add(verdict.due_at, timedelta(seconds=after["seconds"]))


def ask_business_days(case: Case) -> datetime:
    """The instant some business days on or back, or the last closing of that day."""
    calendar = calendar_named(case["calendar"])
    landed = calendar.add_business_days_at(at(case["at"]), case["days"])
    if not case.get("to_end_of_day"):
        return landed
    midnight = landed.replace(hour=0, minute=0, second=0)
    return calendar.intervals(midnight, midnight + timedelta(days=1))[-1].end


def is_refused(case: Case) -> bool:
    """Whether what is written does not load, with a reason."""
    try:
        catalog_of({"check": {"within": "1 business hour"}, **case})
    except servstd.CatalogError as error:
        return bool(error.problems)
    return False


ASK: dict[str, Callable[[Case], Any]] = {
    "is_open": lambda case: calendar_named(case["calendar"]).is_open(at(case["at"])),
    "elapsed": lambda case: calendar_named(case["calendar"]).elapsed(*map(at, case["between"])).total_seconds(),
    "intervals": lambda case: [[one.start, one.end] for one in intervals(case)],
    "subtract": lambda case: calendar_named(case["calendar"]).subtract(
        at(case["at"]), timedelta(seconds=case["seconds"])
    ),
    "next_open": lambda case: calendar_named(case["calendar"]).next_open(at(case["at"])),
    "add_business_days": ask_business_days,
    "refused": is_refused,
}


def intervals(case: Case) -> list[servstd.Interval]:
    return calendar_named(case["calendar"]).intervals(*map(at, case["between"]))


def read_expected(value: Any) -> Any:
    """Times of the file as instants, the rest as it stands."""
    if isinstance(value, list):
        return [read_expected(part) for part in value]
    return at(value) if isinstance(value, str) and value[:2] == "20" else value


def expected_of(case: Case) -> dict[str, Any]:
    """What we promise: what the peers say, but for the cases in `differs`."""
    stated = DIFFERS.get(case["id"], {}).get("expected", case["expected"])
    return {key: read_expected(value) for key, value in stated.items()}


@pytest.mark.parametrize(
    "case", [case for case in FACTS["cases"] if case["id"] not in LEFT_OUT], ids=lambda case: case["id"]
)
def test_we_say_what_help_desks_agree_on(case: Case) -> None:
    expected = expected_of(case)
    if case["ask"] == "rule":
        assert ask_rule(case, expected) == expected
    else:
        assert [ASK[case["ask"]](case)] == list(expected.values())


def test_every_case_is_asked_or_left_out_with_a_reason() -> None:
    ids = [case["id"] for case in FACTS["cases"]]
    asked = [case["id"] for case in FACTS["cases"] if case["ask"] in ASK or case["ask"] == "rule"]
    assert len(ids) == len(set(ids)) == COUNT
    assert sorted([*asked, *LEFT_OUT]) == sorted(ids)
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


def test_where_we_differ_it_is_a_real_difference_and_says_why() -> None:
    stated = {case["id"]: case["expected"] for case in FACTS["cases"]}
    for name, ours in DIFFERS.items():
        assert ours["expected"].keys() == stated[name].keys(), name
        assert ours["expected"] != stated[name], name
        assert len(ours["why"]) > 20, name


def test_the_cases_are_those_of_the_shared_file(project_root: Path) -> None:
    path = project_root.parent / "shared" / "cases" / "sla.json"
    if not path.is_file():
        pytest.skip("needs ../shared/cases, beside the checkout")
    shared = {case["id"]: case for case in json.loads(path.read_text("utf-8"))}
    assert shared.keys() == {case["id"] for case in FACTS["cases"]}
    for case in FACTS["cases"]:
        stated = shared[case["id"]]["expected"]
        for key in {"due_at", "elapsed_seconds", "warn_at", "paused_seconds"} & case["expected"].keys() & stated.keys():
            theirs = read_expected(stated[key])
            if isinstance(theirs, datetime) and theirs.tzinfo is None:  # the source has no zone: its calendar is UTC
                theirs = theirs.replace(tzinfo=read_expected(case["expected"][key]).tzinfo)
            assert read_expected(case["expected"][key]) == theirs, (case["id"], key)
