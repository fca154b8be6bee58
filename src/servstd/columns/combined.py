"""Combinations of checks on columns: who wins is a question of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from servstd.columns.codes import ABSENT, LEFT
from servstd.columns.columns import NO, OPEN, UNSURE, Bools, Bytes, Columns
from servstd.columns.decided import Counts, Decided, as_decided
from servstd.columns.decision import Decision
from servstd.columns.missing import missing_words
from servstd.columns.rest import for_calendars, rest_of
from servstd.columns.roll_up import merged, only
from servstd.columns.truth import truths
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome

if TYPE_CHECKING:
    from servstd.terms.condition import Condition


class Check(Protocol):
    """What a combination needs of the checks inside it."""

    @property
    def when(self) -> Condition | None: ...

    def check_columns(self, columns: Columns) -> Bytes | Decided | None: ...

    def takes_time(self) -> bool: ...


def decide(check: Check, columns: Columns) -> Decided:
    """What a check decides, its `when` minded; a kind without a vector check leaves every row."""
    when = Decision(columns)
    if check.when is None:
        return _found(check, columns) or when.decided
    answer = truths(check.when, columns, columns.count)
    when.leave(answer == UNSURE)
    when.settle(answer == NO, NOT_APPLICABLE, "no_opportunity")
    is_open = answer == OPEN
    if check.when.events() and (is_open & when.todo).any():
        when.settle(is_open & missing_words(check.when, columns).event, UNKNOWN, "no_such_event")
    when.settle(is_open, UNKNOWN, "missing_field")
    return rest_of(when, lambda seen: _found(check, seen))


def decide_rest(check: Check, decision: Decision) -> Decided:
    """What was settled, and for the rows that are still open what a check decides."""
    return rest_of(decision, lambda seen: for_calendars(seen, lambda own: decide(check, own)))


def _found(check: Check, columns: Columns) -> Decided | None:
    found = check.check_columns(columns)
    return None if found is None else as_decided(found)


class _Outcomes:
    """The outcomes that a check has in each row; many say the same everywhere, and are then looked at once."""

    def __init__(self, codes: Bytes, columns: Columns) -> None:
        self._columns = columns
        is_one = len(codes) > 0 and codes.min() == codes.max()
        self._numbers = _outcomes(columns).take(codes[:1] if is_one else codes)

    def has(self, outcomes: Sequence[Outcome]) -> Bools:
        """Rows with one of these outcomes."""
        found: Bools = self._numbers == _NUMBER[outcomes[0]]
        for outcome in outcomes[1:]:
            found |= self._numbers == _NUMBER[outcome]
        if len(found) == self._columns.count:
            return found
        return ~self._columns.nowhere if found[0] else self._columns.nowhere


class _Choice:
    """Which of several checks speaks in each row; what it says is taken with its counts."""

    def __init__(self, columns: Columns, checks: Sequence[Check]) -> None:
        self.columns, self.decision = columns, Decision(columns)
        self.found = [decide(check, columns) for check in checks]
        self.waiting = [_left_out(*pair, columns) for pair in zip(checks, self.found, strict=True)]
        # after the checks, which may have reasons of their own
        self.outcomes = [_Outcomes(codes, columns) for codes in self.waiting]
        self._counts: list[Counts] = []

    def has(self, number: int, *outcomes: Outcome) -> Bools:
        """Rows in which a check has one of these outcomes."""
        return self.outcomes[number].has(outcomes)

    def take(self, number: int, where: Bools) -> None:
        """The rows that are still open have what this check found."""
        if where is self.columns.nowhere:
            return
        counts = self.found[number].counts
        if counts is not None and (own := only(counts, self.decision.todo & where)) is not None:
            self._counts.append(own)
        self.decision.put(where, self.waiting[number])

    def take_final(self, *outcomes: Outcome) -> None:
        """The first check with one of these outcomes speaks, whatever comes after it; what one leaves is left."""
        for number, codes in enumerate(self.waiting):
            self.decision.leave(self.columns.marked(codes == LEFT))
            self.take(number, self.has(number, *outcomes))

    def take_first(self, outcome: Outcome) -> None:
        """The first check with this outcome speaks."""
        for number in range(len(self.waiting)):
            self.take(number, self.has(number, outcome))

    def leave_rivals(self, outcome: Outcome) -> None:
        """Who speaks depends on how long each took: rows in which that would change reason or counts are left."""
        first = np.full(self.columns.count, LEFT, np.uint8)
        differs, is_rival, has_counts = (np.zeros(self.columns.count, np.bool_) for _ in range(3))
        for number, codes in enumerate(self.waiting):
            has, counts = self.has(number, outcome), self.found[number].counts
            if counts is not None:
                has_counts[counts.rows[has[counts.rows]]] = True
            is_rival |= has & (first != LEFT)
            differs |= has & (first != LEFT) & (first != codes)
            first = np.where(has & (first == LEFT), codes, first)
        self.decision.leave(differs | (is_rival & has_counts))

    def rest(self) -> Decided:
        """Where no check took part, there was no opportunity."""
        self.decision.settle(self.decision.todo, NOT_APPLICABLE, "no_opportunity")
        return Decided(self.decision.codes, merged(self._counts))


def first_decided_codes(children: Sequence[Check], columns: Columns, rank_of: Callable[[str], int]) -> Decided:
    """The first check that is decided, else the first pending one, else the most telling unknown one."""
    choice = _Choice(columns, children)
    choice.take_final(PASS, FAIL, NOT_APPLICABLE)
    choice.take_first(PENDING)
    ranks = np.array([rank_of(reason) for _, reason in columns.codes.pairs] + [9] * 256, np.uint8)[:256]
    for rank in range(3):
        for number, codes in enumerate(choice.waiting):
            where = choice.has(number, UNKNOWN)
            if where is not columns.nowhere:
                choice.take(number, where & (ranks.take(codes) == rank))
    return choice.rest()


def combined_codes(checks: Sequence[Check], columns: Columns, order: Sequence[Outcome]) -> Decided:
    """The outcome that wins; left where two pending or two passing checks differ, and the time they took matters."""
    choice, is_timed = _Choice(columns, checks), any(check.takes_time() for check in checks)
    if order[0] is FAIL:
        choice.take_final(FAIL)
    for codes in choice.waiting:
        choice.decision.leave(codes == LEFT)
    for outcome in order:
        if outcome in (PASS, PENDING) and is_timed:
            choice.leave_rivals(outcome)
        choice.take_first(outcome)
    return choice.rest()


_OUTCOMES = (PASS, FAIL, PENDING, NOT_APPLICABLE, UNKNOWN)
_NUMBER = {outcome: number for number, outcome in enumerate(_OUTCOMES)}
_NONE = 99


def _outcomes(columns: Columns) -> Bytes:
    """The number of the outcome of each code; `LEFT` and what has no code have none."""
    numbers = [_NUMBER[outcome] for outcome, _ in columns.codes.pairs]
    return np.array(numbers + [_NONE] * (256 - len(numbers)), np.uint8)


def _left_out(child: Check, found: Decided, columns: Columns) -> Bytes:
    if child.when is None:
        return found.codes
    codes = found.codes.copy()
    codes[(truths(child.when, columns, columns.count) == NO) & ~columns.is_left] = ABSENT
    return codes
