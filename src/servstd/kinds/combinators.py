"""Combinations of checks.

`all_of` passes when every check passes: fail, then pending, then unknown win over pass. `any_of` passes when one
does: pass, then pending, then unknown win over fail. `first_decided` takes the first check in the written order
that passes, fails or is not applicable, then a pending one, then an unknown one (the reason is that of a check which
looked at evidence, before that of one which lacks it, before a missing review). A check whose `when` is not met is
left out, and so is one that is not applicable in `all_of` and `any_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Literal

from servstd.facts import Opportunity
from servstd.finding import Finding, combine, earliest, not_applicable
from servstd.kinds.base import Check, ChecksField
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome
from servstd.steps import Step
from servstd.terms.condition import Condition
from servstd.terms.event_ref import EventRef
from servstd.terms.phrasing import Phrasing
from servstd.terms.told import Row, Told

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided


class _Combinator(Check):
    rule: ClassVar[str] = ""
    undecided: ClassVar[str] = ""

    checks: ChecksField

    def describe(self, words: Phrasing) -> Told:
        """How the checks are put together, and each of them with what leaves it without an answer."""
        told = ((name, child.told(words)) for name, child in self.checks.items())
        parts = tuple((name, replace(part, rows=(*part.rows, *_open_row(part)), undecided=())) for name, part in told)
        return Told((("Decided by", self.rule),), parts, (self.undecided,))

    def children(self) -> tuple[Check, ...]:
        """The checks inside."""
        return tuple(self.checks.values())

    def _findings(self, opportunity: Opportunity) -> list[Finding]:
        return [child.decide(opportunity) for child in self.children() if child.is_meant(opportunity)]

    def event_refs(self) -> tuple[EventRef, ...]:
        """The event references of all checks inside."""
        return tuple(ref for child in self.children() for ref in child.event_refs())

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of all checks inside, and the own one."""
        return (*super().conditions(), *(part for child in self.children() for part in child.conditions()))

    def events(self) -> frozenset[str]:
        """Every event type that the checks inside read."""
        return super().events().union(*(child.events() for child in self.children()))

    def fields_read(self) -> frozenset[str]:
        """Every field that the checks inside read."""
        return super().fields_read().union(*(child.fields_read() for child in self.children()))

    def starts(self) -> EventRef | None:
        """The event that starts the first clock inside."""
        starts = [child.starts() for child in self.children()]
        return next((start for start in starts if start is not None), None)

    def helping(self) -> frozenset[str]:
        """What helps every check that reads it."""
        return self._in_every({name: child.helping() for name, child in self.checks.items()})

    def harming(self) -> frozenset[str]:
        """What harms every check that reads it."""
        return self._in_every({name: child.harming() for name, child in self.checks.items()})

    def _in_every(self, found: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """The words that are among those found for every check that reads them."""
        words = frozenset[str]().union(*found.values())
        others = [child.events() - found[name] for name, child in self.checks.items()]
        own = frozenset[str]() if self.when is None else self.when.events()
        return words.difference(own, *others)

    def needs_review(self) -> bool:
        """True when only reviewers can decide every check inside."""
        return all(child.needs_review() for child in self.children())

    def takes_time(self) -> bool:
        """True when it is so of any check inside."""
        return any(child.takes_time() for child in self.children())

    def reads_only_its_words(self) -> bool:
        """True when it is so of every check inside."""
        return all(child.reads_only_its_words() for child in self.children())

    def reads_bounds(self) -> bool:
        """True when it is so of any check inside."""
        return any(child.reads_bounds() for child in self.children())

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """The steps of the check that decided."""
        return []


def _open_row(part: Told) -> tuple[Row, ...]:
    return (("No answer when", "; or ".join(part.undecided)),) if part.undecided else ()


class AllOf(_Combinator):
    """Every check passes."""

    name: ClassVar[str] = "all_of"
    order: ClassVar[tuple[Outcome, ...]] = (FAIL, PENDING, UNKNOWN, PASS, NOT_APPLICABLE)
    rule: ClassVar[str] = "all of these, each of which must pass; what does not apply is left out"
    undecided: ClassVar[str] = "none of them fails, and one of them has no answer"

    kind: Literal["all_of"] = "all_of"

    def check(self, opportunity: Opportunity) -> Finding:
        """Fail, pending and unknown win over pass."""
        return _chosen(self._findings(opportunity), self.order)

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.combined import combined_codes

        return combined_codes(self.children(), columns, self.order)


class AnyOf(_Combinator):
    """At least one check passes."""

    name: ClassVar[str] = "any_of"
    order: ClassVar[tuple[Outcome, ...]] = (PASS, PENDING, UNKNOWN, FAIL, NOT_APPLICABLE)
    rule: ClassVar[str] = "any of these: one that passes is enough"
    undecided: ClassVar[str] = "none of them passes, and one of them has no answer"

    kind: Literal["any_of"] = "any_of"

    def check(self, opportunity: Opportunity) -> Finding:
        """Pass, pending and unknown win over fail."""
        return _chosen(self._findings(opportunity), self.order)

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.combined import combined_codes

        return combined_codes(self.children(), columns, self.order)


def _chosen(findings: list[Finding], order: tuple[Outcome, ...]) -> Finding:
    if not findings:
        return not_applicable("no_opportunity")
    chosen = combine(findings, order)
    # A fail of all_of and a pass of any_of are final; only a check written before it may come to speak instead.
    is_final = chosen.outcome is order[0]
    rivals = findings[: next(i for i, one in enumerate(findings) if one is chosen)] if is_final else findings
    chosen.change_at = earliest((chosen.change_at, *(finding.change_at for finding in rivals)))
    return chosen


# Which undecided check to name: one that looked at evidence, then one that lacks it, and last a review not yet made.
_LOOKED = ("ambiguous", "cue_not_found", "reviewer_unsure", "incomplete_transcript", "language_not_supported")


def rank_of(reason: str) -> int:
    """How late an undecided check with this reason is named: the lowest first."""
    if reason in _LOOKED:
        return 0
    return 2 if reason == "no_review" else 1


class FirstDecided(_Combinator):
    """The first check that is decided."""

    name: ClassVar[str] = "first_decided"
    rule: ClassVar[str] = "the first of these that has an answer"
    undecided: ClassVar[str] = "none of them has an answer"

    kind: Literal["first_decided"] = "first_decided"

    def check(self, opportunity: Opportunity) -> Finding:
        """The first decided finding, else a pending one, else an unknown one."""
        waiting: list[Finding] = []
        for child in self.checks.values():
            if child.when is not None and not child.is_meant(opportunity):
                continue
            finding: Finding = child.decide(opportunity)
            if finding.outcome is PENDING or finding.outcome is UNKNOWN:
                waiting.append(finding)
                continue
            if waiting:
                finding.change_at = earliest((finding.change_at, *(other.change_at for other in waiting)))
            return finding
        return self._undecided(waiting)

    def _undecided(self, waiting: list[Finding]) -> Finding:
        if not waiting:
            return not_applicable("no_opportunity")
        if len(waiting) == 1:
            return waiting[0]
        pending = [finding for finding in waiting if finding.outcome is PENDING]
        chosen = pending[0] if pending else min(waiting, key=lambda finding: rank_of(finding.reason))
        chosen.change_at = earliest(finding.change_at for finding in waiting)
        if chosen.lean is None:
            chosen.lean = next((finding.lean for finding in waiting if finding.lean), None)
        if any(finding.is_conflict for finding in waiting):
            chosen.is_conflict = True
        return chosen

    def check_columns(self, columns: Columns) -> Decided:
        """The same for a batch of records."""
        from servstd.columns.combined import first_decided_codes

        return first_decided_codes(self.children(), columns, rank_of)

    def helping(self) -> frozenset[str]:
        """Nothing for certain: without it a later check may decide instead, and pass."""
        return frozenset()

    def alternatives(self, opportunity: Opportunity) -> Iterable[Finding]:
        """What every check says by itself."""
        return self._findings(opportunity)
