"""The compact table as a row a record and rule."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import servstd
from servstd.errors import RecordError
from servstd.evaluate.figures import GROUPING
from servstd.evaluate.table import compact

TEXTS = ["pass/in_time", "fail/late", "unknown/custom/with a slash", "not_applicable/"]
rules = st.lists(st.sampled_from(["a.one", "a.two", "b.three"]), unique=True)


@st.composite
def compacts(draw: st.DrawFn) -> pa.Table:
    """Compact tables whose rules have dictionaries of their own, with and without grouping columns."""
    count = draw(st.integers(0, 6))
    columns: dict[str, Any] = {"record_id": pa.array([f"r{number}" for number in range(count)], pa.string())}
    for name in draw(st.sampled_from([(), ("team",), ("channel", "team", "agent")])):
        columns[name] = pa.array(
            draw(st.lists(st.sampled_from(["x", "", None]), min_size=count, max_size=count)), pa.string()
        )
    for rule_id in draw(rules):
        known = draw(st.permutations(TEXTS))
        codes = draw(st.lists(st.none() | st.integers(0, 3), min_size=count, max_size=count))
        array = pa.DictionaryArray.from_arrays(pa.array(codes, pa.uint8()), pa.array(known))
        columns[rule_id] = array if draw(st.booleans()) else array.cast(pa.string())
    return pa.table(columns)


def row_by_row(table: pa.Table) -> list[dict[str, Any]]:
    groups = [name for name in GROUPING if name in table.schema.names]
    found = []
    for row in table.to_pylist():
        for rule_id in (name for name in row if name not in ("record_id", *groups)):
            outcome, _, reason = (None, "", None) if row[rule_id] is None else row[rule_id].partition("/")
            cells = {"record_id": row["record_id"], "rule_id": rule_id, "outcome": outcome, "reason": reason}
            found.append(cells | {name: row[name] for name in groups})
    return found


@given(compacts(), st.sampled_from([1, 2, 100]))
def test_a_compact_table_expands_as_row_by_row(table: pa.Table, size: int) -> None:
    found = servstd.expand(pa.Table.from_batches(table.to_batches(max_chunksize=size), table.schema))
    assert found.to_pylist() == row_by_row(table)
    assert set(found.schema.types) == {pa.string()}


def test_large_batches_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pa.table({"record_id": [str(number) for number in range(9)], "a": ["pass/done"] * 9})
    monkeypatch.setattr(compact, "_ROWS", 2)
    assert servstd.expand(table).to_pylist() == row_by_row(table)
    assert servstd.expand(table.to_batches()[0]).num_rows == 9


def test_a_table_without_record_ids_is_no_compact_table() -> None:
    with pytest.raises(RecordError, match="expected a compact table"):
        servstd.expand(pa.table({"a": ["pass/done"]}))


class Streamed:
    """Anything that gives its content as a stream of Arrow."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


def test_what_other_libraries_hold_is_expanded_too() -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([0, None], pa.uint32()), pa.array(["pass/done"], pa.large_string()))
    own = {"record_id": pa.array(["r0", "r1"], pa.string_view()), "team": pa.array([None, None], pa.null()), "a": codes}
    plain = pa.table({"record_id": ["r0", "r1"], "team": pa.nulls(2, pa.string()), "a": ["pass/done", None]})
    assert servstd.expand(Streamed(pa.table(own))).to_pylist() == row_by_row(plain)


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ([1], "expected a compact table, got list"),
        (pa.table({"record_id": ["a"], "n": [1]}), "expected a compact table, but 'n' holds int64"),
        (pa.table({"record_id": ["a"], "rule_id": ["x"], "outcome": ["pass"]}), "a row a record and rule"),
    ],
)
def test_anything_else_is_no_compact_table(given_: Any, says: str) -> None:
    with pytest.raises(RecordError, match=says):
        servstd.expand(given_)


def test_a_compact_table_is_not_summarized_as_it_is() -> None:
    with pytest.raises(RecordError, match=r"no column 'outcome' \[missing-column\]\nhint: .*expand\(table\) first"):
        servstd.summarize(pa.table({"record_id": ["a"], "x.rule": ["pass/done"]}))
