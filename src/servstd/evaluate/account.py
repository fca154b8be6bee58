"""A verdict's account of itself: sentences, evidence as pointers, and what other readings would give.

Evidence is pointed at, never quoted: what customers and agents said stays in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from servstd.evaluate.rows import verdict_row
from servstd.evaluate.second_look import under_readings
from servstd.evaluate.verdict import Verdict
from servstd.record import Event, Record, Review, Turn
from servstd.steps import Step, Telling

_LONG_RUN = 8
_RUN_ENDS = 2


def account_of(verdict: Verdict) -> dict[str, Any]:
    """The row of the verdict table with names, sentences, assumptions, evidence and other readings, as JSON values."""
    other = under_readings(verdict.rule, verdict.assessment)
    return {
        **verdict_row(verdict),
        "names": list(verdict.names),
        "explanation": verdict.explain(),
        "steps": [step.to_dict() for step in verdict.steps],
        "assumed": list(verdict.assumed),
        "other_readings": {name: outcome.value for name, outcome in other.items() if name != verdict.reading},
        "evidence": [point_at(item, verdict.record) for item in verdict.evidence],
    }


def sentences_of(verdict: Verdict, is_full: bool = False) -> list[str]:
    """Every step as one sentence, details included; without `is_full` the middle of a long run is only counted."""
    return sentences_in(verdict.steps, is_full)


def sentences_in(steps: Sequence[Step], is_full: bool = False) -> list[str]:
    """The same for any steps."""
    tell, sentences = Telling(steps), list[str]()
    for is_detail, run in groupby(steps, key=lambda step: step.is_detail):
        found = [text for step in run if (text := tell.sentence(step))]
        if is_detail and not is_full and len(found) > _LONG_RUN:
            found[_RUN_ENDS:-_RUN_ENDS] = [f"... {len(found) - 2 * _RUN_ENDS} more of these ..."]
        sentences += found
    return sentences


def point_at(item: Event | Turn | Review, record: Record) -> dict[str, Any]:
    """Where a piece of evidence is: what it is, its place in the record's list (counted from 1), and when it was."""
    if isinstance(item, Event):
        what, name, place = "event", item.type, _place(item, record.events)
    elif isinstance(item, Turn):
        what, name, place = "turn", item.speaker, _place(item, record.turns)
    else:
        what, name, place = "review", item.reviewer or "", _place(item, record.reviews)
    until = None if isinstance(item, Review) else item.until
    return {
        "what": what,
        "name": name,
        "place": place,
        "at": None if item.at is None else item.at.isoformat(),
        "until": None if until is None else until.isoformat(),
    }


def _place(item: object, items: tuple[Any, ...]) -> int | None:
    return next((index for index, one in enumerate(items, start=1) if one is item), None)
