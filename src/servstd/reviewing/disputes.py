"""Disputes: verdicts that somebody contested, and what came of it.

`disputes.yaml` holds a list: which verdict, who disputes it and why, and the outcome. The share upheld says of a rule
how often it, its evidence or its reviewers were wrong where people minded enough to say so; not how often they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from servstd.catalog import Catalog
from servstd.errors import CatalogError, Problem
from servstd.objective.figure import Figure, share_figure
from servstd.outcome import Outcome
from servstd.spelling import read_keys
from servstd.vocabulary import nearest
from servstd.yaml_reader import place, read_yaml_file

OUTCOMES = ("upheld", "rejected", "withdrawn", "open")
_KEYS = ("record", "rule", "verdict", "by", "reason", "outcome", "on", "decided_by", "decided_on", "note")
_NEEDED = ("record", "rule", "verdict", "by", "reason")


@dataclass(frozen=True, slots=True)
class Dispute:
    """One contested verdict. `outcome` is upheld when the dispute was right, rejected, withdrawn, or open."""

    record_id: str
    rule_id: str
    verdict: Outcome
    by: str
    reason: str
    outcome: str = "open"
    on: date | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DisputeFigures:
    """The disputes of one rule, or of one who decided: how many of each outcome, and upheld / (upheld + rejected)."""

    name: str
    counts: Mapping[str, int]
    upheld: Figure

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"name": self.name, "counts": dict(self.counts), "upheld": self.upheld.to_dict()}


def read_disputes(path: str | Path, catalog: Catalog) -> list[Dispute]:
    """The disputes in a YAML file. Raises `CatalogError` with every slip at its line."""
    tree, problems, lines = read_yaml_file(path)
    found: list[Dispute] = []
    if not problems:
        spec = tree.get("disputes") if isinstance(tree, Mapping) else None
        if not isinstance(spec, list):
            problems = [Problem("not-a-list", "expected 'disputes:' with a list", file=str(path), line=1, column=1)]
        else:
            raw = [one for index, body in enumerate(spec) for one in _read(body, ("disputes", index), catalog, found)]
            raw += _twice(found) if not raw else []
            problems = [place(problem, tree, {str(path): lines}) for problem in raw]
    if problems:
        raise CatalogError(problems)
    return found


def _read(body: Any, path: tuple[str | int, ...], catalog: Catalog, found: list[Dispute]) -> Iterator[Problem]:
    """Add the dispute, or say what is wrong with it."""
    if not isinstance(body, Mapping):
        yield Problem("not-a-mapping", "expected a dispute: keys with values", path)
        return
    spec, problems = read_keys(body, list(_KEYS), path)
    problems += [
        Problem("missing-key", f"the key {key!r} is missing", path) for key in _NEEDED if spec.get(key) in (None, "")
    ]
    problems += _wrong_words(spec, path, catalog)
    dates: dict[str, date | None] = {}
    for key in ("on", "decided_on"):
        try:
            dates[key] = None if spec.get(key) is None else date.fromisoformat(str(spec[key]))
        except ValueError:
            problems.append(Problem("not-a-date", f"{spec[key]!r} is not a date such as 2026-06-01", (*path, key)))
    if problems:
        yield from problems
        return
    texts = [None if spec.get(key) is None else str(spec[key]) for key in ("decided_by", "note")]
    found.append(
        Dispute(
            str(spec["record"]), spec["rule"], Outcome(spec["verdict"]), str(spec["by"]), str(spec["reason"]),
            spec.get("outcome", "open"), dates["on"], texts[0], dates["decided_on"], texts[1],
        )
    )  # fmt: skip


def _twice(disputes: Sequence[Dispute]) -> Iterator[Problem]:
    """The same dispute twice, by the same person on the same day: it would count twice."""
    first: dict[tuple[Any, ...], int] = {}
    for index, one in enumerate(disputes):
        known = first.setdefault((one.record_id, one.rule_id, one.by, one.on), index)
        if known != index:
            message = f"{one.by!r} disputes {one.rule_id} of {one.record_id!r} twice; the first is disputes[{known}]"
            yield Problem("dispute-twice", message, ("disputes", index))


def _wrong_words(spec: Mapping[str, Any], path: tuple[str | int, ...], catalog: Catalog) -> list[Problem]:
    allowed: dict[str, tuple[str, Iterable[str]]] = {
        "rule": ("unknown-rule", catalog.rules),
        "verdict": ("unknown-outcome", tuple(Outcome)),
        "outcome": ("unknown-value", OUTCOMES),
    }
    problems = []
    for key, (code, words) in allowed.items():
        value = spec.get(key)
        if value is None or value in words:
            continue
        known = f"no rule is called {value!r}" if key == "rule" else f"{value!r} is not one of {', '.join(words)}"
        problems.append(Problem(code, known, (*path, key), nearest(value, tuple(words))))
    return problems


def dispute_figures(disputes: Iterable[Dispute], by: str = "rule_id") -> list[DisputeFigures]:
    """Figures by `rule_id` or `decided_by`, most disputes first, then by name."""
    groups: dict[str, Counter[str]] = {}
    for one in disputes:
        groups.setdefault(getattr(one, by) or "-", Counter())[one.outcome] += 1
    ordered = sorted(groups.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [
        DisputeFigures(
            name,
            {outcome: counts[outcome] for outcome in OUTCOMES},
            share_figure(
                "disputes_upheld", "upheld_over_decided", counts["upheld"], counts["upheld"] + counts["rejected"]
            ),
        )
        for name, counts in ordered
    ]
