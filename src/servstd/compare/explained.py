"""One verdict under both catalogs, explained; made again for the records that are shown, as none are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servstd.compare.pairs import RulePair
from servstd.evaluate import Evaluator, Verdict
from servstd.evaluate.account import account_of
from servstd.record import Record

Given = Record | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """The verdicts of one rule on one record before and after; None where the rule is not reported."""

    pair: RulePair
    record_id: str
    before: Verdict | None
    after: Verdict | None

    @property
    def differs(self) -> bool:
        """True when outcome, reason, counts or due time differ, or only one catalog reports the rule."""
        return _essence(self.before) != _essence(self.after)

    def to_dict(self) -> dict[str, Any]:
        """Both accounts as plain JSON values."""
        return {
            "rule_id": self.pair.id,
            "old_id": self.pair.old_id,
            "status": self.pair.status.value,
            "differs": self.differs,
            "before": None if self.before is None else account_of(self.before),
            "after": None if self.after is None else account_of(self.after),
        }


def explain_both(
    old: Evaluator,
    new: Evaluator,
    records: tuple[Given, Given],
    pairs: list[RulePair],
    as_of: datetime,
) -> list[Explained]:
    """The verdicts of some rules on one record, given as each catalog reads it."""
    first, second = old.check(records[0], as_of=as_of), new.check(records[1], as_of=as_of)
    return [
        Explained(
            pair,
            second.record_id,
            first[pair.old_id] if pair.old_id else None,
            second[pair.new_id] if pair.new_id else None,
        )
        for pair in pairs
    ]


def _essence(verdict: Verdict | None) -> tuple[Any, ...] | None:
    """What must agree for two verdicts to be the same."""
    if verdict is None:
        return None
    counts = verdict.passed_count, verdict.failed_count, verdict.pending_count, verdict.unknown_count
    return verdict.outcome, verdict.reason, verdict.due_at, verdict.late_after, counts
