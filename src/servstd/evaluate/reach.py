"""Which outcomes a rule can have at all, without a reviewer who overrides it: what its tests may be asked to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.kinds.base import Check
from servstd.kinds.combinators import AllOf, AnyOf
from servstd.kinds.cue import Cue
from servstd.kinds.deadline import Deadline
from servstd.kinds.limit import Limit
from servstd.kinds.permission import Permission
from servstd.kinds.recorded import Recorded
from servstd.kinds.review import ReviewCheck
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, Outcome

Outcomes = frozenset[Outcome]
DEMANDED = (PASS, FAIL, NOT_APPLICABLE)
_BOTH: Outcomes = frozenset((PASS, FAIL))
_ALL: Outcomes = frozenset(DEMANDED)


def reachable(rule: Rule, catalog: Catalog) -> Outcomes:
    """Those of pass, fail and not applicable that some record can bring about, in any version of the rule."""
    bodies = [version.body for version in rule.versions] or [rule.body]
    return frozenset[Outcome]().union(*(_of_body(body, catalog) for body in bodies))


def _of_body(body: Body, catalog: Catalog) -> Outcomes:
    is_limited = body.applies_to is not None or bool(body.excepts) or body.for_each is not None
    own = reachable_by(body.check, catalog)
    return own | {NOT_APPLICABLE} if is_limited else own


def reachable_by(check: Check, catalog: Catalog) -> Outcomes:
    """The same for one check by itself."""
    own = _by_kind(check, catalog)
    return own if check.when is None else own | {NOT_APPLICABLE}


def _by_kind(check: Check, catalog: Catalog) -> Outcomes:
    children = [reachable_by(child, catalog) for child in check.children()]
    match check:
        case AllOf():
            return _joined(children, every=(PASS, NOT_APPLICABLE), some=(FAIL,))
        case AnyOf():
            return _joined(children, every=(FAIL, NOT_APPLICABLE), some=(PASS,))
        case Cue():
            return _of_cue(check, catalog)
        case ReviewCheck():
            scale = {**catalog.vocabulary.scales.get(check.scale, {}), **(check.counts or {})}
            return frozenset(scale.values()) & _ALL
        case Deadline():
            is_bounded = check.released_by is not None or (check.due is not None and check.due.event is not None)
            return _ALL if is_bounded else _BOTH
        case Recorded():
            return _ALL if check.from_ is not None else _BOTH
        case Limit():
            return _ALL if check.of.event is not None else _BOTH
        case Permission():
            return _BOTH
        case _ if children:
            return frozenset[Outcome]().union(*children)
        case _:
            return _ALL


def _joined(children: Collection[Outcomes], every: Iterable[Outcome], some: Iterable[Outcome]) -> Outcomes:
    """What a combination can be: an outcome that all checks must have, or one that a single check brings about."""
    found = {outcome for outcome in every if all(outcome in child for child in children)}
    return frozenset(found | {outcome for outcome in some if any(outcome in child for child in children)})


def _of_cue(check: Cue, catalog: Catalog) -> Outcomes:
    """A hit passes unless it is only a hint; a miss fails only where the wording is mandatory or a reply is judged."""
    policies = {catalog.cues[name].policy for name in check.cue if name in catalog.cues}
    can_pass = check.cue_policy != "lean_only" and policies != {"lean_only"}
    can_fail = check.cue_policy == "strict" or check.names_date_of is not None or check.reply == "agrees"
    can_fail = can_fail or (check.reply == "any" and check.no_reply == "fail")
    found = {outcome for outcome, is_possible in ((PASS, can_pass), (FAIL, can_fail)) if is_possible}
    return frozenset(found if check.in_ is not None else found | {NOT_APPLICABLE})
