"""The page of `servstd explain --format html`: one record, and for each verdict its tree and its clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from servstd.cli.explain_tree import Row, tree_rows
from servstd.evaluate import Assessment, Verdict
from servstd.evaluate.account import account_of
from servstd.evaluate.checks_found import CheckFound
from servstd.evaluate.reasoning import Reasoning, reasoning_of
from servstd.outcome import REASONS
from servstd.page import render_page
from servstd.steps import OPEN_TIME, Step, Telling, length


def explain_page(assessment: Assessment, verdicts: Sequence[Verdict], about: str) -> str:
    """The whole page. Raises `ExtraMissing` without jinja2."""
    return render_page(
        "explain.html",
        title=f"{assessment.record_id}: why",
        record_id=assessment.record_id,
        about=about,
        verdicts=[_section(verdict) for verdict in verdicts],
        rest=len(assessment) - len(verdicts) if len(verdicts) > 1 else 0,
        catalog=assessment.evaluator.catalog,
    )


def _section(verdict: Verdict) -> Mapping[str, Any]:
    account, reasoning = account_of(verdict), reasoning_of(verdict)
    return {
        "rule_id": verdict.rule_id,
        "title": verdict.rule.title,
        "statement": verdict.rule.statement,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "reason_text": REASONS[verdict.reason][1],
        "sentence": verdict.explain(),
        "rows": list(_numbered(tree_rows(reasoning, is_full=True))),
        "clocks": list(_clocks(reasoning)),
        "lean": account["lean"],
        "conflict": account["conflict"],
        "assumed": account["assumed"],
        "reading": account["reading"],
        "other_readings": account["other_readings"],
        "evidence": account["evidence"],
        "time_zone": reasoning.time_zone,
    }


def _numbered(rows: Sequence[Row]) -> Iterator[tuple[str, Row]]:
    """Each row with its place in the tree, such as 2.1: the depth has to be clear without seeing the indent."""
    counts: list[int] = []
    for row in rows:
        del counts[row.depth + 1 :]
        counts += [0] * (row.depth + 1 - len(counts))
        counts[row.depth] += 1
        yield ".".join(map(str, counts)), row


def _clocks(reasoning: Reasoning) -> Iterator[Mapping[str, Any]]:
    """The accounts of every check that was looked at: a caption and the steps."""
    for one in reasoning.opportunities:
        if one.check is None:
            continue
        for check in one.check.walk():
            yield from _accounts(check, one.number)


def _accounts(check: CheckFound, number: int | None) -> Iterator[Mapping[str, Any]]:
    for place, part in enumerate(check.parts, start=1):
        names = [f"opportunity {number}"] if number is not None else []
        names += [f"step {check.name}"] if check.name is not None else []
        names += [f"{place} of {len(check.parts)}"] if len(check.parts) > 1 else []
        steps = list(_clock_rows(part.steps))
        yield {
            "caption": f"{check.kind}{' (' + ', '.join(names) + ')' if names else ''}",
            "result": f"{part.outcome.value}, {part.reason}",
            "outcome": part.outcome.value,
            "steps": steps,
            "has_lengths": any(row["length"] for row in steps),
        }


def _clock_rows(steps: Sequence[Step]) -> Iterator[Mapping[str, str]]:
    tell = Telling(steps)
    for step in steps:
        values, text = step.values, tell.sentence(step)
        if not text:
            continue
        at, day = values.get("at"), values.get("day")
        when = tell.at(at) if isinstance(at, datetime) else tell.on(day) if day is not None else ""
        is_span = step.code == "counted"
        yield {
            "when": when,
            "text": _short(step, tell) or text,
            "length": length(values["length"], OPEN_TIME) if is_span else "",
            "used": length(values["used"], OPEN_TIME) if is_span else "",
        }


def _short(step: Step, tell: Telling) -> str:
    """What the other columns say already is left out."""
    if step.code == "counted":
        return f"Counted until {tell.then(step.values['until'])}."
    if step.code == "skipped":
        return f"Skipped: {step.values['name'] or step.values['reason']}."
    return ""
