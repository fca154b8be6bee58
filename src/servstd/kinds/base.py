"""What every kind of check has: its parameters as a model, `check`, and its steps in words.

A kind is one class in one file: the fields are the parameters a policy owner writes, the docstring is its page,
`check` decides one opportunity. Pass a kind of your own to `load_catalog(..., kinds=[...])`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.steps import Step
from servstd.terms.condition import Condition
from servstd.terms.context import Path, Reading, faults, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.read import ConditionField
from servstd.terms.validation import problems_of
from servstd.vocabulary import nearest


class Check(BaseModel):
    """Base of all kinds.

    `when` limits the check to records that meet a condition: not met is not applicable, undecided is unknown.
    `trust_silence` says that the absence of an event is evidence even if the source does not say so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)

    name: ClassVar[str] = ""

    kind: str
    when: ConditionField = None
    trust_silence: bool | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        found = list(self.lacking())
        if found:
            raise PydanticCustomError("problems", "{count} problems", faults(found))
        return self

    def lacking(self) -> Iterable[Problem]:
        """What is wrong with the parameters taken together, with paths from here on."""
        return ()

    def check(self, opportunity: Opportunity) -> Finding:
        """Decide one opportunity."""
        raise NotImplementedError

    def is_meant(self, opportunity: Opportunity) -> bool:
        """False when its `when` is certainly not met: a combination leaves the check out."""
        return self.when is None or self.when.test(opportunity.values, opportunity) is not False

    def decide(self, opportunity: Opportunity) -> Finding:
        """Decide one opportunity, minding `when`; notes which check it was."""
        finding = self.check(opportunity) if self.when is None else self._check_when(opportunity)
        if finding.check is None:
            finding.check = self
            for part in finding.parts:
                part.check = self
        return finding

    def _check_when(self, opportunity: Opportunity) -> Finding:
        answer = self.when.test(opportunity.values, opportunity)
        if answer is False:
            return not_applicable("no_opportunity")
        if answer is None:
            names = self.when.missing(opportunity.values, opportunity)
            is_event = any(name in opportunity.facts.vocabulary.events for name in names)
            return unknown("no_such_event" if is_event else "missing_field", *names)
        return self.check(opportunity)

    def alternatives(self, opportunity: Opportunity) -> Iterable[Finding]:
        """What other evidence says that the finding did not need; for conflicts."""
        return ()

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """How the finding came about."""
        return []

    def event_refs(self) -> tuple[EventRef, ...]:
        """The event references among the parameters."""
        return tuple(value for value in self.__dict__.values() if isinstance(value, EventRef))

    def children(self) -> tuple[Check, ...]:
        """The checks inside this one."""
        return ()

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions among the parameters."""
        return () if self.when is None else (self.when,)

    def events(self) -> frozenset[str]:
        """Every event type that the check reads."""
        refs = self.event_refs()
        return frozenset().union(*(ref.words() for ref in refs), *(part.events() for part in self.conditions()))

    def fields_read(self) -> frozenset[str]:
        """Every field that the check reads."""
        return frozenset().union(*(part.fields() for part in self.conditions()))

    def needs_review(self) -> bool:
        """True when only a reviewer can decide it."""
        return False

    def starts(self) -> EventRef | None:
        """The event that starts its clock, when it has one."""
        return None

    def condition_events(self) -> frozenset[str]:
        """Event types that its conditions ask about: what those do to the outcome is not known."""
        return frozenset().union(*(part.events() for part in self.conditions()))

    def helping(self) -> frozenset[str]:
        """Event types whose presence can only help: taking one away never turns a fail into a pass."""
        return frozenset()

    def harming(self) -> frozenset[str]:
        """Event types whose presence can only harm: with one more of them a fail stays a fail."""
        return frozenset()


def parse_check(spec: Any, reading: Reading, path: Path = ()) -> Check | None:
    """Read one check; what is wrong is reported, and then the result is None."""
    if not isinstance(spec, Mapping):
        reading.report("not-a-check", f"expected a check with a kind, got {spec!r}", path)
        return None
    kinds = reading.context.kinds
    name = spec.get("kind")
    model = kinds.get(name) if isinstance(name, str) else None
    if model is None:
        if name is None:
            reading.report("missing-key", f"missing key 'kind', one of {', '.join(kinds)}", path)
        else:
            reading.report("unknown-kind", f"no kind is called {name!r}", (*path, "kind"), nearest(name, kinds))
        return None
    try:
        check: Check = model.model_validate(dict(spec), context=reading.context)
    except ValidationError as error:
        reading.problems.extend(problems_of(error, model, path))
        return None
    return check


def _parse_checks(spec: Any, reading: Reading, path: Path) -> dict[str, Check]:
    if not isinstance(spec, Mapping) or not spec:
        reading.report("not-a-mapping", "'checks' takes names with their checks", path)
        return {}
    checks = {name: parse_check(body, reading, (*path, name)) for name, body in spec.items()}
    return {name: check for name, check in checks.items() if check is not None}


ChecksField = Annotated[Any, read_with(_parse_checks)]
