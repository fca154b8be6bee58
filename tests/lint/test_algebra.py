"""The algebra of conditions against brute force: every assignment of a small vocabulary, asked of the conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servstd.facts import Opportunity
from servstd.lint.algebra import EVERYTHING, NOTHING, Space, TooLarge
from servstd.lint.domains import NOT_A_NUMBER
from servstd.outcome import Outcome
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, FieldMissing, FieldWithin, Not, RuleOutcome
from servstd.terms.happening import SaidCue
from servstd.values import ValueType, parse_type
from servstd.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Opaque:
    """A condition that can not be looked into; the assignment says what it is."""

    name: str

    def test(self, values: Mapping[str, Any], opportunity: Opportunity | None = None) -> bool | None:
        answer: bool | None = values[self.name]
        return answer


TYPES = {
    "kind": "one of call, case",
    "channel": "one of phone, email, web",
    "urgent": "yes or no",
    "score": "number 1 to 5",
    "size": "number",
    "team": "text",
}
WORDS = {name: (Word(name, parse_type(text)),) for name, text in TYPES.items()}
# More values than there are classes: between, on and beyond every bound that a condition below can name.
VALUES: dict[str, tuple[Any, ...]] = {
    "kind": ("call", "case"),
    "channel": ("phone", "email", "web", None),
    "urgent": (True, False, None),
    "score": (1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, None),
    "size": (-1e9, -1, 0, 1, 1.5, 2, 2.5, 3, 4, 7, 1e9, NOT_A_NUMBER, None),
    "team": ("care", "sales", "legal", 0, 1, 1.5, 2, 2.5, 3, 7, None),
    "happened": (True, False, None),
    "open": (True, False, None),
}
BOUNDS = st.sampled_from((None, 1, 2, 3))


def field_is(name: str, values: tuple[Any, ...]) -> st.SearchStrategy[Condition]:
    return st.sets(st.sampled_from(values), max_size=3).map(lambda wanted: FieldIs(name, frozenset(wanted)))


def within(name: str) -> st.SearchStrategy[Condition]:
    return st.builds(lambda low, high: FieldWithin(name, frozenset(), low, high), BOUNDS, BOUNDS)


LEAVES: st.SearchStrategy[Any] = st.one_of(
    field_is("kind", ("call", "case")),
    field_is("channel", ("phone", "email", "web")),
    field_is("urgent", (True, False)),
    field_is("score", (1, 2.5, 3)),
    field_is("size", (1, 2)),
    field_is("team", ("care", "sales")),
    st.sampled_from(("score", "size", "team", "channel")).flatmap(within),
    st.builds(FieldMissing, st.sampled_from(("kind", "channel", "size")), st.just(frozenset()), st.booleans()),
    st.builds(Opaque, st.sampled_from(("happened", "open"))),
)
CONDITIONS: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(lambda part: Not((part,))),
    ),
    max_leaves=5,
)


def names_in(condition: Any) -> set[str]:
    parts = getattr(condition, "parts", None)
    return {condition.name} if parts is None else set().union(*map(names_in, parts))


def assignments(*conditions: Any) -> Iterator[dict[str, Any]]:
    names = sorted(set().union(*map(names_in, conditions)))
    for values in product(*(VALUES[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def is_true(condition: Any, values: Mapping[str, Any]) -> bool:
    return condition.test(values, None) is True


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_a_condition_is_nowhere_shown_exactly_when_no_record_shows_it(condition: Any) -> None:
    region = Space(WORDS, [condition]).shown(condition)
    assert (region == NOTHING) is not any(is_true(condition, values) for values in assignments(condition))


@settings(max_examples=150, deadline=None)
@given(CONDITIONS)
def test_a_condition_is_shown_everywhere_exactly_when_every_record_shows_it(condition: Any) -> None:
    space = Space(WORDS, [condition])
    is_everywhere = space.is_inside(EVERYTHING, space.shown(condition))
    assert is_everywhere is all(is_true(condition, values) for values in assignments(condition))


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, CONDITIONS)
def test_one_lies_inside_another_exactly_when_every_record_of_it_shows_the_other(one: Any, other: Any) -> None:
    space = Space(WORDS, [one, other])
    is_inside = space.is_inside(space.shown(one), space.shown(other))
    implied = all(is_true(other, values) for values in assignments(one, other) if is_true(one, values))
    assert is_inside is implied


@settings(max_examples=100, deadline=None)
@given(CONDITIONS, CONDITIONS, CONDITIONS)
def test_scope_less_exemptions_is_empty_exactly_when_every_record_is_exempt(scope: Any, one: Any, other: Any) -> None:
    space = Space(WORDS, [scope, one, other])
    left = space.minus(space.shown(scope), space.any_of([space.shown(one), space.shown(other)]))
    reached = (
        is_true(scope, values) and not is_true(one, values) and not is_true(other, values)
        for values in assignments(scope, one, other)
    )
    assert (left == NOTHING) is not any(reached)


def test_what_was_not_heard_is_never_shown_to_be_unsaid() -> None:
    said = SaidCue(("thanks",))
    condition = cast(Condition, Not((said,)))
    space = Space({}, [condition])
    assert space.shown(condition) == NOTHING
    assert space.shown(said) != NOTHING


def test_the_outcome_of_another_rule_is_never_undecided() -> None:
    passed = RuleOutcome("a.b", frozenset((Outcome.PASS,)))
    either = AnyOf((passed, Not((passed,))))
    space = Space({}, [either])
    assert space.is_inside(EVERYTHING, space.shown(either))


def test_a_field_of_a_kind_may_be_missing_and_the_kind_of_record_may_not() -> None:
    either = AnyOf((FieldIs("urgent", frozenset((True,))), FieldIs("urgent", frozenset((False,)))))
    kinds = FieldIs("kind", frozenset(("call", "case")))
    space = Space(WORDS, [either, kinds])
    assert not space.is_inside(EVERYTHING, space.shown(either))
    assert space.is_inside(EVERYTHING, space.shown(kinds))


def test_nothing_is_claimed_of_what_takes_too_many_boxes() -> None:
    words = {f"f{index}": (Word(f"f{index}", ValueType("yes or no")),) for index in range(20)}
    pairs = [
        AnyOf((FieldIs(f"f{index}", frozenset((True,))), FieldIs(f"f{index + 1}", frozenset((True,)))))
        for index in range(0, 20, 2)
    ]
    condition = AllOf(tuple(pairs))
    with pytest.raises(TooLarge):
        Space(words, [condition]).shown(condition)
