"""The figures of a whole log: assessments are counted one by one and let go.

Kept are counts by rule and group, what undecided verdicts lack, and of each rule the newest fails.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from servstd.evaluate.assessment import Assessment
from servstd.evaluate.group_by import PERIODS, is_period, period_of
from servstd.evaluate.verdict import Verdict
from servstd.objective import Counts, Objective, Summary, Tally, summarize_tally
from servstd.outcome import FAIL, NOT_APPLICABLE, UNKNOWN
from servstd.record import Record
from servstd.values import to_us

NEWEST = 5
ALL = "all"
DATA_REASONS = frozenset(
    ("missing_field", "no_such_event", "event_not_tracked", "no_transcript", "incomplete_transcript")
)
REVIEW_REASONS = frozenset(("no_review", "reviewer_unsure", "ambiguous"))
GROUPING = ("kind", "channel", "audience", "direction", "team", "agent")
_OUT_OF_SCOPE = (NOT_APPLICABLE, "out_of_scope")
_COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")

Lack = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fail:
    """A fail that is shown: of which record, and what happened in a sentence or two."""

    record_id: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a rule wants to be reported: grouped by one column only, and in groups no smaller than this."""

    by: str | None = None
    at_least: int = 0

    def group(self, names: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
        """The values of a group, with `all` for what the rule must not be split by. Periods are always allowed."""
        if self.by is None:
            return tuple(values)
        kept = (self.by, *PERIODS)
        return tuple(value if name in kept else ALL for name, value in zip(names, values, strict=True))


class Standing(StrEnum):
    """What became of a rule in a log."""

    JUDGED = "judged"
    NEEDS_REVIEWER = "needs_reviewer"
    LACKS_DATA = "lacks_data"
    NOTHING_TO_JUDGE = "nothing_to_judge"


@dataclass
class Figures:
    """Counts over assessments, for `rules` (ids), grouped by `by`: attributes or fields of the record, or periods.

    `lacking` counts the unknown verdicts of each rule by reason and the words that are missing. `seen` holds the
    fields and event types that any record gives, and `turns`; `columns` are the words that have a column in the logs.
    """

    rules: Sequence[str]
    by: tuple[str, ...] = ()
    records: int = 0
    lacking: dict[str, Counter[Lack]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    columns: frozenset[str] = frozenset()
    tally: Tally = field(init=False)
    by_group: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    newest: dict[str, list[tuple[int, int, Verdict | Fail]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the tally."""
        self.tally = Tally(("rule_id", *self.by))

    def add(self, assessment: Assessment) -> None:
        """Count the verdicts of one record."""
        self.records += 1
        self._see(assessment.record)
        group = {name: value_of(assessment, name) for name in self.by}
        self.by_group[tuple(group.values())] += 1
        for rule_id in within_reach(assessment, self.rules):
            self._add_verdict(assessment[rule_id], group)

    def _see(self, record: Record) -> None:
        self.seen.update(record.fields)
        self.seen.update(event.type for event in record.events)
        if record.turns:
            self.seen.add("turns")

    def _add_verdict(self, verdict: Verdict, group: Mapping[str, Any]) -> None:
        rule_id, outcome = verdict.rule_id, verdict.outcome
        self.tally.add({**group, **countable(verdict)})
        if outcome is UNKNOWN:
            self.lacking.setdefault(rule_id, Counter())[verdict.reason, verdict.names] += 1
        elif outcome is FAIL:
            self.add_fail(rule_id, failed_us(verdict), self.records, verdict)

    def add_fail(self, rule_id: str, at_us: int, place: int, fail: Verdict | Fail) -> None:
        """Keep a fail while it is among the newest; of two of one instant, that of the earlier `place` in the log."""
        newest = self.newest.setdefault(rule_id, [])
        heapq.heappush(newest, (at_us, -place, fail))
        if len(newest) > NEWEST:
            heapq.heappop(newest)

    def absorb(self, other: Figures) -> None:
        """Add the figures of the part of a log that comes after this one."""
        for rule_id, fails in other.newest.items():
            for at_us, place, fail in fails:
                self.add_fail(rule_id, at_us, self.records - place, fail)
        for rule_id, causes in other.lacking.items():
            self.lacking.setdefault(rule_id, Counter()).update(causes)
        for key, counts in other.tally.groups.items():
            self.tally.add_counts(key, counts)
        self.by_group.update(other.by_group)
        self.seen |= other.seen
        self.columns |= other.columns
        self.records += other.records

    def summaries(self, objectives: Mapping[str, Objective] | None = None) -> list[Summary]:
        """One summary a rule, in the order of `rules`."""
        whole = Tally()
        for key, counts in self._groups().items():
            whole.add_counts(key[:1], counts)
        return self._ordered(summarize_tally(whole, objectives))

    def summaries_by_group(
        self,
        objectives: Mapping[str, Objective] | None = None,
        reporting: Mapping[str, Reporting] | None = None,
    ) -> list[Summary]:
        """One summary a rule and group, in the order of `rules`, then by group; all groups, small ones too."""
        tally = Tally(self.tally.by)
        for (rule_id, *values), counts in self._groups().items():
            wish = (reporting or {}).get(rule_id, Reporting())
            tally.add_counts((rule_id, *wish.group(self.by, values)), counts)
        return self._ordered(summarize_tally(tally, objectives))

    def _groups(self) -> dict[tuple[Any, ...], Counts]:
        """All counts, those of the records that a rule is not about among them."""
        groups: dict[tuple[Any, ...], Counts] = {}
        for rule_id in self.rules:
            for group, records in self.by_group.items():
                counts = self.tally.groups.get((rule_id, *group), Counts())
                rest = records - counts.records
                groups[rule_id, *group] = counts + Counts(verdicts={_OUT_OF_SCOPE: rest}) if rest else counts
        return groups

    def _ordered(self, summaries: list[Summary]) -> list[Summary]:
        place = {rule_id: index for index, rule_id in enumerate(self.rules)}
        return sorted(summaries, key=lambda summary: place[summary.key["rule_id"]])

    def standing(self, summary: Summary) -> Standing:
        """Whether a rule was judged at all, and if not, what for."""
        if summary.decided or summary.pending:
            return Standing.JUDGED
        if not summary.unknown:
            return Standing.NOTHING_TO_JUDGE
        lacking = self.lacking[summary.key["rule_id"]]
        reviews = sum(count for (reason, _), count in lacking.items() if reason in REVIEW_REASONS)
        return Standing.NEEDS_REVIEWER if 2 * reviews >= lacking.total() else Standing.LACKS_DATA

    def missing_words(self, rules: Iterable[str]) -> Counter[str]:
        """Fields, events and `turns` that unknown verdicts of these rules lack, each with how many verdicts.

        The most frequent comes first, then they go by name, so that the order of a log does not show.
        """
        words: Counter[str] = Counter()
        for rule_id in rules:
            for (reason, names), count in self.lacking.get(rule_id, Counter()).items():
                if reason in DATA_REASONS:
                    words.update(dict.fromkeys(names, count))
        return Counter(dict(sorted(words.items(), key=lambda one: (-one[1], one[0]))))

    def lacks_setting(self, rule_id: str) -> bool:
        """Whether verdicts of a rule are unknown because its catalog leaves open what decides, a name or hours."""
        return any(reason == "not_configured" for reason, _ in self.lacking.get(rule_id, ()))

    def newest_fails(self, rule_id: str) -> list[Fail]:
        """The fails of a rule that came about last, the newest first; no more than five."""
        newest = sorted(self.newest.get(rule_id, ()), key=lambda one: one[:2], reverse=True)
        return [told(fail) for _, _, fail in newest]


def told(fail: Verdict | Fail) -> Fail:
    """A fail in words."""
    return fail if isinstance(fail, Fail) else Fail(fail.record_id, fail.explain())


def within_reach(assessment: Assessment, rules: Iterable[str]) -> Iterable[str]:
    """Of some rules those that may be about a record; all others are out of scope, without building a verdict."""
    if assessment.record.reviews:
        return rules
    known = assessment.evaluator.scope(assessment.facts).standings
    known_rules = assessment.evaluator.catalog.rules
    return [rule_id for rule_id in rules if rule_id in known or known_rules[rule_id].versions]


def countable(verdict: Verdict) -> dict[str, Any]:
    """What a tally counts of a verdict."""
    counts = {name: getattr(verdict, name) for name in _COUNTS}
    return {"rule_id": verdict.rule_id, "outcome": verdict.outcome, "reason": verdict.reason, **counts}


def group_value(record: Record, name: str) -> Any:
    """A grouping value; an empty text is none."""
    value = getattr(record, name) if name in GROUPING else record.fields.get(name)
    return None if value == "" else value


def value_of(assessment: Assessment, name: str) -> Any:
    """What a record is grouped by, as a plain value: of itself, or the period in which it began."""
    if is_period(name, assessment.evaluator.catalog.vocabulary):
        return period_of(assessment, name)
    return plain_value(group_value(assessment.record, name))


def plain_value(value: Any) -> Any:
    """Text, number, yes or no, or None: what a file can hold."""
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def failed_us(verdict: Verdict) -> int:
    """When a fail was certain: its limit, else the deciding or the first event; 0 when nothing has a time."""
    instants = (verdict.late_after, verdict.decided_at, verdict.received_at, verdict.record.newest_at())
    return next((to_us(instant) for instant in instants if instant is not None), 0)
