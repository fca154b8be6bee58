"""Lengths of time: percentiles, their intervals, and what is still open."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import servstd
from made_records import START, at, call, record
from servstd.objective import (
    Basis,
    Length,
    hold_time,
    percentile,
    percentile_interval,
    period_at,
    resolution_time,
    response_time,
    times_of_verdicts,
)
from servstd.record import Event, Record

HOUR = 3600.0
lengths = st.lists(st.integers(0, 10_000).map(float), min_size=1, max_size=80)


@given(lengths, st.sampled_from([10, 25, 50, 75, 90, 95]))
def test_a_percentile_is_the_averaged_inverted_cdf_of_numpy(values: list[float], percent: int) -> None:
    assert percentile(values, percent) == np.percentile(values, percent, method="averaged_inverted_cdf")


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([1.0, 2.0, 3.0], 50, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.5),
        ([float(i) for i in range(1, 11)], 90, 9.5),
        ([7.0], 90, 7.0),
    ],
)
def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle(
    values: list[float], percent: int, expected: float
) -> None:
    assert percentile(values, percent) == expected


def test_no_lengths_and_no_percent_are_refused() -> None:
    for values, percent in (([], 50), ([1.0], 0), ([1.0], 100)):
        with pytest.raises(ValueError, match="a percentile is"):
            percentile(values, percent)


# Of a median at 95%: the places that tables of the sign test give.
@pytest.mark.parametrize(("count", "places"), [(5, None), (6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (30, (10, 21))])
def test_the_interval_of_a_median_runs_between_two_lengths_that_were_seen(
    count: int, places: tuple[int, int] | None
) -> None:
    values = [float(i) for i in range(1, count + 1)]
    assert percentile_interval(values, 50) == places


@given(lengths, st.sampled_from([50, 90]))
def test_the_interval_holds_its_percentile(values: list[float], percent: int) -> None:
    ends = percentile_interval(values, percent)
    if ends is not None:
        assert ends[0] <= percentile(values, percent) <= ends[1]


def mail(received: float, *replies: tuple[float, bool], **more: object) -> Record:
    events = [("responded", when, {"automated": is_automated}) for when, is_automated in replies]
    return record("interaction", "email", ("received", received), *events, **more)


def test_a_response_is_the_first_by_a_person() -> None:
    found = response_time([mail(0, (1, True), (HOUR, False), (2 * HOUR, False))])
    assert found.median.value == HOUR
    assert found.median.settings["clock"] == "elapsed"


def test_a_reply_before_the_receipt_is_none() -> None:
    found = response_time([mail(100, (50, False))], basis=Basis(as_of=at(200)))
    assert (found.open_count, found.oldest_open_s) == (1, 100.0)


@pytest.mark.parametrize(("reply", "met"), [(HOUR - 1, 1), (HOUR, 1), (HOUR + 1, 0)])
def test_a_response_at_its_target_is_within_it(reply: float, met: int) -> None:
    found = response_time([mail(0, (reply, False))], timedelta(hours=1))
    assert found.within is not None
    assert (found.within.value, found.within.count) == (met, 1)
    assert found.within.settings["within_s"] == HOUR
    assert "within_s" not in response_time([mail(0, (reply, False))]).median.settings


@pytest.mark.parametrize(("now", "decided"), [(HOUR, 0), (HOUR + 1, 1)])
def test_what_is_open_and_overdue_has_missed_its_target(now: float, decided: int) -> None:
    found = response_time([mail(0)], timedelta(hours=1), basis=Basis(as_of=at(now)))
    assert found.within is not None
    assert (found.within.count, found.within.pending) == (decided, 1 - decided)
    assert found.within.formula == "within_T_over_finished_and_overdue"
    assert (found.median.value, found.median.pending) == (None, 1)


def test_what_needs_no_response_is_left_out_and_counted() -> None:
    found = response_time(
        [
            mail(0, no_response_required=True),
            mail(0, direction="outbound"),
            record("interaction", "email", ("received", 0), ("withdrawn", 5)),
            record("interaction", "email", ("received", 0), ("responded", 4), ("withdrawn", 5)),
            call(("received", 0), ("answered", 5)),
            record("interaction", "email", ("responded", 5)),
            record("survey_answer", None, ("received", 0)),
        ]
    )
    assert found.median.count == 1
    assert found.median.excluded == {"live_contact": 1, "no_response_required": 1, "outbound": 1, "withdrawn": 1}
    assert found.median.missing == {"no_receipt": 1}


def test_an_office_clock_counts_open_hours_and_says_so() -> None:
    spec = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
    office = servstd.BusinessCalendar.from_spec(spec)
    friday = 4 * 86400 + 7 * HOUR  # 16:00
    over_the_weekend = mail(friday, (friday + 66 * HOUR, False))  # Monday 10:00
    found = response_time([over_the_weekend], clock=office)
    assert found.median.value == 2 * HOUR
    assert found.median.settings["clock"] == "business hours in UTC"
    by_record = response_time([over_the_weekend], clock=lambda record: office if record.channel == "email" else None)
    assert by_record.median.value == 2 * HOUR
    assert by_record.median.settings["clock"] == "business hours of each record"


def test_elapsed_time_is_real_time_over_a_night_on_which_clocks_change() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("America/New_York")
    events = (
        Event("received", datetime(2026, 10, 31, 12, tzinfo=zone)),
        Event("responded", datetime(2026, 11, 1, 12, tzinfo=zone)),
    )
    found = response_time([Record("m", channel="email", events=events)])
    assert found.median.value == 25 * HOUR


def case(*events: tuple[object, ...]) -> Record:
    return record("case", None, *events)


def test_a_case_that_came_back_is_open_again() -> None:
    back = case(("opened", 0), ("resolved", 100), ("reopened", 200))
    settled = case(("opened", 0), ("resolved", 100), ("reopened", 200), ("resolved", 300))
    found = resolution_time([back, settled], basis=Basis(as_of=at(500)))
    assert (found.median.value, found.median.count) == (300.0, 1)
    assert (found.open_count, found.oldest_open_s) == (1, 500.0)


def test_withdrawn_cases_and_contacts_without_a_matter_are_no_resolutions() -> None:
    found = resolution_time(
        [
            case(("opened", 0), ("withdrawn", 5)),
            case(("resolved", 5)),
            record("interaction", "email", ("received", 0), ("responded", 5)),
            record("interaction", "email", ("received", 0), ("resolved", 5)),
        ]
    )
    assert (found.median.count, found.median.excluded, found.median.missing) == (0, {"withdrawn": 1}, {"no_opening": 1})


@pytest.mark.parametrize(
    ("events", "value", "open_count"),
    [
        ((("opened", 0), ("closed", 7)), 7.0, 0),
        ((("opened", 0), ("resolved", 5), ("closed", 7)), 5.0, 0),
        ((("opened", 0), ("closed", 7), ("reopened", 8)), None, 1),
        ((("opened", 0), ("closed", 7), ("withdrawn", 8)), 7.0, 0),
    ],
)
def test_a_case_ends_when_it_was_resolved_else_when_it_was_closed(
    events: tuple[tuple[str, int], ...], value: float | None, open_count: int
) -> None:
    found = resolution_time([case(*events)])
    assert (found.median.value, found.open_count) == (value, open_count)


@pytest.mark.parametrize(("kind", "count"), [("case", 1), ("issue", 0), ("team_month", 0), ("interaction", 0)])
def test_only_cases_have_a_resolution_time(kind: str, count: int) -> None:
    assert resolution_time([record(kind, None, ("opened", 0), ("resolved", 5))]).median.count == count


def test_each_hold_counts_from_its_start_to_its_end() -> None:
    held = call(
        ("hold_start", 0), ("hold_end", 30), ("hold_start", 60), ("hangup", 80), ("hold_start", 90, {"by": "customer"})
    )
    found = hold_time([held, call(("answered", 0))])
    assert (found.median.value, found.median.count, found.median.excluded) == (25.0, 2, {})
    assert hold_time([call(("hold_start", 90, {"by": "customer"}))]).median.excluded == {"held_by_customer": 1}


def test_a_hold_ends_with_the_end_of_its_own_reference() -> None:
    events = (
        Event("hold_start", at(0), ref="a"),
        Event("hold_start", at(10), ref="b"),
        Event("hold_end", at(20), ref="b"),
        Event("hold_end", at(40), ref="a"),
        Event("hold_start", at(50), until=at(55)),
        Event("hold_start", at(60)),
    )
    found = hold_time([Record("c", channel="phone", events=events)], basis=Basis(as_of=at(100)))
    assert (found.median.value, found.median.count, found.open_count) == (10.0, 3, 1)


def test_a_mean_has_an_interval_from_thirty_on() -> None:
    rows = [Length(float(i)) for i in range(30)]
    assert response_time(rows[:29]).mean.interval is None
    found = response_time(rows).mean
    assert (found.value, found.interval) == (14.5, "normal")
    half = 1.959964 * np.std([row.length_s for row in rows], ddof=1) / 30**0.5
    assert (found.low, found.high) == pytest.approx((14.5 - half, 14.5 + half))


def test_times_of_a_rule_are_those_of_its_own_clock() -> None:
    rows = [
        {"rule_id": "r", "outcome": "pass", "reason": "in_time", "elapsed_s": 60.0},
        {"rule_id": "r", "outcome": "fail", "reason": "late", "elapsed_s": 120.0},
        {"rule_id": "r", "outcome": "fail", "reason": "overdue", "elapsed_s": 500.0},
        {"rule_id": "r", "outcome": "pending", "reason": "clock_running", "elapsed_s": 10.0},
        {"rule_id": "r", "outcome": "unknown", "reason": "missing_field", "elapsed_s": ""},
        {"rule_id": "r", "outcome": "not_applicable", "reason": "out_of_scope"},
        {"rule_id": "r", "outcome": "pass", "reason": "reviewer_yes", "elapsed_s": None},
        {"rule_id": "other", "outcome": "pass", "elapsed_s": 1.0},
    ]
    found = times_of_verdicts(rows, "r")
    assert (found.median.value, found.median.count, found.median.pending) == (90.0, 2, 2)
    assert found.within is not None
    assert (found.within.value, found.within.count, found.within.pending) == (1 / 3, 3, 1)
    assert (found.open_count, found.oldest_open_s) == (2, 500.0)
    assert found.median.excluded == {"not_applicable": 1}
    assert found.median.missing == {"no_length": 1, "unknown": 1}


def test_times_of_a_rule_are_those_of_its_verdicts() -> None:
    evaluator = servstd.Evaluator()
    given = {"id": "m", "channel": "email", "audience": "external", "received_at": "2026-05-04T10:00-04:00"}
    given |= {"responded_at": "2026-05-04T12:00-04:00", "direction": "inbound"}
    verdict = evaluator.check(given, as_of=START + timedelta(days=9))["email.response_time"]
    found = times_of_verdicts([verdict], "email.response_time", "response_time")
    assert found.median.value == times_of_verdicts([verdict.to_dict()], "email.response_time").median.value == 2 * HOUR
    assert found.median.name == "response_time_median"


def test_the_figures_come_in_the_order_in_which_they_are_read() -> None:
    found = response_time([Length(1.0, at(0)), Length(2.0, at(90_000))], 5, basis=Basis(period_at(START, "day")))
    names = [figure.name for figure in found.figures()]
    assert names == [
        "response_time_median",
        "response_time_percentile_90",
        "response_time_within",
        "response_time_mean",
    ]
    assert found.median.value == 1.0
    assert found.to_dict()["within"]["value"] == 1.0
