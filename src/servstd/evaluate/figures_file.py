"""Figures as plain JSON values and back, so that the figures of a part of a log can be kept and added later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from servstd.evaluate.figures import Fail, Figures, told
from servstd.objective.counts import Counts
from servstd.outcome import Outcome


def figures_to_dict(figures: Figures) -> dict[str, Any]:
    """Everything that counts; of the newest fails the ids and sentences."""
    return {
        "rules": list(figures.rules),
        "by": list(figures.by),
        "records": figures.records,
        "lacking": {
            rule_id: [[reason, list(names), count] for (reason, names), count in causes.items()]
            for rule_id, causes in figures.lacking.items()
        },
        "seen": sorted(figures.seen),
        "columns": sorted(figures.columns),
        "tally": [[list(key), _cells(counts)] for key, counts in figures.tally.groups.items()],
        "by_group": [[list(key), count] for key, count in figures.by_group.items()],
        "newest": {
            rule_id: [[at_us, -place, told(fail).record_id, told(fail).sentence] for at_us, place, fail in fails]
            for rule_id, fails in figures.newest.items()
        },
    }


def _cells(counts: Counts) -> list[list[Any]]:
    return [[outcome.value, reason, *cell] for (outcome, reason), cell in counts.cells.items()]


def figures_from_dict(pairs: Mapping[str, Any]) -> Figures:
    """The figures again."""
    figures = Figures(list(pairs["rules"]), tuple(pairs["by"]), pairs["records"], columns=frozenset(pairs["columns"]))
    figures.seen = set(pairs["seen"])
    for rule_id, causes in pairs["lacking"].items():
        figures.lacking[rule_id] = Counter({(reason, tuple(names)): count for reason, names, count in causes})
    for key, cells in pairs["tally"]:
        counts = Counts()
        for outcome, reason, *cell in cells:
            counts.add(Outcome(outcome), reason, cell)
        figures.tally.groups[tuple(key)] = counts
    figures.by_group = Counter({tuple(key): count for key, count in pairs["by_group"]})
    for rule_id, fails in pairs["newest"].items():
        for at_us, place, record_id, sentence in fails:
            figures.add_fail(rule_id, at_us, place, Fail(record_id, sentence))
    return figures
