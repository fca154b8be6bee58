"""The catalogs that we ship as standards and as examples are clean, at every level."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from servstd.catalog import load_catalog
from servstd.lint import lint

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / "standards", *sorted(path for path in (ROOT / "examples").rglob("policy") if path.is_dir())]


def test_the_example_catalogs_are_found() -> None:
    assert len(FOLDERS) == 5


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_catalog_of_ours_is_clean(folder: Path) -> None:
    found = lint(load_catalog(folder), today=date(2026, 11, 22))
    assert [problem.headline() for problem in found.problems] == []
