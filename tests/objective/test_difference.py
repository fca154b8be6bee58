"""Change between two periods: published intervals, and when it may be told."""

from __future__ import annotations

import json
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import (
    Change,
    Counts,
    Direction,
    Objective,
    Tally,
    change,
    net_promoter,
    newcombe,
    rate_change,
    satisfaction,
    summarize_tally,
)
from servstd.objective.figure import share_figure

# Newcombe 1998 (Statistics in Medicine 17, 873-890), table II, method 10: p1 - p2.
PUBLISHED = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((0, 10), (0, 10), -0.2775, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0000),
    ((10, 10), (0, 10), 0.6075, 1.0000),
]
pairs = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("now", "before", "low", "high"), PUBLISHED)
def test_the_interval_of_a_difference_has_the_published_ends(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    found = newcombe(before, now)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


@given(pairs, pairs)
def test_it_holds_the_difference_and_turns_with_the_sides(before: tuple[int, int], now: tuple[int, int]) -> None:
    low, high = newcombe(before, now)
    difference = now[0] / now[1] - before[0] / before[1]
    assert -1 - 1e-9 <= low <= difference <= high <= 1 + 1e-9
    turned = newcombe(now, before)
    assert isclose(low, -turned[1], abs_tol=1e-12)
    assert isclose(high, -turned[0], abs_tol=1e-12)


def test_nothing_decided_on_one_side_says_nothing() -> None:
    assert newcombe((0, 0), (5, 10)) == (-1.0, 1.0)
    found = rate_change((0, 0), (5, 10))
    assert (found.difference, found.direction) == (None, Direction.TOO_FEW)


@pytest.mark.parametrize(
    ("before", "now", "direction"),
    [
        ((180, 200), (160, 200), Direction.DOWN),
        ((160, 200), (180, 200), Direction.UP),
        ((180, 200), (175, 200), Direction.NOT_DISTINGUISHABLE),
        ((19, 19), (0, 200), Direction.TOO_FEW),
        ((20, 20), (0, 200), Direction.DOWN),
    ],
)
def test_a_change_is_told_only_when_chance_does_not_explain_it(
    before: tuple[int, int], now: tuple[int, int], direction: Direction
) -> None:
    found = rate_change(before, now)
    assert found.direction is direction
    assert found.is_distinguishable is (direction in (Direction.UP, Direction.DOWN))
    assert found.method == "newcombe_hybrid_score"
    assert isclose(found.difference or 0, now[0] / now[1] - before[0] / before[1])


def figures(passed: int, decided: int, objective: Objective | None = None) -> object:
    tally = Tally()
    tally.add_counts(("r",), Counts(passed=passed, failed=decided - passed))
    return summarize_tally(tally, {"r": objective} if objective else None)[0]


def test_summaries_change_as_their_counts_do() -> None:
    found: Change = change(figures(180, 200), figures(160, 200))  # type: ignore[arg-type]
    assert (found.low, found.high) == newcombe((180, 200), (160, 200))
    assert json.loads(json.dumps(found.to_dict()))["label"] == "lower than before"


def test_the_objective_says_how_many_are_too_few() -> None:
    few, many = figures(50, 50), figures(0, 60)
    assert change(few, many).direction is Direction.DOWN  # type: ignore[arg-type]
    strict = Objective(at_least=0.9, min_n=60)
    found = change(figures(50, 50, strict), figures(0, 60, strict))  # type: ignore[arg-type]
    assert found.direction is Direction.TOO_FEW


def test_figures_other_than_shares_change_by_the_same_rule() -> None:
    before = net_promoter([{"value": 10}] * 40 + [{"value": 0}] * 20)
    now = net_promoter([{"value": 10}] * 20 + [{"value": 0}] * 40)
    found = change(before, now)
    assert found.method == "square_and_add"
    assert isclose(found.difference or 0, -200 / 3)
    assert found.direction is Direction.DOWN


def test_a_hidden_figure_changes_to_nobody_knows_what() -> None:
    few = satisfaction([{"value": 5}] * 29)
    found = change(few, satisfaction([{"value": 1}] * 60))
    assert (found.difference, found.direction) == (None, Direction.TOO_FEW)


@pytest.mark.parametrize(
    ("more", "name"),
    [({"settings": {"within_s": 30.0}}, "settings"), ({"confidence": 0.9}, "confidence")],
)
def test_figures_that_are_not_alike_are_not_compared(more: dict[str, object], name: str) -> None:
    before = share_figure("x", "f", 50, 100, settings={"within_s": 20.0})
    now = share_figure("x", "f", 50, 100, **{"settings": {"within_s": 20.0}, **more})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=f"differ in their {name}"):
        change(before, now)


def test_every_direction_has_words() -> None:
    assert all(direction.label for direction in Direction)
