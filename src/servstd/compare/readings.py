"""Reading sensitivity: how many verdicts another named reading of a rule would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servstd.catalog import Rule
from servstd.evaluate import Assessment, Evaluator
from servstd.evaluate.figures import countable
from servstd.evaluate.second_look import findings_under
from servstd.finding import Finding, combine
from servstd.objective import Summary, Tally, summarize_tally
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome
from servstd.record import Record

_COUNTED = {"passed_count": PASS, "failed_count": FAIL, "pending_count": PENDING, "unknown_count": UNKNOWN}


@dataclass(frozen=True, slots=True)
class ReadingEffect:
    """What one other reading of a rule would change, were it in use.

    `in_use` is the name of the reading in use, None for a rule that gives it none. `transitions` counts records by
    the outcome in use and the other one; `ids` are the records that change, in the order of the log; `concerned`
    counts those that the rule is about under either reading.
    """

    rule_id: str
    reading: str
    in_use: str | None
    concerned: int
    transitions: Mapping[tuple[Outcome, Outcome], int] = field(hash=False)
    ids: tuple[str, ...]
    before: Summary
    after: Summary

    @property
    def changed(self) -> int:
        """Records with another outcome."""
        return len(self.ids)


@dataclass(slots=True)
class _Counted:
    """One rule under one other reading, while it is being counted."""

    concerned: int = 0
    transitions: Counter[tuple[Outcome, Outcome]] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)


class ReadingTally:
    """Counts, record by record, what each other reading would change for some rules of a catalog."""

    def __init__(self, evaluator: Evaluator, rules: Iterable[str] | None = None) -> None:
        """Count for `rules` (ids); without them for all that are reported."""
        known, self.evaluator = evaluator.catalog.rules, evaluator
        chosen = evaluator.reported if rules is None else tuple(rules)
        self.readings = {rule_id: names for rule_id in chosen if (names := other_readings(known[rule_id]))}
        self._counted = {(rule_id, name): _Counted() for rule_id, names in self.readings.items() for name in names}
        self._used, self._other = Tally(), Tally(("rule_id", "reading"))

    def add(self, assessment: Assessment) -> None:
        """Count one record."""
        for rule_id, names in self.readings.items():
            verdict = assessment[rule_id]
            self._used.add(countable(verdict))
            for name in names:
                findings = findings_under(verdict.rule, name, assessment)
                self._other.add({"rule_id": rule_id, "reading": name, **_countable(findings)})
                self._note(self._counted[rule_id, name], verdict.outcome, combine(findings).outcome, assessment)

    def _note(self, counted: _Counted, used: Outcome, other: Outcome, assessment: Assessment) -> None:
        counted.concerned += not (used is other is NOT_APPLICABLE)
        if used is not other:
            counted.transitions[used, other] += 1
            counted.ids.append(assessment.record_id)

    def effects(self) -> tuple[ReadingEffect, ...]:
        """What was found, a rule and reading at a time, in the order of the catalog."""
        rules = self.evaluator.catalog.rules
        objectives = {rule_id: wanted for rule_id in self.readings if (wanted := rules[rule_id].objective)}
        used = {one.key["rule_id"]: one for one in summarize_tally(self._used, objectives)}
        other = {(one.key["rule_id"], one.key["reading"]): one for one in summarize_tally(self._other, objectives)}
        return tuple(
            ReadingEffect(
                rule_id,
                name,
                rules[rule_id].reading,
                counted.concerned,
                dict(counted.transitions.most_common()),
                tuple(counted.ids),
                used[rule_id],
                other[rule_id, name],
            )
            for (rule_id, name), counted in self._counted.items()
            if rule_id in used
        )


def reading_sensitivity(
    evaluator: Evaluator,
    records: Iterable[Record | Mapping[str, Any]],
    *,
    as_of: datetime,
    rules: Iterable[str] | None = None,
) -> tuple[ReadingEffect, ...]:
    """For each rule with named readings, what each other reading would change; records are not kept.

    Raises `RecordError` as `Evaluator.check` does, and `KeyError` for a rule that the catalog does not have.
    """
    tally = ReadingTally(evaluator, rules)
    for assessment in evaluator.check_many(records, as_of=as_of):
        tally.add(assessment)
    return tally.effects()


def other_readings(rule: Rule) -> tuple[str, ...]:
    """The readings that are not in use; when another was chosen, the one that the rule was written with too."""
    names = dict.fromkeys((rule.model.reading, *rule.readings))
    return tuple(name for name in names if name is not None and name != rule.reading)


def _countable(findings: list[Finding]) -> dict[str, Any]:
    finding = combine(findings)
    counts = {name: sum(one.outcome is outcome for one in findings) for name, outcome in _COUNTED.items()}
    return {"outcome": finding.outcome, "reason": finding.reason, **counts}
