"""A headless Chromium that reaches nothing: every page here has to work without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.browser.watching import Watched

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The installed browser; the tests fail without one, for they are only run when asked for."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next((found for name in _NAMES if (found := shutil.which(name))), None)
    assert path is not None, "no Chromium is installed: apt-get install chromium"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    """The size of the window."""
    found: dict[str, int] = request.param
    return found


@pytest.fixture
def watch(chromium: Any) -> Iterator[Any]:
    """Opens a file: `watch(path, width=390)`. The console and the network are watched."""
    contexts: list[Any] = []

    def open_file(path: Path, viewport: dict[str, int] = WIDE, scheme: str = "light") -> Watched:
        context = chromium.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True, bypass_csp=False)
        contexts.append(context)
        return Watched(context.new_page(), path)

    yield open_file
    for context in contexts:
        context.close()
