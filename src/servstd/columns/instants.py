"""Instants as the values of a column: numbers inside, an aware datetime when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, overload

from servstd.columns.arrays import Ints
from servstd.values import EPOCH


class Instants(Sequence[Any]):
    """Values that are instants. `us` holds them in UTC microseconds; a column of them need not make datetimes."""

    def __init__(self, us: Ints) -> None:
        self.us = us

    @overload
    def __getitem__(self, place: int) -> datetime: ...
    @overload
    def __getitem__(self, place: slice) -> Instants: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return Instants(self.us[place])
        return EPOCH + timedelta(microseconds=int(self.us[place]))

    def __len__(self) -> int:
        return len(self.us)

    def __iter__(self) -> Iterator[datetime]:
        return (EPOCH + timedelta(microseconds=at) for at in self.us.tolist())
