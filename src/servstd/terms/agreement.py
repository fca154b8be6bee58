"""`same`: two events belong together when they agree on an attribute."""

from __future__ import annotations

from collections.abc import Sequence

from servstd.record import Event


def agree(attribute: str, one: Event, other: Event) -> bool | None:
    """True, False, or None when only one of the two says. Both missing agree."""
    mine, theirs = one.values.get(attribute), other.values.get(attribute)
    if mine is None and theirs is None:
        return True
    return None if mine is None or theirs is None else bool(mine == theirs)


def agree_among(attribute: str, start: Event, event: Event, starts: Sequence[Event]) -> bool | None:
    """As `agree`; where only one of the two says, they agree if no other start was open at the time."""
    answer = agree(attribute, start, event)
    if answer is not None:
        return answer
    open_starts = [candidate for candidate in starts if candidate.at_us <= event.at_us]
    return True if len(open_starts) <= 1 else None
