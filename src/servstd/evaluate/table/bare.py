"""Verdicts that have no figures whatever happened in the record: their outcome and reason say so.

Scope, exemptions and dates are asked before a check; of the kinds, only a few findings have instants, lengths or leans.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from servstd.catalog import Rule
from servstd.columns import Codes
from servstd.columns.columns import Bools
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Outcome

_OURS = frozenset(KINDS.values())
_BEFORE = frozenset(("out_of_scope", "excepted", "outside_effective_dates"))
_NOTHING = frozenset(("no_opportunity", "nothing_owed", "too_short"))
_ALL = frozenset(("*",))
_UNKNOWN_OF_CUES = frozenset(("no_transcript", "incomplete_transcript", "language_not_supported", "not_configured"))


def is_bare_of(rule: Rule, known: Codes, *, has_waivers: bool) -> Bools:
    """By code, whether a verdict of a rule has nothing but an outcome and a reason; a code of 256.

    A waiver keeps the figures of a fail that it covers, and one opportunity of several may be waived.
    """
    found = np.zeros(256, np.bool_)
    is_split = has_waivers and any(body.for_each is not None for body in rule.bodies)
    if is_split or not all(is_ours(body.check) for body in rule.bodies):
        return found
    bare = [_reasons(body.check, bool(body.lean)) for body in rule.bodies]
    for code, (outcome, reason) in enumerate(known.pairs):
        is_before = outcome is NOT_APPLICABLE and reason in _BEFORE
        found[code] = is_before or all(_is_in(one, outcome, reason) for one in bare)
    return found


def _is_in(bare: dict[Outcome, frozenset[str]], outcome: Outcome, reason: str) -> bool:
    reasons = bare.get(outcome, frozenset())
    return reasons is _ALL or reason in reasons


def _reasons(check: Any, leans: bool) -> dict[Outcome, frozenset[str]]:
    """The bare findings of a check: of a rule with leans, nothing that is unknown."""
    own = _of_kind(check) | {NOT_APPLICABLE: _NOTHING}
    if leans:
        own.pop(UNKNOWN, None)
    return own


def _of_kind(check: Any) -> dict[Outcome, frozenset[str]]:
    kind = check.kind
    if kind == "review" or (kind == "limit" and check.of.elapsed is None) or (kind == "recorded" and check.fields):
        return {PASS: _ALL, FAIL: _ALL, UNKNOWN: _ALL}
    if kind == "recorded":
        silent = frozenset(("no_such_event",)) if check.never else frozenset[str]()
        return {PASS: frozenset(("avoided",)), UNKNOWN: silent | {"missing_field", "event_not_tracked"}}
    if kind == "permission":
        return {UNKNOWN: _ALL, FAIL: frozenset(("not_asked", "not_answered", "late"))}
    if kind == "cue":
        return {UNKNOWN: _UNKNOWN_OF_CUES, FAIL: frozenset(("not_said", "stale_date"))}
    return {UNKNOWN: _ALL} if kind == "limit" else {}


def is_ours(check: Check) -> bool:
    """Whether a check is of a kind that is shipped, and all inside it are."""
    return type(check) in _OURS and all(is_ours(child) for child in check.children())
