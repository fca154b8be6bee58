"""A ranking, for who insists: ranks are ranges, and what can not be told apart is a tie.

Nothing in servstd makes one by itself. A funnel answers the better question: who differs from the rest?
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.objective.counts import Counts
from servstd.objective.difference import newcombe
from servstd.objective.interval import wilson
from servstd.objective.tally import Tally
from servstd.objective.target import DEFAULT_MIN_N
from servstd.outcome import FAIL

METHOD = "newcombe_bonferroni"
FRONTLINE = "frontline"


@dataclass(frozen=True, slots=True)
class Ranked:
    """One group with its rate, its interval, and the ranks that it may hold: from `best` to `worst`.

    `best` is 1 more than the number of groups that are certainly better, `worst` leaves room for all that are not
    certainly worse. Groups with one `best` and `worst` are tied, and stand in order of name.
    """

    name: Any
    passed: int
    decided: int
    rate: float
    low: float
    high: float
    best: int
    worst: int

    @property
    def rank(self) -> str:
        """`3`, or `1-4` when it may be any of these."""
        return str(self.best) if self.best == self.worst else f"{self.best}-{self.worst}"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Groups by the ranks they may hold. `too_few` are the groups that have no rank.

    `removed` counts fails by their cause that were taken out, as the people compared had no hand in them.
    """

    groups: tuple[Ranked, ...]
    too_few: tuple[Any, ...] = ()
    removed: Mapping[str, int] = field(default_factory=dict, hash=False)
    method: str = METHOD
    confidence: float = 0.95

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        groups = [{name: getattr(one, name) for name in one.__slots__} | {"rank": one.rank} for one in self.groups]
        return {
            "groups": groups,
            "too_few": list(self.too_few),
            "removed": dict(self.removed),
            "method": self.method,
            "confidence": self.confidence,
        }


def ranking(groups: Mapping[Any, tuple[int, int]], *, confidence: float = 0.95, min_n: int = DEFAULT_MIN_N) -> Ranking:
    """The ranks of some groups, each (passed, decided); higher rates are better.

    Two groups differ when Newcombe's interval of their difference leaves 0 out, at a confidence that is divided among
    all pairs (Bonferroni): so with `confidence` no two groups that are equal in truth are told apart.
    """
    known = {name: pair for name, pair in groups.items() if pair[1] >= max(min_n, 1)}
    pairs = len(known) * (len(known) - 1) // 2
    strict = 1 - (1 - confidence) / max(pairs, 1)
    found = []
    for name, (passed, decided) in known.items():
        others = [newcombe((passed, decided), pair, strict) for other, pair in known.items() if other != name]
        better, worse = sum(low > 0 for low, _ in others), sum(high < 0 for _, high in others)
        ends = wilson(passed, decided, confidence)
        found.append(Ranked(name, passed, decided, passed / decided, *ends, better + 1, len(known) - worse))
    ordered = tuple(sorted(found, key=lambda one: (one.best, one.worst, str(one.name))))
    return Ranking(ordered, tuple(name for name in groups if name not in known), confidence=confidence)


def ranking_of_verdicts(
    verdicts: Iterable[Any],
    by: str = "agent",
    *,
    cause: str = "cause",
    keep: Collection[str | None] = (FRONTLINE, None),
    confidence: float = 0.95,
    min_n: int = DEFAULT_MIN_N,
) -> Ranking:
    """The ranks of agents or teams by the verdicts of one rule, without the fails that they had no hand in.

    `cause` is the field of the record that tells why it went wrong; `keep` are the causes that stay: frontline, and
    fails that name none. Give the verdicts of one rule: over several a rate depends on which rules met whom.
    """
    counts, removed = fair_counts(verdicts, by, cause=cause, keep=keep)
    pairs = {name: (one.passed, one.decided) for name, one in counts.items() if name is not None}
    found = ranking(pairs, confidence=confidence, min_n=min_n)
    return Ranking(found.groups, found.too_few, removed, confidence=confidence)


def fair_counts(
    verdicts: Iterable[Any], by: str, *, cause: str = "cause", keep: Collection[str | None] = (FRONTLINE, None)
) -> tuple[dict[Any, Counts], dict[str, int]]:
    """Counts by group without fails of other causes, and how many failed opportunities each cause took out.

    For funnels and rankings alike: what the process, the system, the environment or an expectation caused says nothing
    about a person.
    """
    tally = Tally((by, cause, "outcome"))
    for verdict in verdicts:
        tally.add(verdict)
    found: dict[Any, Counts] = {}
    removed: dict[str, int] = {}
    for (name, why, outcome), counts in tally.groups.items():
        if outcome == FAIL.value and why not in keep:
            removed[str(why)] = removed.get(str(why), 0) + counts.failed
            counts = Counts(counts.passed, 0, counts.pending, counts.unknown)
        found[name] = found.get(name, Counts()) + counts
    return found, removed
