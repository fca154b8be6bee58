"""The page on speed holds the table that bench/bulk.py makes, and can be found."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "performance.md"


@pytest.fixture
def bulk_page(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    monkeypatch.delitem(sys.modules, "bulk_page", raising=False)
    import bulk_page

    return bulk_page  # type: ignore[return-value]


def table(page: SimpleNamespace, text: str) -> list[str]:
    """The lines between the marks."""
    return text.partition(page.BEGIN)[2].partition(page.END)[0].strip().splitlines()


def test_the_page_has_the_table_of_the_bench(bulk_page: SimpleNamespace) -> None:
    lines = table(bulk_page, PAGE.read_text("utf-8"))
    assert lines[0].startswith("Measured ")
    for what in ("scan of all columns", "to counts", "Parquet file of verdicts", "clustered by case", "peak memory"):
        assert [line for line in lines if what in line and re.search(r"\d", line)], what


def test_every_line_of_the_table_has_as_many_cells(bulk_page: SimpleNamespace) -> None:
    lines = [line for line in table(bulk_page, PAGE.read_text("utf-8")) if line.startswith("|")]
    assert {line.count("|") for line in lines} == {5}


def test_writing_it_anew_changes_nothing_else(
    bulk_page: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "performance.md"
    copy.write_text(PAGE.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(bulk_page, "PAGE", copy)
    bulk_page.write(table(bulk_page, PAGE.read_text("utf-8")))
    assert copy.read_text("utf-8") == PAGE.read_text("utf-8")


def test_the_index_of_the_explanations_lists_it() -> None:
    assert "(performance.md)" in (PAGE.parent / "README.md").read_text("utf-8")
