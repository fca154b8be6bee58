"""The queue: five formulas on one day, limits from both sides, and calls that are in no formula."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_records import START, at, call, record
from servstd.errors import RecordError
from servstd.objective import (
    ABANDONMENT_FORMULAS,
    SERVICE_LEVEL_FORMULAS,
    Basis,
    QueueCall,
    QueueCounts,
    abandonment,
    answered_within,
    blocked,
    period_at,
    queue_counts,
    service_level,
    speed_of_answer,
    wilson,
)

# spec/field.md 2.1: one day.
DAY = QueueCounts(answered=1000, answered_in_time=860, abandoned=60, abandoned_early=20, abandoned_short=10)
CALLS = (
    [QueueCall("answered", 20.0)] * 860
    + [QueueCall("answered", 21.0)] * 140
    + [QueueCall("abandoned", 5.0)] * 10
    + [QueueCall("abandoned", 20.0)] * 10
    + [QueueCall("abandoned", 20.5)] * 40
)


@pytest.mark.parametrize(
    ("formula", "percent", "count", "excluded"),
    [
        ("answered_in_T_over_answered_plus_all_abandons", 81.1, 1060, {}),
        ("answered_in_T_over_answered_plus_abandons_not_short", 81.9, 1050, {"abandoned_short": 10}),
        ("answered_in_T_over_answered_plus_late_abandons", 82.7, 1040, {"abandoned_early": 20}),
        ("answered_in_T_plus_early_abandons_over_answered_plus_all_abandons", 83.0, 1060, {}),
        ("answered_in_T_over_answered", 86.0, 1000, {"abandoned": 60}),
    ],
)
def test_one_day_has_five_service_levels(formula: str, percent: float, count: int, excluded: dict[str, int]) -> None:
    for items in (DAY, CALLS):
        found = service_level(items, 20, formula)
        assert (round(100 * (found.value or 0), 1), found.count, found.formula) == (percent, count, formula)
        assert found.excluded == excluded
        assert found.guards == ()
        assert found.parts["answered_in_time"] == 860


def test_abandons_before_the_limit_do_not_count_by_default() -> None:
    found = service_level(DAY, timedelta(seconds=20))
    assert found.formula == "answered_in_T_over_answered_plus_late_abandons"
    assert (found.low, found.high) == wilson(860, 1040)
    assert found.settings == {"within_s": 20.0, "short_s": 5.0, "begin": ("received",)}


def test_calls_and_their_counts_say_the_same() -> None:
    assert queue_counts(CALLS, 20) == DAY


@pytest.mark.parametrize(("wait", "in_time"), [(19.999, 1), (20.0, 1), (20.001, 0)])
def test_an_answer_exactly_at_the_limit_is_in_time(wait: float, in_time: int) -> None:
    counts = queue_counts([QueueCall("answered", wait)], 20)
    assert counts == QueueCounts(1, in_time)


@pytest.mark.parametrize(
    ("wait", "early", "short"), [(5.0, 1, 1), (5.001, 1, 0), (20.0, 1, 0), (20.001, 0, 0), (0.0, 1, 1)]
)
def test_who_gives_up_exactly_at_a_limit_is_within_it(wait: float, early: int, short: int) -> None:
    assert queue_counts([QueueCall("abandoned", wait)], 20) == QueueCounts(0, 0, 1, early, short)


def test_records_tell_how_a_call_ended() -> None:
    calls = [
        call(("received", 0), ("answered", 12)),
        call(("received", 0), ("answered", 30), ("abandoned", 60)),  # what comes after the answer is no queue
        call(("received", 0), ("abandoned", 25)),
        call(("received", 0), ("rerouted", 9), ("answered", 15)),
        call(("received", 0), ("ended", 9)),
        call(("received", 0)),
        call(("ring_start", 0), ("answered", 5)),
        call(("received", 0), ("answered", 1), direction="outbound"),
        call(("received", 0), ("answered", 1), consult_leg=True),
        record("interaction", "email", ("received", 0), ("responded", 5)),
    ]
    found = service_level(calls, 20)
    assert (found.parts["answered"], found.parts["answered_in_time"], found.parts["abandoned"]) == (2, 1, 1)
    assert found.pending == 1
    assert list(found.excluded.items()) == [("left", 2), ("consult_leg", 1), ("outbound", 1)]
    assert found.missing == {"no_queue_entry": 1}
    assert found.guards == ("too_few", "data_missing")


def test_the_event_by_which_a_call_joins_the_queue_can_be_named() -> None:
    calls = [call(("queued", 10), ("received", 0), ("answered", 25)), call(("received", 0), ("answered", 25))]
    found = service_level(calls, 20, begin=("queued", "received"))
    assert found.parts["answered_in_time"] == 1
    assert service_level(calls[:1], 20, begin="received").value == 0.0


def test_what_is_later_than_the_instant_asked_about_is_not_seen() -> None:
    calls = [call(("received", 0), ("answered", 12))]
    assert service_level(calls, 20, basis=Basis(as_of=at(11))).pending == 1
    assert service_level(calls, 20, basis=Basis(as_of=at(12))).count == 1


@pytest.mark.parametrize(("offered", "guards"), [(29, ("too_few",)), (30, ())])
def test_a_figure_needs_thirty_offered(offered: int, guards: tuple[str, ...]) -> None:
    calls = [QueueCall("answered", 1.0)] * offered
    assert service_level(calls, 20).guards == guards
    assert abandonment(calls).guards == guards
    assert service_level(calls, 20, basis=Basis(min_n=5)).guards == ()


def test_a_period_takes_the_calls_that_joined_in_it() -> None:
    day = period_at(START, "day")
    calls = [QueueCall("answered", 5.0, at(0)), QueueCall("answered", 5.0, at(86400)), QueueCall("answered", 5.0)]
    found = service_level(calls, 20, basis=Basis(day, as_of=at(3600)))
    assert (found.count, found.missing) == (1, {"no_time": 1})
    assert "period_not_over" in found.guards
    assert "period_not_over" not in service_level(calls, 20, basis=Basis(day, as_of=day.end)).guards


def test_a_record_outside_the_period_is_not_even_left_out() -> None:
    day = period_at(START, "day")
    calls = [call(("received", 0), direction="outbound"), call(("received", 90000), direction="outbound")]
    assert service_level(calls, 20, basis=Basis(day)).excluded == {"outbound": 1}


def test_abandonment_is_shown_with_and_without_the_short_ones() -> None:
    every, longer = (abandonment(CALLS, formula) for formula in ABANDONMENT_FORMULAS)
    assert (every.value, every.count) == (60 / 1060, 1060)
    assert (longer.value, longer.count, longer.excluded) == (50 / 1050, 1050, {"abandoned_short": 10})
    assert every.parts["abandoned_short"] == 10


def test_answered_within_counts_who_gives_up_as_not_answered() -> None:
    found = answered_within(CALLS, timedelta(minutes=1))
    assert (found.value, found.count, found.formula) == (1000 / 1060, 1060, "answered_in_X_over_offered")


def test_blocked_calls_stand_beside_the_service_level() -> None:
    calls = [*CALLS, *[QueueCall("blocked")] * 40]
    assert blocked(calls).value == 40 / 1100
    assert service_level(calls, 20).excluded == {"blocked": 40, "abandoned_early": 20}


def test_speed_of_answer_is_about_answered_calls_only() -> None:
    found = speed_of_answer(CALLS)
    assert (found.median.value, found.percentile_90.value) == (20.0, 21.0)
    assert found.mean.value == pytest.approx((860 * 20 + 140 * 21) / 1000)
    assert found.mean.excluded == {"abandoned": 60}


def test_mappings_do_as_well_as_rows() -> None:
    rows = [{"end": "answered", "wait_s": 3}, {"end": "answered", "wait_s": None}]
    found = service_level(rows, 20)
    assert (found.count, found.missing) == (1, {"no_wait": 1})


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"end": "gone"}, "unknown-value"),
        ({"end": "answered", "wait_s": -1}, "not-a-number"),
        ({"wait_s": 1}, "missing-key"),
        ({"end": "answered", "wait": 1}, "unknown-key"),
        (7, "not-a-mapping"),
    ],
)
def test_a_row_that_can_not_be_read_is_refused(row: object, code: str) -> None:
    with pytest.raises(RecordError) as error:
        service_level([row], 20)
    assert error.value.problems[0].code == code


def test_a_slip_in_the_formula_is_named() -> None:
    with pytest.raises(ValueError, match="did you mean 'answered_in_T_over_answered'"):
        service_level(DAY, 20, "answered_in_T_over_answerd")
    with pytest.raises(ValueError, match="at least 0, got -1"):
        service_level(DAY, -1)


@pytest.mark.parametrize("change", [{"answered_in_time": 1001}, {"abandoned_early": 61}, {"abandoned_short": -1}])
def test_a_part_is_never_larger_than_its_whole(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="expected 0 <="):
        replace(DAY, **change)


counts = st.tuples(
    st.integers(0, 500), st.integers(0, 500), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)
)


@given(counts)
def test_the_five_formulas_keep_their_order(numbers: tuple[int, ...]) -> None:
    in_time, late, short, early, gone = numbers
    day = QueueCounts(in_time + late, in_time, short + early + gone, short + early, short)
    levels = {name: service_level(day, 20, name).value for name in SERVICE_LEVEL_FORMULAS}
    if all(value is not None for value in levels.values()):
        strict, not_short, late_only, early_met, answered = levels.values()
        assert strict <= not_short <= late_only <= answered  # type: ignore[operator]
        assert late_only <= early_met + 1e-12  # type: ignore[operator]
