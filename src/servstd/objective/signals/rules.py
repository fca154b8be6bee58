"""Named rules by which points of a control chart are a signal.

Each takes the points as z: how many standard deviations from the centre, in order of time, None where there is no
point. Each gives the places of the points at which it fires. Sources: Western Electric Company, Statistical Quality
Control Handbook (1956), 25-28; L. S. Nelson, The Shewhart control chart: tests for special causes, Journal of Quality
Technology 16 (1984), 237-239.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

Scores = Sequence[float]
Rule = Callable[[Scores], bool]


def _beyond(count: int, of: int, distance: float) -> tuple[int, Rule]:
    """`count` of the last `of` points farther than `distance` on one side, the last one among them."""

    def fires(scores: Scores) -> bool:
        side = 1 if scores[-1] > 0 else -1
        return side * scores[-1] > distance and sum(side * one > distance for one in scores) >= count

    return of, fires


def _one_side(length: int) -> tuple[int, Rule]:
    return length, lambda scores: all(one > 0 for one in scores) or all(one < 0 for one in scores)


def _steady(length: int) -> tuple[int, Rule]:
    """Each point higher than the one before it, or each lower."""

    def fires(scores: Scores) -> bool:
        steps = [b - a for a, b in pairwise(scores)]
        return all(step > 0 for step in steps) or all(step < 0 for step in steps)

    return length, fires


def _alternating(length: int) -> tuple[int, Rule]:
    def fires(scores: Scores) -> bool:
        steps = [b - a for a, b in pairwise(scores)]
        return all(a * b < 0 for a, b in pairwise(steps))

    return length, fires


# Name: (how many points it looks at, whether the last of them is a signal).
RULES: Mapping[str, tuple[int, Rule]] = {
    "beyond_3_sigma": _beyond(1, 1, 3),
    "nine_on_one_side": _one_side(9),
    "six_rising_or_falling": _steady(6),
    "fourteen_alternating": _alternating(14),
    "two_of_three_beyond_2_sigma": _beyond(2, 3, 2),
    "four_of_five_beyond_1_sigma": _beyond(4, 5, 1),
    "fifteen_within_1_sigma": (15, lambda scores: all(abs(one) < 1 for one in scores)),
    "eight_beyond_1_sigma": (8, lambda scores: all(abs(one) > 1 for one in scores)),
    "eight_on_one_side": _one_side(8),
}
_LONGEST = max(length for length, _ in RULES.values())
_NELSON = tuple(RULES)[:8]
RULE_SETS: Mapping[str, tuple[str, ...]] = {
    "shewhart": ("beyond_3_sigma",),
    "default": ("beyond_3_sigma", "nine_on_one_side"),
    "western_electric": (
        "beyond_3_sigma",
        "two_of_three_beyond_2_sigma",
        "four_of_five_beyond_1_sigma",
        "eight_on_one_side",
    ),
    "nelson": _NELSON,
}


def signals_of(scores: Sequence[float | None], rules: str | Sequence[str] = "default") -> list[tuple[str, ...]]:
    """For each point the names of the rules that fire at it.

    `rules` is the name of a set (`default`, `shewhart`, `western_electric`, `nelson`) or names of rules. A rule looks
    only at points; a gap (None) does not break a run, nor does it count for one. Raises `ValueError` for other names.
    """
    names = rule_names(rules)
    places = [place for place, score in enumerate(scores) if score is not None]
    known = [score for score in scores if score is not None]
    found: list[tuple[str, ...]] = [()] * len(scores)
    for index, place in enumerate(places):
        found[place] = tuple(name for name in names if _fires(name, known[max(0, index + 1 - _LONGEST) : index + 1]))
    return found


def rule_names(rules: str | Sequence[str]) -> tuple[str, ...]:
    """The names of a set, or the names themselves."""
    names = RULE_SETS.get(rules, (rules,)) if isinstance(rules, str) else tuple(rules)
    for name in names:
        if name not in RULES:
            raise ValueError(f"{name!r} is not one of {', '.join((*RULE_SETS, *RULES))}")
    return names


def _fires(name: str, scores: Scores) -> bool:
    length, rule = RULES[name]
    if name.startswith(("two_of", "four_of")):  # they may fire before their window is full
        return rule(scores[-length:])
    return len(scores) >= length and rule(scores[-length:])
