"""Logs by columns against the same logs row by row: `python bench/mapping.py [--rows N]`.

A wide log (12 columns, four of them times) and an event log (six columns) are made in memory, as texts and as typed
columns. `read_table` makes tables in the flat form of them; `read_log` reads a sample from a CSV file. Last comes the
whole way from a CSV file to tables in the flat form. Ratios are to be trusted, rates are not.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv

import servstd
from servstd.adapters import load_mapping, read_log
from servstd.adapters.table import mapped, order

SAMPLE = 10_000
VOCABULARY = servstd.load_catalog().vocabulary
WIDE = {
    "id": "ticket",
    "time_zone": "America/New_York",
    "missing": ["", "n/a"],
    "constants": {"kind": "interaction"},
    "columns": {
        "created": {"event": "received"},
        "first_reply": {"event": "responded"},
        "reply_by": {"event": "responded", "attribute": "automated"},
        "promised": {"event": "promise", "attribute": "due_at", "at": "first_reply"},
        "solved": {"event": "resolved"},
        "group": {"field": "team"},
        "who": {"field": "agent"},
        "via": {"field": "channel"},
        "direction": {"field": "direction"},
        "stars": {"field": "satisfaction"},
    },
    "values": {
        "channel": {"E-Mail": "email", "Phone": "phone"},
        "responded_automated": {"robot": True, "person": False},
    },
}
EVENTS = {
    "layout": "events",
    "case": "number",
    "at": "updated",
    "sequence": "count",
    "time_zone": "UTC",
    "kind": "case",
    "states": {
        "column": "state",
        "values": {
            "New": {},
            "Active": {"enter": "action_started"},
            "Waiting": {"enter": {"event": "waiting_started", "waiting_on": "customer"}, "leave": "waiting_ended"},
            "Done": {"enter": "resolved", "leave": {"event": "reopened", "unless_to": ["Shut"]}},
            "Shut": {"enter": "closed"},
        },
    },
    "columns": {"since": {"event": "opened"}, "group": {"field": "team"}},
}


def times(at: Any, is_text: bool) -> Any:
    """Times as a log writes them, or as Arrow holds them."""
    seconds = at.astype("datetime64[s]")
    texts = np.char.replace(np.datetime_as_string(seconds), "T", " ") if is_text else None
    return pa.array(seconds.astype("datetime64[us]")) if texts is None else pa.array(texts.astype(object))


def wide_log(rows: int, is_text: bool) -> pa.Table:
    """Contacts, a row each."""
    rng = np.random.default_rng(1)
    received = np.datetime64("2026-01-01T00:00:00") + rng.integers(0, 150 * 86_400, rows)
    stars = rng.integers(1, 6, rows)
    return pa.table({
        "ticket": [f"T-{row}" for row in range(rows)],
        "created": times(received, is_text),
        "first_reply": times(received + rng.integers(0, 90_000, rows), is_text),
        "reply_by": rng.choice(["robot", "person"], rows),
        "promised": times(received + rng.integers(90_000, 900_000, rows), is_text),
        "solved": times(received + rng.integers(0, 900_000, rows), is_text),
        "group": rng.choice(["care", "sales", "tech"], rows),
        "who": [f"a{number}" for number in rng.integers(0, 300, rows)],
        "via": rng.choice(["E-Mail", "Phone"], rows),
        "direction": rng.choice(["inbound", "outbound"], rows),
        "stars": stars.astype(str) if is_text else stars,
        "subject": [f"about {number}" for number in rng.integers(0, rows, rows)],
    })  # fmt: skip


def event_log(rows: int, is_text: bool, is_clustered: bool) -> pa.Table:
    """Cases of about seven rows each."""
    rng = np.random.default_rng(2)
    case = np.sort(rng.integers(0, max(rows // 7, 1), rows))
    place = np.arange(rows) - np.searchsorted(case, case)
    begin = np.datetime64("2026-01-01T00:00:00") + rng.integers(0, 150 * 86_400, rows // 7 + 1)
    updated = begin[case] + place * 3600 + rng.integers(0, 3600, rows)
    states = np.array(["New", "Active", "Waiting", "Active", "Done", "Shut"], object)
    table = pa.table({
        "number": [f"C{number}" for number in case] if is_text else case,
        "updated": times(updated, is_text),
        "count": place.astype(str) if is_text else place,
        "state": states[np.minimum(place, 5)],
        "since": times(begin[case], is_text),
        "group": rng.choice(["care", "sales", "tech"], rows),
    })  # fmt: skip
    return table if is_clustered else table.take(pa.array(np.argsort(updated, kind="stable")))


def rate(rows: int, run: Callable[[], Any]) -> float:
    """Rows a second, the better of two runs."""
    seconds = []
    for _ in range(2):
        begin = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begin)
    return rows / min(seconds)


def drained(source: Any, mapping: Any, wanted: Any = None) -> None:
    """Map all of a log."""
    table = mapped(source, mapping, VOCABULARY, order=wanted)
    for _ in table.to_batches():
        pass
    assert not table.bad_count, table.bad_rows[0].render()


def by_rows(table: pa.Table, mapping: Any, folder: Path) -> float:
    """Rows a second of `read_log`."""
    path = folder / "sample.csv"
    pyarrow.csv.write_csv(table, path)
    return rate(table.num_rows, lambda: list(read_log(path, mapping, VOCABULARY)))


def from_file(table: pa.Table, mapping: Any, folder: Path) -> float:
    """Rows a second from a CSV file."""
    path = folder / "whole.csv"
    pyarrow.csv.write_csv(table, path)
    return rate(table.num_rows, lambda: list(servstd.read_table(path, mapping).to_batches()))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=500_000)
    rows = parser.parse_args().rows
    order.MOST_BYTES = 8 << 20  # as if the log were long
    found: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wide, events = load_mapping(WIDE, VOCABULARY), load_mapping(EVENTS, VOCABULARY)
        slow = by_rows(wide_log(SAMPLE, True), wide, folder)
        for is_text in (False, True):
            log = wide_log(rows, is_text)
            found[f"wide, {'texts' if is_text else 'typed'}"] = rate(rows, partial(drained, log, wide)), slow
        found["wide, from CSV"] = from_file(wide_log(rows, True), wide, folder), slow
        slow = by_rows(event_log(SAMPLE, True, True), events, folder)
        for is_text in (False, True):
            for wanted in ("clustered", "time"):
                log = event_log(rows, is_text, wanted == "clustered")
                speed = rate(rows, partial(drained, log, events, wanted))
                found[f"events, {wanted}, {'texts' if is_text else 'typed'}"] = speed, slow
        found["events, from CSV"] = from_file(event_log(rows, True, True), events, folder), slow
    print(f"{'':32}{'rows/s':>12}{'by rows':>12}{'ratio':>8}")
    for what, (speed, slow) in found.items():
        print(f"{what:32}{speed:12,.0f}{slow:12,.0f}{speed / slow:8.1f}")


if __name__ == "__main__":
    main()
