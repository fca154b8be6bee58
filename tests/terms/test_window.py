"""A window has both its ends by instant; the events that relative ends stand for are outside."""

from __future__ import annotations

from typing import Any, cast

import pytest

from servstd.facts import Opportunity, Position
from servstd.record import Event
from servstd.terms.anchor import OPEN, Bound
from servstd.terms.window import Window


class _Seen:
    """An event at a place, and the facts that know the place."""

    def __init__(self, place: Position) -> None:
        self.at_us, self.place, self.facts = place[0], place, self

    def position(self, _: Event) -> Position:
        return self.place


def holds(window: Window, *place: int) -> bool:
    seen = _Seen(cast(Position, place))
    return window.holds(cast(Event, seen), cast(Opportunity, seen))


@pytest.mark.parametrize(
    ("place", "by_instant", "relative"),
    [
        ((9, 0, 0), False, False),
        ((10, 0, 0), True, False),
        ((10, 1, 4), True, False),
        ((10, 1, 5), True, False),
        ((10, 1, 6), True, True),
        ((15, 0, 0), True, True),
        ((20, 2, 2), True, True),
        ((20, 2, 3), True, False),
        ((20, 2, 4), True, False),
        ((21, 0, 0), False, False),
    ],
)
def test_ends_are_inside_by_instant_and_outside_by_place(place: Position, by_instant: bool, relative: bool) -> None:
    limits: dict[str, Any] = {"start": Bound((10, 1, 5)), "end": Bound((20, 2, 3))}
    assert holds(Window(**limits), *place) is by_instant
    assert holds(Window(**limits, is_start_relative=True, is_end_relative=True), *place) is relative


def test_a_clock_closes_a_window_after_its_last_instant() -> None:
    window = Window(OPEN, OPEN, ends_at=20)
    assert [holds(window, at, 0, 0) for at in (-5, 19, 20, 21)] == [True, True, True, False]
    assert window.change_at == 21
    assert (Window(OPEN, OPEN).change_at, Window(OPEN, OPEN).is_open) == (None, False)
    assert holds(Window(OPEN, OPEN), 10**15, 0, 0)
