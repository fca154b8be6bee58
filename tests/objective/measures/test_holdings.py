"""Retention and backlog: what is there at both ends of a period."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_records import at, record
from servstd.objective import backlog, retention, wilson
from servstd.objective.measures.holdings import Matter

DAY = 86400.0


def test_retention_is_who_stayed_of_who_was_there() -> None:
    found = retention(at_start=200, at_end=210, new=30)
    assert (found.value, found.count, (found.low, found.high)) == (0.9, 200, wilson(180, 200))
    assert found.parts == {"at_start": 200, "at_end": 210, "new": 30}
    assert retention(0, 5, 5).value is None


@pytest.mark.parametrize(("start", "end", "new"), [(200, 231, 30), (200, 10, 30), (-1, 0, 0), (5, 3, -1)])
def test_numbers_that_can_not_be_are_refused(start: int, end: int, new: int) -> None:
    with pytest.raises(ValueError, match="expected 0 <= at_end - new <= at_start"):
        retention(start, end, new)


def test_open_at_the_end_is_open_at_the_start_and_opened_less_resolved() -> None:
    cases = [
        record("case", None, ("opened", -5 * DAY)),
        record("case", None, ("opened", -5 * DAY), ("resolved", -DAY)),
        record("case", None, ("opened", -5 * DAY), ("resolved", 0)),
        record("case", None, ("opened", 0), ("resolved", DAY)),
        record("case", None, ("opened", 0), ("withdrawn", DAY)),
        record("case", None, ("opened", DAY), ("resolved", 2 * DAY), ("reopened", 3 * DAY)),
        record("case", None, ("opened", 10 * DAY)),
        record("case", None, ("opened", 5 * DAY), ("resolved", 10 * DAY)),
        record("interaction", "email", ("received", 0)),
    ]
    found = backlog(cases, at(0), at(10 * DAY))
    assert (found.open_at_start, found.opened, found.resolved, found.open_at_end) == (2, 4, 3, 3)
    assert found.ages == (0, 0, 1, 2, 0)
    assert found.oldest_s == 15 * DAY
    assert json.loads(json.dumps(found.to_dict()))["ages"] == [0, 0, 1, 2, 0]


@pytest.mark.parametrize(("kind", "count"), [("case", 1), ("issue", 0), ("team_month", 0)])
def test_only_cases_are_open_cases(kind: str, count: int) -> None:
    found = backlog([record(kind, None, ("opened", 0))], at(0), at(DAY))
    assert (found.opened, found.open_at_end) == (count, count)


def test_a_closed_case_is_settled_until_it_is_reopened() -> None:
    closed = record("case", None, ("opened", 0), ("closed", DAY))
    again = record("case", None, ("opened", 0), ("closed", DAY), ("reopened", DAY + 1))
    found = backlog([closed, again], at(0), at(2 * DAY))
    assert (found.resolved, found.open_at_end) == (1, 1)


@pytest.mark.parametrize(("opened", "band"), [(DAY, 0), (DAY + 1, 1), (3 * DAY, 1), (31 * DAY, 4)])
def test_a_limit_belongs_to_the_band_before_it(opened: float, band: int) -> None:
    found = backlog([Matter(at(-opened))], at(-90 * DAY), at(0))
    assert found.ages.index(1) == band


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20) | st.none()), max_size=30)


@given(spans, st.integers(0, 40), st.integers(0, 20))
def test_the_books_balance(cases: list[tuple[int, int | None]], start: int, length: int) -> None:
    rows = [Matter(at(a * DAY), None if b is None else at((a + b) * DAY)) for a, b in cases]
    found = backlog(rows, at(start * DAY), at((start + length) * DAY), [timedelta(days=5)])
    assert found.open_at_start + found.opened - found.resolved == found.open_at_end == sum(found.ages)
