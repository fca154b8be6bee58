"""The public names are loaded one by one, when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import servstd


@pytest.mark.parametrize("name", servstd.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(servstd, name).__module__.startswith("servstd")
    assert name in dir(servstd)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'evaluator'"):
        servstd.evaluator  # noqa: B018


def test_the_calendar_alone_loads_neither_the_catalog_nor_its_packages() -> None:
    heavy = "{'pydantic', 'yaml', 'holidays'}"
    code = f"import sys, servstd; servstd.BusinessCalendar; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
