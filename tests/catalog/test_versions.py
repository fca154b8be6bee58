"""Versions by date: of rules and of calendars, at the limit and at one microsecond on both sides of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.table.wide import differences, table_of

from servstd import Catalog, CatalogError, Evaluator, load_catalog
from servstd.catalog.history import calendar_changes, changes_of

DAY = {"kind": "deadline", "from": "received", "to": "responded", "within": "1 elapsed hour"}
LONG = {"within": "3 elapsed hours"}
OPEN = {"time_zone": "UTC", "hours": {"daily": "00:00-24:00"}}
LATE = "2030-01-01T00:00Z"


def catalog(
    zone: str = "America/New_York",
    calendar: dict[str, Any] | None = None,
    more: dict[str, Any] | None = None,
    **rule: Any,
) -> Catalog:
    """One rule that is answered within an hour, changed as given."""
    return load_catalog(
        {
            **(more or {}),
            "catalog": {"time_zone": zone},
            "calendars": {"office": calendar or OPEN},
            "default_calendar": "office",
            "rules": {"mail.answer": {"title": "An answer", "check": DAY, **rule}},
        }
    )


def judged(own: Catalog, received: str, after: timedelta = timedelta(hours=2), **record: Any) -> str:
    """The outcome and reason of a message that was answered two hours after it came."""
    start = datetime.fromisoformat(received)
    given = {"id": "r", "channel": "email", "received_at": start, "responded_at": start + after, **record}
    verdict = Evaluator(own).check(given, as_of=datetime.fromisoformat(LATE))["mail.answer"]
    return f"{verdict.outcome} {verdict.reason}"


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("America/New_York", "2026-07-01T00:00-04:00"),
        ("America/New_York", "2026-01-15T00:00-05:00"),
        ("Asia/Tokyo", "2026-07-01T00:00+09:00"),
        ("Africa/Cairo", "2026-04-24T01:00+03:00"),  # the clocks go from 00:00 to 01:00: the date begins at 01:00
        ("America/Havana", "2026-11-01T00:00-04:00"),  # 00:00 comes twice: the date begins with the first
    ],
)
def test_a_version_begins_at_midnight_in_the_zone_of_the_catalog(zone: str, midnight: str) -> None:
    begins = datetime.fromisoformat(midnight)
    own = catalog(zone, versions=[{"from": midnight[:10], "check": LONG}])
    assert judged(own, (begins - timedelta(microseconds=1)).isoformat()) == "fail late"
    assert judged(own, begins.isoformat()) == "pass in_time"


@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        ("2026-07-09T23:59:59.999999-04:00", "pass in_time"),
        ("2026-07-10T00:00-04:00", "not_applicable outside_effective_dates"),
        ("2026-07-19T23:59:59.999999-04:00", "not_applicable outside_effective_dates"),
        ("2026-07-20T00:00-04:00", "fail late"),
        ("2026-06-30T23:59:59.999999-04:00", "fail late"),
    ],
)
def test_between_two_versions_there_may_be_a_gap(received: str, verdict: str) -> None:
    versions = [
        {"from": "2026-07-01", "until": "2026-07-10", "check": LONG},
        {"from": "2026-07-20", "check": {"within": "1 elapsed hour"}},
    ]
    assert judged(catalog(versions=versions), received) == verdict


def test_after_the_last_version_has_ended_nothing_is_asked() -> None:
    own = catalog(versions=[{"from": "2026-07-01", "until": "2026-07-10", "check": LONG}])
    assert judged(own, "2026-07-10T00:00-04:00") == "not_applicable outside_effective_dates"


def test_a_version_can_end_a_rule_and_begin_one() -> None:
    ended = catalog(versions=[{"from": "2026-07-01", "enabled": False}])
    assert ended.rules["mail.answer"].enabled
    assert judged(ended, "2026-06-30T23:59-04:00") == "fail late"
    assert judged(ended, "2026-07-01T00:00-04:00") == "not_applicable outside_effective_dates"
    begun = catalog(enabled=False, versions=[{"from": "2026-07-01", "enabled": True}])
    assert begun.rules["mail.answer"].enabled
    assert judged(begun, "2026-06-30T23:59-04:00") == "not_applicable outside_effective_dates"
    assert judged(begun, "2026-07-01T00:00-04:00") == "fail late"


def test_a_rule_that_is_off_in_all_its_versions_is_worked_out_and_not_reported() -> None:
    own = catalog(enabled=False, versions=[{"from": "2026-07-01", "check": LONG}])
    assert own.enabled_rules == {}
    assert judged(own, "2026-07-01T00:00-04:00") == "pass in_time"


def test_each_message_of_one_record_is_judged_by_its_own_version() -> None:
    own = catalog(
        versions=[{"from": "2026-07-01", "check": {**LONG, "kind": "deadline", "from": "received", "to": "responded"}}]
    )
    times = ["2026-06-30T20:00-04:00", "2026-06-30T22:00-04:00", "2026-07-01T08:00-04:00", "2026-07-01T10:00-04:00"]
    events = [{"type": kind, "at": at} for kind, at in zip(["received", "responded"] * 2, times, strict=True)]
    record = {"id": "r", "channel": "email", "events": events}
    verdict = Evaluator(own).check(record, as_of=datetime.fromisoformat(LATE))["mail.answer"]
    assert (verdict.outcome, verdict.passed_count, verdict.failed_count) == ("fail", 1, 1)


def test_a_due_time_beyond_the_change_is_that_of_the_version_in_which_the_clock_began() -> None:
    own = catalog(versions=[{"from": "2026-07-01", "check": {"within": "10 elapsed minutes"}}])
    assert judged(own, "2026-06-30T23:30-04:00", timedelta(minutes=59)) == "pass in_time"
    assert judged(own, "2026-07-01T00:30-04:00", timedelta(minutes=59)) == "fail late"


@pytest.mark.parametrize(
    ("events", "verdict"),
    [
        ({"answered_at": "2026-06-30T23:59:59.999999-04:00"}, "fail limit_broken"),
        ({"answered_at": "2026-07-01T00:00-04:00"}, "pass limit_kept"),
        ({"hold_start_at": "2026-06-30T12:00-04:00", "hangup_at": "2026-07-02T12:00-04:00"}, "fail limit_broken"),
        ({"turns": [{"speaker": "agent", "text": "Hello", "at": "2026-06-30T12:00-04:00"}]}, "fail limit_broken"),
        ({}, "pass limit_kept"),
    ],
    ids=[
        "one instant before",
        "at the date",
        "the first thing seen",
        "words too",
        "nothing but the instant asked about",
    ],
)
def test_without_its_beginning_a_record_is_governed_by_the_first_thing_seen_of_it(events: Any, verdict: str) -> None:
    check = {"kind": "limit", "of": {"field": "satisfaction"}, "at_least": 4}
    own = catalog(check=check, versions=[{"from": "2026-07-01", "check": {"at_least": 3}}])
    given = {"id": "r", "channel": "phone", "satisfaction": 3, **events}
    found = Evaluator(own).check(given, as_of=datetime.fromisoformat(LATE))["mail.answer"]
    assert f"{found.outcome} {found.reason}" == verdict


def test_an_opportunity_that_only_another_version_sees_is_none() -> None:
    each = {"for_each": "hold_start", "check": {"kind": "recorded", "event": "this", "with": {"by": "agent"}}}
    own = catalog(
        **each, versions=[{"from": "2026-07-01", "for_each": {"event": "hold_start", "where": {"by": "customer"}}}]
    )
    given = {
        "id": "r",
        "received_at": "2026-06-30T12:00-04:00",
        "hold_start_at": "2026-07-01T12:00-04:00",
        "hold_start_by": "agent",
    }
    found = Evaluator(own).check(given, as_of=datetime.fromisoformat(LATE))["mail.answer"]
    assert f"{found.outcome} {found.reason}" == "not_applicable no_opportunity"


def test_warnings_leans_and_assumptions_are_those_of_the_version_in_force() -> None:
    version = {"from": "2026-07-01", "warn": ["50%"], "applies_to": {"audience": "external"}, "check": LONG}
    own = catalog(more={"defaults": {"audience": "external"}}, versions=[version])
    evaluator = Evaluator(own)
    given = {"id": "r", "channel": "email", "received_at": "2026-07-01T12:00Z"}
    verdict = evaluator.check(given, as_of=datetime.fromisoformat("2026-07-01T14:00Z"))["mail.answer"]
    assert (verdict.at_risk, verdict.assumed) == (True, ("audience",))
    assert [
        len(one.warn_at) for one in evaluator.deadlines(given, as_of=datetime.fromisoformat("2026-07-01T13:00Z"))
    ] == [1]
    before = evaluator.check(
        {**given, "received_at": "2026-06-30T12:00Z"}, as_of=datetime.fromisoformat("2026-06-30T12:59Z")
    )
    assert (before["mail.answer"].at_risk, before["mail.answer"].assumed) == (False, ())


LONG_READING = {"use_reading": {"mail.answer": "long"}}
READINGS: dict[str, Any] = {"reading": "hour", "readings": {"long": {"check": LONG}}}


def test_another_reading_is_laid_below_the_versions() -> None:
    versions = [{"from": "2026-07-01", "check": {"within": "1 elapsed minute"}}]
    read = catalog(more=LONG_READING, **READINGS, versions=versions)
    assert judged(read, "2026-06-30T12:00Z") == "pass in_time"
    assert judged(read, "2026-07-01T12:00Z") == "fail late"


def test_a_version_may_say_what_a_reading_means_from_then_on() -> None:
    changed = {"from": "2026-07-01", "check": {"within": "1 elapsed minute"}, "readings": {"long": {"check": LONG}}}
    versions = [changed, {"from": "2026-08-01", "check": {"within": "1 elapsed minute"}}]
    own, read = catalog(**READINGS, versions=versions), catalog(more=LONG_READING, **READINGS, versions=versions)
    assert judged(own, "2026-07-01T12:00Z") == "fail late"
    assert judged(read, "2026-07-01T12:00Z") == "pass in_time"
    assert judged(read, "2026-08-01T12:00Z") == "fail late"


def test_sensitivity_compares_readings_in_the_version_in_force() -> None:
    own = catalog(**READINGS, versions=[{"from": "2026-07-01", "check": {"within": "5 elapsed hours"}}])
    late = {"as_of": datetime.fromisoformat(LATE)}
    given = {"id": "r", "channel": "email", "received_at": "2026-06-30T12:00Z", "responded_at": "2026-06-30T14:00Z"}
    assert Evaluator(own).check(given, **late)["mail.answer"].sensitive
    later = {**given, "received_at": "2026-07-01T12:00Z", "responded_at": "2026-07-01T14:00Z"}
    assert not Evaluator(own).check(later, **late)["mail.answer"].sensitive


@pytest.mark.parametrize(
    ("key", "value"), [("objective", {"at_least": "90%", "per": "month"}), ("severity", "minor"), ("tests", [])]
)
def test_what_no_date_governs_can_not_stand_in_a_version(key: str, value: Any) -> None:
    with pytest.raises(CatalogError, match=rf"a version can not change '{key}' \[version-key\]"):
        catalog(versions=[{"from": "2026-07-01", key: value}])


WEEK = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
BUSINESS = {"kind": "deadline", "from": "received", "to": "responded", "within": "2 business hours"}


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-06-30T14:59-04:00", "2026-06-30T16:59-04:00"),
        ("2026-06-30T16:00-04:00", "2026-07-01T11:00-04:00"),  # one hour today, one from ten tomorrow
        ("2026-06-30T17:00-04:00", "2026-07-01T12:00-04:00"),
        ("2026-07-01T09:00-04:00", "2026-07-01T12:00-04:00"),
        ("2026-07-31T18:00-04:00", "2026-08-03T11:00-04:00"),  # the version has ended: from nine again
    ],
)
def test_a_deadline_across_the_change_of_hours_counts_each_day_by_its_own(received: str, due: str) -> None:
    calendar = {
        **WEEK,
        "versions": [{"from": "2026-07-01", "until": "2026-08-01", "hours": {"mon-fri": "10:00-18:00"}}],
    }
    own = catalog(calendar=calendar, check=BUSINESS)
    given = {"id": "r", "received_at": received}
    verdict = Evaluator(own).check(given, as_of=datetime.fromisoformat(received))["mail.answer"]
    assert verdict.due_at == datetime.fromisoformat(due)


def test_hours_begin_by_the_date_of_the_calendar_itself_not_by_the_catalog() -> None:
    tokyo = {
        "time_zone": "Asia/Tokyo",
        "hours": {"daily": "00:00-24:00"},
        "versions": [{"from": "2026-07-01", "hours": {"daily": "closed"}}],
    }
    calendar = catalog("America/New_York", calendar=tokyo).calendars["office"]
    midnight = datetime.fromisoformat("2026-07-01T00:00+09:00")
    assert calendar.is_open(midnight - timedelta(microseconds=1))
    assert not calendar.is_open(midnight)


def test_a_night_shift_belongs_to_the_version_of_the_day_on_which_it_begins() -> None:
    night = {
        "time_zone": "UTC",
        "hours": {"daily": "22:00-06:00"},
        "versions": [{"from": "2026-07-01", "hours": {"daily": "closed"}}],
    }
    calendar = catalog(calendar=night).calendars["office"]
    assert calendar.is_open(datetime.fromisoformat("2026-07-01T05:59:59.999999Z"))
    assert not calendar.is_open(datetime.fromisoformat("2026-07-01T06:00Z"))
    assert not calendar.is_open(datetime.fromisoformat("2026-07-01T23:00Z"))


def test_the_history_of_a_rule_lists_its_versions_with_what_each_changes() -> None:
    versions = [
        {"from": "2026-10-01", "check": {"within": "5 elapsed hours"}},
        {
            "from": "2026-07-01",
            "until": "2026-08-01",
            "check": LONG,
            "except": {"spam": {"no_response_required": True}},
        },
    ]
    found = changes_of(catalog(versions=versions).rules["mail.answer"])
    assert [(one.from_, one.until, one.is_gap) for one in found] == [
        (None, date(2026, 7, 1), False),
        (date(2026, 7, 1), date(2026, 8, 1), False),
        (date(2026, 8, 1), date(2026, 10, 1), True),
        (date(2026, 10, 1), None, False),
    ]
    assert [[(c.path, c.old, c.new) for c in one.changes] for one in found] == [
        [],
        [("check.within", "1 elapsed hour", "3 elapsed hours"), ("except.spam", None, {"no_response_required": True})],
        [],
        [("check.within", "3 elapsed hours", "5 elapsed hours")],
    ]
    assert [one.covers(date(2026, 7, 31)) for one in found] == [False, True, False, False]


def test_a_rule_without_versions_has_always_been_the_same() -> None:
    (only,) = changes_of(catalog().rules["mail.answer"])
    assert (only.from_, only.until, only.changes) == (None, None, ())


def test_the_history_of_a_calendar_is_told_as_people_write_hours() -> None:
    version = {
        "from": "2026-07-01",
        "until": "2026-08-01",
        "hours": {"fri": "09:00-12:00"},
        "exceptions": {"12-24": "closed"},
    }
    calendar = {**WEEK, "holidays": {"dates": ["2026-05-25"]}, "versions": [version]}
    first, second, third = calendar_changes(catalog(calendar=calendar).calendars["office"])
    assert (first.until, second.from_, third.from_) == (date(2026, 7, 1), date(2026, 7, 1), date(2026, 8, 1))
    assert [(c.path, c.old, c.new) for c in second.changes] == [
        ("hours", "mon-fri 09:00-17:00", "mon-thu 09:00-17:00; fri 09:00-12:00"),
        ("exceptions.12-24", None, "closed"),
    ]
    assert [(c.path, c.new) for c in third.changes] == [("hours", "mon-fri 09:00-17:00"), ("exceptions.12-24", None)]


def test_the_place_of_a_version_is_known(tmp_path: Path) -> None:
    rule = "title: An answer\n    check: {kind: review}\n    versions:\n      - {from: 2026-07-01, enabled: false}"
    text = f"rules:\n  mail.answer:\n    {rule}\n"
    (tmp_path / "mail.yaml").write_text(text, "utf-8")
    _, second = changes_of(load_catalog(tmp_path).rules["mail.answer"])
    assert second.written is not None
    assert (Path(second.written.file or "").name, second.written.line) == ("mail.yaml", 6)


def test_a_table_is_judged_by_the_same_versions_and_waivers() -> None:
    own = catalog(
        more={"waivers": [{"rule": "mail.answer", "from": "2026-07-05", "until": "2026-07-06", "reason": "a move"}]},
        versions=[{"from": "2026-07-01", "until": "2026-07-10", "check": {"within": "90 elapsed minutes"}}],
    )
    midnights = [datetime.fromisoformat(f"2026-07-{day:02}T00:00-04:00") for day in (1, 5, 6, 10)]
    starts = [midnight + timedelta(microseconds=step) for midnight in midnights for step in (-1, 0, 1)]
    rows = [
        {"id": f"r{n}", "received_at": start, "responded_at": start + timedelta(hours=2)}
        for n, start in enumerate(starts)
    ]
    assert differences(Evaluator(own), table_of(rows), datetime.fromisoformat(LATE)) == []
    reasons = [Evaluator(own).check(row, as_of=datetime.fromisoformat(LATE))["mail.answer"].reason for row in rows]
    gone = "outside_effective_dates"
    assert reasons == ["late"] * 4 + ["waived"] * 3 + ["late"] * 3 + [gone] * 2
