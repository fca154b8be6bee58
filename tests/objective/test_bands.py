"""Bands and alerts: what evidence each colour needs."""

from __future__ import annotations

from fractions import Fraction
from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import (
    Band,
    Objective,
    band_among,
    band_of,
    is_alert,
    is_missed,
    probability_of_this_few,
    probability_of_this_many,
    summarize,
    summarize_tally,
    wilson,
)
from servstd.objective.bands import alert_label, tail_of
from servstd.objective.counts import Counts
from servstd.objective.summary import Summary
from servstd.objective.tally import Tally

AT_95 = Objective(at_least=0.95, min_n=1)
pairs = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
targets = st.integers(0, 100).map(lambda percent: percent / 100)


def figures(passed: int, decided: int, objective: Objective | None) -> Summary:
    tally = Tally()
    tally.add_counts(("r",), Counts(passed=passed, failed=decided - passed))
    return summarize_tally(tally, {"r": objective} if objective else None)[0]


def exact_tail(passed: int, decided: int, target: Fraction) -> Fraction:
    return sum((comb(decided, k) * target**k * (1 - target) ** (decided - k) for k in range(passed + 1)), Fraction(0))


@pytest.mark.parametrize(
    ("passed", "decided", "band"),
    [
        (8, 9, Band.ORANGE),
        (89, 100, Band.RED),
        (19, 20, Band.GREEN),  # exactly at the target
        (18, 20, Band.ORANGE),
        (72, 72, Band.GREEN),
        (73, 73, Band.CLEAR_GREEN),
        (388, 405, Band.GREEN),
        (990, 1000, Band.CLEAR_GREEN),
        (0, 1, Band.RED),
        (0, 0, Band.TOO_FEW),
    ],
)
def test_red_needs_evidence_and_green_needs_none(passed: int, decided: int, band: Band) -> None:
    assert band_of(passed, decided, AT_95) is band


@pytest.mark.parametrize(("decided", "band"), [(19, Band.TOO_FEW), (20, Band.GREEN)])
def test_under_twenty_no_colour_is_given(decided: int, band: Band) -> None:
    assert band_of(decided, decided, Objective(at_least=0.95)) is band


@pytest.mark.parametrize(
    ("passed", "decided", "band"),
    [(0, 200, Band.CLEAR_GREEN), (10, 100, Band.GREEN), (12, 100, Band.ORANGE), (30, 100, Band.RED)],
)
def test_an_at_most_is_judged_from_the_other_side(passed: int, decided: int, band: Band) -> None:
    assert band_of(passed, decided, Objective(at_most=0.10)) is band


@given(pairs, targets)
def test_an_at_most_is_an_at_least_of_the_fails(pair: tuple[int, int], target: float) -> None:
    passed, decided = pair
    ends = wilson(passed, decided)
    if any(isclose(value, target) for value in (*ends, passed / max(decided, 1))):
        return  # 1 - target may round to the other side
    most = band_of(passed, decided, Objective(at_most=target))
    assert most is band_of(decided - passed, decided, Objective(at_least=1 - target))


def test_a_target_of_everything_is_red_at_the_first_fail_and_never_clear() -> None:
    always = Objective(at_least=1.0)
    assert band_of(999, 1000, always) is Band.RED
    assert band_of(1000, 1000, always) is Band.GREEN


def test_less_confidence_gives_colours_sooner() -> None:
    assert band_of(45, 50, AT_95) is Band.ORANGE
    assert band_of(45, 50, AT_95, confidence=0.80) is Band.RED


def test_every_band_has_a_text_and_a_colour() -> None:
    assert {band: (band.colour, band.label) for band in Band} == {
        Band.CLEAR_GREEN: ("green", "clearly met"),
        Band.GREEN: ("green", "met so far"),
        Band.ORANGE: ("orange", "not met, may be chance"),
        Band.RED: ("red", "clearly not met"),
        Band.TOO_FEW: ("grey", "too few to tell"),
    }


def test_the_tail_has_the_values_of_the_source() -> None:
    assert round(probability_of_this_few(8, 9, 0.95), 2) == 0.37
    assert round(probability_of_this_few(89, 100, 0.95), 3) == 0.011


@given(pairs, st.integers(1, 99))
def test_the_tail_equals_the_sum_of_exact_fractions(pair: tuple[int, int], percent: int) -> None:
    passed, decided = pair
    exact = float(exact_tail(passed, decided, Fraction(percent, 100)))
    assert isclose(probability_of_this_few(passed, decided, percent / 100), exact, rel_tol=1e-9, abs_tol=1e-300)


