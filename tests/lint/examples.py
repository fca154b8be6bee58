"""The examples of docs/lint_examples.yaml, through the module that writes the page."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "lint_page.py"
_spec = importlib.util.spec_from_file_location("lint_page", PAGE)
assert _spec is not None
assert _spec.loader is not None
page = importlib.util.module_from_spec(_spec)
sys.modules["lint_page"] = page  # pydantic looks up the names of its annotations there
_spec.loader.exec_module(page)
