"""What a record's kind, channel, audience and direction say of every rule: most records share them with many others.

What is left to ask of a rule is worked out once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.terms.condition import AllOf, Condition


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left to decide of one rule.

    `rest` is the part of its scope that these fields leave open, None when they show that the rule is about such
    records. `is_plain` says that the record itself is the one opportunity, on the record's own calendar, under one
    version and without a waiver: then a finding is all there is to work out. `decide` gives the outcome of such a rule
    by itself; None where an exemption comes first.
    """

    rule: Rule
    rest: Condition | None
    is_plain: bool
    decide: Callable[[Opportunity], Finding] | None


@dataclass(frozen=True, slots=True)
class Scope:
    """The rules that may be about a record.

    Of those that are reported, plain ones are put together by what is left of their scope, which is asked once. Not
    among them are those that other rules ask about: their findings are kept.
    """

    standings: Mapping[str, Standing]
    plain: tuple[tuple[Condition | None, tuple[Standing, ...]], ...]
    others: tuple[str, ...]


def scope_of(catalog: Catalog, values: Mapping[str, Any]) -> Scope:
    """What these fields say of every rule of a catalog."""
    standings = {}
    waived = {waiver.rule for waiver in catalog.waivers}
    for rule_id, rule in catalog.rules.items():
        if all(body.always is not None and body.always.known(values) is False for body in rule.bodies):
            continue
        is_plain = not rule.versions and rule_id not in waived and _is_plain(rule.body)
        decide = rule.body.check.decider() if is_plain and not rule.body.excepts else None
        standings[rule_id] = Standing(rule, _rest(rule, values), is_plain, decide)
    asked = frozenset[str]().union(*(standing.rule.asks for standing in standings.values()))
    plain: dict[Condition | None, list[Standing]] = {}
    others = []
    for rule_id, standing in standings.items():
        if standing.rule.enabled and standing.is_plain and rule_id not in asked:
            plain.setdefault(standing.rest, []).append(standing)
        elif standing.rule.enabled:
            others.append(rule_id)
    return Scope(standings, tuple((rest, tuple(same)) for rest, same in plain.items()), tuple(others))


def _is_plain(body: Body) -> bool:
    return body.for_each is None and body.calendar is None and body.per_opportunity is None


def _rest(rule: Rule, values: Mapping[str, Any]) -> Condition | None:
    """What is open of a rule's scope. Each version has its own; the first of them then says only that some is open."""
    always = [body.always for body in rule.bodies if body.always is not None]
    left = [condition for condition in always if condition.known(values) is not True]
    if not left or not isinstance(left[0], AllOf):
        return left[0] if left else None
    parts = tuple(part for part in left[0].parts if part.known(values) is not True)
    return parts[0] if len(parts) == 1 else AllOf(parts)
