"""Judging one rule on one record: scope, exemptions, opportunities, overrides, the check, waivers.

The order is the contract's: an override states the verdict; then scope must be shown, an exemption too; then the
check decides each opportunity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from servstd.calendar import BusinessCalendar
from servstd.catalog import Catalog, Rule
from servstd.catalog.body import Body
from servstd.evaluate.failing import failed
from servstd.evaluate.scope import Scope, Standing
from servstd.facts import Facts, Opportunity, Said
from servstd.finding import Finding, combine, not_applicable, roll_up, unknown
from servstd.kinds.review import settle
from servstd.outcome import FAIL, NOT_APPLICABLE, UNKNOWN, Outcome
from servstd.record import Event
from servstd.terms.words import find_hit

Judged = list[tuple[Opportunity, Finding]]
Ask = Callable[[str, Opportunity], Outcome]
OUT_OF_SCOPE = not_applicable("out_of_scope")


class Judge:
    """Judges rules on the facts of one record. `ask` gives another rule's outcome on the same opportunity."""

    __slots__ = ("ask", "catalog", "facts")

    def __init__(self, facts: Facts, catalog: Catalog, ask: Ask) -> None:
        self.facts, self.catalog, self.ask = facts, catalog, ask

    def judge(self, rule: Rule, body: Body | None = None, *, is_shown: bool = False) -> Judged:
        """Every opportunity of a rule with its finding; a rule whose own code fails is undecided.

        `is_shown` says that the part of the scope which is the same for all opportunities is known to hold.
        """
        try:
            if body is None:
                if rule.versions:
                    return self._judge_versions(rule)
                body = rule.body
            else:
                is_shown = False
            return self._judge_body(rule, body, is_shown)
        except Exception as error:
            finding = failed(rule, error, self.facts.record.id)
            return [(Opportunity(self.facts, self.facts.calendar, rule.id, self.ask), finding)]

    def plain(self, standing: Standing) -> tuple[Opportunity, Finding]:
        """The one opportunity of a plain rule with its finding, on a record without reviews or unreadable values."""
        rule, rest = standing.rule, standing.rest
        opportunity = Opportunity(self.facts, self.facts.calendar, rule.id, self.ask)
        try:
            answer = True if rest is None else rest.test(self.facts.values, opportunity)
            return opportunity, OUT_OF_SCOPE if answer is False else self._within(opportunity, rule.body, answer)
        except Exception as error:
            return opportunity, failed(rule, error, self.facts.record.id)

    def _within(self, opportunity: Opportunity, body: Body, answer: bool | None) -> Finding:
        """The finding of a plain rule whose scope holds, or is undecided."""
        if answer is None:
            return self._scope_unknown(opportunity, body)
        return self._decide(opportunity, body) if body.excepts else body.check.decide(opportunity)

    def outcomes(self, scope: Scope, found: dict[str, Outcome]) -> None:
        """The outcomes of all plain rules, when nothing else is wanted: then what scope lacks need not be named."""
        facts = self.facts
        # Nobody keeps the findings, so that one opportunity serves for all rules.
        opportunity = Opportunity(facts, facts.calendar, "", self.ask)
        for rest, standings in scope.plain:
            try:
                answer = True if rest is None else rest.test(facts.values, opportunity)
            except Exception as error:
                found |= {one.rule.id: failed(one.rule, error, facts.record.id).outcome for one in standings}
                continue
            if answer is False:
                continue
            for standing in standings:
                rule, decide = standing.rule, standing.decide
                if answer is None and decide is not None:
                    found[rule.id] = UNKNOWN
                    continue
                opportunity.rule_id = rule.id
                try:
                    finding = self._within(opportunity, rule.body, answer) if decide is None else decide(opportunity)
                except Exception as error:
                    finding = failed(rule, error, self.facts.record.id)
                found[rule.id] = combine(finding.parts).outcome if finding.parts else finding.outcome

    def _judge_versions(self, rule: Rule) -> Judged:
        """Each opportunity under the version in force at its governing instant."""
        found: Judged = []
        others: list[int] = []
        zone = self.catalog.zone
        for version in rule.in_force:
            for opportunity, finding in self._judge_body(rule, version.body):
                for part in finding.opportunities():
                    at = self.governing(opportunity, part)
                    if version.covers(at, zone):
                        found.append((opportunity, part))
                    else:
                        others.append(at)
        if found:
            return found
        blank = Opportunity(self.facts, self._calendar(rule.body), rule.id, self.ask)
        # What one version sees as an opportunity need not be one for the version that is in force then.
        is_outside = any(rule.version_at(at, zone) is None for at in others)
        return [(blank, not_applicable("outside_effective_dates" if is_outside else "no_opportunity"))]

    def body_of(self, rule: Rule, opportunity: Opportunity, finding: Finding) -> Body:
        """What decided a finding: the version in force at its governing instant."""
        if not rule.versions:
            return rule.body
        version = rule.version_at(self.governing(opportunity, finding), self.catalog.zone)
        return rule.body if version is None else version.body

    def governing(self, opportunity: Opportunity, finding: Finding) -> int:
        """The instant that says which version is in force, and which waivers hold.

        The clock's start, else the opportunity, else the beginning of the record: its `begins` event, else the first
        thing seen of it. Only a record without any instant is governed by the instant asked about.
        """
        if finding.received is not None:
            return finding.received
        this = opportunity.this
        if this is not None and this.at_us is not None:
            return this.at_us
        begins = self.facts.begins_at()
        if begins is None:
            begins = self.facts.first_at()
        return self.facts.as_of if begins is None else begins

    def _judge_body(self, rule: Rule, body: Body, is_shown: bool = False) -> Judged:
        facts = self.facts
        calendar = facts.calendar if body.calendar is None else self._calendar(body)
        opportunity = Opportunity(facts, calendar, rule.id, self.ask)
        if body.for_each is not None or facts.record.reviews:
            return self._judge_each(rule, opportunity, body, is_shown)
        is_open = is_shown and not facts.record.unreadable
        finding = None if is_open else self._closed_to(opportunity, body, None, is_shown)
        if finding is None:
            finding = self._decide(opportunity, body)
        return [(opportunity, self._waived(rule, opportunity, finding) if self.catalog.waivers else finding)]

    def _judge_each(self, rule: Rule, opportunity: Opportunity, body: Body, is_shown: bool) -> Judged:
        """Several opportunities, or a record that reviewers looked at: overrides come before everything."""
        items = self._items(opportunity, body)
        opportunities = [opportunity.at(index, items) for index in range(len(items))] if items else [opportunity]
        stated = [self._override(rule, one) for one in opportunities]
        if not any(stated):
            first = self._closed_to(opportunity, body, items, is_shown)
            if first is not None:
                return [(opportunity, first)]
        return [
            (one, self._waived(rule, one, given or self._decide(one, body)))
            for one, given in zip(opportunities, stated, strict=True)
        ]

    def _calendar(self, body: Body) -> BusinessCalendar:
        """The rule's calendar, else the record's, in the zone that the rule asks for."""
        choice = body.calendar
        if choice is None:
            return self.facts.calendar
        calendar = self.facts.calendar if choice.use is None else self.catalog.calendar(choice.use)
        if choice.time_zone is not None:
            zone = self.facts.values.get(choice.time_zone)
            return calendar.with_time_zone(str(zone)) if zone else calendar
        return calendar

    def _items(self, opportunity: Opportunity, body: Body) -> list[Event | Said] | None:
        """The events or turns of `for_each`; None when the record itself is the opportunity."""
        each = body.for_each
        if each is None:
            return None
        if each.event is not None:
            return list(each.event.seen(opportunity))
        speaker = each.by or opportunity.setting.cues[each.cues[0]].by
        turns = self.facts.turns
        return [said for said in turns if said.speaker == speaker and find_hit(each.cues, said, opportunity)]

    def _override(self, rule: Rule, opportunity: Opportunity) -> Finding | None:
        """What overriding reviewers state; two that differ leave it ambiguous."""
        if not self.facts.record.reviews:
            return None
        reviews = [review for review in self.facts.reviews(rule.id, opportunity.index) if review.is_override]
        if not reviews:
            return None
        return settle(reviews, opportunity.setting.vocabulary.scales.get("yes_no", {}))

    def _closed_to(
        self, opportunity: Opportunity, body: Body, items: list[Any] | None, is_shown: bool
    ) -> Finding | None:
        """Why a rule does not reach its opportunities at all."""
        facts = self.facts
        if body.always is not None and not is_shown:
            answer = body.always.test(facts.values, opportunity)
            if answer is False:
                return OUT_OF_SCOPE
            if answer is None:
                return self._scope_unknown(opportunity, body)
        if facts.record.unreadable and facts.record.unreadable & body.words():
            return unknown("bad_data", *sorted(facts.record.unreadable & body.words()))
        if items is None or items:
            return None
        return self._excepted(opportunity, body, is_fixed=True) or self._no_opportunity(opportunity, body)

    def _scope_unknown(self, opportunity: Opportunity, body: Body) -> Finding:
        """Scope is not shown; an exemption that is shown still holds."""
        excepted = self._excepted(opportunity, body, is_fixed=True)
        if excepted is not None or body.always is None:
            return excepted or unknown("missing_field")
        names = body.always.missing(self.facts.values, opportunity)
        unreadable = self.facts.record.unreadable.intersection(names)
        if unreadable:
            return unknown("bad_data", *sorted(unreadable))
        events = [name for name in names if name in self.catalog.vocabulary.events]
        if events and len(events) == len(names) and not self.facts.is_tracked(events):
            return unknown("event_not_tracked", *names)
        return unknown("missing_field", *names)

    def _no_opportunity(self, opportunity: Opportunity, body: Body) -> Finding:
        """The situation did not occur; undecided when the source could not have shown it."""
        each = body.for_each
        if each is not None and each.event is not None:
            if not each.event.is_tracked(self.facts):
                return unknown("event_not_tracked", *each.event.types)
            if each.event.maybe(opportunity):
                where = each.event.where
                return unknown("missing_field", *(sorted(where.fields()) if where else ()))
            return not_applicable("no_opportunity", *each.event.types)
        if each is not None and not self.facts.turns:
            return unknown("no_transcript", "turns")
        if not self.facts.is_transcript_complete:
            return unknown("incomplete_transcript", "transcript_complete")
        return not_applicable("no_opportunity")

    def _excepted(self, opportunity: Opportunity, body: Body, is_fixed: bool = False) -> Finding | None:
        """The first exemption that is shown; `is_fixed` leaves out those that differ between opportunities."""
        values = self.facts.values
        for name, condition in body.excepts:
            if condition.test(values, opportunity) is True and not (is_fixed and condition.uses_anchor()):
                return not_applicable("excepted", name)
        return None

    def _decide(self, opportunity: Opportunity, body: Body) -> Finding:
        """One opportunity: its own part of the scope, the exemptions, then the check."""
        if body.per_opportunity is not None:
            answer = body.per_opportunity.test(self.facts.values, opportunity)
            if answer is False:
                return OUT_OF_SCOPE
            if answer is None:
                names = body.per_opportunity.missing(self.facts.values, opportunity)
                return unknown("missing_field", *names)
        excepted = self._excepted(opportunity, body) if body.excepts else None
        return body.check.decide(opportunity) if excepted is None else excepted

    def _waived(self, rule: Rule, opportunity: Opportunity, finding: Finding) -> Finding:
        """A fail that a waiver covers is not applicable; what it was is kept."""
        if not self.catalog.waivers or not any(waiver.rule == rule.id for waiver in self.catalog.waivers):
            return finding
        parts = [self._waive(rule, opportunity, part) for part in finding.opportunities()]
        if all(new is old for new, old in zip(parts, finding.opportunities(), strict=True)):
            return finding
        return roll_up(parts)

    def _waive(self, rule: Rule, opportunity: Opportunity, finding: Finding) -> Finding:
        if finding.outcome is not FAIL:
            return finding
        at = self.governing(opportunity, finding)
        for waiver in self.catalog.waivers:
            if waiver.rule != rule.id or not waiver.covers(at):
                continue
            if waiver.when is None or waiver.when.test(self.facts.values, opportunity) is True:
                return finding.changed(
                    outcome=NOT_APPLICABLE, reason="waived", names=(waiver.reason,), waived=finding, story=waiver
                )
        return finding


def parts_of(judged: Judged) -> Iterator[tuple[Opportunity, Finding]]:
    """Every opportunity with its finding, those inside one check apart."""
    for opportunity, finding in judged:
        for part in finding.opportunities():
            yield opportunity, part
