"""A comparison as one self-contained HTML page. It needs the extra `report`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from servstd.compare.as_json import plain
from servstd.compare.catalog_changes import KeyChange, one_line
from servstd.compare.comparison import OUTCOMES, Comparison, GroupComparison, Move, RuleComparison, words
from servstd.compare.explained import Explained
from servstd.compare.readings import ReadingEffect
from servstd.compare.wording import (
    MOVES,
    counts_text,
    outcome_change,
    sentence_of,
    status_text,
    transitions_text,
    untold_sentence,
)
from servstd.evaluate import Verdict
from servstd.objective import Summary, format_rate
from servstd.outcome import FAIL, PASS
from servstd.page import render_page

_CUT = 100
_LEFT, _WIDTH, _HEIGHT = 60.0, 560.0, 96.0
_ROWS = {"before": 22.0, "after": 50.0}
_AXIS = 72.0
_KINDS = {(PASS, FAIL): "lost", (FAIL, PASS): "won"}


def render_diff(comparison: Comparison, examples: Mapping[tuple[str, str], Explained], heading: str) -> str:
    """The page. `examples` are the records to explain, by rule id and record id; `heading` says as of when.

    Raises `ExtraMissing` without jinja2.
    """
    changed = sorted(comparison.changed_rules, key=lambda rule: -rule.whole.changed)
    return render_page(
        "diff.html",
        title=f"What changes from {comparison.old.where} to {comparison.new.where}",
        heading=heading,
        comparison=comparison,
        outcomes=[words(outcome) for outcome in OUTCOMES],
        keys=[_key(change) for change in comparison.keys if not change.is_text],
        texts=[change for change in comparison.keys if change.is_text],
        sentences=[sentence_of(rule) for rule in changed],
        untold=[untold_sentence(rule) for rule in comparison.untold_rules],
        rules=[_rule(rule, examples, number) for number, rule in enumerate(changed)],
        readings=[_reading(effect) for effect in sorted(comparison.readings, key=lambda one: -one.changed)],
    )


def _key(change: KeyChange) -> dict[str, Any]:
    """One key; a long value is shown as a block of YAML, behind its beginning."""
    sides = {"before": (change.what != "added", change.before), "after": (change.what != "removed", change.after)}
    return {
        "path": change.path,
        **{side: _value(value) if is_there else None for side, (is_there, value) in sides.items()},
    }


def _value(value: Any) -> dict[str, str]:
    text = one_line(value)
    if len(text) <= _CUT:
        return {"short": text, "block": ""}
    title = value.get("title") if isinstance(value, Mapping) else None
    block = yaml.safe_dump(plain(value), sort_keys=False, allow_unicode=True, width=80)
    return {"short": str(title or f"{text[:_CUT].rstrip()}..."), "block": block}


def _rule(rule: RuleComparison, examples: Mapping[tuple[str, str], Explained], number: int) -> dict[str, Any]:
    return {
        "id": rule.rule_id,
        "anchor": f"rule-{number}",
        "title": rule.title,
        "status": status_text(rule),
        "sentence": sentence_of(rule),
        "matrix": _matrix(rule.whole),
        "changed": rule.whole.changed,
        "chart": _chart(rule.whole, f"chart-{number}"),
        "groups": [_group(group) for group in rule.groups if group.concerned],
        "transitions": [_records(str(one), one.ids, rule.rule_id, examples) for one in rule.transitions],
        "others": [
            *({"name": f"same outcome, other reason: {one}", "ids": one.ids} for one in rule.reasons),
            *({"name": name, "ids": ids} for name, ids in _rest(rule) if ids),
        ],
    }


def _rest(rule: RuleComparison) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ("same outcome and reason, other counts of opportunities", rule.counts), ("another due time", rule.due)


def _records(
    name: str, ids: tuple[str, ...], rule_id: str, examples: Mapping[tuple[str, str], Explained]
) -> dict[str, Any]:
    """The records of one transition: those that are explained, and the ids of all others."""
    shown = [one for record_id in ids if (one := examples.get((rule_id, record_id))) is not None]
    known = {one.record_id for one in shown}
    rows = [
        {
            "id": one.record_id,
            "change": outcome_change(one.before, one.after),
            "before": _verdict(one.before),
            "after": _verdict(one.after),
        }
        for one in shown
    ]
    return {"name": name, "count": len(ids), "rows": rows, "rest": [one for one in ids if one not in known]}


def _verdict(verdict: Verdict | None) -> dict[str, str] | None:
    if verdict is None:
        return None
    outcome = verdict.outcome
    return {"outcome": outcome.value, "word": words(outcome), "reason": verdict.reason, "text": verdict.explain()}


def _matrix(group: GroupComparison) -> list[dict[str, Any]]:
    """Rows of cells with what each is: the diagonal stays, a pass that is lost or won has a class of its own."""
    return [
        {
            "name": words(before),
            "total": sum(row),
            "cells": [
                {
                    "count": count,
                    "name": f"{words(before)} to {words(after)}",
                    "class": _KINDS.get((before, after), "same" if before is after else "moved"),
                }
                for after, count in zip(OUTCOMES, row, strict=True)
            ],
        }
        for before, row in zip(OUTCOMES, group.matrix, strict=False)
    ]


def _group(group: GroupComparison) -> dict[str, Any]:
    return {
        "names": ["-" if value is None else str(value) for value in group.key.values()],
        "lost": group.count(PASS, FAIL),
        "won": group.count(FAIL, PASS),
        "changed": group.changed,
        "concerned": group.concerned,
        "before": _rate(group.before),
        "after": _rate(group.after),
        "move": MOVES[group.move] or ("the same" if group.move is Move.SAME else ""),
    }


def _rate(summary: Summary | None) -> str:
    return "-" if summary is None else format_rate(summary)


def _reading(effect: ReadingEffect) -> dict[str, Any]:
    return {
        "rule_id": effect.rule_id,
        "reading": effect.reading,
        "in_use": effect.in_use,
        "changed": effect.changed,
        "concerned": effect.concerned,
        "transitions": transitions_text(effect),
        "after": _rate(effect.after),
    }


def _chart(group: GroupComparison, name: str) -> dict[str, Any] | None:
    """Both rates with their intervals, drawn to one scale; None when nothing was decided on either side."""
    sides = {"before": group.before, "after": group.after}
    known = {side: one for side, one in sides.items() if one is not None and one.low is not None}
    if not known:
        return None
    low = min(one.low or 0.0 for one in known.values())
    targets = {one.objective.target for one in known.values() if one.objective is not None}
    start = int(min([low, *targets]) * 100 // 10 * 10)
    return {
        "name": name,
        "width": _LEFT + _WIDTH + 40,
        "height": _HEIGHT,
        "axis": _AXIS,
        "left": _LEFT,
        "right": _LEFT + _WIDTH,
        "ticks": [{"x": _x(percent / 100, start), "text": f"{percent}%"} for percent in _ticks(start)],
        "targets": [{"x": _x(target, start), "text": f"{target * 100:.10g}%"} for target in sorted(targets)],
        "bars": [_bar(side, one, start) for side, one in known.items()],
        "text": "; ".join(f"{side} {_rate(one)}, {counts_text(one)}" for side, one in sides.items()),
    }


def _bar(side: str, summary: Summary, start: int) -> dict[str, Any]:
    return {
        "side": side,
        "y": _ROWS[side],
        "low": _x(summary.low or 0.0, start),
        "high": _x(summary.high or 0.0, start),
        "rate": _x(summary.rate or 0.0, start),
    }


def _ticks(start: int) -> Iterable[int]:
    """Five marks or so, from the start to 100%."""
    step = 2 if start >= 90 else 5 if start >= 75 else 10 if start >= 50 else 20
    return range(start, 101, step)


def _x(share: float, start: int) -> float:
    return round(_LEFT + _WIDTH * (share * 100 - start) / (100 - start), 2)
