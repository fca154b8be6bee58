"""The figures of one body of a rule, by columns: evaluate/judge.py again, for what findings hold beside a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.catalog.waivers import Waiver
from servstd.columns import LEFT, Columns, Decided
from servstd.columns.columns import UNSURE, YES, Bools, Ints
from servstd.columns.combined import decide
from servstd.columns.combined_figures import figures_of, taken
from servstd.columns.decision import Decision
from servstd.columns.figures import LEANS, Figures, has, rolled
from servstd.columns.items import Items
from servstd.columns.matching import meant
from servstd.columns.truth import truths
from servstd.columns.view import View
from servstd.evaluate.table.bare import is_ours
from servstd.evaluate.table.calendars import by_calendar
from servstd.evaluate.table.in_force import Extent, extent_of
from servstd.evaluate.table.judge_columns import RuleJudge, excepts, items_of, scope, scope_of_each
from servstd.outcome import NOT_APPLICABLE, UNKNOWN


class BodyJudge:
    """The figures of the rules of a batch. `close` when they are all found.

    `has_zones` says that the time zones of instants are asked for: `zones` fills as they are met.
    """

    def __init__(self, catalog: Catalog, columns: Columns, *, has_zones: bool = False) -> None:
        self.catalog, self.columns, self.has_zones = catalog, columns, has_zones
        self._split: dict[Any, list[tuple[Ints | None, Columns]]] = {}
        self._extent: Extent | None = None
        self.zones: list[ZoneInfo] = []
        self._zone_of: dict[Any, NDArray[np.int16]] = {}
        self._asked = RuleJudge(catalog, columns, lambda name, error: None)

    def close(self) -> None:
        """Let go of what rules were asked."""
        self._asked.close()
        self._split.clear()

    def waivers_of(self, rule: Rule) -> list[Waiver]:
        """The waivers of a rule."""
        return [waiver for waiver in self.catalog.waivers if waiver.rule == rule.id]

    def odd(self, rule: Rule) -> Bools:
        """Records that a reviewer answered the rule on, or of which something can not be read."""
        found = self.columns.is_left | self.columns.reviews_of(rule.id)
        for body in rule.bodies:
            found = found | self.columns.unreadable(body.words())
        return found

    def can_judge(self, rule: Rule, waivers: Sequence[Waiver]) -> bool:
        """Whether columns can tell anything of a rule: its kinds are ours, and a waiver covers a record as a whole."""
        if waivers and any(body.for_each is not None for body in rule.bodies):
            return False
        has_dates = any(waiver.from_us is not None or waiver.until_us is not None for waiver in waivers)
        return not has_dates and all(is_ours(body.check) for body in rule.bodies)

    def by_body(self, rule: Rule, todo: Bools) -> Iterator[tuple[Body, Ints]]:
        """The rows of each version, those that lie wholly inside it."""
        if not rule.versions:
            yield rule.body, np.flatnonzero(todo)
            return
        if self._extent is None:
            self._extent = extent_of(self.columns)
        for version in rule.in_force:
            inside, _ = self._extent.within(version, self.catalog)
            yield version.body, np.flatnonzero(todo & inside & self._extent.is_sure)

    def figures(self, body: Body, rows: Ints, decided: Decided) -> Figures:
        """The figures of some rows, the rows of each calendar together."""
        found = Figures(np.full(len(rows), LEFT, np.uint8))
        if not len(rows):
            return found
        place = np.full(self.columns.count, -1, np.int64)
        place[rows] = np.arange(len(rows))
        for own, columns in self._by_calendar(body):
            mine = place if own is None else place[own]
            inner = np.flatnonzero(mine >= 0)
            if len(inner):
                base = inner if own is None else own[inner]
                part = _of_body(body, View(columns, inner), taken(decided, base))
                found.put_rows(mine[inner], part)
        return found

    def zone_of(self, body: Body) -> NDArray[np.int16]:
        """The time zone of each record under a rule, as a place in `zones`."""
        key = _key(body)
        if key not in self._zone_of:
            found = np.zeros(self.columns.count, np.int16)
            for rows, columns in self._by_calendar(body):
                calendar = columns.calendar
                if calendar is not None:
                    found[slice(None) if rows is None else rows] = self.place_of(calendar.zone)
            self._zone_of[key] = found
        return self._zone_of[key]

    def place_of(self, zone: ZoneInfo) -> int:
        """The place of a time zone in `zones`."""
        if zone not in self.zones:
            self.zones.append(zone)
        return self.zones.index(zone)

    def _by_calendar(self, body: Body) -> list[tuple[Ints | None, Columns]]:
        key = _key(body)
        if key not in self._split:
            self._split[key] = list(by_calendar(self.catalog, body, self.columns))
        return self._split[key]


def _key(body: Body) -> tuple[str | None, str | None]:
    choice = body.calendar
    return (None, None) if choice is None else (choice.use, choice.time_zone)


def _of_body(body: Body, columns: View, decided: Decided) -> Figures:
    """The rows of one calendar: scope and exemptions have no figures, opportunities have."""
    decision = Decision(columns)
    scope(decision, body)
    each = body.for_each
    if each is not None and each.event is None:
        return _of_words(columns, decided)
    if each is not None:
        return _of_each(body, decision, decided)
    _before(decision, body)
    found, rows = Figures(decision.codes), np.flatnonzero(decision.todo)
    if len(rows):
        view, own = View(columns, rows), taken(decided, rows)
        is_waived = own.codes == columns.codes.of(NOT_APPLICABLE, "waived")
        if is_waived.any():
            own = Decided(np.where(is_waived, decide(body.check, view).codes, own.codes), own.counts)
        found.put_rows(rows, figures_of(body.check, view, own, body.warn, is_top=True))
    _put_leans(found, body, columns)
    return found


def _before(decision: Decision, body: Body) -> None:
    """What each opportunity is asked before the check."""
    scope_of_each(decision, body)
    excepts(decision, body, decision.todo.copy())


def _of_each(body: Body, decision: Decision, decided: Decided) -> Figures:
    """The events of `for_each`, an opportunity each; what records without any have is no figure."""
    columns, each = decision.columns, body.for_each
    assert each is not None
    assert each.event is not None
    matched = meant(each.event, columns)
    decision.leave(matched.is_unsure[columns.record])
    found, whole = Figures(decision.codes.copy()), Figures(decided.codes.copy())
    rows = np.flatnonzero(decision.todo)
    found.put_rows(rows, whole.take(rows))  # without any event the code says it all
    if len(matched.row):
        owner, places = items_of(decision, matched.sure_places, matched.row)
        if len(owner):
            view = View(columns, owner, Items(matched, matched.sure_places, places))
            parts = _of_items(body, Decision(view))
            speaks = rolled(owner, parts, columns.codes, columns.count)
            own = np.unique(owner)
            found.put_rows(own, speaks.take(own))
            is_alone = np.ones(columns.count, np.bool_)
            is_alone[own] = False
            _put_leans(found, body, columns, is_alone)
            return found
    _put_leans(found, body, columns)
    return found


def _of_items(body: Body, decision: Decision) -> Figures:
    """Each opportunity by itself."""
    columns = decision.columns
    _before(decision, body)
    found, rows = Figures(decision.codes), np.flatnonzero(decision.todo)
    if len(rows):
        view = View(columns, rows)
        found.put_rows(rows, figures_of(body.check, view, decide(body.check, view), body.warn, is_top=True))
    _put_leans(found, body, columns)
    return found


def _of_words(columns: Columns, decided: Decided) -> Figures:
    """A rule about what is said, where it was not; where it was, only the scalar check knows."""
    found = Figures(decided.codes.copy())
    is_bare = has(found, columns.codes, UNKNOWN, "no_transcript", "incomplete_transcript")
    is_bare |= has(found, columns.codes, NOT_APPLICABLE, "no_opportunity")
    found.codes[~is_bare] = LEFT
    return found


def _put_leans(found: Figures, body: Body, columns: Columns, where: Bools | None = None) -> None:
    """What the rule says of an unknown verdict goes before what the check does."""
    if not body.lean:
        return
    is_open = has(found, columns.codes, UNKNOWN)
    if where is not None:
        is_open &= where
    for name, condition in body.lean:
        if not is_open.any():
            return
        answer = truths(condition, columns, columns.count)
        found.codes[is_open & (answer == UNSURE)] = LEFT
        found.lean[is_open & (answer == YES)] = LEANS.index(name)
        is_open &= (answer != YES) & (answer != UNSURE)
