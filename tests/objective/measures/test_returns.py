"""First contact resolution and reopened matters: windows from both sides, open ones pending."""

from __future__ import annotations

from datetime import timedelta

import pytest

from made_records import START, at, call, record
from servstd.objective import (
    FIRST_CONTACT_FORMULAS,
    Basis,
    Contact,
    first_contact_resolution,
    period_at,
    reopen_rate,
)
from servstd.objective.measures.returns import Resolution
from servstd.record import Record

DAY = 86400.0
WEEK = 7 * DAY
LATER = Basis(as_of=at(100 * DAY), min_n=1)


def contact(matter: str, begin: float, resolved: float | None = None) -> Contact:
    return Contact(matter, at(begin), None if resolved is None else at(resolved))


@pytest.mark.parametrize(("again", "value"), [(10.0, 1.0), (10.001, 0.0), (10 + WEEK, 0.0), (10.001 + WEEK, 1.0)])
def test_a_repeat_is_a_contact_after_the_resolution_and_within_the_window(again: float, value: float) -> None:
    found = first_contact_resolution([contact("m", 0, 10), contact("m", again)], basis=LATER)
    assert (found.value, found.count, found.excluded) == (value, 1, {"not_resolved": 1})


@pytest.mark.parametrize(("now", "count"), [(10 + WEEK - 1, 0), (10 + WEEK, 1)])
def test_a_window_that_is_still_open_is_pending_even_after_a_repeat(now: float, count: int) -> None:
    contacts = [contact("m", 0, 10), contact("m", 60)]
    found = first_contact_resolution(contacts, basis=Basis(as_of=at(now)))
    assert (found.count, found.pending) == (count, 1 - count)


def test_another_matter_is_no_repeat() -> None:
    found = first_contact_resolution([contact("m", 0, 10), contact("n", 60)], basis=LATER)
    assert found.value == 1.0


def test_the_definition_stands_beside_the_number() -> None:
    found = first_contact_resolution([contact("m", 0, 10)], window=timedelta(days=30), basis=LATER)
    assert found.formula == "resolved_without_repeat_over_resolved"
    assert found.settings == {"window_s": 30 * DAY, "matter": ("case",)}


def test_the_two_formulas_answer_two_questions() -> None:
    contacts = [
        contact("a", 0, 10),  # settled at once
        contact("b", 0),
        contact("b", DAY, DAY + 10),  # settled by the second contact
        contact("c", 0, 10),
        contact("c", DAY, DAY + 10),  # settled twice
    ]
    by_contact, by_matter = (
        first_contact_resolution(contacts, formula=name, basis=LATER) for name in FIRST_CONTACT_FORMULAS
    )
    assert (by_contact.value, by_contact.count) == (3 / 4, 4)
    assert (by_matter.value, by_matter.count, by_matter.excluded) == (1 / 3, 3, {"not_the_first_contact": 2})


def test_contacts_of_the_period_before_are_seen_and_not_counted() -> None:
    may = period_at(at(0), "month")
    contacts = [contact("m", -10 * DAY), contact("m", 0, 10)]
    basis = Basis(may, at(100 * DAY))
    found = first_contact_resolution(contacts, formula="resolved_at_first_contact_over_matters", basis=basis)
    assert (found.count, found.excluded) == (0, {"not_the_first_contact": 1})


def interaction(begin: float, *events: tuple[object, ...], **more: object) -> Record:
    return record("interaction", "email", ("received", begin), *events, **more)


def test_records_tell_their_matter_by_the_fields_that_are_named() -> None:
    records = [
        interaction(0, ("resolved", 5), customer="c1", category="billing"),
        interaction(DAY, customer="c1", category="billing"),
        interaction(2 * DAY, ("resolved", 2 * DAY), customer="c1", category="delivery"),
        interaction(0, ("resolved", 5), customer="c2"),
        interaction(0, ("resolved", 5), customer="c3", category="x", direction="outbound"),
        record("case", None, ("opened", 0)),
    ]
    found = first_contact_resolution(records, matter=("customer", "category"), basis=LATER)
    assert (found.value, found.count) == (0.5, 2)
    assert (found.missing, found.excluded) == ({"no_matter": 1}, {"not_resolved": 1, "outbound": 1})


def test_a_call_is_resolved_at_its_end_when_its_outcome_says_so() -> None:
    calls = [call(("answered", 0), ("ended", 60), outcome="resolved", case="k"), call(("answered", 61), case="k")]
    assert first_contact_resolution(calls, basis=LATER).value == 0.0
    assert first_contact_resolution([call(outcome="resolved", case="k")], basis=LATER).missing == {"no_time": 1}


def test_plain_rows_are_asked_about_as_of_the_newest_instant_in_them() -> None:
    contacts = [contact("m", 0, 10), contact("n", 8 * DAY)]
    assert first_contact_resolution(contacts).count == 1
    assert first_contact_resolution(contacts[:1]).pending == 1


@pytest.mark.parametrize(("again", "value"), [(WEEK, 1.0), (WEEK + 1, 0.0)])
def test_a_reopening_at_the_end_of_the_window_still_is_one(again: float, value: float) -> None:
    found = reopen_rate([record("case", None, ("resolved", 0), ("reopened", again))], basis=LATER)
    assert (found.value, found.count) == (value, 1)


def test_every_resolution_of_a_case_has_its_own_chance() -> None:
    twice = record(
        "case", None, ("resolved", 0), ("reopened", 5), ("reopened", 6), ("resolved", 10), ("reopened", 9 * DAY)
    )
    found = reopen_rate([twice, record("case", None, ("opened", 0))], basis=LATER)
    assert (found.value, found.count) == (0.5, 2)
    assert reopen_rate([twice], window=None, basis=LATER).value == 1.0


@pytest.mark.parametrize(("now", "pending"), [(WEEK - 1, 1), (WEEK, 0)])
def test_a_fresh_resolution_is_pending(now: float, pending: int) -> None:
    found = reopen_rate([Resolution(at(0))], basis=Basis(as_of=at(now)))
    assert (found.pending, found.count) == (pending, 1 - pending)


def test_a_reopening_without_a_resolution_is_none() -> None:
    assert reopen_rate([record("case", None, ("reopened", 5))], basis=LATER).count == 0
    assert reopen_rate([Resolution(at(0))], basis=Basis(period_at(START + timedelta(days=1), "day"))).count == 0
