"""Columns of every type: what one record gives is what a table gives, and what nobody asks for stops nothing."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.table.small_words import AS_OF

from servstd import Evaluator, RecordError, load_catalog
from servstd.adapters.table import mapped
from servstd.plain_arrays import plain, plain_type

EVALUATOR = Evaluator(load_catalog())
IDS = [uuid.UUID(int=7), None, uuid.UUID(int=2**127 + 5)]
UUIDS = pa.array([one and one.bytes for one in IDS], pa.uuid())
PLACES, OFFSETS = pa.array([0, None, 1]), pa.array([0, 1, 2, 3], pa.int32())
DENSE = pa.UnionArray.from_dense(
    pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, None]), pa.array(["x"])]
)
SPARSE = pa.UnionArray.from_sparse(pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, None]), pa.array(["x", "y", "z"])])
FAR = pa.array([10**18, None, 5], pa.timestamp("us", "UTC"))


def extension(kind: Any, stored: Any) -> Any:
    return pa.ExtensionArray.from_storage(kind, stored)


def coded(values: Any) -> Any:
    return pa.DictionaryArray.from_arrays(PLACES, values)


ARRAYS = {
    "uuid": UUIDS,
    "json": extension(pa.json_(), pa.array(['{"a": 1}', None, "[]"])),
    "bool8": extension(pa.bool8(), pa.array([1, None, 0], pa.int8())),
    "opaque": extension(pa.opaque(pa.int32(), "t", "v"), pa.array([1, None, 2], pa.int32())),
    "list of uuids": pa.ListArray.from_arrays(OFFSETS, UUIDS),
    "struct of uuids": pa.StructArray.from_arrays([UUIDS], names=["a"]),
    "map of uuids": pa.MapArray.from_arrays(pa.array([0, 1, 1, 3], pa.int32()), pa.array([*"abc"]), UUIDS),
    "dictionary of uuids": coded(UUIDS),
    "dense union": DENSE,
    "sparse union": SPARSE,
    "list of unions": pa.ListArray.from_arrays(OFFSETS, DENSE),
    "struct of unions": pa.StructArray.from_arrays([DENSE], names=["a"]),
    "dictionary of unions": coded(DENSE),
    "dictionary of lists": coded(pa.array([[1], [2]])),
    "dictionary of structs": coded(pa.array([{"a": 1}, {"a": 2}])),
    "dictionary of maps": coded(pa.array([[("a", 1)], []], pa.map_(pa.string(), pa.int64()))),
    "dictionary of dictionaries": coded(pa.array(["a", "b"]).dictionary_encode()),
    "unsigned codes": pa.array(["a", None, "b"]).dictionary_encode().cast(pa.dictionary(pa.uint8(), pa.string())),
    "unsigned codes of views": pa.DictionaryArray.from_arrays(
        pa.array([0, None, 1], pa.uint32()), pa.array(["a", "b"], pa.string_view()), ordered=True
    ),
    "dictionary of views": coded(pa.array(["a", "b"], pa.string_view())),
    "runs of lists": pa.RunEndEncodedArray.from_arrays([1, 3], pa.array([[1], None])),
    "fixed list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int64(), 2)),
    "list view": pa.array([["x"], None, []], pa.list_view(pa.string_view())),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "empty struct": pa.array([{}, None, {}], pa.struct([])),
    "interval": pa.array([(1, 2, 3), None, (1, 2, 4)], pa.month_day_nano_interval()),
    "small decimal": pa.array([Decimal("1.5"), None, Decimal("2")], pa.decimal32(5, 2)),
    "large decimal": pa.array([Decimal("1.5"), None, Decimal("2")], pa.decimal256(50, 2)),
    "time": pa.array([3, None, 4], pa.time64("us")),
    "half": pa.array([np.float16(1), None, np.float16(2)], pa.float16()),
    "duration": pa.array([5000, None, 6000], pa.duration("ns")),
    "fixed bytes": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "nothing": pa.nulls(3),
}
FAR_ARRAYS = {
    "far": FAR,
    "list of far": pa.ListArray.from_arrays(OFFSETS, FAR),
    "struct of far": pa.StructArray.from_arrays([FAR], names=["a"]),
}


def table(name: str, array: Any) -> Any:
    count = len(array)
    columns = {"id": pa.array([*"ABC"][:count]), "channel": ["email"] * count}
    columns |= {"received_at": ["2026-05-04T10:00Z"] * count, name: array}
    return pa.Table.from_batches([pa.record_batch([pa.array(c) for c in columns.values()], names=list(columns))])


def read(source: Any) -> Any:
    return mapped(source, None, EVALUATOR.catalog.vocabulary)


def outcomes(source: Any) -> list[tuple[str, ...]]:
    found = EVALUATOR.check_table(source, as_of=AS_OF, full=True).to_pylist()
    return [(row["record_id"], row["rule_id"], str(row["outcome"]), str(row["reason"])) for row in found]


@pytest.mark.parametrize("array", ARRAYS.values(), ids=list(ARRAYS))
def test_a_plain_form_has_the_type_that_is_foretold_and_holds_what_one_value_holds(array: Any) -> None:
    for part in (array, array.slice(1), array.slice(0, 1), array.slice(3)):
        made = plain(part)
        assert made.type == plain_type(part.type)
        assert _with_texts(part.to_pylist()) == made.to_pylist()


def _with_texts(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        made = [_with_texts(one) for one in value]
        return made if isinstance(value, list) else type(value)(made) if type(value) is tuple else value
    if isinstance(value, dict):
        return {key: _with_texts(one) for key, one in value.items()}
    return str(value) if isinstance(value, uuid.UUID) else value


@pytest.mark.parametrize("name", [*ARRAYS, *FAR_ARRAYS])
def test_a_column_that_nobody_asks_for_stops_nothing_and_changes_nothing(name: str) -> None:
    array = (ARRAYS | FAR_ARRAYS)[name]
    wanted = outcomes(table("spare", pa.nulls(3)))
    assert outcomes(table("spare", array)) == wanted
    twice = pa.concat_tables([table("spare", array)] * 2)
    assert outcomes(read(twice)) == wanted
    log = read(twice)
    assert (log.to_table().num_rows, log.repeats, log.bad_count) == (3, 3, 0)


# Python writes a UUID within a list otherwise than alone, and pandas a duration otherwise than Python.
NO_IDS = {"list of uuids", "struct of uuids", "map of uuids", "duration"}


@pytest.mark.parametrize("name", [name for name in ARRAYS if name not in NO_IDS])
def test_an_id_of_any_type_is_what_one_record_gives(name: str) -> None:
    array = ARRAYS[name]
    at = datetime(2026, 5, 4, 10, tzinfo=UTC)
    wanted = []
    for value in array.to_pylist():
        try:
            wanted.append(EVALUATOR.check({"id": value, "channel": "email", "received_at": at}, as_of=AS_OF).record_id)
        except RecordError:
            continue
    given = pa.table({"id": array, "channel": ["email"] * 3, "received_at": [at] * 3})
    assert read(given).to_table()["id"].to_pylist() == list(dict.fromkeys(wanted))


@pytest.mark.parametrize("kind", ["uuid", "json"])
def test_a_parquet_file_may_hold_uuids_and_json(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    ids = UUIDS.take(pa.array([0, 2]))
    log = pa.table({"id": ids, "channel": ["email"] * 2, "spare": ARRAYS[kind].take(pa.array([0, 2]))})
    pq.write_table(log, path)
    wanted = [str(IDS[0]), str(IDS[2])]
    assert EVALUATOR.check_table(ds.dataset(path), as_of=AS_OF)["record_id"].to_pylist() == wanted
    assert EVALUATOR.check_table(read(ds.dataset(path)), as_of=AS_OF)["record_id"].to_pylist() == wanted
    assert [EVALUATOR.check(row, as_of=AS_OF).record_id for row in log.to_pylist()] == wanted
