"""Sources of record batches, and the forms of columns that nobody works with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.table.layouts import flat_struct, listed
from tests.table.small_words import AS_OF, AT, small

from servstd import Event, Record
from servstd.evaluate.table.batches import BATCH_ROWS, batches_of, tidy_array


class Once:
    """A table whose batches take no options."""

    def __init__(self, table: pa.Table) -> None:
        self.schema, self._table = table.schema, table

    def to_batches(self) -> Any:
        return iter(self._table.to_batches())


def test_whatever_has_a_schema_and_gives_batches_is_a_table() -> None:
    rows = listed([Record("a", events=(Event("aa", AT, attributes={"size": 3}),))], flat_struct)
    assert small().check_table(Once(rows), as_of=AS_OF)["x.size"].to_pylist() == ["pass/done"]


def test_small_batches_are_put_together_and_rows_with_long_lists_come_fewer_at_a_time() -> None:
    rows = pa.table({"id": [str(number) for number in range(BATCH_ROWS)]})
    few = pa.RecordBatchReader.from_batches(rows.schema, iter(rows.to_batches(max_chunksize=1000)))
    assert [batch.num_rows for batch in batches_of(few)] == [132_000, BATCH_ROWS - 132_000]
    long = pa.table({"id": ["a"] * 2000, "turns": pa.array(["x" * 50_000] * 2000)})
    counts = [batch.num_rows for batch in batches_of(long)]
    assert sum(counts) == 2000
    assert max(counts) < 1100


def test_batches_of_other_types_are_not_put_together() -> None:
    parts = [pa.record_batch({"id": ["a"]}), pa.record_batch({"id": pa.array([1])}), pa.record_batch({"id": [2]})]

    class Mixed(Once):
        def to_batches(self) -> Any:
            return iter(parts)

    mixed = Mixed(pa.Table.from_batches(parts[:1]))
    assert [batch.column("id").to_pylist() for batch in batches_of(mixed)] == [["a"], [1, 2]]


def test_old_and_far_instants_of_any_unit_are_bad_data_and_stop_nothing() -> None:
    for unit in ("s", "ms", "us"):
        far = pa.array([10**18, None, -(10**15)], pa.timestamp(unit, "UTC"))
        given_ = pa.table({"id": [*"abc"], "aa_at": far, "bb_at": pa.array([0] * 3, pa.timestamp(unit, "UTC"))})
        assert small().check_table(given_, as_of=AS_OF)["x.first"].to_pylist()[0] == "unknown/bad_data", unit


def test_durations_decimals_and_dates_are_read_as_records_read_them() -> None:
    odd = {
        "took": pa.array([5_000_000_001], pa.duration("ns")),
        "aa_size": pa.array([Decimal("3.5")]),
        "on": pa.array([AT.date()]),
    }
    given_ = pa.table({"id": ["a"], "aa_at": pa.array([AT], pa.timestamp("s", "UTC")), **odd})
    assert small().check_table(given_, as_of=AS_OF)["x.size"].to_pylist() == ["pass/done"]


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Any) -> None:
    for number in range(3):
        pq.write_table(
            pa.table({"id": [str(number)], "aa_at": [AT], "aa_size": [number + 2]}), tmp_path / f"{number}.parquet"
        )
    found = small().check_table(ds.dataset(tmp_path), as_of=AS_OF)["x.size"].to_pylist()
    assert sorted(found) == ["pass/done", "pass/done", "unknown/no_such_event"]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([["a"], None, []], pa.list_(pa.string_view())),
        pa.array([["a", "b"], None, ["c", None]], pa.list_(pa.string(), 2)),
        pa.array([["a"], None, ["c", None]], pa.list_view(pa.string())),
        pa.array([["a"], None, ["c", None]], pa.large_list_view(pa.dictionary(pa.int8(), pa.string()))),
        pa.array([{"a": ["x"]}, None, {"a": None}], pa.struct({"a": pa.list_view(pa.string_view())})),
        pa.array([{"a": AT}, None, {"a": None}], pa.struct({"a": pa.timestamp("ms", "UTC")})),
        pa.array([b"a", None, b""], pa.binary_view()),
        pa.array([b"\xff", None, b"a"], pa.binary()),
        pa.array([1, None, 2]).dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays([1, 3], pa.array(["a", None])),
        pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
        pa.nulls(3),
    ],
    ids=lambda array: str(array.type),
)
def test_a_plain_form_holds_what_the_other_held(array: Any) -> None:
    for part in (array, array.slice(1), array.slice(0, 1), array.slice(3)):
        plain = tidy_array(part)
        wanted = [one.decode() if isinstance(one, bytes) and one != b"\xff" else one for one in part.to_pylist()]
        is_binary = any(isinstance(one, bytes) for one in plain.to_pylist())
        assert plain.to_pylist() == (part.to_pylist() if is_binary else wanted)
