"""A wide log of any length: e-mails and calls, most of them answered."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BEGIN_US = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def contacts(first: int, count: int) -> pa.Table:
    """Some contacts; the same numbers always give the same."""
    rng = np.random.default_rng(first)
    received = _BEGIN_US + rng.integers(0, 140 * 86_400, count) * 1_000_000
    answered = received + rng.integers(0, 3 * 86_400, count) * 1_000_000
    instant = pa.timestamp("us", "UTC")
    return pa.table({
        "id": pc.cast(pa.array(np.arange(first, first + count)), pa.string()),
        "channel": pa.array(rng.choice(["email", "phone", "voicemail"], count)),
        "audience": pa.array(rng.choice(["external", "internal"], count)),
        "team": pa.array(rng.choice(["care", "sales"], count)),
        "received_at": pa.array(received, instant),
        "responded_at": pa.array(answered, instant, mask=rng.random(count) < 0.1),
    })  # fmt: skip
