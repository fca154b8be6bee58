"""Ids of records as numbers, to find those that are in several logs; and what tells two records apart.

Every number takes 8 bytes, in a file of its own for each log, so that a hundred million ids need little memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from servstd.adapters.batch import in_tie_order
from servstd.adapters.table.hashes import hash_texts
from servstd.record import Record
from servstd.values import to_us

Hashes = NDArray[np.uint64]
_AT_ONCE = 4_000_000
_WAITING = 65_536


def hash_ids(ids: Any) -> Hashes:
    """A number for each id of an Arrow column; the same in every process."""
    return hash_texts(ids.cast(pa.large_string()))


class IdFile:
    """Collects the ids of one log in a file; None: nobody will ask for them."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._waiting: list[str] = []
        if path is not None:
            path.write_bytes(b"")

    def add(self, ids: Any) -> None:
        """Those of a batch."""
        if self.path is not None:
            with self.path.open("ab") as stream:
                stream.write(hash_ids(ids).astype(np.uint64).tobytes())

    def add_one(self, record_id: str) -> None:
        """That of one record."""
        self._waiting.append(record_id)
        if len(self._waiting) == _WAITING:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self.add(pa.array(self._waiting, pa.large_string()))
            self._waiting.clear()

    def close(self) -> None:
        """Put them in order, in the file itself."""
        self._flush()
        if self.path is not None and self.path.stat().st_size:
            ids = np.memmap(self.path, np.uint64, "r+")
            ids.sort()
            ids.flush()


def _load(path: Path) -> Hashes:
    """The numbers of a file, which stay there until they are looked at."""
    return np.memmap(path, np.uint64, "r") if path.stat().st_size else np.zeros(0, np.uint64)


def shared_ids(paths: Sequence[Path]) -> Hashes:
    """The numbers that are in more than one of these files, or twice in one."""
    logs = [_load(path) for path in paths]
    steps = 1 + sum(map(len, logs)) // _AT_ONCE
    found = []
    for step in range(steps):
        low, high = (np.uint64(min((1 << 64) * edge // steps, (1 << 64) - 1)) for edge in (step, step + 1))
        side: Literal["left", "right"] = "right" if step == steps - 1 else "left"
        parts = [log[np.searchsorted(log, low) : np.searchsorted(log, high, side)] for log in logs]
        ids = np.sort(np.concatenate(parts)) if parts else np.zeros(0, np.uint64)
        found.append(np.unique(ids[1:][ids[1:] == ids[:-1]]))
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def with_ids(paths: Sequence[Path], wanted: Hashes) -> list[bool]:
    """Which of the files have any of these numbers."""
    return [_has_any(_load(path), wanted) for path in paths]


def _has_any(ids: Hashes, wanted: Hashes) -> bool:
    place = np.minimum(np.searchsorted(ids, wanted), max(len(ids) - 1, 0))
    return bool(len(ids) and (ids[place] == wanted).any())


def rows_with(ids: Any, wanted: Hashes) -> list[int]:
    """The rows of an Arrow column whose number is one of these."""
    return [int(row) for row in np.flatnonzero(np.isin(hash_ids(ids), wanted))]


def has_id(record_id: str, wanted: Hashes) -> bool:
    """Whether the number of one id is one of these."""
    return bool(rows_with(pa.array([record_id], pa.large_string()), wanted))


def digest_of(record: Record) -> str:
    """The same for two records exactly when they say the same, whatever was odd about their rows."""
    content = (
        record.id, record.kind, record.channel, record.audience, record.direction, record.agent, record.team,
        sorted(_pairs(record.fields)),
        [(one.type, one.at_us, one.until_us, one.actor, one.ref, one.sequence, sorted(_pairs(one.attributes)))
         for one in in_tie_order(record.events)],
        [(one.speaker, one.text, one.at_us, one.until_us) for one in record.turns],
        [tuple(map(_plain, (one.rule, one.value, one.reviewer, one.at, one.opportunity, one.override, one.reason)))
         for one in record.reviews],
        sorted(record.complete_for), None if record.tracked is None else sorted(record.tracked), record.agent_names,
    )  # fmt: skip
    return hashlib.blake2b(repr(content).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _pairs(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((name, repr(_plain(value))) for name, value in values.items() if value is not None)


def _plain(value: Any) -> Any:
    """Values that are equal look alike: instants of any zone, 1 and 1.0."""
    if isinstance(value, datetime):
        return "instant", to_us(value)
    if isinstance(value, (bool, int, float)) and float(value) == value:
        return float(value)
    return value


def claims_of(found: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> list[dict[str, tuple[str, str]]]:
    """For each log, in order, the ids that an earlier one has: in which, and with what content.

    `found` gives for each log its name and the ids with the digests of their records.
    """
    first: dict[str, tuple[str, str]] = {}
    claims = []
    for file, pairs in found:
        pairs = list(pairs)
        claims.append({record_id: first[record_id] for record_id, _ in pairs if record_id in first})
        for record_id, digest in pairs:
            first.setdefault(record_id, (file, digest))
    return claims
