"""Reviews, fields in a struct, and what rows say of their source, in columns."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from tests.record_strategies import shipped
from tests.table.layouts import flat_struct
from tests.table.small_words import AS_OF, AT, WORDS, small, source
from tests.table.wide import differences

import servstd
from servstd import Evaluator


def test_reviews_of_other_rules_leave_a_rule_to_its_columns() -> None:
    reviews = [
        [{"rule": "x.first", "value": "yes", "override": True, "reason": "seen"}],
        [{"rule": "x.loud", "value": "no"}],
        None,
    ]
    events_ = flat_struct([[{"type": "aa", "at": AT}]] * 3)
    table = pa.table({"id": [*"abc"], "events": events_, "reviews": pa.array(reviews)})
    given_ = source(table)
    assert given_.has_reviews().tolist() == [True, True, False]
    assert given_.reviews_of("x.first").tolist() == [True, False, False]
    assert given_.reviews_of("x.none").tolist() == [False] * 3
    assert not given_.needs_record().any()
    assert differences(small(), table, AS_OF, may_fail=False) == []


def test_what_every_row_says_of_its_source_holds_for_the_batch() -> None:
    lists = pa.list_(pa.string())
    table = pa.table(
        {
            "id": [*"abcd"],
            "aa_at": [f"{AT.isoformat()}"] * 4,
            "complete_for": pa.array([["bb", "cc"]] * 4, lists),
            "tracked": pa.array([["aa", "bb"], ["aa", "bb"], ["aa", "bb"], ["aa"]], lists),
        }
    )
    given_ = source(table)
    assert given_.same_for_all() == {"complete_for": {"bb", "cc"}, "tracked": {"aa", "bb"}}
    assert given_.needs_record().tolist() == [False, False, False, True]
    assert differences(small(), table, AS_OF, may_fail=False) == []


@pytest.mark.parametrize(
    "given_",
    [
        ["bb,cc", "bb,cc", ""],
        [["bb"], None, ["bb"]],
        [None, None, ["bb"]],
        [["bb"], [], None],
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["complete_for", "tracked"])
def test_rows_that_say_something_else_are_read_by_themselves(name: str, given_: Any) -> None:
    table = pa.table({"id": [*"abc"], "aa_at": [AT.isoformat()] * 3, name: given_})
    assert differences(small(), table, AS_OF, may_fail=False) == []


def test_fields_in_a_struct_or_a_map_are_fields() -> None:
    rules = {"a.b": {"title": "t", "check": {"kind": "limit", "of": {"field": "score"}, "at_least": 5}}}
    judged = Evaluator(servstd.load_catalog({**WORDS, "rules": rules}))
    inner = [{"score": 9}, {"score": None}, None, {"score": 1}]
    wanted = ["pass/limit_kept", "fail/limit_broken", "fail/limit_broken", "fail/limit_broken"]
    pairs = [None if one is None else [(name, value) for name, value in one.items()] for one in inner]
    for given_ in (pa.array(inner), pa.array(pairs, pa.map_(pa.string(), pa.int64()))):
        table = pa.table({"id": [*"abcd"], "score": [1, 1, 1, 9], "fields": given_})
        assert judged.check_table(table, as_of=AS_OF)["a.b"].to_pylist() == wanted
        assert differences(judged, table, AS_OF, may_fail=False) == []


def test_a_column_of_bytes_that_are_texts_is_read_as_texts() -> None:
    table = pa.table({"id": pa.array([b"a", b"\xff"]), "channel": pa.array([b"email", b"email"], pa.binary_view())})
    plain = pa.table({"id": ["a", "b"], "channel": ["email", "email"]})
    found, wanted = (shipped().check_table(one, as_of=AS_OF) for one in (table, plain))
    assert found["email.response_time"].to_pylist() == wanted["email.response_time"].to_pylist()
    assert found["channel"].to_pylist() == ["email", "email"]