@given(pairs, st.integers(1, 99))
def test_the_two_tails_share_the_middle(pair: tuple[int, int], percent: int) -> None:
    passed, decided = pair
    below = probability_of_this_few(passed - 1, decided, percent / 100) if passed else 0.0
    assert isclose(below + probability_of_this_many(passed, decided, percent / 100), 1.0, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("passed", "decided", "target", "expected"),
    [(0, 0, 0.5, 1.0), (5, 5, 1.0, 1.0), (4, 5, 1.0, 0.0), (0, 5, 0.0, 1.0), (3, 3, 0.2, 1.0)],
)
def test_the_tail_at_its_ends(passed: int, decided: int, target: float, expected: float) -> None:
    assert probability_of_this_few(passed, decided, target) == expected


def test_the_tail_of_a_million_is_quick_and_right() -> None:
    assert isclose(probability_of_this_few(950_000, 1_000_000, 0.95), 0.5, abs_tol=0.01)
    assert probability_of_this_few(0, 1_000_000, 0.95) == 0.0


@pytest.mark.parametrize(("passed", "target"), [(6, 0.5), (-1, 0.5), (1, 1.5), (1, -0.1)])
def test_figures_that_cannot_be_are_refused(passed: int, target: float) -> None:
    with pytest.raises(ValueError, match=r"expected 0 <=|between 0 and 1"):
        probability_of_this_few(passed, 5, target)


@pytest.mark.parametrize(
    ("passed", "decided", "objective", "is_expected"),
    [
        (8, 9, AT_95, False),
        (89, 100, AT_95, True),
        (97, 100, AT_95, False),
        (89, 100, Objective(at_least=0.95, floor=0.85), False),
        (80, 100, Objective(at_least=0.95, floor=0.85), True),
        (30, 100, Objective(at_most=0.10), True),
        (12, 100, Objective(at_most=0.10), False),
        (5, 100, Objective(at_most=0.10), False),
        (0, 0, AT_95, False),
        (0, 100, None, False),
    ],
)
def test_an_alert_wants_a_low_value_that_chance_does_not_explain(
    passed: int, decided: int, objective: Objective | None, is_expected: bool
) -> None:
    assert is_alert(figures(passed, decided, objective)) is is_expected


def test_a_stricter_threshold_alerts_less() -> None:
    assert not is_alert(figures(89, 100, AT_95), threshold=0.01)


def test_an_interval_that_ends_at_the_target_contains_it() -> None:
    low, high = wilson(89, 100)
    assert band_of(89, 100, Objective(at_least=low)) is Band.CLEAR_GREEN
    assert band_of(89, 100, Objective(at_least=high)) is Band.ORANGE
    assert not is_missed(figures(89, 100, Objective(at_least=high, confirmed=True)))
    assert not is_missed(figures(89, 100, Objective(at_most=low, confirmed=True)))


@pytest.mark.parametrize(
    ("passed", "groups", "band"),
    [
        (89, 1, Band.RED),  # a probability of 0.0115
        (89, 4, Band.RED),
        (89, 5, Band.ORANGE),
        (95, 20, Band.GREEN),
        (0, 10_000, Band.RED),
    ],
)
def test_among_several_groups_red_asks_for_more(passed: int, groups: int, band: Band) -> None:
    assert band_among(passed, 100, AT_95, groups) is band
    assert band_among(100 - passed, 100, Objective(at_most=0.05, min_n=1), groups) is band


def test_twenty_who_just_keep_the_target_show_red_in_no_more_than_one_month_of_twenty() -> None:
    for n in (20, 50, 100):
        for rate in (0.80, 0.92):
            wanted = Objective(at_least=rate)
            chances = [comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]
            red = sum(chance for k, chance in enumerate(chances) if band_among(k, n, wanted, 20) is Band.RED)
            assert 1 - (1 - red) ** 20 < 0.05


def test_among_no_groups_there_is_no_band() -> None:
    with pytest.raises(ValueError, match="at least 1 group, got 0"):
        band_among(9, 10, AT_95, 0)


def calls(*records: tuple[int, int]) -> Summary:
    """The figures of records that each passed and failed so many."""
    rows = [
        {"rule_id": "r", "outcome": "fail" if failed else "pass", "passed_count": passed, "failed_count": failed}
        for passed, failed in records
    ]
    return summarize(rows, objectives={"r": Objective(at_least=0.9, confirmed=True)})[0]


