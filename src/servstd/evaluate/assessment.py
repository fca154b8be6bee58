"""An assessment: all the verdicts of one record. A rule is judged when its verdict is first asked for."""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from servstd.errors import Problem
from servstd.evaluate.judge import OUT_OF_SCOPE, Judge, Judged, parts_of
from servstd.evaluate.verdict import SCHEMA_VERSION, Verdict
from servstd.facts import Facts, Opportunity
from servstd.finding import combine, earliest
from servstd.outcome import Outcome
from servstd.record import Event, Record, Turn
from servstd.values import local
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from servstd.catalog import Rule
    from servstd.evaluate.evaluator import Evaluator


class Assessment:
    """All the verdicts of one record at one instant; `a["email.response_time"]` is one of them.

    Verdicts are in catalog order and leave out disabled rules. `problems` are what was odd about the record.
    """

    def __init__(self, evaluator: Evaluator, facts: Facts) -> None:
        self.evaluator, self.facts = evaluator, facts
        self.judge = Judge(facts, evaluator.catalog, _Asker(evaluator, facts, self))
        self._judged: dict[str, Judged] = {}
        self._scope = evaluator.scope(facts)
        self._outcomes: dict[str, Outcome] | None = None
        self._is_plain = not facts.record.reviews and not facts.record.unreadable

    @property
    def record(self) -> Record:
        """The record that was judged."""
        return self.facts.record

    @property
    def record_id(self) -> str:
        """Id of the record."""
        return self.record.id

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was odd about the record: unknown keys, values that could not be read, reviews that say nothing."""
        return (*self.record.problems, *self._review_problems())

    def _review_problems(self) -> Iterator[Problem]:
        rules = self.evaluator.catalog.rules
        for index, review in enumerate(self.record.reviews):
            path = ("reviews", index)
            if review.rule not in rules:
                yield Problem("unknown-rule", f"no rule is called {review.rule!r}", path, nearest(review.rule, rules))
            if review.override and not review.reason:
                message = "an override needs a reason; read as an ordinary answer"
                yield Problem("override-without-reason", message, path)

    @property
    def as_of(self) -> datetime:
        """The instant that the verdicts are for, in the zone of the record's calendar."""
        return local(self.facts.as_of, self.facts.calendar.zone)

    def __getitem__(self, rule_id: str) -> Verdict:
        """The verdict of one rule, disabled ones included. Raises `KeyError` for an unknown id."""
        return Verdict(self._rule(rule_id), self.judged(rule_id), self)

    def _rule(self, rule_id: str) -> Rule:
        rule = self.evaluator.catalog.rules.get(rule_id)
        if rule is None:
            hint = nearest(rule_id, self.evaluator.catalog.rules)
            raise KeyError(f"no rule is called {rule_id!r}" + (f"; {hint}" if hint else ""))
        return rule

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self.evaluator.catalog.rules

    def get(self, rule_id: str) -> Verdict | None:
        """The verdict of one rule, None for an unknown id."""
        return self[rule_id] if rule_id in self.evaluator.catalog.rules else None

    def __repr__(self) -> str:
        return f"<Assessment of {self.record_id} as of {self.as_of.isoformat()}>"

    def __iter__(self) -> Iterator[Verdict]:
        return (self[rule_id] for rule_id in self.evaluator.reported)

    def __len__(self) -> int:
        return len(self.evaluator.reported)

    @property
    def verdicts(self) -> list[Verdict]:
        """All verdicts in catalog order."""
        return list(self)

    def outcomes(self) -> dict[str, Outcome]:
        """The outcome of every rule, without building verdicts."""
        if self._outcomes is None:
            self._outcomes = self._find_outcomes()
        return dict(self._outcomes)

    def _find_outcomes(self) -> dict[str, Outcome]:
        found: dict[str, Outcome] = dict(self.evaluator.all_out_of_scope)
        if self._is_plain:
            self.judge.outcomes(self._scope, found)
        for rule_id in self._scope.others if self._is_plain else self.evaluator.reported:
            found[rule_id] = _outcome(self.judged(rule_id))
        return found

    def judged(self, rule_id: str) -> Judged:
        """The opportunities of a rule with their findings, worked out once."""
        known = self._judged.get(rule_id)
        if known is None:
            rule = self._rule(rule_id)
            standing = self._scope.standings.get(rule_id)
            if standing is not None and standing.is_plain and self._is_plain:
                known = [self.judge.plain(standing)]
            elif standing is None and not self.facts.record.reviews and not rule.versions:
                known = self._out_of_scope(rule_id)
            else:
                known = self.judge.judge(rule, is_shown=standing is not None and standing.rest is None)
            self._judged[rule_id] = known
        return known

    def _out_of_scope(self, rule_id: str) -> Judged:
        blank = Opportunity(self.facts, self.facts.calendar, rule_id, self.judge.ask)
        return [(blank, OUT_OF_SCOPE)]

    def outcome_of(self, rule_id: str, opportunity: Opportunity) -> Outcome:
        """Another rule's outcome on the same opportunity, else on the record."""
        judged = self.judged(rule_id)
        this = opportunity.this
        same = [pair for pair in judged if this is not None and pair[0].this is this]
        return _outcome(same or judged)

    @property
    def next_change_at(self) -> datetime | None:
        """The earliest instant at which any verdict changes without new events; None: none will."""
        instants = [verdict.change_us() for verdict in self]
        future = earliest((*instants, *self._unseen()))
        return None if future is None else local(future, self.facts.calendar.zone)

    def _unseen(self) -> Iterator[int]:
        """Evidence in the record that lies after `as_of`."""
        record, as_of = self.record, self.facts.as_of
        spans: list[Event | Turn] = [*record.events, *record.turns]
        for item in spans:
            yield from (at for at in (item.at_us, item.until_us) if at is not None and at > as_of)
        yield from (review.at_us for review in record.reviews if review.at_us is not None and review.at_us > as_of)

    def to_dict(self) -> dict[str, Any]:
        """The assessment as plain JSON values; docs/reference/assessment.schema.json is its schema."""
        change = self.next_change_at
        return {
            "schema_version": SCHEMA_VERSION,
            "record_id": self.record_id,
            "as_of": self.as_of.isoformat(),
            "next_change_at": None if change is None else change.isoformat(),
            "catalog_version": self.evaluator.catalog.version,
            "catalog_digest": self.evaluator.catalog.digest,
            "problems": [_problem(problem) for problem in self.problems],
            "verdicts": [verdict.to_dict() for verdict in self],
        }


