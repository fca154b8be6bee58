"""The first block of the design page, word for word: what a developer meets first."""

from __future__ import annotations

import ast
import contextlib
import io
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

import servstd

BLOCK = """
evaluator = servstd.Evaluator(servstd.load_catalog("policy/"))
a = evaluator.check({"id": "E-17", "channel": "email", "received_at": "2026-05-22T15:00-04:00", "responded_at": "2026-05-26T15:30-04:00"},
                    as_of=datetime(2026, 5, 27, tzinfo=timezone.utc))
v = a["email.response_time"]
v.outcome, v.reason        # fail, late
print(v.explain())         # Received Fri 22 May 15:00. Mon 25 May skipped: Memorial Day. Due Tue 26 May 15:00 (1 business day). Responded 15:30: 30 min late.
"""  # noqa: E501 - as it stands on the page
SENTENCE = (
    "Received Fri 22 May 15:00. Mon 25 May skipped: Memorial Day. Due Tue 26 May 15:00 (1 business day). "
    "Responded 15:30: 30 min late."
)


def run(block: str) -> tuple[dict[str, Any], list[Any], str]:
    """The names that a block leaves, the values of its bare expressions but for `print`, and what it printed."""
    names: dict[str, Any] = {"servstd": servstd, "datetime": datetime, "timezone": timezone}
    printed, values = io.StringIO(), []
    for node in ast.parse(block).body:
        with contextlib.redirect_stdout(printed):
            if isinstance(node, ast.Expr):
                values.append(eval(compile(ast.Expression(node.value), "block", "eval"), names))
            else:
                exec(compile(ast.Module([node], []), "block", "exec"), names)
    return names, [value for value in values if value is not None], printed.getvalue()


def test_the_first_block_says_what_its_comments_say(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project_root / "examples")
    names, values, printed = run(BLOCK)
    assert [tuple(map(str, pair)) for pair in values] == [("fail", "late")]
    assert printed == SENTENCE + "\n"
    assert f"# {SENTENCE}" in BLOCK
    with pytest.raises(TypeError):
        bool(names["v"])


def test_the_block_is_that_of_the_design_page(project_root: Path) -> None:
    page = project_root.parent / "shared" / "DESIGN.md"
    if not page.is_file():
        pytest.skip("needs ../shared/DESIGN.md, beside the checkout")
    assert f"```python\n{BLOCK.strip()}\n```" in page.read_text("utf-8")
