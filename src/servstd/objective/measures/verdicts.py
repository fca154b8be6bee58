"""Objectives that a rule decides: promises kept, feedback in time, reviews held. They are shares of its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servstd.objective.counts import Counts
from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import EVERYTHING, Basis, Gathered
from servstd.objective.period import read_columns, verdict_at
from servstd.objective.tally import Tally

# Objective: (rule, formula).
RULE_OBJECTIVES: Mapping[str, tuple[str, str]] = {
    "promises_kept": ("commitment.promise_kept", "kept_over_due"),
    "settled_without_approval": ("complaint.resolved_without_approval", "without_approval_over_settled"),
    "feedback_in_time": ("coaching.feedback_time", "in_time_over_reviewed"),
    "quarterly_coverage": ("coaching.performance_review", "held_over_owed"),
    "follow_up_share": ("general.accountability", "followed_up_over_found"),
}


def rule_share(
    verdicts: Iterable[Any],
    rule_id: str,
    name: str | None = None,
    formula: str = "passed_over_decided",
    *,
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of a rule's decided opportunities that passed, from verdicts or rows of the verdict table."""
    counts, no_time = _counts(verdicts, rule_id, basis)
    gathered = Gathered[Any](basis, pending=counts.pending)
    gathered.missing.update({"unknown": counts.unknown, "no_time": no_time})
    for (outcome, reason), number in counts.verdicts.items():
        if outcome.value == "not_applicable":
            gathered.leave(reason or "not_applicable", number)
    more: dict[str, Any] = {"parts": {"passed": counts.passed}, "settings": {"rule": rule_id}, **gathered.left_out()}
    more["effective"] = counts.effective
    return gathered.guard(
        share_figure(name or rule_id, formula, counts.passed, counts.decided, basis.confidence, **more)
    )


def promises_kept(verdicts: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """Kept / due of the dated promises, by the verdicts of `commitment.promise_kept`; those not due yet are pending."""
    return rule_objective("promises_kept", verdicts, basis=basis)


def rule_objective(name: str, verdicts: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """One of `RULE_OBJECTIVES` by its name."""
    rule_id, formula = RULE_OBJECTIVES[name]
    return rule_share(verdicts, rule_id, name, formula, basis=basis)


def _counts(verdicts: Iterable[Any], rule_id: str, basis: Basis) -> tuple[Counts, int]:
    """The counts of one rule in the period, and how many verdicts had no instant to place them by."""
    tally, no_time = Tally(), 0
    for verdict in verdicts:
        read = read_columns(verdict)
        if read("rule_id") != rule_id:
            continue
        if basis.period is not None:
            at = verdict_at(read)
            no_time += at is None
            if at is None or at not in basis.period:
                continue
        tally.add(verdict)
    return tally.groups.get((rule_id,), Counts()), no_time
