"""Ctrl-C and a polite kill: work stops between two steps, says how far it came, and leaves nothing half written."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import typer

from servstd.cli.progress import Meter
from servstd.cli.stop import say

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# `timeout`, and others who tell a process and then its group, send the same signal twice.
_SAME_S = 0.2


class Stopped(BaseException):
    """Somebody asked to stop; not an `Exception`, so that nothing takes it for a fault."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@dataclass
class Course:
    """How far a run has come: rows judged, of how many (None: not known), and what is written for good.

    `written` says it in words; None: there is nothing to write.
    """

    done: int = 0
    total: int | None = None
    written: str | None = None
    _meter: Meter | None = field(default=None, repr=False)
    _is_held: bool = field(default=False, repr=False)
    _waiting: int = field(default=0, repr=False)
    _is_left: bool = field(default=False, repr=False)
    late: int = field(default=0, repr=False)

    def leave(self) -> None:
        """The work is done or given up: a signal from now on is noted only."""
        self._is_left = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """A step that must not be broken off: a signal waits for its end."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._waiting:
            raise Stopped(self._waiting)

    def follow(self, meter: Meter | None) -> None:
        """Go by a meter from now on; None: it has come to its end."""
        if self._meter is not None:
            self.done, self.total = self._meter.rows, self._meter.total_rows
        self._meter = meter

    def stop(self, number: int, frame: FrameType | None) -> None:
        """The handler of a signal. One that comes later ends the process at once."""
        if self._is_left:
            self.late = number
        if self._is_left or self._waiting:
            return
        self._waiting = number
        time.sleep(_SAME_S)
        for one in _SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        if not self._is_held:
            raise Stopped(number)

    def farewell(self) -> str:
        """`stopped after 12,000 of 90,000 rows; nothing was written`."""
        self.follow(None)
        total = "" if self.total is None else f" of {self.total:,}"
        rows = f"stopped after {self.done:,}{total} rows"
        return rows if self.written is None else f"{rows}; {self.written}"


@contextmanager
def stoppable(course: Course) -> Iterator[None]:
    """Within it SIGINT and SIGTERM end the command with 130 or 143, after everything has been tidied up."""
    is_main = threading.current_thread() is threading.main_thread()
    before: dict[signal.Signals, Any] = {one: signal.signal(one, course.stop) for one in _SIGNALS} if is_main else {}
    number = 0
    try:
        try:
            yield
        finally:
            course.leave()
    except Stopped as stopped:
        number = stopped.number
    except KeyboardInterrupt:
        number = signal.SIGINT
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    if course.late:
        signal.raise_signal(course.late)
    if number:
        say(course.farewell())
        raise typer.Exit(128 + number)
