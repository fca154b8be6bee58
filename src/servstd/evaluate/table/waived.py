"""Waivers on a batch: a fail that one covers is not applicable."""

from __future__ import annotations

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.columns import LEFT, Columns, Decided
from servstd.columns.columns import UNSURE, YES
from servstd.columns.decision import Decision
from servstd.columns.truth import truths
from servstd.outcome import FAIL, NOT_APPLICABLE


def without_waived(rule: Rule, catalog: Catalog, columns: Columns, found: Decided) -> Decided:
    """What was decided, fails that a waiver covers taken out.

    A waiver with dates goes by the governing instant, and one may cover some of several opportunities only: those rows
    are left.
    """
    waivers = [waiver for waiver in catalog.waivers if waiver.rule == rule.id]
    if not waivers:
        return found
    is_fail = np.array([outcome is FAIL for outcome, _ in columns.codes.pairs] + [False] * 256)[:256][found.codes]
    decision = Decision(columns)
    decision.leave(found.codes == LEFT)
    if found.counts is not None:
        has_many = columns.nowhere.copy()
        has_many[found.counts.rows] = True
        decision.leave(is_fail & has_many)
    for waiver in waivers:
        is_met = ~columns.nowhere
        if waiver.when is not None:
            answer = truths(waiver.when, columns, columns.count)
            decision.leave(is_fail & (answer == UNSURE))
            is_met = answer == YES
        if waiver.from_us is not None or waiver.until_us is not None:
            decision.leave(is_fail & is_met)
        decision.settle(is_fail & is_met, NOT_APPLICABLE, "waived")
    return decision.with_rest(found)
