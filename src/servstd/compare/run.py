"""Comparing: the same records judged by two catalogs at the same instant, one record at a time."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from servstd.catalog import Catalog
from servstd.compare.catalog_changes import catalog_changes, changes_about
from servstd.compare.comparison import (
    OUTCOMES,
    Comparison,
    GroupComparison,
    Matrix,
    ReasonChange,
    RuleComparison,
    Side,
    Transition,
)
from servstd.compare.pairs import RulePair, pair_rules
from servstd.compare.readings import ReadingTally
from servstd.evaluate import Assessment, Evaluator, Verdict
from servstd.evaluate.figures import countable, group_value, within_reach
from servstd.objective import Counts, Objective, Summary, Tally, summarize_tally
from servstd.outcome import NOT_APPLICABLE, Outcome
from servstd.record import Record

Given = Record | Mapping[str, Any]
Group = tuple[Any, ...]
_RULE = "rule"  # a tally holds one rule; its name may differ before and after
Figures = Mapping[Group, Summary]
Key = TypeVar("Key", bound=tuple[str, ...])


def compare(
    old: Evaluator,
    new: Evaluator,
    records: Iterable[Given],
    *,
    as_of: datetime,
    rules: Collection[str] | None = None,
    by: tuple[str, ...] = (),
    every: bool = False,
    readings: bool = False,
) -> Comparison:
    """What changes when `new` takes the place of `old`, on the same records at the same instant.

    Records are judged one at a time and let go; kept are counts, and the ids of what changes. `rules` are ids of
    either catalog, without them all that are reported. `by` names attributes or fields of the record to group by.
    Rules whose verdicts can not differ are not judged, unless `every`. `readings` adds what each other named reading
    of the new catalog would change. Raises `RecordError` as `Evaluator.check` does.
    """
    comparer = Comparer(old, new, as_of=as_of, rules=rules, by=by, every=every, readings=readings)
    for record in records:
        comparer.add(record, record)
    return comparer.result()


class Comparer:
    """A comparison while it is being made; for logs that the two catalogs read in different ways."""

    def __init__(
        self,
        old: Evaluator,
        new: Evaluator,
        *,
        as_of: datetime,
        rules: Collection[str] | None = None,
        by: tuple[str, ...] = (),
        every: bool = False,
        readings: bool = False,
    ) -> None:
        self.old, self.new, self.as_of, self.by = old, new, as_of, by
        is_alike = old.defaults == new.defaults
        self.pairs = pair_rules(old.catalog, new.catalog, rules)
        self._is_chosen = rules is not None
        self.judged = [pair for pair in self.pairs if every or not (pair.is_same and is_alike)]
        self.records = 0
        self._groups: Counter[Group] = Counter()
        self._cells = {pair.id: _Cell(by) for pair in self.judged}
        wanted = [pair.new_id for pair in self.pairs if pair.new_id]
        self._readings = ReadingTally(new, wanted) if readings else None

    def add(self, before: Given, after: Given) -> None:
        """Judge one record: as the old catalog reads it, and as the new one does."""
        first, second = self.old.check(before, as_of=self.as_of), self.new.check(after, as_of=self.as_of)
        record = second.record
        group = tuple(group_value(record, name) for name in self.by)
        self.records += 1
        self._groups[group] += 1
        for pair in self._within_reach(first, second):
            one = first[pair.old_id] if pair.old_id else None
            other = second[pair.new_id] if pair.new_id else None
            self._cells[pair.id].add(record.id, group, one, other)
        if self._readings is not None:
            self._readings.add(second)

    def _within_reach(self, first: Assessment, second: Assessment) -> Iterable[RulePair]:
        """The pairs that may be about a record under either catalog."""
        before = set(within_reach(first, [pair.old_id for pair in self.judged if pair.old_id]))
        after = set(within_reach(second, [pair.new_id for pair in self.judged if pair.new_id]))
        return [pair for pair in self.judged if pair.old_id in before or pair.new_id in after]

    def result(
        self, names: tuple[str, str] = ("old", "new"), only_old: Iterable[str] = (), only_new: Iterable[str] = ()
    ) -> Comparison:
        """What was found. `names` are what the two catalogs are called."""
        old, new = self.old.catalog, self.new.catalog
        rules = tuple(self._cells[pair.id].close(pair, self) for pair in self.judged)
        changed = {rule.rule_id for rule in rules if rule.is_changed}
        keys = about = catalog_changes(old, new)
        if self._is_chosen:
            named = [name for pair in self.pairs for name in (pair.old_id, pair.new_id) if name]
            about = changes_about(keys, named, old, new)
        return Comparison(
            old=_side(names[0], old),
            new=_side(names[1], new),
            as_of=self.as_of,
            records=self.records,
            by=self.by,
            keys=about,
            left_out=len(keys) - len(about),
            rules=rules,
            unchanged=tuple(pair.id for pair in self.pairs if pair.id not in changed),
            only_old=tuple(only_old),
            only_new=tuple(only_new),
            readings=() if self._readings is None else self._readings.effects(),
        )

    @property
    def groups(self) -> Mapping[Group, int]:
        """How many records each group has."""
        return self._groups


class _Cell:
    """What is kept of one rule."""

    def __init__(self, by: tuple[str, ...]) -> None:
        self.before, self.after = Tally(("rule_id", *by)), Tally(("rule_id", *by))
        self.by = by
        self.matrix: defaultdict[Group, Counter[tuple[Outcome, Outcome]]] = defaultdict(Counter)
        self.transitions: defaultdict[tuple[Outcome, Outcome], list[str]] = defaultdict(list)
        self.reasons: defaultdict[tuple[Outcome, str, str], list[str]] = defaultdict(list)
        self.due: list[str] = []
        self.counts: list[str] = []

    def add(self, record_id: str, group: Group, one: Verdict | None, other: Verdict | None) -> None:
        """Count one record."""
        keys = dict(zip(self.by, group, strict=True))
        for tally, verdict in ((self.before, one), (self.after, other)):
            if verdict is not None:
                tally.add({**keys, **countable(verdict), "rule_id": _RULE})
        if one is None or other is None:
            return
        self.matrix[group][one.outcome, other.outcome] += 1
        if one.outcome is not other.outcome:
            self.transitions[one.outcome, other.outcome].append(record_id)
        elif one.reason != other.reason:
            self.reasons[one.outcome, one.reason, other.reason].append(record_id)
        elif _counts(one) != _counts(other):
            self.counts.append(record_id)
        if _is_moved(one, other):
            self.due.append(record_id)

    def close(self, pair: RulePair, comparer: Comparer) -> RuleComparison:
        """The comparison of the rule; the records that it is not about are counted in."""
        sides = (comparer.old.catalog, pair.old_id), (comparer.new.catalog, pair.new_id)
        figures = [
            _figures(tally, comparer.groups, *side)
            for tally, side in zip((self.before, self.after), sides, strict=True)
        ]
        groups = tuple(self._group(group, pair, comparer, *figures) for group in _sorted(comparer.groups))
        whole = self._group((), pair, comparer, *figures)
        catalog, rule_id = sides[1] if pair.new_id else sides[0]
        return RuleComparison(
            pair,
            catalog.rules[rule_id or ""].title,
            whole,
            tuple(Transition(one, other, tuple(ids)) for (one, other), ids in _by_size(self.transitions)),
            tuple(ReasonChange(one, was, now, tuple(ids)) for (one, was, now), ids in _by_size(self.reasons)),
            tuple(self.due),
            tuple(self.counts),
            groups if self.by else (),
        )

    def _group(
        self, group: Group, pair: RulePair, comparer: Comparer, before: Figures, after: Figures
    ) -> GroupComparison:
        """One group, or (for the empty one) all of them."""
        is_whole = not group
        chosen = comparer.groups if is_whole else {group: comparer.groups[group]}
        is_paired = pair.old_id is not None and pair.new_id is not None
        counted: Counter[tuple[Outcome, Outcome]] = Counter()
        for one in chosen:
            counted.update(self.matrix.get(one, {}))
        counted[NOT_APPLICABLE, NOT_APPLICABLE] += sum(chosen.values()) - counted.total()
        key = {} if is_whole else dict(zip(self.by, group, strict=True))
        return GroupComparison(key, _matrix(counted) if is_paired else (), before.get(group), after.get(group))


def _figures(tally: Tally, groups: Mapping[Group, int], catalog: Catalog, rule_id: str | None) -> Figures:
    """The summary of each group, and under the empty key of all; nothing for a rule that is not reported."""
    if rule_id is None:
        return {}
    full = Tally(tally.by)
    whole = Tally(("rule_id",))
    for group, records in groups.items():
        counts = tally.groups.get((_RULE, *group), Counts())
        rest = Counter({(NOT_APPLICABLE, "out_of_scope"): records - counts.records})
        counts = counts + Counts(verdicts=rest)
        full.add_counts((rule_id, *group), counts)
        whole.add_counts((rule_id,), counts)
    objective = catalog.rules[rule_id].objective
    objectives: dict[str, Objective] = {rule_id: objective} if objective else {}
    found: dict[Group, Summary] = {}
    for tallied in (full, whole):
        found |= {tuple(one.key.values())[1:]: one for one in summarize_tally(tallied, objectives)}
    return found


def _matrix(counted: Mapping[tuple[Outcome, Outcome], int]) -> Matrix:
    return tuple(tuple(counted.get((before, after), 0) for after in OUTCOMES) for before in OUTCOMES)


def _by_size(found: Mapping[Key, list[str]]) -> list[tuple[Key, list[str]]]:
    """The most frequent first, then in the order of the outcomes, which is that of a matrix."""
    return sorted(found.items(), key=lambda item: (-len(item[1]), *map(_place, item[0])))


def _place(part: str) -> tuple[int, str]:
    return (OUTCOMES.index(part), "") if isinstance(part, Outcome) else (len(OUTCOMES), part)


def _sorted(groups: Mapping[Group, int]) -> list[Group]:
    """Groups by name, those without one last."""
    return sorted(groups, key=lambda group: [(value is None, str(value)) for value in group])


def _counts(verdict: Verdict) -> tuple[int, ...]:
    return verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count


def _is_moved(one: Verdict, other: Verdict) -> bool:
    """True when both have a due time, and not the same, and one of the two is owed at all."""
    if one.outcome is other.outcome is NOT_APPLICABLE or one.due_at is None or other.due_at is None:
        return False
    return one.due_at != other.due_at or one.late_after != other.late_after


def _side(where: str, catalog: Catalog) -> Side:
    return Side(where, catalog.name, catalog.version, catalog.digest)
