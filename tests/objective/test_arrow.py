"""Tables of verdicts are counted by columns, with the same answers and errors as row by row."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servstd
from servstd.errors import RecordError
from servstd.objective import Counts, Tally, arrow, summarize
from servstd.outcome import FAIL, PASS, Outcome

COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")
BY = [("rule_id",), ("team", "rule_id"), ("outcome",), ("reason", "floor"), (), ("absent_one",)]
rows = st.lists(
    st.fixed_dictionaries(
        {
            "rule_id": st.sampled_from(["a", "b", None]),
            "outcome": st.sampled_from([outcome.value for outcome in Outcome]),
            "reason": st.sampled_from(["late", "", None]),
            "team": st.sampled_from(["care", "", None]),
            "floor": st.sampled_from([1.0, 2.0, float("nan"), None]),
            **{name: st.none() | st.integers(0, 3) for name in COUNTS},
        }
    ),
    min_size=1,
    max_size=20,
)


def outcome_of(read: Any) -> Any:
    """What came back, or the words of the error."""
    try:
        return read()
    except RecordError as error:
        return str(error)


def both(table: Any, by: tuple[str, ...]) -> tuple[Any, Any]:
    """The summaries of a table, and those of its rows."""
    whole = table if isinstance(table, pa.Table) else pa.table(table)
    found = outcome_of(lambda: summarize(table, by=by))
    return found, outcome_of(lambda: summarize(whole.to_pylist(), by=by))


@given(rows, st.sampled_from(BY), st.sampled_from([1, 3, 100]))
def test_a_table_has_the_figures_of_its_rows(given_rows: list[dict[str, Any]], by: tuple[str, ...], size: int) -> None:
    table = pa.Table.from_batches(pa.Table.from_pylist(given_rows).to_batches(max_chunksize=size))
    found, wanted = both(table, by)
    assert found == wanted


@settings(max_examples=40)
@given(rows, st.sampled_from([pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.string()]), st.sampled_from(BY))
def test_counts_may_be_of_any_type(given_rows: list[dict[str, Any]], kind: Any, by: tuple[str, ...]) -> None:
    table = pa.Table.from_pylist(given_rows)
    for name in COUNTS:
        table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(pa.int32()).cast(kind))
    found, wanted = both(table, by)
    assert found == wanted


def odd(**cells: Any) -> pa.Table:
    good = {"record_id": "1", "rule_id": "r", "outcome": "pass", "reason": "done", "passed_count": None}
    return pa.table({name: [value, cells.get(name, value)] for name, value in good.items()})


@pytest.mark.parametrize(
    "cells",
    [
        *({"outcome": text} for text in (None, "passed", "")),
        *({"passed_count": number} for number in (-1, 1.5, "x", float("nan"), float("inf"))),
    ],
)
def test_an_odd_cell_gives_the_error_of_its_row(cells: dict[str, Any]) -> None:
    found, wanted = both(odd(**cells), ("rule_id",))
    assert isinstance(wanted, str)
    assert found == wanted


@pytest.mark.parametrize("cells", [{"passed_count": "2"}, {"passed_count": True}, {"reason": 7}, {"rule_id": 3}])
def test_an_unusual_cell_counts_as_in_its_row(cells: dict[str, Any]) -> None:
    table = pa.table({name: pa.array([value]) for name, value in {**odd().slice(0, 1).to_pylist()[0], **cells}.items()})
    found, wanted = both(table, ("rule_id",))
    assert not isinstance(found, str)
    assert found == wanted


def test_a_not_applicable_row_may_hold_any_counts() -> None:
    found, wanted = both(
        pa.table({"rule_id": ["r"], "outcome": ["not_applicable"], "passed_count": [-1]}), ("rule_id",)
    )
    assert found == wanted
    assert found[0].not_applicable == 1


@pytest.mark.parametrize("kind", [pa.string_view(), pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
def test_texts_may_be_of_any_type(kind: Any) -> None:
    texts = {"rule_id": ["a", "b", None], "outcome": ["pass", "fail", "pass"], "reason": ["done", None, "done"]}
    table = pa.table({name: pa.array(values, pa.string()).cast(kind) for name, values in texts.items()})
    assert summarize(table) == summarize(pa.table(texts).to_pylist())


def test_a_text_that_no_row_has_does_no_harm() -> None:
    outcomes = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int8()), pa.array(["pass", "not an outcome"]))
    assert summarize(pa.table({"rule_id": ["r", "r"], "outcome": outcomes}))[0].passed == 2


def test_nested_columns_are_counted_row_by_row() -> None:
    [one] = summarize(pa.table({"rule_id": [["r"]], "outcome": ["pass"]}))
    assert (one.key, one.passed) == ({"rule_id": '["r"]'}, 1)
    assert summarize(pa.table({"rule_id": pa.array([None], pa.list_(pa.string())), "outcome": ["pass"]}))[0].passed == 1


class Stream:
    """Like a frame of another library."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


