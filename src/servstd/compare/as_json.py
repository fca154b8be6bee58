"""A comparison as plain JSON values; docs/reference/command-line.md describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.compare.catalog_changes import KeyChange
from servstd.compare.comparison import OUTCOMES, Comparison, GroupComparison, Matrix, RuleComparison, Side
from servstd.compare.readings import ReadingEffect
from servstd.compare.wording import reading_sentence, sentence_of
from servstd.objective import Summary


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Everything that was found, with the ids of all records that change."""
    return {
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "as_of": comparison.as_of.isoformat(),
        "records": comparison.records,
        "only_old": list(comparison.only_old),
        "only_new": list(comparison.only_new),
        "is_changed": comparison.is_changed,
        "is_worse": comparison.is_worse,
        "catalog_changes": [_key(change) for change in comparison.keys],
        "catalog_changes_left_out": comparison.left_out,
        "rules": [_rule(rule) for rule in comparison.rules],
        "unchanged": list(comparison.unchanged),
        "untold": [rule.rule_id for rule in comparison.untold_rules],
        "readings": [_reading(effect) for effect in comparison.readings],
    }


def _side(side: Side) -> dict[str, Any]:
    return {"where": side.where, "name": side.name, "version": side.version, "digest": side.digest}


def _key(change: KeyChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "rule_id": change.rule_id,
        "what": change.what,
        "before": plain(change.before),
        "after": plain(change.after),
        "is_item": change.is_item,
        "is_text": change.is_text,
    }


def _rule(rule: RuleComparison) -> dict[str, Any]:
    pair = rule.pair
    return {
        "rule_id": rule.rule_id,
        "old_id": pair.old_id,
        "status": pair.status.value,
        "because": pair.because,
        "replaced_by": pair.replaced_by,
        "title": rule.title,
        "sentence": sentence_of(rule),
        **_figures(rule.whole),
        "transitions": [
            {"before": one.before.value, "after": one.after.value, "count": len(one.ids), "record_ids": list(one.ids)}
            for one in rule.transitions
        ],
        "reasons": [
            {
                "outcome": one.outcome.value,
                "before": one.before,
                "after": one.after,
                "count": len(one.ids),
                "record_ids": list(one.ids),
            }
            for one in rule.reasons
        ],
        "due_moved": list(rule.due),
        "counts_changed": list(rule.counts),
        "groups": [{"key": {k: plain(v) for k, v in one.key.items()}, **_figures(one)} for one in rule.groups],
    }


def _figures(one: GroupComparison) -> dict[str, Any]:
    return {
        "changed": one.changed,
        "concerned": one.concerned,
        "move": one.move.value,
        "matrix": matrix_by_name(one.matrix),
        "before": _summary(one.before),
        "after": _summary(one.after),
    }


def matrix_by_name(matrix: Matrix) -> dict[str, dict[str, int]]:
    """Counts by the outcome before, then by the one after; empty for a rule that only one catalog reports."""
    names = [outcome.value for outcome in OUTCOMES]
    return {name: dict(zip(names, row, strict=True)) for name, row in zip(names, matrix, strict=False)}


def _summary(summary: Summary | None) -> dict[str, Any] | None:
    if summary is None:
        return None
    pairs = summary.to_dict()
    pairs.pop("key")
    return pairs


def _reading(effect: ReadingEffect) -> dict[str, Any]:
    return {
        "rule_id": effect.rule_id,
        "reading": effect.reading,
        "in_use": effect.in_use,
        "sentence": reading_sentence(effect),
        "changed": effect.changed,
        "concerned": effect.concerned,
        "transitions": [
            {"before": one.value, "after": other.value, "count": count}
            for (one, other), count in effect.transitions.items()
        ],
        "record_ids": list(effect.ids),
        "before": _summary(effect.before),
        "after": _summary(effect.after),
    }


def plain(value: Any) -> Any:
    """A value of the YAML, which may hold dates, as JSON has it."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
