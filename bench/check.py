"""How fast one record is judged against the whole shipped catalog, beside one hand-written function.

    python bench/check.py [--repeat 7]

The mix is an e-mail with 4 events, a call of 12 turns with a hold and a transfer, and a case with 8 events, in equal
parts. All rows come from one run and are the best of several; read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from by_hand import ByHand

import servstd
from servstd.values import to_us

AS_OF = datetime(2026, 6, 10, tzinfo=UTC)
BEGIN = datetime(2026, 5, 19, 14, 0, tzinfo=UTC)
TALK = (
    ("agent", "Good morning, Tarnbrook support, this is Sam speaking, how can I help you?", 8),
    ("customer", "Hello, my bill from last month looks wrong to me, can you have a look?", 14),
    ("agent", "Of course. Can you give me the account number please?", 22),
    ("customer", "Yes it is one two three four five six.", 28),
    ("agent", "May I put you on a brief hold while I look at it?", 40),
    ("customer", "Yes, that's fine.", 44),
    ("agent", "Thank you for holding. I see that the charge was entered twice.", 130),
    ("customer", "Oh good, so can you take one of them off?", 138),
    ("agent", "Our billing people do that. May I transfer you to Dana Reyes, on extension 4418?", 150),
    ("customer", "Sure, go ahead.", 158),
    ("agent", "Thank you for your call, Dana will help you. Have a good day.", 162),
    ("customer", "Thanks, bye.", 168),
)


def _at(seconds: float) -> str:
    return (BEGIN + timedelta(seconds=seconds)).isoformat()


def _events(*events: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [{"type": name, "at": _at(seconds), **(more[0] if more else {})} for name, seconds, *more in events]


def mix() -> list[dict[str, Any]]:
    """The three records in the flat form."""
    shared = {"audience": "external", "agent": "a7", "team": "care"}
    email = {"id": "E-1", "channel": "email", "direction": "inbound", "no_response_required": False, **shared}
    email["events"] = _events(("received", 0), ("responded", 80000), ("resolved", 80000), ("closed", 166000))
    call: dict[str, Any] = {"id": "C-1", "channel": "phone", "direction": "inbound", **shared}
    call |= {"presence": "available", "transcript_complete": True, "person_requested": False, "assistable": False}
    call["agent_names"] = ["Sam"]
    call["events"] = _events(
        ("ring_start", 0, {"ring_count": 1}), ("answered", 6), ("hold_request", 40), ("hold_consent", 44),
        ("hold_start", 50), ("hold_end", 128), ("transfer_request", 150), ("transfer_consent", 158),
        ("transfer_info", 152, {"name_given": True, "extension_given": True}), ("transfer_start", 172),
        ("transfer_answered", 180), ("ended", 181),
    )  # fmt: skip
    call["turns"] = [{"speaker": who, "text": text, "at": _at(seconds)} for who, text, seconds in TALK]
    case: dict[str, Any] = {"id": "K-1", "kind": "case", "channel": "email", "has_process": True, **shared}
    case |= {"foreseeable_delay": False, "completed_in_first_contact": False}
    case["complete_for"] = ["update_sent", "delay_known", "promise"]
    case["events"] = _events(
        ("received", 0), ("responded", 3600), ("info_given", 3600, {"topic": "process_time"}),
        ("promise", 3600, {"due_at": _at(86400 * 7)}), ("action_started", 3000), ("update_sent", 86400 * 3),
        ("fulfilled", 86400 * 6), ("resolved", 86400 * 6),
    )  # fmt: skip
    return [email, call, case]


def best(work: Callable[[], Any], repeat: int, count: int = 200) -> float:
    """Processor seconds a call, the best of several rounds: a busy machine then disturbs less."""
    found = []
    for _ in range(repeat):
        begin = time.process_time()
        for _ in range(count):
            work()
        found.append((time.process_time() - begin) / count)
    return min(found)


def same_outcomes(evaluator: servstd.Evaluator, by_hand: ByHand, records: list[servstd.Record]) -> None:
    """Both ways must agree on every rule, or the comparison is worth nothing."""
    for record in records:
        ours = {rule: str(outcome) for rule, outcome in evaluator.check(record, as_of=AS_OF).outcomes().items()}
        theirs = by_hand.check(record, to_us(AS_OF))
        differ = {rule: (ours[rule], theirs.get(rule, "not_applicable")) for rule in ours}
        differ = {rule: pair for rule, pair in differ.items() if pair[0] != pair[1]}
        if differ:
            raise SystemExit(f"{record.id}: the two ways differ: {differ}")


def import_seconds(code: str) -> float:
    """Time of some code in a new process, less that of an empty one; the best of five."""

    def once(code: str) -> float:
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - begin

    return min(once(code) for _ in range(5)) - min(once("pass") for _ in range(5))


RULES = {"E-1": "email.response_time", "C-1": "telephone.hold_permission", "K-1": "commitment.promise_kept"}


def measure(
    row: dict[str, Any], record: servstd.Record, evaluator: servstd.Evaluator, by_hand: ByHand, repeat: int
) -> tuple[float, float, float, float]:
    """Seconds for one verdict, for every outcome, by hand, and to read the flat form."""
    rule, as_of = RULES[record.id], to_us(AS_OF)
    return (
        best(lambda: evaluator.check(record, as_of=AS_OF)[rule].outcome, repeat),
        best(lambda: evaluator.check(record, as_of=AS_OF).outcomes(), repeat),
        best(lambda: by_hand.check(record, as_of), repeat),
        best(lambda: evaluator.reader.read(row), repeat),
    )


def line(name: str, one: float, every: float, hand: float, read: float) -> str:
    """One row of the table, in microseconds."""
    return f"{name:8}{one * 1e6:14.1f}{every * 1e6:14.1f}{hand * 1e6:10.1f}{every / hand:8.2f}{read * 1e6:14.1f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=7)
    repeat = parser.parse_args().repeat
    load = best(servstd.load_catalog, repeat, 1)
    catalog = servstd.load_catalog()
    compile_ = best(lambda: servstd.Evaluator(catalog), repeat, 1)
    evaluator, by_hand = servstd.Evaluator(catalog), ByHand(catalog)
    rows = mix()
    records = [evaluator.reader.read(row) for row in rows]
    same_outcomes(evaluator, by_hand, records)
    print(f"{'record':8}{'one verdict':>14}{'all outcomes':>14}{'by hand':>10}{'ratio':>8}{'read a dict':>14}   (us)")
    totals = [0.0, 0.0, 0.0, 0.0]
    for row, record in zip(rows, records, strict=True):
        parts = measure(row, record, evaluator, by_hand, repeat)
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
        print(line(record.id, *parts))
    one, every, hand, read = (total / 3 for total in totals)
    print(line("mix", one, every, hand, read))
    print(f"records a second: {1 / one:,.0f} with one verdict read")
    print(f"records a second: {1 / every:,.0f} with every outcome, {1 / hand:,.0f} by hand")
    print(
        f"from dicts:       {1 / (one + read):,.0f} with one verdict read, {1 / (every + read):,.0f} with every outcome"
    )
    print(f"load with positions {load * 1e3:.0f} ms, compile {compile_ * 1e3:.2f} ms")
    whole, names = import_seconds("import servstd; servstd.Evaluator"), import_seconds("import servstd")
    print(f"import {names * 1e3:.0f} ms, with the evaluator {whole * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
