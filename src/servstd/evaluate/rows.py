"""The full verdict table: one row a record and rule, the same in CSV, JSON Lines and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servstd.units import Duration

if TYPE_CHECKING:
    from servstd.evaluate.verdict import Verdict

COLUMNS = (
    "schema_version", "record_id", "rule_id", "outcome", "reason", "lean", "channel", "team", "agent", "received_at",
    "clock_started_at", "due_at", "late_after", "decided_at", "elapsed_s", "target_s", "late_by_s", "opportunities",
    "passed_count", "failed_count", "pending_count", "unknown_count", "at_risk", "conflict", "reading",
    "without_waiver", "catalog_version", "catalog_digest",
)  # fmt: skip


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON values; instants in ISO 8601, lengths in seconds."""
    record, target = verdict.record, verdict.target
    catalog = verdict.assessment.evaluator.catalog
    row: dict[str, Any] = {
        "schema_version": "1.0",
        "record_id": verdict.record_id,
        "rule_id": verdict.rule_id,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "lean": verdict.lean,
        "channel": record.channel,
        "team": record.team,
        "agent": record.agent,
        "elapsed_s": _seconds(verdict.elapsed),
        "target_s": _target_seconds(target),
        "late_by_s": _seconds(verdict.late_by),
        "at_risk": verdict.at_risk,
        "conflict": verdict.conflict,
        "reading": verdict.reading,
        "without_waiver": verdict.without_waiver.value,
        "catalog_version": catalog.version,
        "catalog_digest": catalog.digest,
    }
    for name in ("received_at", "clock_started_at", "due_at", "late_after", "decided_at"):
        instant = getattr(verdict, name)
        row[name] = None if instant is None else instant.isoformat()
    for name in ("opportunities", "passed_count", "failed_count", "pending_count", "unknown_count"):
        row[name] = getattr(verdict, name)
    return {name: row[name] for name in COLUMNS}


def _seconds(length: Any) -> float | int | None:
    if length is None:
        return None
    seconds = length.total_seconds()
    return int(seconds) if seconds == int(seconds) else seconds


def _target_seconds(target: Duration | None) -> float | int | None:
    if target is None or not target.is_time:
        return None
    seconds = target.amount / 1_000_000
    return int(seconds) if seconds == int(seconds) else seconds
