"""A rule: what it says, and its body for each version and each reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from servstd.catalog.body import Body, make_body
from servstd.catalog.merge import overlay
from servstd.catalog.rule_model import RuleModel
from servstd.errors import CatalogError
from servstd.kinds.base import Check
from servstd.objective import Objective
from servstd.terms.context import Context
from servstd.terms.validation import problems_of
from servstd.yaml_reader import merge_marks


@dataclass(frozen=True)
class Version:
    """A body with the local dates between which it is in force; `until` is exclusive, None is open."""

    body: Body
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Rule:
    """One atomic, testable clause.

    `spec` is its resolved content as written, `model` the same read, `body` what decides it (with the reading that
    is in use), `versions` the bodies by date. `disabled_because` is the reason a catalog gave for switching it off.
    """

    id: str
    model: RuleModel
    spec: Mapping[str, Any]
    body: Body
    versions: tuple[Version, ...] = ()
    reading: str | None = None
    disabled_because: str | None = None
    context: Context | None = field(default=None, repr=False, compare=False)
    _bodies: dict[str, Body] = field(default_factory=dict, repr=False, compare=False)

    @property
    def title(self) -> str:
        """The rule in a few words."""
        return self.model.title

    @property
    def statement(self) -> str:
        """The standard in our own words."""
        return self.model.statement

    @property
    def question(self) -> str | None:
        """What a reviewer is asked, when one may decide it."""
        return self.model.question

    @property
    def severity(self) -> str:
        """major, minor or info."""
        return self.model.severity

    @property
    def check(self) -> Check:
        """How it is decided."""
        return self.body.check

    @property
    def enabled(self) -> bool:
        """False when it is computed but not reported."""
        return self.body.is_enabled and self.disabled_because is None

    @property
    def readings(self) -> tuple[str, ...]:
        """The names of its other readings."""
        return tuple(self.model.readings)

    @property
    def tests(self) -> list[Mapping[str, Any]]:
        """The tests beside it, as written."""
        return list(self.model.tests)

    @property
    def objective(self) -> Objective | None:
        """The share demanded over many verdicts."""
        objective: Objective | None = self.model.objective
        return objective

    def under(self, reading: str) -> Body:
        """The body under another reading. Raises `CatalogError` when there is none of that name or it is wrong."""
        if reading not in self._bodies:
            self._bodies[reading] = self._read_reading(reading)
        return self._bodies[reading]

    def _read_reading(self, reading: str) -> Body:
        return make_body(read_rule(reading_spec(self.spec, reading), self.id, self.context))

    @cached_property
    def asks(self) -> frozenset[str]:
        """The other rules that it asks about, in any of its versions."""
        bodies = [version.body for version in self.versions] or [self.body]
        return frozenset().union(*(body.rules() for body in bodies))

    @property
    def family(self) -> str:
        """The part of the id before the first dot."""
        return self.id.partition(".")[0]


def reading_spec(spec: Mapping[str, Any], reading: str) -> Mapping[str, Any]:
    """The content of a rule with a reading laid over it; the name written above all is no overlay."""
    over = (spec.get("readings") or {}).get(reading)
    laid: Mapping[str, Any] = spec if over is None else overlay(spec, over)
    return merge_marks({**laid, "reading": reading, "tests": [], "readings": {}, "versions": []}, laid)


def read_rule(spec: Mapping[str, Any], rule_id: str, context: Context | None) -> RuleModel:
    """Read the content of a rule; raises `CatalogError` with every problem."""
    try:
        return RuleModel.model_validate(spec, context=context)
    except ValidationError as error:
        raise CatalogError(problems_of(error, RuleModel, ("rules", rule_id))) from None
