"""Reading Arrow buffers as they lie: parts of arrays, and what stands under nulls."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from servstd.columns.columns import NO, OPEN, YES
from servstd.evaluate.table.batches import tidy_array
from servstd.evaluate.table.decode import as_it_is, different, is_valid, read_instants, read_values
from servstd.flat import FlatReader
from servstd.vocabulary import Vocabulary

INSTANT = pa.timestamp("us", "UTC")


def _instants(count: int) -> pa.Array:
    return pa.array([None if place % 3 == 0 else place * 1_000 for place in range(count)], INSTANT)


@pytest.mark.parametrize("begin", [0, 1, 7, 8, 9, 63])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 30])
def test_a_part_of_an_array_says_which_of_its_own_rows_are_null(begin: int, count: int) -> None:
    part = _instants(100).slice(begin, count)
    assert is_valid(part).tolist() == pc.is_valid(part).to_pylist()


@pytest.mark.parametrize("begin", [0, 1, 7, 8, 9, 63])
def test_a_part_of_a_column_of_instants_is_read_from_its_own_rows(begin: int) -> None:
    part = _instants(100).slice(begin, 30)
    at, is_there, is_bad = read_instants(part, FlatReader(Vocabulary()))
    assert at.tolist() == [0 if place % 3 == 0 else place * 1_000 for place in range(begin, begin + 30)]
    assert is_there.tolist() == [place % 3 != 0 for place in range(begin, begin + 30)]
    assert not is_bad.any()


def test_a_null_among_the_values_of_a_dictionary_is_null() -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([0, 1, None]), pa.array(["mail", None]))
    assert is_valid(array).tolist() == [True, False, False]


def _with_second(value: int, is_null: bool) -> pa.Array:
    """Two instants: a usual one, and one whose eight bytes hold a value."""
    valid = pa.py_buffer(b"\x01" if is_null else b"\x03")
    return pa.Array.from_buffers(INSTANT, 2, [valid, pa.py_buffer(np.array([5, value], np.int64))])


def test_what_stands_under_a_null_is_no_instant() -> None:
    array = _with_second(2**62, is_null=True)
    assert tidy_array(array).type == INSTANT
    at, is_there, _ = read_instants(array, FlatReader(Vocabulary()))
    assert at.tolist() == [5, 0]
    assert is_there.tolist() == [True, False]


def test_each_of_many_values_has_its_own_answer_and_so_has_a_missing_one() -> None:
    column = read_values(pa.array([None, *range(12), None, 4]), as_it_is)
    answers = column.ask(lambda value: None if value is None else value % 3 == 1)
    assert answers.tolist() == [OPEN, *([NO, YES, NO] * 4), OPEN, YES]


def test_an_instant_beyond_all_years_becomes_a_text() -> None:
    assert tidy_array(_with_second(2**62, is_null=False)).type == pa.string()


@pytest.mark.parametrize(
    "array",
    [
        pa.array([True, None, False] * 7),
        pa.array([None, 3, 1, 2, 3] * 5),
        pa.array([True, None, True] * 7),
        pa.array([50, 3, None, 99] * 5),
        pa.array([-128, 127, None] * 5, pa.int8()),
        pa.array([2**64 - 1, 2**64 - 9, None] * 5, pa.uint64()),
        pa.array([-(2**63), 2**63 - 1, None] * 5),
        pa.array([-(2**63), 7 - 2**63, None] * 5),
        pa.array([None] * 9, pa.int32()),
        pa.array([0.5, None, 0.25] * 5),
        pa.array(["x", None, "", "y"] * 5),
        pa.array(["x", None, "", "y"] * 5).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([7, None, 3, 7] * 3), pa.array([str(one) for one in range(2000)])),
    ],
    ids=lambda array: str(array.type),
)
@pytest.mark.parametrize(("begin", "count"), [(0, 30), (1, 7), (3, 0)])
def test_each_row_leads_to_its_value(array: pa.Array, begin: int, count: int) -> None:
    part = array.slice(begin, count)
    codes, values = different(part)
    assert codes.dtype == np.int32
    assert [None if code < 0 else values[code] for code in codes.tolist()] == part.to_pylist()
    assert set(values) - {None} == set(part.to_pylist()) - {None} or pa.types.is_dictionary(part.type)


def test_few_of_the_words_of_a_long_dictionary_are_read() -> None:
    words = pa.array([str(one) for one in range(2000)])
    found = different(pa.DictionaryArray.from_arrays(pa.array([7, 3]), words))
    assert list(found[1]) == ["7", "3"]


def test_what_stands_under_a_null_is_no_number() -> None:
    buffers = [pa.py_buffer(b"\x05"), pa.py_buffer(np.array([4, 2**62, 5], np.int64))]
    codes, values = different(pa.Array.from_buffers(pa.int64(), 3, buffers))
    assert [None if code < 0 else values[code] for code in codes.tolist()] == [4, None, 5]
