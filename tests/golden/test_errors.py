"""Broken catalogs: what is said of each, word for word, with its place.

errors/ holds a file or a folder a slip, and beside it the text. `SERVSTD_WRITE_GOLDEN=1 pytest
tests/golden/test_errors.py` writes the texts anew; read the diff. Folders that end in `_below` are extended by others.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from servstd import CatalogError, load_catalog

ERRORS = Path(__file__).parent / "errors"
CASES = sorted(path for path in ERRORS.iterdir() if path.suffix != ".txt" and not path.stem.endswith("_below"))
HEAD = b"rules:\n  mail.answer:\n    title: Answered\n"
# What is better made than kept: large files, and bytes that are no text.
MADE = {
    "too_large.yaml": b"# " + b"x" * 10_000_000 + b"\n" + HEAD,
    "too_many_values.yaml": b"rules: [" + b"1," * 200_001 + b"]\n",
    "nested_too_deep.yaml": b"rules: " + b"[" * 101 + b"]" * 101 + b"\n",
    "not_utf8.yaml": HEAD + b"    why: caf\xe9\n",
    "control_character.yaml": HEAD + b"    why: a bell \x07 rings\n",
}
BLAMING = ("invalid", "illegal", "forbidden", "pydantic", "traceback", "nonetype", "mapping[", "dict", "input should")


def said(where: Path) -> str:
    """What loading a broken catalog prints."""
    with pytest.raises(CatalogError) as error:
        load_catalog(where)
    return f"{error.value}\n"


def compare(got: str, golden: Path) -> None:
    if os.environ.get("SERVSTD_WRITE_GOLDEN"):
        golden.write_text(got, "utf-8")
    else:
        assert got == golden.read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_broken_catalog_is_told_as_its_golden_file_says(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ERRORS)
    compare(said(Path(case.name)), ERRORS / f"{case.stem}.txt")


@pytest.mark.parametrize("name", MADE)
def test_a_file_that_can_not_be_read_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(MADE[name])
    compare(said(Path(name)), ERRORS / f"{Path(name).stem}.txt")


def test_there_are_cases_enough_and_no_text_without_one() -> None:
    names = {path.stem for path in CASES} | {Path(name).stem for name in MADE}
    assert len(names) >= 30
    assert {path.stem for path in ERRORS.glob("*.txt")} == names


def test_no_message_speaks_of_our_code() -> None:
    text = "\n".join(path.read_text("utf-8").lower() for path in ERRORS.glob("*.txt"))
    assert [word for word in BLAMING if word in text] == []
