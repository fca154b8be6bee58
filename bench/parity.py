"""Ten million verdicts twice, one by one and through tables, compared cell by cell: `python bench/parity.py`.

    python bench/parity.py [--verdicts 10000000] [--workers 2]

A share each goes to contacts in wide columns under twenty rules and under the shipped catalog, and to logs of events
with pauses and repeated holds. Answers often lie exactly at a limit, or a microsecond beside it. Compared are outcome,
reason, the instants, the time used and the opportunities. Ends with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from bulk_logs import AS_OF, EVENTS_MAPPING, cases, contacts
from bulk_rules import of_events, twenty

import servstd
from servstd.testing.paths import Form, log_form

CHUNK = 4000
DAY_US = 86_400_000_000
CELLS = ("outcome", "reason", "received_at", "clock_started_at", "due_at", "late_after", "decided_at", "elapsed_s",
         "opportunities", "passed_count", "failed_count", "pending_count", "unknown_count")  # fmt: skip
_INSTANTS = ("received_at", "clock_started_at", "due_at", "late_after", "decided_at")


@cache
def evaluator_of(name: str) -> servstd.Evaluator:
    """Each catalog, compiled once in a process."""
    catalogs = {"twenty": twenty, "shipped": servstd.load_catalog, "events": of_events}
    return servstd.Evaluator(catalogs[name]())


def near_limits(table: pa.Table, seed: int) -> pa.Table:
    """The contacts with every third answer at the same time on another day, or a microsecond beside it."""
    rng = np.random.default_rng(seed)
    received = table["received_at"].cast(pa.int64()).to_numpy()
    answered = received + rng.integers(0, 4, len(received)) * DAY_US + rng.integers(-1, 2, len(received))
    is_near = pa.array(rng.random(len(received)) < 0.33)
    place = table.schema.get_field_index("responded_at")
    near = pa.array(answered, table.schema.field(place).type)
    column = pa.chunked_array([pa.compute.if_else(is_near, near, table["responded_at"].combine_chunks())])
    return table.set_column(place, "responded_at", column)


def form_of(name: str, seed: int) -> Form:
    """One chunk as a table, and as the records that are read from it."""
    evaluator, first = evaluator_of(name), seed * CHUNK
    if name == "events":
        return log_form("events", cases(first, CHUNK), EVENTS_MAPPING, evaluator)
    table = near_limits(contacts(first, CHUNK), seed)
    tracked = frozenset(column.removesuffix("_at") for column in table.schema.names if column.endswith("_at"))
    known = tracked & set(evaluator.catalog.vocabulary.events)
    rows = ({**row, "tracked": sorted(known)} for row in table.to_pylist())
    wanted = {record.id: record for record in map(evaluator.reader.read, rows)}
    return Form(name, table, wanted)


def by_itself(form: Form, evaluator: servstd.Evaluator) -> Iterator[tuple[Any, ...]]:
    """The cells of every verdict, record by record."""
    for assessment in evaluator.check_many(form.records.values(), as_of=AS_OF):
        for verdict in assessment:
            one = verdict.finding
            instants = (one.received, one.started, one.due, one.late_after, one.decided)
            elapsed = None if one.elapsed is None else one.elapsed / 1_000_000
            counts = (verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count)
            yield (verdict.record_id, verdict.rule_id, one.outcome.value, one.reason, *instants, elapsed,
                   verdict.opportunities, *counts)  # fmt: skip


def by_table(form: Form, evaluator: servstd.Evaluator) -> Iterator[tuple[Any, ...]]:
    """The same from the full verdict table."""
    full = evaluator.check_table(form.table, as_of=AS_OF, full=True)
    columns = [full[name].cast(pa.int64()) if name in _INSTANTS else full[name] for name in CELLS]
    yield from zip(*(one.to_pylist() for one in (full["record_id"], full["rule_id"], *columns)), strict=True)


def compare(job: tuple[str, int]) -> tuple[int, list[str]]:
    """One chunk both ways: how many verdicts, and what differs."""
    name, seed = job
    form, evaluator = form_of(name, seed), evaluator_of(name)
    wanted, found = (sorted(way(form, evaluator), key=lambda cells: cells[:2]) for way in (by_itself, by_table))
    wrong = [f"{name}, chunk {seed}: by itself {one}, in the table {other}"
             for one, other in itertools.zip_longest(wanted, found) if one != other]  # fmt: skip
    return len(wanted), wrong


def chunks_until(results: Iterable[tuple[int, list[str]]], verdicts: int) -> tuple[int, list[str]]:
    """Take results until there are enough verdicts; say how far it is every half minute."""
    total, wrong, told = 0, list[str](), time.monotonic()
    for count, found in results:
        total, wrong = total + count, wrong + found
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"{total:,} verdicts compared, {len(wrong)} differences", flush=True)
        if total >= verdicts:
            break
    return total, wrong


def main() -> None:
    """Compare and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verdicts", type=int, default=10_000_000)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    begin = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        total, wrong = chunks_until(pool.imap_unordered(compare, jobs(options.verdicts)), options.verdicts)
    print("\n".join(wrong[:10]))
    print(f"{total:,} verdicts compared in {time.monotonic() - begin:.0f} s: {len(wrong)} differences")
    raise SystemExit(bool(wrong))


def jobs(verdicts: int) -> Iterator[tuple[str, int]]:
    """As many chunks as are needed: of every four, two under twenty rules, one under all, one of events."""
    of_four = CHUNK * (2 * 20 + len(evaluator_of("shipped").reported) + 4)
    names = ("twenty", "shipped", "events", "twenty") * (verdicts // of_four + 1)
    return ((name, seed) for seed, name in enumerate(names))


if __name__ == "__main__":
    main()
