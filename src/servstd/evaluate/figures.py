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
from servstd.evaluate.verdict import Verdict
from servstd.objective import Counts, Objective, Summary, Tally, summarize_tally
from servstd.outcome import FAIL, NOT_APPLICABLE, UNKNOWN
from servstd.record import Record
from servstd.values import to_us

NEWEST = 5
DATA_REASONS = frozenset(
    ("missing_field", "no_such_event", "event_not_tracked", "no_transcript", "incomplete_transcript")
)
REVIEW_REASONS = frozenset(("no_review", "reviewer_unsure", "ambiguous"))
GROUPING = ("kind", "channel", "audience", "direction", "team", "agent")
_COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")

Lack = tuple[str, tuple[str, ...]]


class Standing(StrEnum):
    """What became of a rule in a log."""

    JUDGED = "judged"
    NEEDS_REVIEWER = "needs_reviewer"
    LACKS_DATA = "lacks_data"
    NOTHING_TO_JUDGE = "nothing_to_judge"


@dataclass
class Figures:
    """Counts over assessments, for `rules` (ids), grouped by `by`: attributes or fields of the record.

    `lacking` counts the unknown verdicts of each rule by reason and the words that are missing. `seen` holds the
    fields and event types that any record gives, and `turns`; `columns` are the words that have a column in the logs.
    """

    rules: Sequence[str]
    by: tuple[str, ...] = ()
    records: int = 0
    lacking: dict[str, Counter[Lack]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    columns: frozenset[str] = frozenset()
    _tally: Tally = field(init=False)
    _records: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    _newest: dict[str, list[tuple[int, int, Verdict]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the tally."""
        self._tally = Tally(("rule_id", *self.by))

    def add(self, assessment: Assessment) -> None:
        """Count the verdicts of one record."""
        record = assessment.record
        self.records += 1
        self._see(record)
        group = {name: group_value(record, name) for name in self.by}
        self._records[tuple(group.values())] += 1
        for rule_id in within_reach(assessment, self.rules):
            self._add_verdict(assessment[rule_id], group)

    def _see(self, record: Record) -> None:
        self.seen.update(record.fields)
        self.seen.update(event.type for event in record.events)
        if record.turns:
            self.seen.add("turns")

    def _add_verdict(self, verdict: Verdict, group: Mapping[str, Any]) -> None:
        rule_id, outcome = verdict.rule_id, verdict.outcome
        self._tally.add({**group, **countable(verdict)})
        if outcome is UNKNOWN:
            self.lacking.setdefault(rule_id, Counter())[verdict.reason, verdict.names] += 1
        elif outcome is FAIL:
            newest = self._newest.setdefault(rule_id, [])
            heapq.heappush(newest, (_failed_us(verdict), -self.records, verdict))
            if len(newest) > NEWEST:
                heapq.heappop(newest)

    def summaries(self, objectives: Mapping[str, Objective] | None = None) -> list[Summary]:
        """One summary a rule, in the order of `rules`."""
        whole = Tally()
        for key, counts in self._groups().items():
            whole.add_counts(key[:1], counts)
        return self._ordered(summarize_tally(whole, objectives))

    def summaries_by_group(self, objectives: Mapping[str, Objective] | None = None) -> list[Summary]:
        """One summary a rule and group, in the order of `rules`, then by group."""
        return self._ordered(summarize_tally(Tally(self._tally.by, self._groups()), objectives))

    def _groups(self) -> dict[tuple[Any, ...], Counts]:
        """All counts, those of the records that a rule is not about among them."""
        groups: dict[tuple[Any, ...], Counts] = {}
        for rule_id in self.rules:
            for group, records in self._records.items():
                counts = self._tally.groups.get((rule_id, *group), Counts())
                rest = Counter({(NOT_APPLICABLE, "out_of_scope"): records - counts.records})
                groups[rule_id, *group] = counts + Counts(verdicts=rest)
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
        """Fields, events and `turns` that unknown verdicts of these rules lack, each with how many verdicts."""
        words: Counter[str] = Counter()
        for rule_id in rules:
            for (reason, names), count in self.lacking.get(rule_id, Counter()).items():
                if reason in DATA_REASONS:
                    words.update(dict.fromkeys(names, count))
        return words

    def newest_fails(self, rule_id: str) -> list[Verdict]:
        """The fails of a rule that came about last, the newest first; no more than five."""
        return [verdict for _, _, verdict in sorted(self._newest.get(rule_id, ()), reverse=True)]


def within_reach(assessment: Assessment, rules: Iterable[str]) -> Iterable[str]:
    """Of some rules those that may be about a record; all others are out of scope, without building a verdict."""
    if assessment.record.reviews:
        return rules
    known, known_rules = assessment.evaluator.in_scope(assessment.facts), assessment.evaluator.catalog.rules
    return [rule_id for rule_id in rules if rule_id in known or known_rules[rule_id].versions]


def countable(verdict: Verdict) -> dict[str, Any]:
    """What a tally counts of a verdict."""
    counts = {name: getattr(verdict, name) for name in _COUNTS}
    return {"rule_id": verdict.rule_id, "outcome": verdict.outcome, "reason": verdict.reason, **counts}


def group_value(record: Record, name: str) -> Any:
    """A grouping value; an empty text is none."""
    value = getattr(record, name) if name in GROUPING else record.fields.get(name)
    return None if value == "" else value


def _failed_us(verdict: Verdict) -> int:
    """When a fail was certain: its limit, else the deciding or the first event; 0 when nothing has a time."""
    instants = (verdict.late_after, verdict.decided_at, verdict.received_at, verdict.record.newest_at())
    return next((to_us(instant) for instant in instants if instant is not None), 0)
