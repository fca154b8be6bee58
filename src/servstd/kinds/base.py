"""What every kind of check has: its parameters as a model, `check`, and its steps in words.

A kind is one class in one file: the fields are the parameters a policy owner writes, the docstring is its page,
`check` decides one opportunity. Pass a kind of your own to `load_catalog(..., kinds=[...])`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from servstd.errors import Problem
from servstd.facts import Opportunity
from servstd.finding import Finding, not_applicable, unknown
from servstd.kinds.checks_meant import check_meant, checks_meant, kind_meant
from servstd.shape import Schema
from servstd.spelling import find_nearest, shown
from servstd.steps import Step
from servstd.terms.condition import Condition
from servstd.terms.context import Path, Reading, Shapes, Takes, faults, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.phrasing import Phrasing
from servstd.terms.read import ConditionField
from servstd.terms.shapes import checks_shape
from servstd.terms.target import Target
from servstd.terms.told import Told
from servstd.terms.validation import key_names, problems_of
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from servstd.columns import Columns, Decided
    from servstd.columns.columns import Bytes


class Check(BaseModel):
    """Base of all kinds.

    `when` limits the check to records that meet a condition: not met is not applicable, undecided is unknown.
    `trust_silence` says that the absence of an event is evidence even if the source does not say so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)

    name: ClassVar[str] = ""

    kind: str = Field(description="How it is decided.")
    when: ConditionField = Field(default=None, description="Only where this condition holds.")
    trust_silence: bool | None = Field(
        default=None, description="The absence of an event is evidence, even if the source does not say so."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        found = list(self.lacking())
        if found:
            raise PydanticCustomError("problems", "{count} problems", faults(found))
        return self

    def lacking(self) -> Iterable[Problem]:
        """What is wrong with the parameters taken together, with paths from here on."""
        return ()

    @classmethod
    def beside(cls, shapes: Shapes) -> Schema:
        """What its keys ask of each other, as a piece of JSON Schema for editors; most ask nothing."""
        return {}

    def check(self, opportunity: Opportunity) -> Finding:
        """Decide one opportunity."""
        raise NotImplementedError

    def check_columns(self, columns: Columns) -> Bytes | Decided | None:
        """Decide a batch of records: a code of `columns.codes` for each, `LEFT` where it is not sure.

        A check that finds several opportunities in a record gives `Decided`, with their counts. None, as here, leaves
        every record to `check`.
        """
        return None

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

    def decider(self) -> Callable[[Opportunity], Finding]:
        """What decides one opportunity where nobody asks which check it was: without a `when`, `check` by itself."""
        is_bare = self.when is None and type(self).decide is Check.decide
        return self.check if is_bare else self.decide

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

    def describe(self, words: Phrasing) -> Told:
        """What is demanded, in words for people who write no rules; without words of its own, its first line."""
        return Told((("Decided by", (type(self).__doc__ or self.name).strip().splitlines()[0]),))

    def told(self, words: Phrasing) -> Told:
        """The description, with `when`."""
        told = replace(self.describe(words), kind=self.name)
        if self.when is None:
            return told
        return replace(told, rows=(("Only when", words.condition(self.when)), *told.rows))

    def event_refs(self) -> tuple[EventRef, ...]:
        """The event references among the parameters."""
        return tuple(value for value in self.__dict__.values() if isinstance(value, EventRef))

    def children(self) -> tuple[Check, ...]:
        """The checks inside this one."""
        return ()

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions among the parameters."""
        own = () if self.when is None else (self.when,)
        tables = [value for value in self.__dict__.values() if isinstance(value, Target)]
        return (*own, *(row for table in tables for row, _ in table.rows if row is not None))

    def events(self) -> frozenset[str]:
        """Every event type that the check reads."""
        refs = self.event_refs()
        return frozenset().union(*(ref.words() for ref in refs), *(part.events() for part in self.conditions()))

    def fields_read(self) -> frozenset[str]:
        """Every field that the check reads."""
        return frozenset().union(*(part.fields() for part in self.conditions()))

    def reads_only_its_words(self) -> bool:
        """True when nothing but its `events`, its `fields_read` and what `reads_bounds` says can change its findings.

        A table then judges one record for all that do not differ in them. A kind of your own may say so too.
        """
        return False

    def reads_bounds(self) -> bool:
        """True when it asks when the record began or whether it has ended."""
        return False

    def takes_time(self) -> bool:
        """True when its findings may say how long something took or until when it may (`elapsed`, `late_after`).

        Of several opportunities that pass or wait, these say which one speaks for all.
        """
        return True

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


def _kind_of(spec: Mapping[str, Any], kinds: Mapping[str, Any]) -> Any:
    """What stands under `kind`, also when that key is misspelt."""
    if "kind" in spec:
        return spec["kind"]
    written = find_nearest("kind", spec) or next(
        (key for key in spec if isinstance(spec[key], str) and spec[key] in kinds), ""
    )
    return spec.get(written)


def parse_check(spec: Any, reading: Reading, path: Path = ()) -> Check | None:
    """Read one check; what is wrong is reported, and then the result is None."""
    kinds = reading.context.kinds
    if not isinstance(spec, Mapping):
        message = f"expected a check with a kind, got {shown(spec)}"
        reading.report("not-a-check", message, path, check_meant(spec, kinds))
        return None
    name = _kind_of(spec, kinds)
    model = kinds.get(name) if isinstance(name, str) else None
    if model is None:
        if name is None:
            message = f"missing key 'kind', one of {', '.join(kinds)}"
            reading.report("missing-key", message, path, kind_meant(spec, kinds))
        else:
            reading.report("unknown-kind", f"no kind is called {shown(name)}", (*path, "kind"), nearest(name, kinds))
        return None
    spec = reading.keys(spec, key_names(model), path)
    try:
        check: Check = model.model_validate(dict(spec), context=reading.context)
    except ValidationError as error:
        reading.problems.extend(problems_of(error, model, path))
        return None
    return check


def _parse_checks(spec: Any, reading: Reading, path: Path) -> dict[str, Check]:
    if not isinstance(spec, Mapping) or not spec:
        reading.report("not-a-mapping", "'checks' takes names with their checks", path, checks_meant(spec))
        return {}
    checks = {name: parse_check(body, reading, (*path, name)) for name, body in spec.items()}
    return {name: check for name, check in checks.items() if check is not None}


AutomatedField = Annotated[bool, Field(description="Whether events with `automated: true` count.")]
ChecksField = Annotated[
    Any, read_with(_parse_checks), Takes(checks_shape), Field(description="Names with their checks.")
]
