"""Logs to measure on, made chunk by chunk from a seed: wide rows of contacts, and events of cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
_BEGIN_US = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp()) * 1_000_000
_SECOND, _HOUR, _DAY = 1_000_000, 3_600_000_000, 86_400_000_000
_INSTANT = pa.timestamp("us", "UTC")
CHUNK = 65_536


class _Chunk:
    """Some rows while their columns are being made."""

    def __init__(self, first: int, count: int) -> None:
        self.rng, self.count = np.random.default_rng(first), count
        self.ids = pc.cast(pa.array(np.arange(first, first + count)), pa.string())

    def words(self, words: list[str], shares: list[float] | None = None) -> Any:
        places = self.rng.choice(len(words), self.count, p=shares).astype(np.int8)
        return pa.DictionaryArray.from_arrays(pa.array(places), pa.array(words)).cast(pa.string())

    def some(self, share: float) -> Any:
        """True in about this share of the rows."""
        return self.rng.random(self.count) < share

    def after(self, at: Any, most: int) -> Any:
        return at + self.rng.integers(0, most // _SECOND, self.count) * _SECOND

    def instants(self, at: Any, is_there: Any) -> Any:
        return pa.array(at, _INSTANT, mask=~is_there)

    def flags(self, share: float, given: float = 1.0) -> Any:
        return pa.array(self.some(share), mask=~self.some(given))

    def numbers(self, low: int, high: int, given: Any) -> Any:
        return pa.array(self.rng.integers(low, high + 1, self.count), mask=~given)


def contacts(first: int, count: int = CHUNK) -> pa.Table:
    """Contacts with 24 columns: mails, calls, messages and requests, with holds, transfers, promises and notices."""
    one = _Chunk(first, count)
    received = one.after(np.full(count, _BEGIN_US), 290 * _DAY)
    responded = one.after(received, 3 * _DAY)
    held, passed_on, promised = one.some(0.25), one.some(0.15), one.some(0.2)
    hold, transfer, effective = one.after(received, _HOUR), one.after(received, _HOUR), one.after(received, 30 * _DAY)
    everywhere = np.ones(count, np.bool_)
    return pa.table({
        "id": one.ids,
        "channel": one.words(["email", "phone", "voicemail", "web"], [0.4, 0.3, 0.1, 0.2]),
        "audience": one.words(["external", "internal"], [0.8, 0.2]),
        "team": one.words(["care", "london", "tokyo"]),
        "vip": one.flags(0.1),
        "received_at": one.instants(received, everywhere),
        "responded_at": one.instants(responded, one.some(0.92)),
        "closed_at": one.instants(one.after(responded, 9 * _DAY), one.some(0.85)),
        "hold_request_at": one.instants(hold - 5 * _SECOND, held & one.some(0.8)),
        "hold_start_at": one.instants(hold, held),
        "hold_end_at": one.instants(one.after(hold, 300 * _SECOND), held & one.some(0.97)),
        "transfer_request_at": one.instants(transfer - 9 * _SECOND, passed_on & one.some(0.8)),
        "transfer_start_at": one.instants(transfer, passed_on),
        "promise_at": one.instants(responded, promised),
        "promise_due_at": one.instants(one.after(responded, 9 * _DAY), promised),
        "fulfilled_at": one.instants(one.after(responded, 10 * _DAY), promised & one.some(0.9)),
        "announced_at": one.instants(effective - one.rng.integers(0, 96 * 3600, count) * _SECOND, one.some(0.1)),
        "effective_at": one.instants(effective, one.some(0.12)),
        "rings": one.numbers(1, 6, one.some(0.3)),
        "wait_s": one.numbers(0, 300, one.some(0.3)),
        "satisfaction": one.numbers(1, 5, one.some(0.2)),
        "greeted": one.flags(0.9, 0.4),
        "hung_up_by": one.words(["agent", "customer"], [0.2, 0.8]),
        "passed_up": one.flags(0.1),
    })  # fmt: skip


def cases(first: int, count: int = CHUNK) -> pa.Table:
    """Rows of about 7 events a case, the cases one after the other, each in the order of time."""
    one = _Chunk(first, count)
    opened = one.after(np.full(count, _BEGIN_US), 290 * _DAY)
    resolved = one.after(opened, 9 * _DAY)
    parts = [("opened", opened, np.ones(count, np.bool_)), ("resolved", resolved, one.some(0.85))]
    for kind, until, share in (("waiting_started", "waiting_ended", 0.4), ("hold_start", "hold_end", 0.5)):
        for _ in range(2):
            begin, is_there = one.after(opened, 3 * _DAY), one.some(share)
            length = 30 * _HOUR if kind == "waiting_started" else 300 * _SECOND
            parts += [(kind, begin, is_there), (until, one.after(begin, length), is_there & one.some(0.95))]
    parts += [("update_sent", one.after(opened, 6 * _DAY), one.some(0.6)) for _ in range(3)]
    return _rows_of_events(one, first, parts)


def _rows_of_events(one: _Chunk, first: int, parts: list[tuple[str, Any, Any]]) -> pa.Table:
    """The events of all cases as rows, by case and time."""
    names = list(dict.fromkeys(name for name, _, _ in parts))
    case = np.concatenate([np.flatnonzero(is_there) for _, _, is_there in parts])
    at = np.concatenate([instants[is_there] for _, instants, is_there in parts])
    kind = np.concatenate([np.full(is_there.sum(), names.index(name), np.int8) for name, _, is_there in parts])
    order = np.lexsort((at, case))
    words = pa.DictionaryArray.from_arrays(pa.array(kind[order]), pa.array(names)).cast(pa.string())
    teams = pa.array(["care", "london", "tokyo"]).take(pa.array((case[order] + first) % 3))
    ids = pc.cast(pa.array(case[order] + first), pa.string())
    return pa.table({"case": ids, "at": pa.array(at[order], _INSTANT), "event": words, "team": teams})


EVENTS_MAPPING = {
    "layout": "events",
    "case": "case",
    "at": "at",
    "event": "event",
    "constants": {"kind": "case"},
    "columns": {"team": {"field": "team"}},
    "complete_for": ["hold_start", "hold_end", "update_sent"],
}


def chunks(make: Any, rows: int) -> Iterator[pa.Table]:
    """The log, a chunk at a time."""
    for first in range(0, rows, CHUNK):
        yield make(first, min(CHUNK, rows - first))


def reader(make: Any, rows: int) -> pa.RecordBatchReader:
    """The log as a stream that is made while it is read; no file is written."""
    batches = (batch for chunk in chunks(make, rows) for batch in chunk.combine_chunks().to_batches())
    return pa.RecordBatchReader.from_batches(make(0, 1).schema, batches)


def write(path: Path, make: Any, rows: int) -> Path:
    """The log as one Parquet file with row groups of about a million rows."""
    with pq.ParquetWriter(path, make(0, 1).schema, compression="zstd") as writer:
        held: list[pa.Table] = []
        for chunk in chunks(make, rows):
            held.append(chunk)
            if len(held) == 16:
                writer.write_table(pa.concat_tables(held))
                held.clear()
        if held:
            writer.write_table(pa.concat_tables(held))
    return path