def _outcome(judged: Judged) -> Outcome:
    """The outcome of all opportunities of a rule; most have one."""
    if len(judged) == 1 and not judged[0][1].parts:
        return judged[0][1].outcome
    return combine([finding for _, finding in parts_of(judged)]).outcome


class _Asker:
    """How checks ask for the outcome of another rule.

    It does not keep the assessment: without a cycle one is freed as soon as nobody needs it, which in a long log is
    soon. One that is gone, or stayed behind in another process, is made again, as it depends on nothing else.
    """

    __slots__ = ("_assessment", "_evaluator", "_facts")

    def __init__(self, evaluator: Evaluator, facts: Facts, assessment: Assessment | None = None) -> None:
        self._evaluator, self._facts = evaluator, facts
        self._assessment = None if assessment is None else weakref.ref(assessment)

    def __call__(self, rule_id: str, opportunity: Opportunity) -> Outcome:
        known = None if self._assessment is None else self._assessment()
        if known is None:
            known = Assessment(self._evaluator, self._facts)
        return known.outcome_of(rule_id, opportunity)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Asker, (self._evaluator, self._facts)


def _problem(problem: Problem) -> Mapping[str, Any]:
    return {"code": problem.code, "path": problem.path, "message": problem.message, "hint": problem.hint}
