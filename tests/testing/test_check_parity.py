"""`check_parity` finds the fault of a kind and says which rule and record show it; kinds without fault pass."""

from __future__ import annotations

from typing import Any

import pytest
from tests.testing import kinds_to_try as kinds

import servstd
from servstd.kinds.base import Check
from servstd.testing import check_parity

BOX = {"box": 6}


def test_a_kind_without_fault_passes_and_says_what_was_compared() -> None:
    found = check_parity(kinds.BoxesByColumns, BOX, {"box": 1}, catalog=kinds.WORDS, examples=15)
    assert found.rules == ("parity.check_1", "parity.check_2")
    assert found.records > 15
    assert found.decided == 1
    assert found.notes == ()


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        (kinds.Boxes, "it has no check_columns: tables and Spark judge its records one by one"),
        (kinds.Lazy, "check_columns left every record: tables and Spark judge them one by one"),
    ],
)
def test_what_is_no_fault_is_noted(kind: type[Check], note: str) -> None:
    assert check_parity(kind, BOX, catalog=kinds.WORDS, examples=10).notes == (note,)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (kinds.WrongAtNone, [r"parity.check_1: outcome is 'fail' through a table of wide columns",
                             '"lamps": 0', '"box": 6']),
        (kinds.Raises, ["check_columns raised ZeroDivisionError: nine", '"lamps": 9']),
        (kinds.TooShort, ["check_columns gave uint8 of shape (0,), not uint8 of shape (1,)"]),
        (kinds.NoCode, ["check_columns gave the code 250, which 'columns.codes' does not have"]),
        (kinds.Breaks, ["parity.check_1: check raised KeyError"]),
        (kinds.ReadsAField, ["does not name all that it reads", "became pass/custom with the field 'gift' True"]),
        (kinds.ReadsAnEvent, ["does not name all that it reads", "became fail/custom with another event 'dropped'"]),
        (kinds.Listens, ["does not name all that it reads", "became fail/custom with other turns"]),
        (kinds.HelpsNot, ["calls helping what can harm", "became fail/custom with another event 'dropped'"]),
        (kinds.HarmsNot, ["calls harming what can help", "became pass/custom with another event 'packed'"]),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)  # fmt: skip
def test_a_fault_is_found_and_told_with_the_smallest_record(kind: type[Check], told: list[str]) -> None:
    params = {} if issubclass(kind, kinds.Packed) else BOX
    with pytest.raises(AssertionError) as caught:
        check_parity(kind, params, catalog=kinds.WORDS)
    assert [one for one in [*told, "record: ", "as of: "] if one not in str(caught.value)] == []


def test_what_helps_and_harms_may_be_said_when_it_is_so() -> None:
    assert check_parity(kinds.Packed, {}, catalog=kinds.WORDS, examples=20).decided is None


def test_your_own_records_are_judged_too() -> None:
    many = {"id": "many", "lamps": 10_000}

    class ManyBreak(kinds.BoxesByColumns):
        def check_columns(self, columns: Any) -> Any:
            if 10_000 in columns.field("lamps").values:
                raise OverflowError
            return super().check_columns(columns)

    with pytest.raises(AssertionError, match="OverflowError"):
        check_parity(ManyBreak, BOX, catalog=kinds.WORDS, records=[many], examples=1)


def test_a_kind_that_can_not_be_pickled_is_noted() -> None:
    class Local(kinds.Boxes):
        pass

    (first, *_) = check_parity(Local, BOX, catalog=kinds.WORDS, examples=2).notes
    assert first.startswith("it can not be pickled, so no worker can run it: ")


def test_rules_of_a_catalog_are_tried_also_within_combinations_and_for_each() -> None:
    rules = {
        "a.b": {"title": "t", "for_each": "packed", "check": {"kind": "boxes", "box": 3}},
        "a.c": {"title": "t", "check": {"kind": "any_of", "checks": {"x": {"kind": "boxes", "box": 2}}}},
        "a.d": {"title": "t", "check": {"kind": "review"}},
    }
    found = check_parity(kinds.BoxesByColumns, catalog={**kinds.WORDS, "rules": rules}, examples=10)
    assert found.rules == ("a.b", "a.c")


def test_a_shipped_kind_is_named_or_given() -> None:
    limit = {"of": {"field": "satisfaction"}, "at_least": 4}
    assert check_parity("limit", limit, examples=3).rules == ("parity.check_1",)
    catalog = servstd.load_catalog({"rules": {"a.b": {"title": "t", "check": {"kind": "limit", **limit}}}})
    assert check_parity("limit", catalog=catalog, examples=3).rules == ("a.b",)


def test_without_a_rule_of_the_kind_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="no rule is of the kind 'boxes'"):
        check_parity(kinds.Boxes, catalog=kinds.WORDS)
    with pytest.raises(ValueError, match="give parameters with a mapping of words"):
        check_parity("limit", {"at_most": 3}, catalog=servstd.load_catalog())
