"""Which words have a column in a log: an empty column is not one that is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from servstd import load_catalog
from servstd.adapters.batch import read_logs
from servstd.adapters.load import load_mapping

VOCABULARY = load_catalog().vocabulary


def given(path: Path, text: str, mapping: dict[str, Any] | None = None) -> set[str]:
    path.write_text(text)
    return read_logs([path], load_mapping(mapping, VOCABULARY) if mapping else None, VOCABULARY).given


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("responded_at", "responded"),
        ("responded_until", "responded"),
        ("promise_due_at", "promise.due_at"),
        ("priority", "priority"),
        ("turns", "turns"),
    ],
)
def test_a_column_of_a_flat_table_stands_for_its_word(column: str, word: str, tmp_path: Path) -> None:
    assert word in given(tmp_path / "log.csv", f"id,{column}\nA,\n")


def test_a_column_that_is_not_there_stands_for_nothing(tmp_path: Path) -> None:
    assert given(tmp_path / "log.csv", "id,channel\nA,email\n").isdisjoint({"responded", "priority", "turns"})


def test_a_mapping_names_the_words(tmp_path: Path) -> None:
    columns = {
        "no": {"field": "priority"},
        "in": {"event": "received"},
        "due": {"event": "promise", "attribute": "due_at"},
    }
    mapping = {"id": "case", "columns": {**columns, "made": {"event": "promise"}}}
    found = given(tmp_path / "log.csv", "case,no,in,due,made\n1,,,,\n", mapping)
    assert {"priority", "received", "promise", "promise.due_at"} <= found


def test_json_has_no_columns(tmp_path: Path) -> None:
    assert given(tmp_path / "log.jsonl", '{"id": "A", "responded_at": null}\n') == set()


def test_several_logs_are_taken_together(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("id,priority\nA,high\n")
    (tmp_path / "two.csv").write_text("id,responded_at\nB,\n")
    assert {"priority", "responded"} <= read_logs([tmp_path / "one.csv", tmp_path / "two.csv"], None, VOCABULARY).given
