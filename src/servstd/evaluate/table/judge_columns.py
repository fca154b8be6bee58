"""Judging rules on a batch: evaluate/judge.py a column at a time. What it is not sure of, it leaves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.columns import LEFT, Columns, Decided
from servstd.columns.columns import NO, OPEN, UNSURE, YES, Bools, Bytes, Ints
from servstd.columns.combined import decide_rest
from servstd.columns.decision import Decision
from servstd.columns.hearing import any_heard, any_turns, are_words_whole
from servstd.columns.items import Items
from servstd.columns.matching import can_be_seen, meant
from servstd.columns.missing import missing_words
from servstd.columns.rest import for_calendars
from servstd.columns.roll_up import Parts, amounts_with
from servstd.columns.truth import truths
from servstd.columns.view import View
from servstd.evaluate.table.calendars import calendars_of
from servstd.evaluate.table.in_force import by_version
from servstd.evaluate.table.waived import without_waived
from servstd.outcome import NOT_APPLICABLE, UNKNOWN


class RuleJudge:
    """Judges the rules of a catalog on one batch, each once; one that asks about another has it judged first."""

    def __init__(self, catalog: Catalog, columns: Columns, failed: Callable[[str, Exception], None]) -> None:
        self.catalog, self.columns, self._failed = catalog, columns, failed
        self._asked = frozenset[str]().union(*(rule.asks for rule in catalog.rules.values()))
        self._known: dict[str, Decided] = {}
        self._items: dict[str, list[tuple[Ints, Bytes]]] = {}
        self._on: dict[tuple[str | None, str | None], Columns] = {}
        columns.ask, columns.ask_items = lambda name: self.decided(name).codes, self._items_of

    def decided(self, name: str) -> Decided:
        """What one rule decides; a rule whose columns raise is left."""
        if name not in self._known:
            try:
                self._known[name] = self._judge(self.catalog.rules[name])
            except Exception as error:
                self._failed(name, error)
                self._known[name] = Decided(np.full(self.columns.count, LEFT, np.uint8))
        return self._known[name]

    def close(self) -> None:
        """Let go: columns that ask and what they ask hold each other, so that arrays would stay for long."""
        self.columns.ask = self.columns.ask_items = None
        self._on.clear()

    def _judge(self, rule: Rule) -> Decided:
        if rule.versions:
            return by_version(rule, self.catalog, self.columns, lambda body: self._body(rule, body))
        return self._body(rule, rule.body)

    def _body(self, rule: Rule, body: Body) -> Decided:
        """One body on the whole batch, whatever calendars its rows go by."""
        choice = body.calendar
        key = (None, None) if choice is None else (choice.use, choice.time_zone)
        if key not in self._on:  # once for all rules
            self._on[key] = self.columns.on(calendars_of(self.catalog, body, self.columns))
        found = for_calendars(self._on[key], lambda columns: self._on_calendars(rule, body, columns))
        assert found is not None
        return found

    def _on_calendars(self, rule: Rule, body: Body, columns: Columns) -> Decided:
        decision = Decision(columns)
        decision.leave(columns.unreadable(body.words()))
        decision.leave(columns.reviews_of(rule.id))
        scope(decision, body)
        if body.for_each is None:
            return self._opportunities(rule, body, decision)
        if body.for_each.event is None:
            _without_words(decision, body)
            return decision.decided
        return self._each(rule, body, decision)

    def _each(self, rule: Rule, body: Body, decision: Decision) -> Decided:
        """The events of `for_each`, an opportunity each; records without any have none."""
        columns, each = decision.columns, body.for_each
        assert each is not None
        assert each.event is not None
        matched = meant(each.event, columns)
        decision.leave(columns.of_batch(matched.is_unsure))
        if not len(matched.row):
            _without_items(decision, body, ~columns.nowhere, columns.nowhere)
            return decision.decided
        has_items = columns.of_batch(matched.sure.amount) > 0
        owner, rows = items_of(decision, matched.sure_places, matched.row)
        _without_items(decision, body, ~has_items, columns.of_batch(matched.maybe.amount) > 0)
        if not len(owner):
            return decision.decided
        view = View(columns, owner, Items(matched, matched.sure_places, rows))
        found = self._opportunities(rule, body, Decision(view))
        self._remember(rule, view, found)
        parts = Parts(owner, found.codes, amounts=amounts_with(found, columns.codes), is_timed=body.check.takes_time())
        return decision.with_rest(parts.rolled(columns.codes, columns.count))

    def _opportunities(self, rule: Rule, body: Body, decision: Decision) -> Decided:
        """Each row by itself: its own part of the scope, the exemptions, the check, the waivers."""
        scope_of_each(decision, body)
        excepts(decision, body)
        return without_waived(rule, self.catalog, decision.columns, decide_rest(body.check, decision))

    def _remember(self, rule: Rule, view: View, found: Decided) -> None:
        """Keep the codes of opportunities for the rules that ask about this one."""
        if rule.id in self._asked and view.this is not None:
            self._items.setdefault(rule.id, []).append((view.this.keys(), found.codes))

    def _items_of(self, name: str) -> tuple[Ints, Bytes] | None:
        self.decided(name)
        parts = self._items.get(name)
        if not parts:
            return None
        keys, codes = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        order = np.argsort(keys, kind="stable")
        return keys[order], codes[order]


def scope(decision: Decision, body: Body) -> None:
    """Scope must be shown; where it can not be, an exemption that is shown still holds."""
    if body.always is None:
        return
    columns = decision.columns
    answer = truths(body.always, columns, columns.count)
    decision.settle(answer == NO, NOT_APPLICABLE, "out_of_scope")
    if not (decision.todo & (answer != YES)).any():
        return
    decision.leave(answer == UNSURE)
    is_open = answer == OPEN
    excepts(decision, body, is_open, is_fixed=True)
    if body.always.events():
        missing = missing_words(body.always, columns)
        is_event = missing.untracked & ~missing.tracked & ~missing.other
        decision.settle(is_open & is_event, UNKNOWN, "event_not_tracked")
    decision.settle(is_open, UNKNOWN, "missing_field")


def scope_of_each(decision: Decision, body: Body) -> None:
    """What of the scope can differ between the opportunities of a record."""
    if body.per_opportunity is None:
        return
    answer = truths(body.per_opportunity, decision.columns, decision.columns.count)
    decision.leave(answer == UNSURE)
    decision.settle(answer == NO, NOT_APPLICABLE, "out_of_scope")
    decision.settle(answer == OPEN, UNKNOWN, "missing_field")


def excepts(decision: Decision, body: Body, where: Bools | None = None, is_fixed: bool = False) -> None:
    """The first exemption that is shown, in some of the open rows; one that can not be decided exempts nobody.

    `is_fixed` leaves out those that differ between opportunities.
    """
    columns = decision.columns
    for _, condition in body.excepts:
        if is_fixed and condition.uses_anchor():
            continue
        among = decision.todo if where is None else decision.todo & where
        if not among.any():
            return
        answer = truths(condition, columns, columns.count)
        is_unsure, is_met = answer == UNSURE, answer == YES
        decision.leave(columns.marked(is_unsure if where is None else is_unsure & where))
        decision.settle(is_met if where is None else is_met & where, NOT_APPLICABLE, "excepted")


def items_of(decision: Decision, places: Ints, record_of: Ints) -> tuple[Ints, Ints]:
    """The row of each event whose record is still open, and which of the events it is."""
    columns = decision.columns
    records = record_of.take(places)
    if columns.record is columns.base.record:
        rows = np.flatnonzero(decision.todo.take(records))
        return records.take(rows), rows
    own = np.flatnonzero(decision.todo)
    row_of = np.full(columns.base.count, -1, np.int64)
    row_of[columns.record.take(own)] = own
    owner = row_of.take(records)
    rows = np.flatnonzero(owner >= 0)
    return owner.take(rows), rows


def _without_items(decision: Decision, body: Body, where: Bools, is_maybe: Bools) -> None:
    """Records in which the situation did not occur; undecided when the source could not have shown it."""
    each = body.for_each
    if each is None or each.event is None or not (where & decision.todo).any():
        return
    excepts(decision, body, where, is_fixed=True)
    decision.settle(where & ~can_be_seen(each.event, decision.columns), UNKNOWN, "event_not_tracked")
    decision.settle(where & is_maybe, UNKNOWN, "missing_field")
    decision.settle(where, NOT_APPLICABLE, "no_opportunity")


def _without_words(decision: Decision, body: Body) -> None:
    """A rule about what is said, on records in which it was not; those in which it was are left."""
    columns, each = decision.columns, body.for_each
    assert each is not None
    families = [columns.setting.cues[name] for name in each.cues]
    decision.leave(any_heard(families, each.by or families[0].by, columns))
    excepts(decision, body, is_fixed=True)
    decision.settle(~any_turns(columns), UNKNOWN, "no_transcript")
    decision.settle(~are_words_whole(columns), UNKNOWN, "incomplete_transcript")
    decision.settle_rest(NOT_APPLICABLE, "no_opportunity")
