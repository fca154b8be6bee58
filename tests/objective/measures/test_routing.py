"""Transfers, misroutes, owners of a case."""

from __future__ import annotations

import pytest

from made_records import START, at, call, record
from servstd.objective import Basis, misroute_rate, owners_per_case, period_at, transfer_rate
from servstd.objective.measures.routing import Owned
from servstd.record import Record

SECOND = ("transfer_start", 9)


def answered(*events: tuple[object, ...], **more: object) -> Record:
    return call(("answered", 0), *events, **more)


def test_a_transfer_by_the_agent_counts_once_a_call() -> None:
    calls = [
        answered(("transfer_start", 5), SECOND),
        answered(("transfer_start", 5)),
        answered(("transfer_start", 5, {"by": "system"})),
        answered(("transfer_start", 5, {"planned": True})),
        answered(),
        call(("abandoned", 5)),
        record("interaction", "email", ("received", 0)),
    ]
    found = transfer_rate(calls)
    assert (found.value, found.count, found.excluded) == (2 / 5, 5, {"not_answered": 1})
    assert found.parts == {"transferred": 2}


@pytest.mark.parametrize(
    ("second", "is_misroute"),
    [
        (SECOND, True),
        (("transfer_start", 9, {"same_reason": True}), True),
        (("transfer_start", 9, {"same_reason": False}), False),
        (("transfer_start", 9, {"planned": True}), False),
        (("transfer_start", 9, {"by": "system"}), False),
    ],
)
def test_a_misroute_is_a_further_transfer_for_the_same_reason(second: tuple[object, ...], is_misroute: bool) -> None:
    found = misroute_rate([answered(("transfer_start", 5), second), answered()])
    assert (found.value, found.count, found.excluded) == (float(is_misroute), 1, {"not_transferred": 1})


def test_owners_of_a_case_are_the_people_its_contacts_had() -> None:
    contacts = [
        answered(agent="a1", case="k1"),
        answered(agent="a1", case="k1"),
        answered(agent="a2", case="k1"),
        answered(agent="a1", case="k2"),
        answered(agent="a1"),
        answered(case="k3"),
        record("case", None, ("opened", 0)),
    ]
    found = owners_per_case(contacts)
    assert (found.value, found.count, found.unit) == (1.5, 2, "count")
    assert found.parts == {"one_owner": 1, "median": 1.5, "most": 2}
    assert found.missing == {"no_agent": 1, "no_case": 1}
    assert found.interval is None


def test_a_case_belongs_to_the_period_of_its_first_contact() -> None:
    rows = [Owned("k", "a1", at(0)), Owned("k", "a2", at(86400)), Owned("m", "a2", at(86400)), Owned("n", "a2")]
    first = owners_per_case(rows, basis=Basis(period_at(START, "day")))
    assert (first.value, first.count) == (2.0, 1)
    assert owners_per_case([]).value is None
