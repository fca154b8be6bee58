"""What is there: customers retained over a period, and cases open at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import EVERYTHING, Basis, first_event, gather
from servstd.objective.measures.lengths import RESOLUTION_BEGINS, last_resolution
from servstd.record import Record
from servstd.values import to_us

AGE_BANDS = tuple(timedelta(days=days) for days in (1, 3, 7, 30))


def retention(at_start: int, at_end: int, new: int, confidence: float = 0.95) -> Figure:
    """(customers at the end - new ones) / customers at the start, of a quarter or a year.

    Three numbers of a customer file; they stand in `parts`. Raises `ValueError` when more customers stayed than were
    there, or one is negative: somebody was counted twice, or came back and counts as new.
    """
    kept = at_end - new
    if min(at_start, at_end, new) < 0 or not 0 <= kept <= at_start:
        raise ValueError(f"expected 0 <= at_end - new <= at_start, got {at_end!r} - {new!r} and {at_start!r}")
    parts = {"at_start": at_start, "at_end": at_end, "new": new}
    return share_figure("retention", "end_less_new_over_start", kept, at_start, confidence, parts=parts)


@dataclass(frozen=True, slots=True)
class Matter:
    """One case: when it was opened and, once settled, when for the last time."""

    opened_at: datetime
    resolved_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The instant by which it belongs to a period."""
        return self.opened_at


@dataclass(frozen=True, slots=True)
class Backlog:
    """Cases over a period: open at its start + opened - resolved = open at its end.

    `ages` are those open at the end by how long they have been, one count more than `age_bands` has limits; each
    limit belongs to the band before it.
    """

    open_at_start: int
    opened: int
    resolved: int
    open_at_end: int
    ages: tuple[int, ...]
    age_bands: tuple[timedelta, ...]
    oldest_s: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return pairs | {"ages": list(self.ages), "age_bands": [band.total_seconds() for band in self.age_bands]}


def backlog(
    items: Iterable[Any], start: datetime, end: datetime, age_bands: Sequence[timedelta] = AGE_BANDS
) -> Backlog:
    """Active and resolved cases of the stretch [start, end); records, `Matter` rows or mappings.

    Of records only cases count: an issue or a month of a team may be opened too. A case ends as for
    `resolution_time`; a withdrawn one is settled.
    """
    rows = gather(items, Matter, _matter, Basis(as_of=end, confidence=EVERYTHING.confidence)).rows
    first, last = to_us(start), to_us(end)
    spans = [(to_us(row.opened_at), None if row.resolved_at is None else to_us(row.resolved_at)) for row in rows]
    spans = [(opened, None if done is None or done >= last else done) for opened, done in spans if opened < last]
    ages = [(last - opened) / 1e6 for opened, done in spans if done is None]
    limits = [band.total_seconds() for band in age_bands]
    return Backlog(
        open_at_start=sum(opened < first and (done is None or done >= first) for opened, done in spans),
        opened=sum(opened >= first for opened, _ in spans),
        resolved=sum(done is not None and done >= first for _, done in spans),
        open_at_end=len(ages),
        ages=tuple(sum(_band(age, limits) == band for age in ages) for band in range(len(limits) + 1)),
        age_bands=tuple(age_bands),
        oldest_s=max(ages, default=None),
    )


def _band(age: float, limits: Sequence[float]) -> int:
    return sum(age > limit for limit in limits)


def _matter(record: Record) -> Matter | None:
    start = first_event(record, RESOLUTION_BEGINS)
    if start is None or record.kind != "case":
        return None
    end = last_resolution(record) or first_event(record, ("withdrawn",))
    return Matter(start.at, None if end is None else end.at)
