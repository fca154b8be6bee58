"""One pass over the assessments of a log: what a report counts, in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servstd.evaluate import Assessment, Verdict
from servstd.evaluate.account import point_at
from servstd.evaluate.figures import Figures, failed_us, group_value, plain_value, told, value_of, within_reach
from servstd.evaluate.second_look import under_readings
from servstd.objective.signals.ranking import FRONTLINE
from servstd.outcome import FAIL, NOT_APPLICABLE, Outcome
from servstd.record import Record
from servstd.report.shares import Share
from servstd.values import local, to_us

MOST_READ_AGAIN = 2000
SHEETS = 3
KEPT_FOR_MEASURES = 200_000
_Group = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a report is asked to show. `by` is the column that groups are compared by, `per` the period of the trend.

    Groups under `min_group` decided records are not shown. People are compared only with `is_ranking`.
    """

    by: str = "team"
    per: str = "week"
    min_group: int = 5
    is_ranking: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One fail with where its evidence is: pointers, no words. `where` are pairs of what and when."""

    rule_id: str
    record_id: str
    reason: str
    sentence: str
    where: tuple[tuple[str, str], ...]
    cause: str | None


@dataclass
class Readings:
    """What other readings of a rule would give: how many records were looked at, and how many would change, to what."""

    looked_at: int = 0
    changed: dict[str, Counter[tuple[Outcome, Outcome]]] = field(default_factory=dict)


@dataclass
class Gathered:
    """All counts of a report.

    `figures` are by group and period; `shares` by rule; `causes` and `reasons` count failed opportunities; `fair` holds
    shares by rule and group without fails that frontline staff had no hand in, `removed` what was taken out for which
    cause; `people` the same by agent, kept only when ranking was asked for. `newest` are the newest fails of each rule,
    of one instant by the id of their record. `records` are kept for measures of whole logs, up
    to `KEPT_FOR_MEASURES`; beyond, `is_cut` is true and those measures are left out.
    """

    wishes: Wishes
    figures: Figures
    causes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    shares: dict[str, Share] = field(default_factory=dict)
    fair: dict[str, dict[Any, Share]] = field(default_factory=dict)
    people: dict[str, dict[Any, Share]] = field(default_factory=dict)
    newest: dict[str, list[Verdict]] = field(default_factory=dict)
    removed: Counter[str] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    readings: dict[str, Readings] = field(default_factory=dict)
    conflicts: Counter[str] = field(default_factory=Counter)
    assumed: Counter[str] = field(default_factory=Counter)
    records: list[Record] = field(default_factory=list)
    is_cut: bool = False

    def add(self, assessment: Assessment, rules: Sequence[str]) -> None:
        """Count one record."""
        self.figures.add(assessment)
        record = assessment.record
        category = group_value(record, "category")
        self.kinds[record.kind, "" if category is None else str(category)] += 1
        if len(self.records) < KEPT_FOR_MEASURES:
            self.records.append(record)
        else:
            self.is_cut = True
        group, agent = _named(value_of(assessment, self.wishes.by)), _named(plain_value(record.agent))
        for rule_id in within_reach(assessment, rules):
            self._add(assessment, assessment[rule_id], group, agent)

    def _add(self, assessment: Assessment, verdict: Verdict, group: Any, agent: Any) -> None:
        if verdict.outcome is NOT_APPLICABLE:
            return
        cause = group_value(assessment.record, "cause")
        failed = verdict.failed_count
        self.shares.setdefault(verdict.rule_id, Share()).add(verdict.passed_count, failed)
        if verdict.outcome is FAIL:
            self._keep(verdict)
        if failed:
            self.causes["" if cause is None else str(cause)] += failed
            self.reasons[verdict.rule_id, verdict.reason] += failed
        if failed and cause not in (None, FRONTLINE):
            self.removed[str(cause)] += failed
            failed = 0
        self._count(self.fair, verdict, group, failed)
        if self.wishes.is_ranking and agent is not None:
            self._count(self.people, verdict, agent, failed)
        if assessment.record.reviews and verdict.conflict:
            self.conflicts[verdict.rule_id] += 1
        self._read_again(assessment, verdict)

    def _count(self, into: dict[str, dict[Any, Share]], verdict: Verdict, group: Any, failed: int) -> None:
        into.setdefault(verdict.rule_id, {}).setdefault(group, Share()).add(verdict.passed_count, failed)

    def _keep(self, verdict: Verdict) -> None:
        """Keep a fail while it is among the newest, whatever the order of the log."""
        newest = self.newest.setdefault(verdict.rule_id, [])
        newest.append(verdict)
        newest.sort(key=lambda one: (-failed_us(one), one.record_id))
        del newest[SHEETS:]

    def _read_again(self, assessment: Assessment, verdict: Verdict) -> None:
        """The other readings of a rule, on the first records to which it applies."""
        if not verdict.rule.readings:
            return
        found = self.readings.setdefault(verdict.rule_id, Readings())
        if found.looked_at >= MOST_READ_AGAIN:
            return
        found.looked_at += 1
        for name, outcome in under_readings(verdict.rule, assessment).items():
            if name != verdict.reading:
                changes = found.changed.setdefault(name, Counter())
                if outcome is not verdict.outcome:
                    changes[verdict.outcome, outcome] += 1


def _named(value: Any) -> Any:
    """A name without blanks around it; blanks alone are none."""
    return (value.strip() or None) if isinstance(value, str) else value


def sheets_of(gathered: Gathered, rule_id: str) -> list[Sheet]:
    """The newest fails of a rule, the newest first."""
    return [_sheet(fail) for fail in gathered.newest.get(rule_id, ())]


def _sheet(verdict: Verdict) -> Sheet:
    where = []
    for point in (point_at(item, verdict.record) for item in verdict.evidence):
        place = f" {point['place']}" if point["place"] else ""
        name = "a reviewer" if point["what"] == "review" else str(point["name"]).replace("_", " ")
        where.append((f"{point['what']}{place}: {name}", _local(point["at"], verdict)))
    cause = group_value(verdict.record, "cause")
    said = _without_reviewers(told(verdict).sentence, verdict.record)
    return Sheet(
        verdict.rule_id, verdict.record_id, verdict.reason, said, tuple(where), None if cause is None else str(cause)
    )


def _local(at: str | None, verdict: Verdict) -> str:
    """An instant on the clock of the rule's calendar, which is that of the sentence beside it."""
    if at is None:
        return ""
    zone = next((one.calendar.zone for one, _ in verdict.parts()), verdict.assessment.evaluator.catalog.zone)
    return f"{local(to_us(datetime.fromisoformat(at)), zone):%a %Y-%m-%d %H:%M %Z}"


def _without_reviewers(sentence: str, record: Record) -> str:
    """The sentence with nobody's name in it: reviewers are employees too."""
    for name in sorted({one.reviewer for one in record.reviews if one.reviewer}, key=len, reverse=True):
        sentence = sentence.replace(f"Reviewer {name} answered", "A reviewer answered")
    return sentence


def gather(
    assessments: Iterable[Assessment],
    rules: Sequence[str],
    wishes: Wishes | None = None,
    columns: frozenset[str] = frozenset(),
    tell: Callable[[int], None] = lambda count: None,
) -> Gathered:
    """Everything a report needs of these assessments. `tell` is called with the number of records so far."""
    wishes = wishes or Wishes()
    found = Gathered(wishes, Figures(rules, (wishes.by, wishes.per), columns=columns))
    for number, assessment in enumerate(assessments, start=1):
        found.add(assessment, rules)
        tell(number)
    return found