def test_whatever_holds_a_table_will_do() -> None:
    table = pa.table({"rule_id": ["a", "a", "b"], "outcome": ["pass", "fail", "pass"]})
    wanted = summarize(table.to_pylist())
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches())
    assert summarize(table.to_batches()[0]) == summarize(reader) == summarize(Stream(table)) == wanted
    assert summarize(table.slice(0, 0)) == []


def test_large_batches_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"rule_id": ["a", "b"] * 10, "outcome": ["pass"] * 20})
    monkeypatch.setattr(arrow, "BATCH_ROWS", 3)
    assert [one.passed for one in summarize(table)] == [10, 10]


# --- tallies as tables


def tally() -> Tally:
    found = Tally(("rule_id", "team"))
    for team, outcome, amounts in (("care", "fail", (2, 1)), (None, "pass", ()), ("care", "pass", (3, 0))):
        counts = dict(zip(COUNTS, amounts, strict=False))
        found.add({"rule_id": "r", "team": team, "outcome": outcome, "reason": "x", **counts})
    return found


def test_the_table_of_a_tally_has_a_row_a_group_and_reason() -> None:
    assert [tuple(row.values()) for row in tally().to_table().to_pylist()] == [
        ("r", "care", "fail", "x", 1, 2, 1, 0, 0, 9),
        ("r", "care", "pass", "x", 1, 3, 0, 0, 0, 9),
        ("r", None, "pass", "x", 1, 1, 0, 0, 0, 1),
    ]
    assert tally().to_table().schema.names == [
        *("rule_id", "team", "outcome", "reason"),
        *("records", "passed", "failed", "pending", "unknown", "squares"),
    ]
    assert tally().to_table().schema.types == [pa.string()] * 4 + [pa.int64()] * 6


def test_a_table_without_squares_is_read_as_were_opportunities_heaped_on_few_records() -> None:
    found = Tally.from_table(tally().to_table().drop_columns(["squares"]))
    assert found == tally()  # a record a cell: nothing is left open
    amounts = {"records": 10, "passed": 20, "failed": 10, "pending": 0, "unknown": 0}
    wide = pa.Table.from_pylist([{"rule_id": "r", "outcome": "fail", "reason": "x", **amounts}])
    assert Tally.from_table(wide).groups["r",].effective == 30**2 / (21**2 + 9)


def test_equal_rows_of_a_table_add_up_in_any_batches() -> None:
    table = tally().to_table()
    twice = pa.concat_tables([table, table.slice(1), table.slice(0, 1)])
    assert Tally.from_table(twice) == tally() + tally()
    assert Tally.from_table(Stream(twice)) == tally() + tally()


def test_without_what_the_schema_says_the_groups_are_the_other_columns() -> None:
    assert Tally.from_table(tally().to_table().replace_schema_metadata(None)) == tally()


def test_groups_by_outcome_and_reason_share_their_columns() -> None:
    found = Tally(("outcome", "reason", "rule_id"))
    found.add({"rule_id": "r", "outcome": "fail", "reason": "late"})
    table = found.to_table()
    assert table.schema.names[:3] == ["rule_id", "outcome", "reason"]
    assert Tally.from_table(table) == found


def test_groups_are_texts_in_a_table() -> None:
    found = Tally(("floor", "vip"))
    found.add({"floor": 2, "vip": True, "outcome": "pass", "reason": "x"})
    assert list(Tally.from_table(found.to_table()).groups) == [("2", "true")]


def test_a_group_named_as_a_count_has_no_table() -> None:
    found = Tally(("records",))
    with pytest.raises(RecordError, match="has a column 'records' of its own"):
        found.to_table()


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("outcome", ["passed"] * 3, "'passed' is not one of"),
        ("records", [1, None, 1], "None is not a count"),
        ("failed", [1, -1, 1], "-1 is not a count"),
        ("passed", [0.5, 1.0, 1.0], "0.5 is not a count"),
    ],
)
def test_a_table_with_odd_cells_is_no_tally(column: str, values: list[Any], message: str) -> None:
    table = tally().to_table()
    table = table.set_column(table.schema.get_field_index(column), column, pa.array(values))
    with pytest.raises(RecordError, match=message):
        Tally.from_table(table)


def test_a_table_without_a_column_is_no_tally() -> None:
    with pytest.raises(RecordError, match="has no column 'records'"):
        Tally.from_table(tally().to_table().drop_columns(["records"]))


def test_a_tally_is_summarised_by_its_own_columns() -> None:
    assert [one.key for one in servstd.summarize(tally())] == [
        {"rule_id": "r", "team": "care"},
        {"rule_id": "r", "team": None},
    ]
    [whole] = servstd.summarize(tally(), by="rule_id")
    assert (whole.passed, whole.failed, whole.records) == (6, 1, 3)


def test_sums_that_are_given_alone_have_no_records() -> None:
    counts = Counts(passed=3, failed=1, verdicts={(FAIL, "late"): 1})
    assert (counts.passed, counts.failed, counts.records, counts.reasons()) == (3, 1, 1, {"late": 1})
    assert counts.records_with(PASS) == 0
    assert repr(Counts(verdicts={(FAIL, "late"): 1})) == "Counts(fail/late: [1, 0, 0, 0, 0, 0])"
    assert Counts() != 1
