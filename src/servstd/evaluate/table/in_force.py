"""Rules with versions on a batch: each row by the version in force for all that ever happened in its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.catalog.rule import Version, midnight_us
from servstd.columns import LEFT, Columns, Decided
from servstd.columns.columns import Bools, Ints
from servstd.columns.decision import Decision
from servstd.columns.roll_up import merged, only
from servstd.outcome import NOT_APPLICABLE

_FIRST, _LAST = np.iinfo(np.int64).min, np.iinfo(np.int64).max


@dataclass(frozen=True)
class Extent:
    """The first and the last instant of each record; `is_sure` where no other could govern."""

    first: Ints
    last: Ints
    is_sure: Bools

    def within(self, version: Version, catalog: Catalog) -> tuple[Bools, Bools]:
        """The rows that lie wholly inside a version, and those that touch it."""
        zone = catalog.zone
        begin = _FIRST if version.from_ is None else midnight_us(version.from_, zone)
        end = _LAST if version.until is None else midnight_us(version.until, zone)
        return (self.first >= begin) & (self.last < end), (self.last >= begin) & (self.first < end)


def by_version(rule: Rule, catalog: Catalog, columns: Columns, judge: Callable[[Body], Decided]) -> Decided:
    """Each row under the version in force at all instants of its record; those that lie across two are left.

    Every version is judged on every row, as the scalar judge does: what one can not judge, the record can not.
    """
    extent, decision, parts = extent_of(columns), Decision(columns), []
    is_outside, codes = extent.is_sure.copy(), np.full(columns.count, LEFT, np.uint8)
    is_left = ~extent.is_sure
    for version in rule.in_force:
        inside, touches = extent.within(version, catalog)
        found = judge(version.body)
        is_left |= found.codes == LEFT
        codes[inside] = found.codes[inside]
        parts.append(only(found.counts, inside))
        is_outside &= ~touches
    decision.leave(is_left)
    decision.settle(is_outside, NOT_APPLICABLE, "outside_effective_dates")
    return decision.with_rest(Decided(codes, merged([counts for counts in parts if counts is not None])))


def extent_of(columns: Columns) -> Extent:
    """From the first to the last event of each record, seen or ahead; without one that is seen, `as_of` may govern too.

    Turns may govern too: records with words are left.
    """
    first, last = np.full(columns.count, _LAST), np.full(columns.count, _FIRST)
    is_sure, is_seen = ~columns.has_turns, np.zeros(columns.count, np.bool_)
    for name in columns.vocabulary.events:
        events = columns.events(name)
        if events is None or not len(events.row):
            continue
        is_sure[events.row[events.is_unsure]] = False
        is_new = np.concatenate([[True], events.row[1:] != events.row[:-1]])
        begins, ends = np.flatnonzero(is_new), np.flatnonzero(np.append(is_new[1:], True))
        rows = events.row[begins]
        first[rows] = np.minimum(first[rows], events.at[begins])
        last[rows] = np.maximum(last[rows], events.at[ends])
        is_seen[rows[events.at[begins] <= columns.as_of]] = True
    first[~is_seen] = np.minimum(first[~is_seen], columns.as_of)
    last[~is_seen] = np.maximum(last[~is_seen], columns.as_of)
    return Extent(first, last, is_sure)
