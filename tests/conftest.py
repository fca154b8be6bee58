"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from examples.contact_centre.generate import lines
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]

# `ci` draws the same examples each time, so that a red build can be repeated. `explore` looks for new ones.
settings.register_profile("ci", derandomize=True, max_examples=100, deadline=None, database=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


# Marks of tests that need more than the others have, and run in steps of their own.
OWN_STEPS = ("spark", "recipes", "browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave those out unless `-m` names them."""
    asked = str(config.getoption("markexpr"))
    elsewhere = [name for name in OWN_STEPS if name not in asked]
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in elsewhere)]
    if left_out:
        kept = set(items) - set(left_out)
        items[:] = [item for item in items if item in kept]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example month of a contact centre: `month.jsonl`."""
    path = tmp_path_factory.mktemp("month") / "month.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines(7)), "utf-8")
    return path


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real logs, kept beside the checkout because they are too large for it. A test that needs them is else skipped."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the real logs in ../shared/data, beside the checkout")
    return folder
