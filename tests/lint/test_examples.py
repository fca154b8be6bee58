"""Each code is found in its seeded fault, and not in its clean twin."""

from __future__ import annotations

import pytest

from lint.examples import page
from servstd.lint import CHECKS
from servstd.lint.silence import LEVELS

EXAMPLES = page.content()["examples"]
ALL = {**{check.code: check.level for check in CHECKS}, **LEVELS}


def test_every_code_has_an_example() -> None:
    assert set(EXAMPLES) == set(ALL)


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_seeded_fault_is_found_once_at_its_level(code: str) -> None:
    assert [problem.level for problem in page.found(code, "fault") if problem.code == code] == [ALL[code]]


@pytest.mark.parametrize("code", EXAMPLES)
def test_its_clean_twin_is_clean_of_it_and_of_everything_new(code: str) -> None:
    before, after = ({problem.code for problem in page.found(code, which)} for which in ("fault", "clean"))
    assert code not in after
    if code != "kind-replaced":
        assert before - after - {code} <= set(EXAMPLES[code].get("also", ()))
