"""`-o`: the verdict table as a file, written whole or not at all."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cli.running import Servstd
from servstd.evaluate.figures import Figures
from servstd.evaluate.rows import COLUMNS

MAY = ("check", "examples/policy/may.csv", "--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z")


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a verdict table, every value as text as CSV writes it."""
    text = path.read_text("utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines()))
    items = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]
    return [{name: plain(value) for name, value in item.items()} for item in items]


def plain(value: Any) -> str:
    """A JSON value as CSV writes it."""
    return "" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


def test_the_three_formats_hold_the_same_rows(servstd: Servstd, place: Path) -> None:
    tables = []
    for suffix in ("csv", "jsonl", "json"):
        assert servstd(*MAY, "--rules", "email.*", "-o", f"verdicts.{suffix}").code == 0
        tables.append(rows_of(place / f"verdicts.{suffix}"))
    assert tables[0] == tables[1] == tables[2]
    assert len(tables[0]) == 412 * 4
    assert tuple(tables[0][0]) == COLUMNS


def test_the_file_holds_what_the_table_counts(servstd: Servstd, place: Path) -> None:
    servstd(*MAY, "-o", "verdicts.csv")
    outcomes = [row["outcome"] for row in rows_of(place / "verdicts.csv") if row["rule_id"] == "email.response_time"]
    assert [outcomes.count(name) for name in ("pass", "fail", "pending", "unknown")] == [388, 17, 4, 3]


def test_a_file_that_is_there_is_replaced_and_nothing_else_is_left(servstd: Servstd, place: Path) -> None:
    (place / "verdicts.csv").write_text("old")
    before = sorted(place.iterdir())
    servstd(*MAY, "-o", "verdicts.csv")
    assert sorted(place.iterdir()) == before
    assert (place / "verdicts.csv").read_text("utf-8").startswith("schema_version,")


def test_the_target_of_a_link_is_written_and_the_link_stays(servstd: Servstd, place: Path) -> None:
    (place / "real.csv").write_text("old")
    (place / "link.csv").symlink_to(place / "real.csv")
    servstd(*MAY, "-o", "link.csv")
    assert (place / "link.csv").is_symlink()
    assert (place / "real.csv").read_text("utf-8").startswith("schema_version,")


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "bad.csv", "--strict"),
        ("check", "all_bad.csv"),
        ("check", "examples/policy/may.csv", "--catalog", "broken"),
        ("check", "examples/policy/may.csv", "--rules", "nothing.*"),
    ],
)
def test_a_run_that_judges_nothing_leaves_the_file_untouched(
    arguments: tuple[str, ...], servstd: Servstd, place: Path
) -> None:
    (place / "verdicts.csv").write_text("old")
    before = sorted(place.iterdir())
    assert servstd(*arguments, "-o", "verdicts.csv").code == 2
    assert (place / "verdicts.csv").read_text() == "old"
    assert sorted(place.iterdir()) == before


def test_a_run_that_breaks_in_the_middle_leaves_the_file_untouched(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servstd.cli.app import app

    def breaks(self: Figures, assessment: Any) -> None:
        if assessment.record_id == "E-17":
            raise KeyboardInterrupt
        self.records += 1

    monkeypatch.setattr(Figures, "add", breaks)
    (place / "verdicts.csv").write_text("old")
    before = sorted(place.iterdir())
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        app([*MAY, "-o", "verdicts.csv"], prog_name="servstd")
    assert (place / "verdicts.csv").read_text() == "old"
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("verdicts.xlsx", "'verdicts.xlsx' does not end in .parquet, .csv, .jsonl or .json [unknown-format]\n"),
        ("nowhere/verdicts.csv", "there is no folder 'nowhere' [unwritable-file]\n"),
        ("folder.csv", "'folder.csv' is a folder [unwritable-file]\n"),
        ("log.csv", "-o: 'log.csv' is read, so it can not be written [output-is-input]\n"),
    ],
)
def test_a_file_that_can_not_be_written_is_refused_before_any_work(
    output: str, said: str, servstd: Servstd, place: Path
) -> None:
    (place / "folder.csv").mkdir()
    (place / "log.csv").write_text("id,received_at\nA,2026-05-04T10:00Z\n")
    ran = servstd("check", "log.csv", "-o", output)
    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_verdicts_in_parquet_are_those_in_csv(tmp_path: Path, servstd: Servstd) -> None:
    command = ("check", "examples/policy/may.csv", "--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z")
    for suffix in ("csv", "parquet"):
        assert servstd(*command, "--fail-on", "none", "-o", str(tmp_path / f"verdicts.{suffix}")).code == 0
    table = pq.read_table(tmp_path / "verdicts.parquet")
    with (tmp_path / "verdicts.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert table.schema.names == list(COLUMNS)
    assert len(rows) == table.num_rows > 400
    for name in ("record_id", "rule_id", "outcome", "reason", "lean", "team"):
        assert [value or "" for value in table[name].to_pylist()] == [row[name] for row in rows], name
    for name in ("due_at", "late_after", "received_at"):
        wanted = [datetime.fromisoformat(row[name]) if row[name] else None for row in rows]
        assert table[name].to_pylist() == wanted, name
