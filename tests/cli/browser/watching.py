"""A page under watch: what it wrote to the console, what it asked of the network, what axe finds wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

_PATIENCE = 30  # seconds; a loaded machine takes its time to read a file


def wait_until(page: Any, holds: Callable[[], bool]) -> None:
    """Ask again and again from outside: the page's own policy forbids the browser to evaluate a text inside it."""
    end = monotonic() + _PATIENCE
    while not holds():
        assert monotonic() < end, f"not so within {_PATIENCE} s"
        page.wait_for_timeout(20)


class Watched:
    """An open page. `errors` are those of the console, `requests` all addresses but that of the file itself."""

    def __init__(self, page: Any, path: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        self.requests: list[str] = []
        own = path.resolve().as_uri()
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda asked: self.requests.append(asked.url) if not _is_own(asked.url, own) else None)
        page.on("dialog", lambda dialog: self._dialog(dialog))
        page.goto(own)

    def _dialog(self, dialog: Any) -> None:
        if dialog.type == "alert":  # only a script from a log would do that
            self.errors.append(f"alert: {dialog.message}")
        dialog.accept()

    def is_quiet(self) -> bool:
        """No error, no request."""
        assert self.errors == []
        assert self.requests == []
        return True

    def faults(self) -> list[str]:
        """What axe-core finds that is serious or critical: its rule and the first place."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{one['id']}: {one['nodes'][0]['target']}" for one in found if one["impact"] in ("serious", "critical")
        ]


def _is_own(url: str, own: str) -> bool:
    return url.partition("#")[0] == own or url.startswith(("data:", "blob:"))
