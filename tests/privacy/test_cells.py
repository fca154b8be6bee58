"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.privacy.cells import plain_cell, safe_cell


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=", "-", "+44 20 79"])
def test_what_could_be_a_formula_is_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["a=b", "", "'=1", "-1", "+1.5", 3, -3, None, True, "2026-05-22"])
def test_all_else_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) == value


@given(st.text(st.sampled_from("=+-@\t\r'1a"), max_size=4))
def test_what_was_kept_safe_comes_back(text: str) -> None:
    if not text.startswith("'"):
        assert plain_cell(safe_cell(text)) == text
