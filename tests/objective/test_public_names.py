"""What `servstd.objective` exports is there, and judging a record loads none of what it does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

import servstd.objective as objective


@pytest.mark.parametrize("name", objective.__all__)
def test_every_name_can_be_had(name: str) -> None:
    value = getattr(objective, name)
    assert name in dir(objective)
    assert getattr(value, "__module__", "servstd.").startswith(("servstd.", "builtins"))


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'quality_score'"):
        objective.quality_score  # noqa: B018


def test_the_evaluator_loads_no_signals() -> None:
    code = (
        "import sys, servstd; servstd.Evaluator; print([m for m in sys.modules if '.signals' in m or '.measures' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
