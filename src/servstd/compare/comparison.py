"""What a comparison found: immutable, with ids and never records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from servstd.compare.catalog_changes import KeyChange
from servstd.compare.pairs import RulePair
from servstd.compare.readings import ReadingEffect
from servstd.objective import Summary
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome

OUTCOMES = (PASS, FAIL, PENDING, UNKNOWN, NOT_APPLICABLE)
Matrix = tuple[tuple[int, ...], ...]


class Move(StrEnum):
    """What became of a rate. Only a rate that leaves the interval of the other is better or worse."""

    NONE = "none"
    SAME = "same"
    WITHIN = "within_interval"
    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True, slots=True)
class Transition:
    """Records whose verdict goes from one outcome to another, in the order of the log."""

    before: Outcome
    after: Outcome
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{words(self.before)} to {words(self.after)}"


@dataclass(frozen=True, slots=True)
class ReasonChange:
    """Records whose verdict keeps its outcome, with another reason."""

    outcome: Outcome
    before: str
    after: str
    ids: tuple[str, ...]

    def __str__(self) -> str:
        return f"{words(self.outcome)}, {self.before} to {self.after}"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two catalogs: what it was called on the command line, and what it says of itself."""

    where: str
    name: str
    version: str
    digest: str


@dataclass(frozen=True, slots=True)
class GroupComparison:
    """The figures of one group of records: `key` names the group, the matrix counts records."""

    key: Mapping[str, Any] = field(hash=False)
    matrix: Matrix = ()
    before: Summary | None = None
    after: Summary | None = None

    @property
    def changed(self) -> int:
        """Records with another outcome."""
        return sum(count for i, row in enumerate(self.matrix) for j, count in enumerate(row) if i != j)

    @property
    def concerned(self) -> int:
        """Records that the rule is about under one of the two catalogs at least."""
        last = len(OUTCOMES) - 1
        if self.matrix:
            return sum(map(sum, self.matrix)) - self.matrix[last][last]
        one = self.before or self.after
        return 0 if one is None else one.records - one.not_applicable

    def count(self, before: Outcome, after: Outcome) -> int:
        """Records that go from one outcome to another."""
        return self.matrix[OUTCOMES.index(before)][OUTCOMES.index(after)] if self.matrix else 0

    @property
    def move(self) -> Move:
        """What became of the rate; with an `at_most` objective a higher one is worse."""
        return move_of(self.before, self.after)


@dataclass(frozen=True, slots=True)
class RuleComparison:
    """One rule under both catalogs.

    `whole` has its figures: the matrix has a row for each outcome before and a column for each after, in the order
    of `OUTCOMES`, and is empty for a rule that only one catalog reports. `due` are the records whose due time moves,
    whatever the outcome; `counts` those with the same outcome and reason but other counts of opportunities.
    """

    pair: RulePair
    title: str
    whole: GroupComparison
    transitions: tuple[Transition, ...] = ()
    reasons: tuple[ReasonChange, ...] = ()
    due: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    groups: tuple[GroupComparison, ...] = ()

    @property
    def rule_id(self) -> str:
        """Its id under the new catalog, else under the old one."""
        return self.pair.id

    @property
    def is_paired(self) -> bool:
        """True when both catalogs report it."""
        return self.pair.old_id is not None and self.pair.new_id is not None

    @property
    def is_changed(self) -> bool:
        """True when anything about its verdicts or its band differs, or only one catalog has it."""
        found = self.transitions or self.reasons or self.due or self.counts
        return bool(found) or not self.is_paired or self.is_band_changed

    @property
    def is_untold(self) -> bool:
        """True when neither catalog decides anything of it on these records."""
        return not any(one is not None and one.decided for one in (self.whole.before, self.whole.after))

    @property
    def is_band_changed(self) -> bool:
        """True when the rate stands elsewhere against its objective, or has another objective."""
        before, after = self.whole.before, self.whole.after
        if before is None or after is None:
            return False
        return (before.band, before.objective) != (after.band, after.objective)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two catalogs on the same records at the same instant.

    `rules` are those that were judged; `unchanged` are the ids of rules whose verdicts are all the same, the ones
    that can not differ among them. `only_old` and `only_new` are ids of records that can be read under one catalog
    only: they are in no figure. `readings` is empty unless it was asked for. `keys` are the changes of the catalog;
    where rules were chosen those that are about them, and `left_out` is how many are not.
    """

    old: Side
    new: Side
    as_of: datetime
    records: int
    by: tuple[str, ...]
    keys: tuple[KeyChange, ...]
    rules: tuple[RuleComparison, ...]
    unchanged: tuple[str, ...]
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()
    readings: tuple[ReadingEffect, ...] = ()
    left_out: int = 0

    @property
    def changed_rules(self) -> tuple[RuleComparison, ...]:
        """The rules with anything that differs."""
        return tuple(rule for rule in self.rules if rule.is_changed)

    @property
    def untold_rules(self) -> tuple[RuleComparison, ...]:
        """The rules that were changed themselves, of which these records decide nothing: what it does is not known."""
        names = {change.rule_id for change in self.keys if not change.is_text}
        return tuple(rule for rule in self.rules if rule.rule_id in names and not rule.is_changed and rule.is_untold)

    @property
    def is_worse(self) -> bool:
        """True when the rate of a rule is worse for certain."""
        return any(rule.whole.move is Move.WORSE for rule in self.rules)

    @property
    def is_changed(self) -> bool:
        """True when any verdict has another outcome, or is reported under one catalog only."""
        return any(rule.transitions or not rule.is_paired for rule in self.rules)


def move_of(before: Summary | None, after: Summary | None) -> Move:
    """What became of a rate: better or worse only when each of the two lies outside the interval of the other."""
    if before is None or after is None or before.rate is None or after.rate is None:
        return Move.NONE
    if (before.passed, before.decided) == (after.passed, after.decided) or before.rate == after.rate:
        return Move.SAME
    if _holds(before, after.rate) or _holds(after, before.rate):
        return Move.WITHIN
    is_at_most = any(one.objective is not None and one.objective.is_at_most for one in (before, after))
    return Move.BETTER if (after.rate > before.rate) is not is_at_most else Move.WORSE


def _holds(summary: Summary, rate: float) -> bool:
    return summary.low is not None and summary.high is not None and summary.low <= rate <= summary.high


def words(outcome: Outcome) -> str:
    """An outcome as it is said: `not applicable`."""
    return outcome.value.replace("_", " ")