@pytest.mark.parametrize(
    ("records", "band"),
    [
        (((1, 0),) * 80 + ((0, 1),) * 20, Band.RED),
        (((4, 0),) * 80 + ((0, 4),) * 20, Band.RED),
        (((4, 0),) * 20 + ((0, 4),) * 5, Band.ORANGE),  # the same hundred, of 25 calls
        (((80, 20),), Band.TOO_FEW),
        (((5, 0),) * 19, Band.TOO_FEW),
        (((5, 0),) * 20, Band.GREEN),
        (((1, 0),) * 100, Band.CLEAR_GREEN),
    ],
)
def test_opportunities_of_one_record_are_no_independent_evidence(
    records: tuple[tuple[int, int], ...], band: Band
) -> None:
    assert calls(*records).band is band


def test_a_miss_and_an_alert_need_independent_evidence_too() -> None:
    apart, together = calls(*((1, 0),) * 80, *((0, 1),) * 20), calls(*((4, 0),) * 20, *((0, 4),) * 5)
    assert (apart.rate, apart.decided) == (together.rate, together.decided) == (0.8, 100)
    assert (is_missed(apart), is_alert(apart)) == (True, True)
    assert (is_missed(together), is_alert(together)) == (False, False)
    assert (together.effective, together.low, together.high) == (25, *wilson(20, 25))


@given(pairs, targets, st.integers(1, 30))
def test_records_of_so_many_alike_are_judged_as_one_each(pair: tuple[int, int], target: float, size: int) -> None:
    passed, decided = pair
    objective = Objective(at_least=target, confirmed=True)
    one = figures(passed, decided, objective)
    rows = [{"rule_id": "r", "outcome": "pass", "passed_count": size}] * passed
    rows += [{"rule_id": "r", "outcome": "fail", "failed_count": size}] * (decided - passed)
    for many in summarize(rows, objectives={"r": objective}):
        assert (many.band, is_missed(many), is_alert(many)) == (one.band, is_missed(one), is_alert(one))


def test_side_by_side_red_asks_for_more_of_independent_ones() -> None:
    wanted = Objective(at_least=0.9)
    assert band_among(320, 400, wanted, 4) is Band.RED
    assert band_among(320, 400, wanted, 4, effective=100) is Band.RED
    assert band_among(320, 400, wanted, 4, effective=40) is Band.ORANGE
    assert band_of(320, 400, wanted, effective=40) is Band.RED


@pytest.mark.parametrize(
    ("passed", "label", "colour"),
    [
        (70, "clearly not met, unconfirmed", "orange"),
        (88, "not met, may be chance, unconfirmed", "orange"),
        (90, "met so far, unconfirmed", "green"),
        (100, "clearly met, unconfirmed", "green"),
    ],
)
def test_what_nobody_has_confirmed_is_never_shown_red(passed: int, label: str, colour: str) -> None:
    unconfirmed = figures(passed, 100, Objective(at_least=0.9))
    assert (unconfirmed.band_label, unconfirmed.band_colour) == (label, colour)
    confirmed = figures(passed, 100, Objective(at_least=0.9, confirmed=True))
    assert (confirmed.band_label, confirmed.band) == (label.removesuffix(", unconfirmed"), unconfirmed.band)
    assert confirmed.band_colour == ("red" if passed == 70 else colour)
    few = figures(9, 9, Objective(at_least=0.9))
    assert (few.band_label, few.band_colour) == ("too few to tell", "grey")
    assert (figures(9, 9, None).band_label, figures(9, 9, None).band_colour) == (None, None)


def test_an_alert_about_an_unconfirmed_objective_says_so() -> None:
    for confirmed, words in ((True, "alert"), (False, "alert, unconfirmed")):
        wanted = Objective(at_least=0.95, confirmed=confirmed)
        assert is_alert(figures(89, 100, wanted))
        assert alert_label(wanted) == words
    assert not is_missed(figures(89, 100, Objective(at_least=0.95)))


def test_fewer_independent_ones_are_taken_whole_and_rounded_towards_the_target() -> None:
    least, most = Objective(at_least=0.95), Objective(at_most=0.05)
    assert tail_of(19, 40, least, 20.9) == probability_of_this_few(10, 20, 0.95)
    assert tail_of(21, 40, most, 20.9) == probability_of_this_many(10, 20, 0.05)
    assert tail_of(19, 40, least, 40) == tail_of(19, 40, least) == probability_of_this_few(19, 40, 0.95)
