"""How a bulk run was judged: which rules went record by record, and what share of the time that took."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import typer

from servstd.cli.check_ask import Run

_MATTERS, _MATTERS_S = 0.1, 1.0
_MOST_RULES = 5
_KEYS = ("records", "verdicts", "seconds", "seconds_one_by_one")


def add_work(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The work of all parts: records and verdicts by columns, verdicts one by one by rule, and processor seconds."""
    whole: dict[str, Any] = dict.fromkeys(_KEYS, 0)
    by_rule: Counter[str] = Counter()
    for part in parts:
        for key in _KEYS:
            whole[key] += part.get(key, 0)
        by_rule.update(part.get("one_by_one", {}))
    share = whole["seconds_one_by_one"] / whole["seconds"] if whole["seconds"] else 0.0
    whole |= {key: round(whole[key], 3) for key in _KEYS[2:]}
    return {**whole, "one_by_one": dict(by_rule.most_common()), "share_one_by_one": round(share, 3)}


def say_work(run: Run) -> None:
    """One dim line on standard error, on a terminal or with --all, when much of the time went record by record."""
    work = run.work or {}
    is_wanted = run.asked.options.is_all or sys.stderr.isatty()
    share, seconds = work.get("share_one_by_one", 0.0), work.get("seconds_one_by_one", 0.0)
    if not is_wanted or share < _MATTERS or seconds < _MATTERS_S:
        return
    names = list(work["one_by_one"])
    shown = ", ".join(names[:_MOST_RULES]) + (", ..." if len(names) > _MOST_RULES else "")
    typer.secho(f"judged record by record in part, in {share:.0%} of the time: {shown}", dim=True, err=True)
