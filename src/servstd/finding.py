"""A finding: what one check concluded on one opportunity, with the figures that a verdict is built from.

All instants are UTC microseconds, all lengths microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome


class Finding:
    """What a check concluded.

    `received` is the event that started the matter, `started` the instant at which the clock began to run,
    `late_after` the last passing instant, `change_at` the first instant at which the outcome changes without
    new events. `names` says which fields or events are missing. `evidence` holds the events, turns and reviews
    that decided. `parts` are the findings of several opportunities inside one check, `waived` what a waiver covers.
    What is not given stays at its default on the class: most findings hold an outcome and a reason only, and many are
    made for every record.
    """

    outcome: Outcome
    reason: str
    received: int | None = None
    started: int | None = None
    due: int | None = None
    late_after: int | None = None
    decided: int | None = None
    elapsed: int | None = None
    target: Any = None
    remaining: int | None = None
    late_by: int | None = None
    late_by_elapsed: int | None = None
    change_at: int | None = None
    lean: str | None = None
    names: tuple[str, ...] = ()
    evidence: tuple[Any, ...] = ()
    assumed: tuple[str, ...] = ()
    parts: tuple[Finding, ...] = ()
    story: Any = None
    check: Any = None
    is_conflict: bool = False
    waived: Finding | None = None

    def __init__(self, outcome: Outcome, reason: str, **figures: Any) -> None:
        self.outcome, self.reason = outcome, reason
        if figures:
            self.__dict__.update(figures)

    def __repr__(self) -> str:
        return f"Finding({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def changed(self, **figures: Any) -> Finding:
        """A copy with other figures."""
        return Finding(**{**self.__dict__, **figures})

    def allows(self, at_us: int) -> bool:
        """True when something done at that instant is in time."""
        return self.late_after is None or at_us <= self.late_after

    def opportunities(self) -> tuple[Finding, ...]:
        """The findings to count: its parts, or itself."""
        return self.parts or (self,)


def unknown(reason: str, *names: str, **figures: Any) -> Finding:
    """An undecided finding that names what is missing."""
    finding = Finding(UNKNOWN, reason, **figures) if figures else Finding(UNKNOWN, reason)
    if names:
        finding.names = names
    return finding


def not_applicable(reason: str, *names: str) -> Finding:
    """A finding of nothing to judge."""
    finding = Finding(NOT_APPLICABLE, reason)
    if names:
        finding.names = names
    return finding


_ORDER = (FAIL, PENDING, UNKNOWN, PASS, NOT_APPLICABLE)


def combine(findings: Sequence[Finding], order: tuple[Outcome, ...] = _ORDER) -> Finding:
    """The one finding of several that speaks for all, by an order of outcomes (not_applicable last).

    Within an outcome it is the first fail, the soonest pending, the longest pass and the first of the others.
    """
    for outcome in order:
        same = [finding for finding in findings if finding.outcome is outcome]
        if same:
            return speaker(same)
    return not_applicable("no_opportunity")


def longest(findings: Sequence[Finding]) -> Finding:
    """The longest exchange: of the fails, else what is pending or undecided, else of the passes."""
    late = [finding for finding in findings if finding.outcome is FAIL]
    return max(late, key=lambda finding: finding.elapsed or 0) if late else combine(findings)


def speaker(same: Sequence[Finding]) -> Finding:
    """Of findings with one outcome: the soonest pending, the longest pass, the first of all others."""
    if same[0].outcome is PENDING:
        return min(same, key=lambda finding: (finding.late_after is None, finding.late_after or 0))
    if same[0].outcome is PASS:
        return max(same, key=lambda finding: finding.elapsed or 0)
    return same[0]


def roll_up(findings: Iterable[Finding]) -> Finding:
    """The finding of several opportunities inside one check: what speaks for all, with `parts` and `change_at`."""
    parts = tuple(findings)
    if len(parts) == 1:
        return parts[0]
    first = combine(parts)
    if not parts:
        return first
    return with_parts(first, parts)


def with_parts(first: Finding, parts: tuple[Finding, ...]) -> Finding:
    """A copy of a finding that carries the parts it speaks for."""
    return first.changed(parts=parts, change_at=earliest(part.change_at for part in parts))


def earliest(instants: Iterable[int | None]) -> int | None:
    """The first of the instants that are known."""
    return min((instant for instant in instants if instant is not None), default=None)
