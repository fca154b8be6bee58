"""Judging one rule on a batch: evaluate/judge.py a column at a time. What it is not sure of, it leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.columns import LEFT, Columns
from servstd.columns.columns import NO, OPEN, UNSURE, YES, Bools, Bytes
from servstd.columns.combined import decide
from servstd.columns.decision import Decision
from servstd.columns.truth import seen_of, truths
from servstd.outcome import FAIL, NOT_APPLICABLE, UNKNOWN


def rule_codes(rule: Rule, catalog: Catalog, columns: Columns, moved: Callable[[str], Columns]) -> Bytes:
    """The codes of one rule. `moved` gives the same batch on another calendar."""
    decision, body = Decision(columns), rule.body
    if rule.versions:
        return decision.codes
    decision.leave(columns.unreadable(body.words()))
    _scope(decision, body)
    _for_each(decision, body)
    if body.per_opportunity is not None:
        decision.leave(decision.todo)
    _excepts(decision, body, decision.todo.copy())
    if body.calendar is not None and body.calendar.time_zone is not None:
        decision.leave(~columns.field(body.calendar.time_zone).is_missing)
    if decision.todo.any():
        use = body.calendar.use if body.calendar is not None else None
        decision.put(decision.todo, decide(body.check, columns if use is None else moved(use)))
    return _without_waived(rule, catalog, decision)


def _scope(decision: Decision, body: Body) -> None:
    """Scope must be shown; where it can not be, an exemption that is shown still holds."""
    if body.always is None:
        return
    columns = decision.columns
    answer = truths(body.always, columns, columns.count)
    decision.leave(answer == UNSURE)
    decision.settle(answer == NO, NOT_APPLICABLE, "out_of_scope")
    if body.always.events():
        decision.leave(answer == OPEN)
    _excepts(decision, body, answer == OPEN, is_fixed=True)
    decision.settle(answer == OPEN, UNKNOWN, "missing_field")


def _excepts(decision: Decision, body: Body, where: Bools, is_fixed: bool = False) -> None:
    """The first exemption that is shown; one that can not be decided exempts nobody.

    `is_fixed` leaves out those that differ between opportunities.
    """
    columns = decision.columns
    for _, condition in body.excepts:
        if is_fixed and condition.uses_anchor():
            continue
        if not (decision.todo & where).any():
            return
        answer = truths(condition, columns, columns.count)
        decision.leave(where & (answer == UNSURE))
        decision.settle(where & (answer == YES), NOT_APPLICABLE, "excepted")


def _for_each(decision: Decision, body: Body) -> None:
    """Records in which the situation did not occur; all others have opportunities, which are judged one by one."""
    each, columns = body.for_each, decision.columns
    if each is None:
        return
    if each.event is None or each.event.is_this:
        decision.leave(decision.todo)
        return
    has_any = columns.nowhere.copy()
    for seen in seen_of(each.event, columns):
        has_any |= (seen.is_seen & (seen.match != NO)) | (seen.match == UNSURE)
    decision.leave(has_any)
    _excepts(decision, body, decision.todo.copy(), is_fixed=True)
    if columns.is_tracked(each.event.types):
        decision.settle(decision.todo, NOT_APPLICABLE, "no_opportunity")
    else:
        decision.settle(decision.todo, UNKNOWN, "event_not_tracked")


def _without_waived(rule: Rule, catalog: Catalog, decision: Decision) -> Bytes:
    """A fail of a rule that has waivers is left: whether one covers it goes by its governing instant."""
    if not any(waiver.rule == rule.id for waiver in catalog.waivers):
        return decision.codes
    is_fail = np.array([outcome is FAIL for outcome, _ in decision.columns.codes.pairs] + [False] * 256)[:256]
    codes = decision.codes.copy()
    codes[is_fail[codes]] = LEFT
    return codes
