"""How far logs reach: the newest observed instant, whose it is, and how far it stands from all others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from servstd.values import local

_FAR_US = 366 * 24 * 3600 * 1_000_000
_SECOND_US = 1_000_000


@dataclass(slots=True)
class Reach:
    """The newest instants of two records in UTC microseconds, None where there is none, and the id of the newest.

    Added may be also the newest of many records at once, without an id, when it is not far from the newest before: then
    `second_us` may be that of a record before them, and still tells whether the newest is far from all others.
    """

    newest_us: int | None = None
    record_id: str | None = None
    second_us: int | None = None

    def add(self, newest_us: int, record_id: str | None = None) -> None:
        """Take the newest instant of another record; one that was there already does no harm."""
        if record_id is not None and record_id == self.record_id:
            return
        if self.newest_us is None or newest_us > self.newest_us:
            self.newest_us, self.record_id, self.second_us = newest_us, record_id, self.newest_us
        elif self.second_us is None or newest_us > self.second_us:
            self.second_us = newest_us

    def join(self, other: Reach) -> None:
        """Take what another reaches to."""
        if other.newest_us is not None:
            self.add(other.newest_us, other.record_id)
        if other.second_us is not None:
            self.add(other.second_us)

    def asks_for_rows(self, newest_us: int) -> bool:
        """Whether of many records with this newest instant it has to be known which they are."""
        if self.is_alone:
            return self.second_us is None or newest_us > self.second_us
        return self.newest_us is None or newest_us - self.newest_us > _FAR_US

    @property
    def is_alone(self) -> bool:
        """Whether the newest is more than a year after all others, or there is no other."""
        return self.newest_us is not None and (self.second_us is None or self.newest_us - self.second_us > _FAR_US)

    @property
    def newest_at(self) -> datetime | None:
        """The newest instant."""
        return None if self.newest_us is None else local(self.newest_us, UTC)

    def slip(self) -> tuple[str, datetime, int] | None:
        """The record that reaches so much further than all others that it may be a slip, until when, by how many days.

        None when none does.
        """
        if not self.is_alone or self.second_us is None or self.newest_us is None or self.record_id is None:
            return None
        days = (self.newest_us - self.second_us) // _SECOND_US // 86_400
        return self.record_id, local(self.newest_us, UTC), days
