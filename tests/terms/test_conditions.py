"""Strong Kleene logic: what is not known is neither true nor false."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from servstd.facts import Opportunity
from servstd.terms.condition import AllOf, AnyOf, FieldIs, FieldMissing, FieldWithin, Not

Truth = bool | None
NOBODY: Any = Opportunity.__new__(Opportunity)
CELLS: list[tuple[Truth, Truth]] = list(product((True, False, None), repeat=2))
ALL = {
    (True, True): True, (True, False): False, (True, None): None,
    (False, True): False, (False, False): False, (False, None): False,
    (None, True): None, (None, False): False, (None, None): None,
}  # fmt: skip
ANY = {
    (True, True): True, (True, False): True, (True, None): True,
    (False, True): True, (False, False): False, (False, None): None,
    (None, True): True, (None, False): None, (None, None): None,
}  # fmt: skip


def field_with(name: str, truth: Truth) -> tuple[FieldIs, dict[str, Any]]:
    """A condition that has this truth under these values."""
    return FieldIs(name, frozenset((True,))), {} if truth is None else {name: truth}


def pair(cell: tuple[Truth, Truth]) -> tuple[tuple[FieldIs, FieldIs], dict[str, Any]]:
    (one, values), (two, more) = field_with("urgent", cell[0]), field_with("planned", cell[1])
    return (one, two), {**values, **more}


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_all_is_false_as_soon_as_one_part_is_and_else_undecided_as_soon_as_one_part_is(
    cell: tuple[Truth, Truth],
) -> None:
    parts, values = pair(cell)
    assert AllOf(parts).test(values, NOBODY) is ALL[cell]
    assert AllOf(parts).known(values) is ALL[cell]


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_any_is_true_as_soon_as_one_part_is_and_else_undecided_as_soon_as_one_part_is(
    cell: tuple[Truth, Truth],
) -> None:
    parts, values = pair(cell)
    assert AnyOf(parts).test(values, NOBODY) is ANY[cell]
    assert AnyOf(parts).known(values) is ANY[cell]


@pytest.mark.parametrize(("truth", "negated"), [(True, False), (False, True), (None, None)])
def test_not_turns_true_and_false_and_leaves_the_undecided(truth: Truth, negated: Truth) -> None:
    part, values = field_with("urgent", truth)
    assert Not((part,)).test(values, NOBODY) is negated
    assert Not((part,)).known(values) is negated


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_the_fields_that_are_missing_are_those_that_keep_it_undecided(cell: tuple[Truth, Truth]) -> None:
    parts, values = pair(cell)
    missing = tuple(name for name, truth in zip(("urgent", "planned"), cell, strict=True) if truth is None)
    assert AllOf(parts).missing(values, NOBODY) == missing


@pytest.mark.parametrize(
    ("value", "answer"),
    [(None, None), (3, False), (4, True), (5, True), (6, False), ("five", None), (True, None)],
    ids=str,
)
def test_bounds_are_inclusive_and_only_numbers_are_compared(value: Any, answer: Truth) -> None:
    within = FieldWithin("satisfaction", frozenset(), low=4, high=5)
    assert within.test({} if value is None else {"satisfaction": value}, NOBODY) is answer


def test_a_bound_may_stand_alone() -> None:
    assert FieldWithin("satisfaction", frozenset(), low=4).test({"satisfaction": 9}, NOBODY) is True
    assert FieldWithin("satisfaction", frozenset(), high=5).test({"satisfaction": 9}, NOBODY) is False


@pytest.mark.parametrize(
    ("is_missing", "values", "answer"), [(True, {}, True), (True, {"urgent": False}, False), (False, {}, False)]
)
def test_whether_a_field_is_missing_is_always_decided(is_missing: bool, values: dict[str, Any], answer: bool) -> None:
    condition = FieldMissing("urgent", frozenset(), is_missing)
    assert condition.test(values, NOBODY) is answer
    assert condition.missing(values, NOBODY) == ()


def test_conditions_are_said_in_words() -> None:
    one, two = FieldIs("urgent", frozenset((True,))), FieldIs("channel", frozenset(("web", "email")))
    within = FieldWithin("satisfaction", frozenset(), low=1, high=2)
    assert AllOf((one, two)).describe() == "urgent is yes and channel is email or web"
    assert (
        AnyOf((Not((one,)), within)).describe() == "(not (urgent is yes) or satisfaction is at least 1 and at most 2)"
    )
    assert FieldMissing("urgent", frozenset()).describe() == "urgent is missing"
    assert FieldMissing("urgent", frozenset(), False).describe() == "urgent is there"
