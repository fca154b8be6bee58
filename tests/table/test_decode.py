"""Reading Arrow buffers as they lie: parts of arrays, and what stands under nulls."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from servstd.evaluate.table.batches import tidy_array
from servstd.evaluate.table.decode import is_valid, read_instants
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


def test_an_instant_beyond_all_years_becomes_a_text() -> None:
    assert tidy_array(_with_second(2**62, is_null=False)).type == pa.string()
