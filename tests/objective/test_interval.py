"""The Wilson interval: published values, the ends, and how it behaves."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.objective import wilson

# The four examples of Newcombe 1998, table I, method 3; the last four are the figures of the docs.
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
    (0, 10, 0.0000, 0.2775),
    (10, 10, 0.7225, 1.0000),
    (388, 405, 0.9338, 0.9736),
    (8, 9, 0.5650, 0.9801),
    (89, 100, 0.8137, 0.9375),
    (4, 5, 0.3755, 0.9638),
    (9, 10, 0.5958, 0.9821),
    (46, 50, 0.8116, 0.9685),
    (475, 500, 0.9272, 0.9659),
]

counts = st.integers(0, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
some_counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.floats(0.01, 0.9999)


@pytest.mark.parametrize(("passed", "decided", "low", "high"), PUBLISHED)
def test_the_interval_has_the_published_ends(passed: int, decided: int, low: float, high: float) -> None:
    found = wilson(passed, decided)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_nothing_decided_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000_000), confidences)
def test_none_and_all_give_exact_ends(decided: int, confidence: float) -> None:
    assert wilson(0, decided, confidence)[0] == 0.0
    assert wilson(decided, decided, confidence)[1] == 1.0


@given(some_counts, confidences)
def test_the_interval_contains_its_rate_and_stays_between_0_and_1(pair: tuple[int, int], confidence: float) -> None:
    passed, decided = pair
    low, high = wilson(passed, decided, confidence)
    assert 0 <= low <= passed / decided <= high <= 1
    assert low < high


@given(some_counts, st.integers(2, 50))
def test_more_of_the_same_narrows_it(pair: tuple[int, int], times: int) -> None:
    low, high = wilson(*pair)
    low_more, high_more = wilson(pair[0] * times, pair[1] * times)
    assert high_more - low_more < high - low


@given(counts, st.floats(0.5, 0.9), st.floats(0.91, 0.999))
def test_more_confidence_widens_it(pair: tuple[int, int], less: float, more: float) -> None:
    low, high = wilson(*pair, less)
    low_more, high_more = wilson(*pair, more)
    assert low_more <= low
    assert high <= high_more


@given(counts)
def test_fails_mirror_passes(pair: tuple[int, int]) -> None:
    passed, decided = pair
    low, high = wilson(passed, decided)
    mirrored = wilson(decided - passed, decided)
    assert isclose(low, 1 - mirrored[1], abs_tol=1e-12)
    assert isclose(high, 1 - mirrored[0], abs_tol=1e-12)


@given(some_counts)
def test_one_more_pass_never_lowers_it(pair: tuple[int, int]) -> None:
    passed, decided = pair
    low, high = wilson(passed, decided)
    better = wilson(min(passed + 1, decided), decided)
    assert better[0] >= low
    assert better[1] >= high


@pytest.mark.parametrize(("run", "share"), [(16, 0.80), (35, 0.90), (73, 0.95)])
def test_a_perfect_record_must_be_this_long_to_be_clear(run: int, share: float) -> None:
    assert wilson(run, run)[0] >= share > wilson(run - 1, run - 1)[0]


@pytest.mark.parametrize(("passed", "decided"), [(-1, 5), (6, 5), (0, -1)])
def test_counts_that_cannot_be_are_refused(passed: int, decided: int) -> None:
    with pytest.raises(ValueError, match="passed <= decided"):
        wilson(passed, decided)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, float("nan")])
def test_a_confidence_that_is_no_share_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(1, 2, confidence)
