"""Complaints: rate, repeats within a window from both sides."""

from __future__ import annotations

import pytest

from made_records import START, at, record
from servstd.objective import Basis, Complaint, complaint_rate, period_at, repeat_complaints
from servstd.objective.measures.complaints import ContactRow
from servstd.record import Record

MONTH = 30 * 86400.0


def contact(begin: float = 0, **more: object) -> Record:
    return record("interaction", "email", ("received", begin), **more)


def test_the_rate_is_of_contacts_that_say_whether_they_complain() -> None:
    contacts = [contact(is_complaint=True), *[contact(is_complaint=False)] * 19, contact(), record("case", None)]
    found = complaint_rate(contacts)
    assert (found.value, found.count, found.missing) == (0.05, 20, {"not_told": 1})
    assert found.parts == {"complaints": 1, "per_100": 5.0}
    assert complaint_rate([]).parts["per_100"] == 0.0
    assert complaint_rate([ContactRow(True), {"is_complaint": False}]).value == 0.5


@pytest.mark.parametrize(("again", "repeats"), [(MONTH, 1), (MONTH + 1, 0)])
def test_a_repeat_comes_within_thirty_days_of_the_one_before(again: float, repeats: int) -> None:
    found = repeat_complaints([Complaint("c", at(again)), Complaint("c", at(0)), Complaint("d", at(5))])
    assert (found.parts["repeats"], found.count) == (repeats, 3)


def test_a_complaint_of_the_period_before_is_seen_and_not_counted() -> None:
    rows = [Complaint("c", at(-86400)), Complaint("c", at(0))]
    found = repeat_complaints(rows, basis=Basis(period_at(START, "day")))
    assert (found.value, found.count) == (1.0, 1)


def test_records_repeat_by_the_fields_that_are_named() -> None:
    rows = [
        contact(0, is_complaint=True, customer="c", category="x"),
        contact(5, is_complaint=True, customer="c", category="x"),
        contact(6, is_complaint=True, customer="c"),
        contact(7, is_complaint=False, customer="c", category="x"),
        record("interaction", "email", is_complaint=True, customer="c", category="x"),
    ]
    found = repeat_complaints(rows)
    assert (found.value, found.count) == (0.5, 2)
    assert found.missing == {"no_time": 1, "not_told_about_what": 1}
    assert repeat_complaints(rows, about=["customer"]).count == 3
