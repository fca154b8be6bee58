"""Rows that come twice, and ids that come again with other content."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd import load_catalog
from servstd.adapters.table import mapped, raw
from servstd.adapters.table.hashes import hash_column, hash_rows, hash_texts
from servstd.adapters.table.seen import CONFLICT, NEW, REPEAT, SeenIds

VOCABULARY = load_catalog().vocabulary


def log(rows: list[tuple[str, str]]) -> Any:
    return mapped(pa.table({"id": [one for one, _ in rows], "team": [team for _, team in rows]}), None, VOCABULARY)


@pytest.mark.parametrize("size", [1, 2, 65_536])
def test_repeats_and_conflicts_are_found_within_a_batch_and_between_batches(
    monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(raw, "BATCH_ROWS", size)
    found = log([("A", "x"), ("B", "x"), ("A", "x"), ("B", "y"), ("A", "x"), ("C", "")])
    assert found.to_table()["id"].to_pylist() == ["A", "B", "C"]
    assert (found.repeats, found.bad_count, found.records) == (2, 1, 3)
    assert found.bad_rows[0].render() == "table:4: id: the id 'B' is there already, with other content [duplicate-id]"


def test_a_bad_row_does_not_take_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 65_536):
        monkeypatch.setattr(raw, "BATCH_ROWS", size)
        table = pa.table({"id": ["A", "A", "A"], "channel": ["pigeon", "email", "pigeon"]})
        found = mapped(table, None, VOCABULARY)
        assert found.to_table()["channel"].to_pylist() == ["email"]
        assert [(one.line, one.problem.code) for one in found.bad_rows] == [(1, "unknown-value"), (3, "duplicate-id")]


def test_beyond_a_bound_of_ids_nothing_more_is_remembered_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    known = SeenIds(most=3)
    state = [
        known.take(np.array(ids, np.uint64), np.zeros(2, np.uint64), np.ones(2, np.bool_)).tolist()
        for ids in ([1, 2], [3, 4], [3, 1])
    ]
    assert state == [[NEW, NEW], [NEW, NEW], [NEW, REPEAT]]
    assert (known.count, known.unchecked) == (2, 3)
    assert caplog.text.count("more than 3 ids") == 1


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2), st.booleans()), max_size=60), st.randoms())
def test_the_arrays_remember_what_a_dict_would(rows: list[tuple[int, int, bool]], chance: random.Random) -> None:
    known, held = SeenIds(), dict[int, int]()
    while rows:
        some, rows = rows[: chance.randint(1, 9)], rows[9:]
        ids = np.array([one for one, _, _ in some], np.uint64)
        contents = np.array([content << 40 for _, content, _ in some], np.uint64)
        state = known.take(ids, contents, np.array([good for _, _, good in some], np.bool_))
        for (one, content, good), found in zip(some, state.tolist(), strict=True):
            assert found == (NEW if one not in held else REPEAT if held[one] == content else CONFLICT)
            if good:
                held.setdefault(one, content)
    assert known.count == len(held)


@given(st.lists(st.text(max_size=30) | st.none(), max_size=30))
def test_texts_have_the_same_number_only_when_they_are_the_same(texts: list[str | None]) -> None:
    for kind in (pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        array = pa.array(["before", *texts], pa.string()).slice(1).cast(kind)
        numbers = hash_column(array).tolist()
        assert len(set(numbers)) == len(set(texts))
        assert [numbers[texts.index(text)] for text in texts] == numbers


def test_long_texts_have_numbers_too() -> None:
    long = ["x" * 500, "x" * 499 + "y", "x" * 500]
    first, second, third = hash_texts(pa.array(long)).tolist()
    assert first == third != second


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2, None, 0]),
        pa.array([1.5, -1.5, None, 0.0]),
        pa.array([True, False, None]),
        pa.array([1, 2, None], pa.timestamp("us")),
        pa.array([1, 2, None], pa.date32()),
        pa.array([1, 2, None], pa.decimal128(5)),
        pa.array([[1], [1, 2], None]),
        pa.array([1, 2, None], pa.uint64()),
        [1, "1", None, 1.5],
    ],
    ids=lambda column: str(getattr(column, "type", "mixed")),
)
def test_cells_of_any_type_have_numbers_of_their_own(column: Any) -> None:
    numbers = hash_rows({"a": column}, len(column))
    assert len(set(numbers.tolist())) == len(column)


@pytest.mark.parametrize("first", ["email", "pigeon"])
def test_a_row_whose_id_is_taken_does_not_show_how_far_the_log_reaches(first: str) -> None:
    times = ["2026-03-02T10:00Z", "2026-03-02T12:00Z"]
    table = pa.table({"id": ["A", "A"], "channel": [first, "email"], "received_at": times})
    newest = mapped(table, None, VOCABULARY).find_newest_at()
    assert newest is not None
    assert newest.isoformat() == ("2026-03-02T10:00:00+00:00" if first == "email" else "2026-03-02T12:00:00+00:00")
