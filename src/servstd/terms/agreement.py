"""`same`: two events belong together when they agree on an attribute."""

from __future__ import annotations

from collections.abc import Sequence

from servstd.record import Event


def agree(attribute: str, start: Event, event: Event, starts: Sequence[Event]) -> bool | None:
    """True, False, or None when one of the two does not say and several starts could be meant.

    Both missing agree. One missing agrees when only one start was open at the time.
    """
    mine, other = start.values.get(attribute), event.values.get(attribute)
    if mine is not None and other is not None:
        return bool(mine == other)
    if mine is None and other is None:
        return True
    open_starts = [candidate for candidate in starts if candidate.at_us <= event.at_us]
    return True if len(open_starts) <= 1 else None
