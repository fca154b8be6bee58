"""The figures of the verdicts of one rule in a batch, as arrays: what the full table has beside outcome and reason.

Most verdicts have none (out of scope, excepted, nothing happened that the rule is about), and the records without any
event of a rule differ by its fields alone: one of each is judged for all. Deadlines with one start are worked out by
columns. Whatever is left is judged one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from servstd.catalog import Catalog, Rule
from servstd.columns import Codes, Columns, Decided
from servstd.columns.columns import Bools, Ints
from servstd.columns.figures import DeadlineFigures, deadline_figures
from servstd.columns.matching import is_seen
from servstd.columns.roll_up import NEVER, default_amounts
from servstd.evaluate.table.alike import Words, representatives
from servstd.evaluate.table.calendars import by_calendar
from servstd.evaluate.verdict import Verdict
from servstd.kinds import KINDS
from servstd.kinds.deadline import Deadline
from servstd.outcome import NOT_APPLICABLE, UNKNOWN, Outcome

TIMES = ("received", "started", "due", "late_after", "decided", "elapsed", "target", "late_by")
"""Instants and lengths of a finding, in microseconds; `NEVER` where there is none."""
_BARE = frozenset(("out_of_scope", "excepted", "outside_effective_dates"))
_OURS = frozenset(KINDS.values())
_LEANS = (None, "pass", "fail")
_OUTCOMES = tuple(Outcome)


class RuleFigures:
    """The figures of one rule: `times` by name, `amounts` of opportunities, and the rest as small numbers.

    `judged` are the rows to judge one by one, each for those of `rows` like it (`by`), until `spread` is called.
    """

    def __init__(self, rule: Rule, decided: Decided, known: Codes) -> None:
        self.rule, self.known, self.codes = rule, known, decided.codes.copy()
        count = len(decided.codes)
        self.times = {name: np.full(count, NEVER, np.int64) for name in TIMES}
        self.is_at_risk, self.is_conflict = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
        self.lean = np.zeros(count, np.int8)
        outcomes = [_OUTCOMES.index(outcome) for outcome, _ in known.pairs]
        self.without_waiver = np.array(outcomes, np.int8)[decided.codes]
        self.amounts = _amounts(decided, known)
        self.rows: Ints = np.empty(0, np.int64)
        self.judged: Ints = self.rows
        self.by: Ints = self.rows

    def put(self, row: int, verdict: Verdict) -> None:
        """The figures of one verdict."""
        finding = verdict.finding
        self.codes[row] = self.known.of(finding.outcome, finding.reason)
        counts = verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count
        self.amounts[row] = counts
        for name in TIMES[:6]:
            value = getattr(finding, name)
            self.times[name][row] = NEVER if value is None else value
        target = verdict.target
        self.times["target"][row] = target.amount if target is not None and target.is_time else NEVER
        self.times["late_by"][row] = NEVER if finding.late_by is None else finding.late_by
        self.is_at_risk[row], self.is_conflict[row] = verdict.at_risk, verdict.conflict
        self.lean[row] = _LEANS.index(verdict.lean)
        self.without_waiver[row] = _OUTCOMES.index(verdict.without_waiver)

    def put_all(self, found: DeadlineFigures) -> None:
        """The figures that columns gave."""
        for name in TIMES:
            self.times[name][found.rows] = getattr(found, name)
        self.is_at_risk[found.rows] = found.is_at_risk

    def spread(self) -> None:
        """Give every row the figures of the one that was judged for it."""
        source = self.judged[self.by]
        others = self.is_at_risk, self.is_conflict, self.lean, self.without_waiver, self.codes, self.amounts
        for array in (*self.times.values(), *others):
            array[self.rows] = array[source]


def rule_figures(rule: Rule, decided: Decided, catalog: Catalog, columns: Columns, words: Words) -> RuleFigures:
    """The figures of a rule, but for the rows that are to be judged one by one."""
    codes = columns.codes
    found = RuleFigures(rule, decided, codes)
    todo = ~_without_figures(rule, decided, catalog, columns)
    if todo.any():
        for part in by_columns(rule, decided, catalog, columns, todo & ~columns.is_left):
            found.put_all(part)
            todo[part.rows] = False
            found.lean[part.rows[_has(decided, codes, part.rows, UNKNOWN, "no_such_event")]] = _LEANS.index("fail")
    found.rows = np.flatnonzero(todo)
    found.judged, found.by = representatives(columns, found.rows, words.of(rule.id))
    return found


def _amounts(decided: Decided, known: Codes) -> NDArray[np.int32]:
    """Opportunities that passed, failed, are pending, are unknown."""
    amounts = default_amounts(decided.codes, known)
    if decided.counts is not None and len(decided.counts.rows):
        amounts[decided.counts.rows] = decided.counts.amounts
    return amounts


def _without_figures(rule: Rule, decided: Decided, catalog: Catalog, columns: Columns) -> Bools:
    """Verdicts that rest on the scope, an exemption, a date, or on there being no opportunity at all.

    A reviewer may contradict an exemption, so those that were reviewed are looked at.
    """
    is_ours = all(type(body.check) in _OURS for body in rule.bodies)
    if not is_ours or any(waiver.rule == rule.id for waiver in catalog.waivers):
        return columns.nowhere
    is_bare = [outcome is NOT_APPLICABLE and reason in _BARE for outcome, reason in columns.codes.pairs]
    found: Bools = np.array(is_bare)[decided.codes] | _without_items(rule, columns)
    return found & ~columns.reviews_of(rule.id) & ~columns.is_left


def _without_items(rule: Rule, columns: Columns) -> Bools:
    """Records in which nothing of what `for_each` names happened or was said."""
    each = rule.body.for_each
    if each is None or rule.versions or rule.body.lean:
        return columns.nowhere
    is_empty = ~columns.has_turns if each.event is None else ~is_seen(each.event, columns)
    return is_empty & ~columns.unreadable(rule.body.words())


def by_columns(rule: Rule, decided: Decided, catalog: Catalog, columns: Columns, todo: Bools) -> list[DeadlineFigures]:
    """A deadline's figures; a rule with waivers, versions or several opportunities a record is judged one by one."""
    body, check = rule.body, rule.body.check
    is_waived = any(waiver.rule == rule.id for waiver in catalog.waivers)
    if type(check) is not Deadline or check.within is None or rule.versions or body.for_each is not None or is_waived:
        return []
    todo = todo & ~columns.unreadable(body.words()) & ~columns.reviews_of(rule.id)
    if body.lean:
        todo &= np.array([outcome is not UNKNOWN for outcome, _ in columns.codes.pairs])[decided.codes]
    if decided.counts is not None:
        todo[decided.counts.rows] = False
    found = []
    for rows, seen in by_calendar(catalog, body, columns):
        own = slice(None) if rows is None else rows
        for part in deadline_figures(check, body.warn, seen, decided.codes[own], todo[own]):
            found.append(part if rows is None else _moved(part, rows))
    return found


def _moved(part: DeadlineFigures, rows: Ints) -> DeadlineFigures:
    pairs: Mapping[str, Any] = {name: getattr(part, name) for name in DeadlineFigures.__dataclass_fields__}
    return DeadlineFigures(**{**pairs, "rows": rows[part.rows]})


def _has(decided: Decided, known: Codes, rows: Ints, outcome: Outcome, reason: str) -> Bools:
    found: Bools = decided.codes[rows] == known.of(outcome, reason)
    return found
