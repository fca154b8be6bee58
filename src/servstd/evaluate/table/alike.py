"""Records that a rule can not tell apart: of those that the columns left, one of each is judged for all.

A rule reads the fields and events that it declares, and those of the rules that it asks about. Some also ask when
the record began or ended: then those events count too. A record without any of those
events has the verdict of every other such record with the same fields. Most of what columns can not decide is of
this sort: nothing happened that the rule is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.columns import Columns
from servstd.columns.columns import Bools, Ints

_MOST_KEYS = 1 << 20
# What checks read of every record, whatever they declare.
_ALWAYS = frozenset(("kind", "language", "transcript_complete"))


@dataclass(frozen=True)
class Read:
    """What decides a rule: fields, events (`turns` is one of the words), and whose reviews."""

    fields: frozenset[str]
    events: frozenset[str]
    rules: frozenset[str]


class Words:
    """The fields and events that decide each rule, those of the rules that it asks about among them."""

    def __init__(self, catalog: Catalog) -> None:
        kinds = catalog.vocabulary.record_kinds.values()
        self._bounds = frozenset(name for kind in kinds for name in (*kind.begins, *kind.ends))
        # which version governs may go by any event; a waiver has conditions of its own
        self._all = frozenset(catalog.vocabulary.events)
        self._waived = frozenset(waiver.rule for waiver in catalog.waivers)
        self._names = frozenset(("agent",)) if catalog.agents else frozenset[str]()
        self._zone = frozenset(name for choice in catalog.calendar_for for name in choice.when.fields())
        self._zone_events = frozenset(name for choice in catalog.calendar_for for name in choice.when.events())
        self._rules: Mapping[str, Rule] = catalog.rules
        self._known: dict[str, Read | None] = {}

    def of(self, rule_id: str) -> Read | None:
        """What decides a rule; None for one that may read more than it declares."""
        if rule_id not in self._known:
            self._known[rule_id] = self._find(rule_id)
        return self._known[rule_id]

    def _find(self, rule_id: str) -> Read | None:
        fields, events = _ALWAYS | self._names | self._zone, self._zone_events
        todo, done = [rule_id], set[str]()
        while todo:
            rule = self._rules[todo.pop()]
            done.add(rule.id)
            if rule.id in self._waived:
                return None
            events |= self._all | {"turns"} if rule.versions else frozenset[str]()
            for body in (rule.body, *(version.body for version in rule.versions)):
                fields |= body.fields()
                if not body.check.reads_only_its_words():
                    return None
                events |= body.events() | (self._bounds if body.check.reads_bounds() else frozenset())
                events |= {"turns"} if body.hears() else frozenset[str]()
                todo += [name for name in body.rules() if name not in done and name in self._rules]
        return Read(fields, events, frozenset(done))


def representatives(columns: Columns, rows: Ints, words: Read | None) -> tuple[Ints, Ints]:
    """Rows to judge, and for each of `rows` which of these speaks for it."""
    if words is None:
        return rows, np.arange(len(rows))
    is_plain = _is_plain(columns, rows, words)
    alike, others = np.flatnonzero(is_plain), np.flatnonzero(~is_plain)
    first, number = _first_of_each(_keys(columns, rows[alike], words.fields))
    speaks = np.empty(len(rows), np.int64)
    speaks[alike], speaks[others] = number, len(first) + np.arange(len(others))
    return rows[np.concatenate([alike[first], others])], speaks


def _is_plain(columns: Columns, rows: Ints, words: Read) -> Bools:
    """Rows in which nothing happened or was said that the rule is about, and everything can be read."""
    found = columns.is_left[rows]
    if "turns" in words.events:
        found = found | columns.has_turns[rows]
    if columns.has_reviews.any():
        for rule_id in words.rules:
            found = found | columns.reviews_of(rule_id)[rows]
    for event in map(columns.event, words.events):
        if event is not None:
            found = found | (event.is_there | event.is_unsure)[rows]
    for name in words.fields:
        unreadable = columns.field(name).unreadable
        if unreadable is not None:
            found = found | unreadable[rows]
    return ~found


def _keys(columns: Columns, rows: Ints, fields: frozenset[str]) -> tuple[Ints, int]:
    """A number for each row, the same for the same values of these fields, and a bound of the numbers."""
    keys, bound = np.zeros(len(rows), np.int64), 1
    own_names = getattr(columns.source, "agent_names", lambda: None)()
    for column in (*map(columns.field, sorted(fields)), *(() if own_names is None else (own_names,))):
        size = len(column.values) + 1
        if size == 1:
            continue
        if bound * size > _MOST_KEYS:
            keys = np.unique(keys, return_inverse=True)[1]
            bound = int(keys.max(initial=0)) + 1
        keys, bound = keys * size + column.codes[rows] + 1, bound * size
    if bound > _MOST_KEYS:
        keys = np.unique(keys, return_inverse=True)[1]
        bound = int(keys.max(initial=0)) + 1
    return keys, bound


def _first_of_each(numbered: tuple[Ints, int]) -> tuple[Ints, Ints]:
    """The first place of each key, and for each place the number of its key: a table, as sorting takes longer."""
    keys, bound = numbered
    place = np.full(bound, -1, np.int64)
    place[keys[::-1]] = np.arange(len(keys))[::-1]
    present = np.flatnonzero(place >= 0)
    number = np.empty(bound, np.int64)
    number[present] = np.arange(len(present))
    return place[present], number[keys]
