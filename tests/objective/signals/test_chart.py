"""Control charts: textbook limits, Laney's p', and when which is taken."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from math import isclose, sqrt
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import Chart, Count, Objective, chart_of_verdicts, p_chart

# D. C. Montgomery, Introduction to Statistical Quality Control: cans of orange juice, 30 samples of 50.
CANS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# The same book: purchase orders of 25 weeks, defective and in all.
ORDERS = [
    (12, 100), (8, 80), (6, 80), (9, 100), (10, 110), (12, 110), (11, 100), (16, 100), (10, 90), (6, 90), (20, 110),
    (15, 120), (9, 120), (8, 120), (6, 110), (8, 80), (10, 80), (7, 80), (5, 90), (8, 100), (5, 100), (8, 100),
    (10, 100), (6, 90), (9, 90),
]  # fmt: skip
# M. A. Mohammed and others, BMJ Quality and Safety 22 (2013), 362-368: patients seen within four hours, six weeks.
HOSPITALS = [
    (266501, 280443), (264225, 276823), (276532, 291681), (281461, 296155), (269071, 282343), (261215, 275888),
]  # fmt: skip


def chart(pairs: list[tuple[int, int]], **options: object) -> Chart:
    return p_chart([(str(i + 1), *pair) for i, pair in enumerate(pairs)], **options)  # type: ignore[arg-type]


def signalled(found: Chart) -> list[str]:
    return [point.label for point in found.points if point.signals]


def test_limits_are_those_of_the_textbook() -> None:
    found = chart([(count, 50) for count in CANS], method="p_chart", rules="shewhart")
    assert round(found.centre or 0, 4) == 0.2313
    assert (round(found.points[0].low or 0, 4), round(found.points[0].high or 0, 4)) == (0.0524, 0.4102)
    assert signalled(found) == ["15", "23"]


def test_without_the_two_samples_with_known_causes_they_are_those_of_its_second_chart() -> None:
    rest = [(count, 50) for i, count in enumerate(CANS) if i not in (14, 22)]
    found = chart(rest, method="p_chart", rules="shewhart")
    assert round(found.centre or 0, 4) == 0.2150
    assert (round(found.points[0].low or 0, 4), round(found.points[0].high or 0, 4)) == (0.0407, 0.3893)
    assert signalled(found) == ["20"]  # sample 21 of the book


def test_limits_vary_with_what_was_decided() -> None:
    found = chart(ORDERS, rules="shewhart")
    assert found.method == "p_chart"
    assert round(found.centre or 0, 4) == 0.0955
    limits = {point.decided: (round(point.low or 0, 3), round(point.high or 0, 3)) for point in found.points}
    assert limits[100] == (0.007, 0.184)
    assert limits[80] == (0.0, 0.194)
    assert signalled(found) == ["11"]


def test_laneys_limits_are_widened_by_the_moving_range() -> None:
    found = chart(HOSPITALS)
    total, whole = sum(pair[0] for pair in HOSPITALS), sum(pair[1] for pair in HOSPITALS)
    p = total / whole
    scores = [(passed / n - p) / sqrt(p * (1 - p) / n) for passed, n in HOSPITALS]
    sigma_z = mean(abs(b - a) for a, b in pairwise(scores)) / 1.128
    assert found.method == "laney_p_prime"
    assert isclose(found.sigma_z or 0, sigma_z)
    assert round(found.sigma_z or 0, 3) == 9.424
    for point, (_, n) in zip(found.points, HOSPITALS, strict=True):
        assert isclose(point.low or 0, p - 3 * sigma_z * sqrt(p * (1 - p) / n))
        assert isclose(point.high or 0, p + 3 * sigma_z * sqrt(p * (1 - p) / n))
    assert signalled(found) == []
    assert len(signalled(chart(HOSPITALS, method="p_chart"))) == 4


def test_chance_alone_rarely_asks_for_laney() -> None:
    rnd = random.Random(1)
    methods = [chart([(sum(rnd.random() < 0.92 for _ in range(80)), 80) for _ in range(20)]).method for _ in range(150)]
    assert methods.count("laney_p_prime") <= 8


def test_one_bad_week_does_not_widen_the_limits_that_it_is_judged_by() -> None:
    weeks = [(380, 400), (378, 400), (383, 400), (379, 400), (381, 400), (359, 400), (380, 400), (382, 400)]
    found = chart(weeks)
    assert found.method == "p_chart"
    assert signalled(found) == ["6"]


def test_a_lasting_shift_is_a_run_on_one_side_and_asks_for_no_wider_limits() -> None:
    weeks = [(385, 400), (384, 400), (386, 400), (385, 400)] * 3 + [(375, 400), (376, 400), (374, 400)] * 3
    found = chart(weeks)
    assert found.method == "p_chart"
    assert found.points[-1].signals == ("nine_on_one_side",)


@pytest.mark.parametrize(("decided", "is_signal"), [(19, False), (20, True)])
def test_a_period_with_too_few_is_no_signal(decided: int, is_signal: bool) -> None:
    found = chart([(95, 100)] * 10 + [(0, decided)], method="p_chart", rules="shewhart")
    assert bool(found.points[-1].signals) is is_signal
    assert found.points[-1].low is not None
    alone = chart([(decided - 1, decided)], method="p_chart", min_n=20)
    assert (alone.expected_false_signals > 0) is is_signal


def test_periods_without_anything_decided_stand_in_between() -> None:
    found = chart([(95, 100), (0, 0), (96, 100)])
    point = found.points[1]
    assert (point.rate, point.low, point.high, point.z, point.signals) == (None, None, None, None, ())


def test_limits_are_cut_at_nothing_and_everything() -> None:
    found = chart([(29, 30), (28, 30)])
    assert (found.points[0].high, found.points[0].low) != (1.0, 0.0)
    assert found.points[0].high == 1.0


def test_a_perfect_run_has_limits_of_no_width_and_no_signal() -> None:
    found = chart([(30, 30), (30, 30)])
    assert (found.centre, found.points[0].low, found.points[0].high) == (1.0, 1.0, 1.0)
    assert (found.sigma_z, found.dispersion_chance, found.expected_false_signals) == (None, None, 0.0)


def test_a_steady_stretch_may_give_the_centre() -> None:
    found = chart([(80, 100)] * 3, centre=0.95, method="p_chart", rules="shewhart")
    assert found.centre == 0.95
    assert len(signalled(found)) == 3


def test_an_alert_needs_a_rate_under_its_floor_and_a_chance_under_2_percent() -> None:
    wanted = Objective(at_least=0.95, min_n=1)
    found = chart([(89, 100), (8, 9), (0, 0), (92, 100), (90, 100)], objective=wanted)
    assert [point.is_alert for point in found.points] == [True, False, False, False, False]


def test_a_period_counts_for_as_many_as_are_independent() -> None:
    wanted = Objective(at_least=0.95, min_n=1)
    apart = p_chart([("1", 356, 400), ("2", 380, 400)], objective=wanted, centre=0.95, method="p_chart")
    heaped = [Count("1", 356, 400, 100.0), Count("2", 380, 400, 19.9)]
    found = p_chart(heaped, objective=wanted, centre=0.95, method="p_chart")
    few = p_chart([("1", 89, 100), ("2", 19, 20)], objective=wanted, centre=0.95, method="p_chart")
    assert [point.is_alert for point in found.points] == [True, False] == [point.is_alert for point in apart.points]
    assert (found.points[0].z, found.points[0].low) == (few.points[0].z, few.points[0].low)
    assert (len(apart.points[0].signals), len(found.points[0].signals)) == (1, 0)
    # The second is made of fewer than 20 independent ones, and is no signal.
    assert found.expected_false_signals < few.expected_false_signals


def test_expected_false_signals_are_exact() -> None:
    found = chart([(95, 100)] * 2, centre=0.95, method="p_chart")
    # P(X <= 88) = 0.004274 and X > 100 can not be, of 100 at 95%; twice.
    assert round(found.expected_false_signals, 5) == 0.00855
    # Of 100 at 50% the limits are 35 and 65: P(X <= 34) = P(X >= 66) = 0.000895.
    assert round(chart([(50, 100)] * 2, method="p_chart").expected_false_signals, 6) == round(4 * 0.000894965, 6)
    # Of 10 at 50% they are 0.3 and 9.7: none and all, each 1 in 1024.
    small = chart([(5, 10)] * 2, method="p_chart", min_n=1)
    assert isclose(small.expected_false_signals, 4 / 1024)


def test_a_chart_is_made_of_verdicts_by_week_in_the_zone_of_its_reader() -> None:
    def row(day: str, outcome: str) -> dict[str, str]:
        return {"rule_id": "r", "outcome": outcome, "received_at": day}

    rows = [
        row("2026-05-18T03:59:59+00:00", "pass"),  # still Sunday in New York
        row("2026-05-18T04:00:00+00:00", "fail"),
        row("2026-06-03T12:00:00+00:00", "pass"),
        {"rule_id": "r", "outcome": "pass"},
        row("2026-05-19T12:00:00+00:00", "pending"),
    ]
    found = chart_of_verdicts(rows, "week", "America/New_York")
    assert [(point.label, point.passed, point.decided) for point in found.points] == [
        ("2026-W20", 1, 1), ("2026-W21", 0, 1), ("2026-W22", 0, 0), ("2026-W23", 1, 1),
    ]  # fmt: skip
    assert chart_of_verdicts([]).points == ()
    with pytest.raises(ValueError, match="a chart is of one rule"):
        chart_of_verdicts([*rows, {"rule_id": "q", "outcome": "pass"}])


def test_a_chart_is_plain_json() -> None:
    pairs = json.loads(json.dumps(chart(ORDERS).to_dict()))
    assert pairs["points"][10]["signals"] == ["beyond_3_sigma"]
    assert pairs["dispersion_test"] == "sign_test_of_moving_ranges"


@pytest.mark.parametrize(
    ("counts", "options", "match"),
    [
        ([("a", 3, 2)], {}, "expected 0 <= passed <= decided"),
        ([("a", 1, 2), ("a", 1, 2)], {}, "a label of its own"),
        ([("a", 1, 2)], {"centre": 1.0}, "over 0 and under 1"),
        ([("a", 1, 2)], {"method": "laney"}, "'laney' is not one of p_chart"),
    ],
)
def test_what_can_not_be_is_refused(counts: list[tuple[str, int, int]], options: dict[str, object], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        p_chart(counts, **options)  # type: ignore[arg-type]


def test_counts_come_in_three_forms() -> None:
    given = [("a", 9, 10), Count("b", 8, 10), {"label": "c", "passed": 7, "decided": 10}]
    assert [point.passed for point in p_chart(given).points] == [9, 8, 7]


weeks = st.lists(
    st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=30
)


@given(weeks, st.sampled_from([None, "p_chart", "laney_p_prime"]))
def test_fails_mirror_passes(pairs: list[tuple[int, int]], method: str | None) -> None:
    found = chart(pairs, method=method)
    mirrored = chart([(n - passed, n) for passed, n in pairs], method=method)
    for point, other in zip(found.points, mirrored.points, strict=True):
        assert isclose(point.low or 0, 1 - (other.high or 0), abs_tol=1e-9)
        assert isclose(point.z or 0, -(other.z or 0), abs_tol=1e-9)
