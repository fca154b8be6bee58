"""The figures of the verdicts of one rule in a batch, as arrays: what the full table has beside outcome and reason.

Most verdicts have none (out of scope, excepted, nothing happened that the rule is about): their code says so. Others
are worked out by columns, beside the codes. Whatever is left is judged one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from servstd.catalog import Rule
from servstd.catalog.body import Body
from servstd.columns import LEFT, Codes, Columns, Decided
from servstd.columns.columns import Bools, Bytes, Ints
from servstd.columns.figures import LEANS, TIMES, Figures
from servstd.columns.roll_up import NEVER, default_amounts, ranks_of
from servstd.evaluate.table.alike import Words, representatives
from servstd.evaluate.table.bare import is_bare_of
from servstd.evaluate.table.body_figures import BodyJudge
from servstd.evaluate.verdict import Verdict
from servstd.outcome import FAIL, NOT_APPLICABLE, Outcome

_OUTCOMES = tuple(Outcome)


class RuleFigures:
    """The figures of one rule: `times` by name, `amounts` of opportunities, and the rest as small numbers.

    A time that is not there is `NEVER` in every row. `judged` are the rows to judge one by one, each for those of
    `rows` like it (`by`), until `spread` is called.
    """

    def __init__(self, rule: Rule, decided: Decided, judge: BodyJudge) -> None:
        self.rule, self.judge, self.known, self.codes = rule, judge, judge.columns.codes, decided.codes.copy()
        self.count = len(decided.codes)
        self.times: dict[str, Ints] = {}
        self.flags: dict[str, NDArray[np.int8]] = {}
        self.amounts = _amounts(decided, self.known)
        self.zone: NDArray[np.int16] = np.zeros(self.count, np.int16)
        self.rows: Ints = np.empty(0, np.int64)
        self.judged: Ints = self.rows
        self.by: Ints = self.rows

    def time(self, name: str) -> Ints:
        """An instant or a length of every row, to be filled."""
        if name not in self.times:
            self.times[name] = np.full(self.count, NEVER, np.int64)
        return self.times[name]

    def flag(self, name: str) -> NDArray[np.int8]:
        """`at_risk`, `conflict`, `lean` or `waived` of every row, to be filled."""
        if name not in self.flags:
            self.flags[name] = np.zeros(self.count, np.int8)
        return self.flags[name]

    def put(self, row: int, verdict: Verdict) -> None:
        """The figures of one verdict."""
        finding, target = verdict.finding, verdict.target
        self.codes[row] = self.known.of(finding.outcome, finding.reason)
        counts = verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count
        self.amounts[row] = counts
        for name in TIMES:
            value = getattr(finding, name)
            if name == "target":
                value = target.amount if target is not None and target.is_time else None
            if value is not None or name in self.times:
                self.time(name)[row] = NEVER if value is None else value
        zone = zone_shown(verdict)
        if self.judge.has_zones and zone is not None:
            self.zone[row] = self.judge.place_of(zone)
        is_waived = verdict.without_waiver is not verdict.outcome
        given: dict[str, int] = {
            "at_risk": verdict.at_risk,
            "conflict": verdict.conflict,
            "lean": LEANS.index(verdict.lean),
            "waived": is_waived,
        }
        for name, number in given.items():
            if number or name in self.flags:
                self.flag(name)[row] = number

    def put_rows(self, rows: Ints, found: Figures) -> None:
        """The figures that columns gave for some rows."""
        for name, values in found.times.items():
            self.time(name)[rows] = values
        for name, flags in (("at_risk", found.is_at_risk), ("conflict", found.is_conflict), ("lean", found.lean)):
            if flags.any():
                self.flag(name)[rows] = flags

    def spread(self) -> None:
        """Give every row the figures of the one that was judged for it."""
        if not len(self.rows):
            return
        source = self.judged[self.by]
        arrays: list[NDArray[Any]] = [*self.times.values(), *self.flags.values(), self.codes, self.amounts, self.zone]
        for array in arrays:
            array[self.rows] = array[source]

    def without_waiver(self) -> NDArray[np.int8]:
        """The outcome of every row as it would be without waivers, as a place among all outcomes."""
        outcomes = np.array([_OUTCOMES.index(outcome) for outcome, _ in self.known.pairs], np.int8)[self.codes]
        waived = self.flags.get("waived")
        return outcomes if waived is None else np.where(waived, np.int8(_OUTCOMES.index(FAIL)), outcomes)


def zone_shown(verdict: Verdict) -> ZoneInfo | None:
    """The time zone of the instants of a verdict; None when it has none."""
    found = verdict.finding
    if all(at is None for at in (found.received, found.started, found.due, found.late_after, found.decided)):
        return None
    return next(opportunity.calendar.zone for opportunity, finding in verdict.parts() if finding is found)


def rule_figures(rule: Rule, decided: Decided, judge: BodyJudge, columns: Columns, words: Words) -> RuleFigures:
    """The figures of a rule, but for the rows that are to be judged one by one."""
    found = RuleFigures(rule, decided, judge)
    waivers = judge.waivers_of(rule)
    is_odd = judge.odd(rule)
    todo = ~is_bare_of(rule, columns.codes, has_waivers=bool(waivers))[decided.codes]
    for body, rows, part in by_columns(rule, decided, judge, todo & ~is_odd):
        found.put_rows(rows, part)
        if judge.has_zones:
            found.zone[rows] = judge.zone_of(body)[rows]
        if waivers:
            found.flag("waived")[rows[_is_waived(decided.codes[rows], columns.codes)]] = 1
        todo[rows] = False
    found.rows = np.flatnonzero(todo | is_odd)
    found.judged, found.by = representatives(columns, found.rows, words.of(rule.id))
    return found


def by_columns(rule: Rule, decided: Decided, judge: BodyJudge, todo: Bools) -> Iterator[tuple[Body, Ints, Figures]]:
    """Rows with their figures and the body that they are of, where columns give those of what was decided."""
    waivers = judge.waivers_of(rule)
    if not todo.any() or not judge.can_judge(rule, waivers):
        return
    known = judge.columns.codes
    for body, rows in judge.by_body(rule, todo):
        part = judge.figures(body, rows, decided)
        own = np.flatnonzero(_explained(part.codes, decided.codes[rows], known, bool(waivers)))
        yield body, rows[own], part.take(own)


def _explained(own: Bytes, decided: Bytes, known: Codes, has_waivers: bool) -> Bools:
    """Rows of which the figures are of what was decided, or of the fail that was waived."""
    is_same: Bools = (own == decided) & (own != LEFT)
    if has_waivers:
        is_same |= _is_waived(decided, known) & (ranks_of(known)[own] == 0)
    return is_same


def _is_waived(codes: Bytes, known: Codes) -> Bools:
    found: Bools = codes == known.of(NOT_APPLICABLE, "waived")
    return found


def _amounts(decided: Decided, known: Codes) -> NDArray[np.int32]:
    """Opportunities that passed, failed, are pending, are unknown."""
    amounts = default_amounts(decided.codes, known)
    if decided.counts is not None and len(decided.counts.rows):
        amounts[decided.counts.rows] = decided.counts.amounts
    return amounts
