"""Rules of control charts: each fires at its length and not one short of it, and not at its limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import RULE_SETS, signals_of
from servstd.objective.signals.rules import RULES

FIRES = {
    "beyond_3_sigma": [3.01],
    "nine_on_one_side": [0.1] * 9,
    "six_rising_or_falling": [-0.2, -0.1, 0.0, 0.1, 0.2, 0.3],
    "fourteen_alternating": [0.1, -0.1] * 7,
    "two_of_three_beyond_2_sigma": [-2.01, 0.0, -2.01],
    "four_of_five_beyond_1_sigma": [1.1, 1.1, 0.0, 1.1, 1.1],
    "fifteen_within_1_sigma": [0.9, 0.5, -0.9] * 5,
    "eight_beyond_1_sigma": [1.1, -1.1] * 4,
    "eight_on_one_side": [-0.1] * 8,
}
SILENT = {
    "beyond_3_sigma": [3.0],
    "nine_on_one_side": [0.1] * 4 + [0.0] + [0.1] * 4,
    "six_rising_or_falling": [-0.2, -0.1, 0.0, 0.0, 0.2, 0.3],
    "fourteen_alternating": [0.1, -0.1] * 6 + [-0.1, 0.1],
    "two_of_three_beyond_2_sigma": [-2.0, 0.0, -2.01],
    "four_of_five_beyond_1_sigma": [1.1, 1.1, 0.0, 1.0, 1.1],
    "fifteen_within_1_sigma": [0.9, 0.5, -0.9] * 4 + [0.9, 0.5, -1.0],
    "eight_beyond_1_sigma": [1.1, -1.1] * 3 + [1.1, -1.0],
    "eight_on_one_side": [-0.1] * 7 + [0.1],
}


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_fires_at_its_last_point_and_not_before(name: str) -> None:
    *before, last = signals_of(FIRES[name], [name])
    assert last == (name,)
    assert set(before) <= {()}


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_is_silent_at_its_limit(name: str) -> None:
    assert set(signals_of(SILENT[name], [name])) == {()}


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_works_on_both_sides(name: str) -> None:
    assert signals_of([-one for one in FIRES[name]], [name]) == signals_of(FIRES[name], [name])


def test_two_of_three_needs_both_on_one_side_and_the_last_among_them() -> None:
    name = ["two_of_three_beyond_2_sigma"]
    assert signals_of([2.5, -2.5], name)[-1] == ()
    assert signals_of([2.5, 2.5, 0.0], name) == [(), tuple(name), ()]
    assert signals_of([2.5, 0.0, 0.0, 2.5], name)[-1] == ()


def test_a_gap_neither_counts_nor_breaks_a_run() -> None:
    scores = [0.1] * 5 + [None] + [0.1] * 4
    fired = signals_of(scores, ["nine_on_one_side"])
    assert fired[5] == ()
    assert fired[-1] == ("nine_on_one_side",)


def test_sets_have_names_and_other_names_are_refused() -> None:
    assert RULE_SETS["nelson"] == tuple(RULES)[:8]
    assert signals_of([3.5], "western_electric")[0] == ("beyond_3_sigma",)
    assert signals_of([3.5], "beyond_3_sigma")[0] == ("beyond_3_sigma",)
    with pytest.raises(ValueError, match="'nelsen' is not one of shewhart, default"):
        signals_of([0.0], "nelsen")


scores = st.lists(st.floats(-4, 4) | st.none(), max_size=40)


@given(scores, st.sampled_from(list(RULE_SETS)))
def test_what_comes_later_changes_nothing_before_it(values: list[float | None], rules: str) -> None:
    fired = signals_of(values, rules)
    for end in range(len(values)):
        assert signals_of(values[:end], rules) == fired[:end]
