"""Combinations of checks on columns: who wins is a question of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from servstd.columns.codes import ABSENT, LEFT
from servstd.columns.columns import NO, OPEN, UNSURE, Bools, Bytes, Columns
from servstd.columns.decision import Decision
from servstd.columns.truth import truths
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome

if TYPE_CHECKING:
    from servstd.terms.condition import Condition


class Check(Protocol):
    """What a combination needs of the checks inside it."""

    @property
    def when(self) -> Condition | None: ...

    def check_columns(self, columns: Columns) -> Bytes | None: ...


def decide(check: Check, columns: Columns) -> Bytes:
    """The codes of a check, its `when` minded; a kind without a vector check leaves every row."""
    when = Decision(columns)
    if check.when is not None:
        answer = truths(check.when, columns, columns.count)
        when.leave(answer == UNSURE)
        when.settle(answer == NO, NOT_APPLICABLE, "no_opportunity")
        if check.when.events():
            when.leave(answer == OPEN)
        when.settle(answer == OPEN, UNKNOWN, "missing_field")
    found = check.check_columns(columns)
    if found is not None:
        when.put(when.todo, found)
    return when.codes


def first_decided_codes(children: Sequence[Check], columns: Columns, rank_of: Callable[[str], int]) -> Bytes:
    """The first check that is decided, else the first pending one, else the most telling unknown one."""
    decision = Decision(columns)
    waiting = [_left_out(child, decide(child, columns), columns) for child in children]
    outcomes = _outcomes(columns)  # after the checks, which may have reasons of their own
    for codes in waiting:
        decision.leave(codes == LEFT)
        outcome = outcomes[codes]
        decision.put(np.isin(outcome, (_NUMBER[PASS], _NUMBER[FAIL], _NUMBER[NOT_APPLICABLE])), codes)
    _put_first(decision, waiting, outcomes, PENDING)
    ranks = np.array([rank_of(reason) for _, reason in columns.codes.pairs] + [9] * 256, np.uint8)[:256]
    for rank in range(3):
        for codes in waiting:
            decision.put((outcomes[codes] == _NUMBER[UNKNOWN]) & (ranks[codes] == rank), codes)
    decision.settle(decision.todo, NOT_APPLICABLE, "no_opportunity")
    return decision.codes


def combined_codes(checks: Sequence[Check], columns: Columns, order: Sequence[Outcome]) -> Bytes:
    """The outcome that wins; left where two pending or two passing checks give different reasons."""
    decision = Decision(columns)
    children = [_left_out(child, decide(child, columns), columns) for child in checks]
    outcomes = _outcomes(columns)
    for codes in children:
        decision.leave(codes == LEFT)
    for outcome in order:
        if outcome in (PASS, PENDING):  # who speaks depends on how long each took
            decision.leave(_differ(children, outcomes, outcome))
        _put_first(decision, children, outcomes, outcome)
    decision.settle(decision.todo, NOT_APPLICABLE, "no_opportunity")
    return decision.codes


_OUTCOMES = tuple(Outcome)
_NUMBER = {outcome: number for number, outcome in enumerate(_OUTCOMES)}
_NONE = 99


def _outcomes(columns: Columns) -> Bytes:
    """The number of the outcome of each code; `LEFT` and what has no code have none."""
    numbers = [_NUMBER[outcome] for outcome, _ in columns.codes.pairs]
    return np.array(numbers + [_NONE] * (256 - len(numbers)), np.uint8)


def _left_out(child: Check, codes: Bytes, columns: Columns) -> Bytes:
    if child.when is None:
        return codes
    found = codes.copy()
    found[(truths(child.when, columns, columns.count) == NO) & ~columns.is_left] = ABSENT
    return found


def _put_first(decision: Decision, all_codes: Sequence[Bytes], outcomes: Bytes, outcome: Outcome) -> None:
    for codes in all_codes:
        decision.put(outcomes[codes] == _NUMBER[outcome], codes)


def _differ(all_codes: Sequence[Bytes], outcomes: Bytes, outcome: Outcome) -> Bools:
    """Rows in which several checks have this outcome, for different reasons."""
    first = np.full(len(all_codes[0]), LEFT, np.uint8)
    differs = np.zeros(len(first), np.bool_)
    for codes in all_codes:
        has = outcomes[codes] == _NUMBER[outcome]
        differs |= has & (first != LEFT) & (first != codes)
        first = np.where(has & (first == LEFT), codes, first)
    return differs
