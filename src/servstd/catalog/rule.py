"""A rule: what it says, and its body for each version and each reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from servstd.catalog.body import Body, make_body
from servstd.catalog.merge import overlay
from servstd.catalog.rule_model import RuleModel
from servstd.errors import CatalogError
from servstd.kinds.base import Check
from servstd.objective import Objective
from servstd.terms.context import Context
from servstd.terms.validation import problems_of
from servstd.values import to_us
from servstd.yaml_reader import merge_marks


@dataclass(frozen=True)
class Version:
    """A body with the local dates between which it is in force; `until` is exclusive, None is open.

    `spec` is the rule's whole content in that time, with the reading in use.
    """

    body: Body
    from_: date | None = None
    until: date | None = None
    spec: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def covers(self, instant_us: int, zone: ZoneInfo) -> bool:
        """True when an instant lies between the midnights of the dates, in the catalog's zone."""
        if self.from_ is not None and instant_us < midnight_us(self.from_, zone):
            return False
        return self.until is None or instant_us < midnight_us(self.until, zone)


@lru_cache(maxsize=1024)
def midnight_us(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local date, in UTC microseconds."""
    return to_us(datetime.combine(day, time(), zone))


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
    _as_read: dict[str, Rule] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        # what was read since is read again: other threads may be adding to it
        return {**self.__dict__, "_bodies": {}, "_as_read": {}}

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
        return self.disabled_because is None and any(body.is_enabled for body in self.bodies)

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

    def as_read(self, reading: str) -> Rule:
        """The rule under another reading, with its versions. Raises `CatalogError` as `under` does."""
        if reading not in self._as_read:
            body, laid = self.under(reading), reading_spec(self.spec, reading)
            versions = tuple(
                Version(make_body(read_rule(spec, self.id, self.context)), from_, until, spec)
                for spec, from_, until in laid_versions(laid, self.model.versions, reading)
            )
            self._as_read[reading] = replace(self, body=body, reading=reading, versions=versions, _as_read={})
        return self._as_read[reading]

    @property
    def effective_spec(self) -> Mapping[str, Any]:
        """Its content with the reading in use laid over it."""
        return self.spec if self.reading is None else reading_spec(self.spec, self.reading)

    @cached_property
    def timeline(self) -> tuple[Version, ...]:
        """Its versions; of a rule without any, the one that has always held."""
        return self.versions or (Version(self.body, spec=self.effective_spec),)

    @property
    def bodies(self) -> tuple[Body, ...]:
        """What decides it: one body for each of its versions."""
        return tuple(version.body for version in self.versions) or (self.body,)

    @cached_property
    def in_force(self) -> tuple[Version, ...]:
        """The versions that are judged by: those that are not switched off, unless all of them are."""
        return tuple(version for version in self.versions if version.body.is_enabled) or self.versions

    def version_at(self, instant_us: int, zone: ZoneInfo) -> Version | None:
        """The version in force at an instant; None outside of all."""
        return next((version for version in self.in_force if version.covers(instant_us, zone)), None)

    @cached_property
    def asks(self) -> frozenset[str]:
        """The other rules that it asks about, in any of its versions."""
        return frozenset().union(*(body.rules() for body in self.bodies))

    @property
    def family(self) -> str:
        """The part of the id before the first dot."""
        return self.id.partition(".")[0]


def reading_spec(spec: Mapping[str, Any], reading: str) -> Mapping[str, Any]:
    """The content of a rule with a reading laid over it; the name written above all is no overlay."""
    over = (spec.get("readings") or {}).get(reading)
    laid: Mapping[str, Any] = spec if over is None else overlay(spec, over)
    return merge_marks({**laid, "reading": reading, "tests": [], "readings": {}, "versions": []}, laid)


def laid_versions(
    spec: Mapping[str, Any], versions: Sequence[Mapping[str, Any]], reading: str | None = None
) -> Iterator[tuple[Mapping[str, Any], date | None, date | None]]:
    """The whole content of a rule for each stretch of time, with its dates; nothing for a rule without versions.

    `spec` has the reading in use laid over it. Each version is laid over the one before it; a version that says
    itself what the reading in use now means has that laid over it too.
    """
    written = sorted(versions, key=lambda version: str(version["from"]))
    if not written:
        return
    laid: Mapping[str, Any] = merge_marks({**spec, "versions": [], "tests": [], "readings": {}}, spec)
    yield laid, None, written[0]["from"]
    for index, version in enumerate(written):
        over = version["overlay"]
        laid = overlay(laid, over)
        if reading is not None and (changed := (over.get("readings") or {}).get(reading)):
            laid = overlay(laid, changed)
        laid = merge_marks({**laid, "readings": {}}, laid)
        following = written[index + 1]["from"] if index + 1 < len(written) else None
        ends = [day for day in (version["until"], following) if day is not None]
        yield laid, version["from"], min(ends, default=None)


def read_rule(spec: Mapping[str, Any], rule_id: str, context: Context | None) -> RuleModel:
    """Read the content of a rule; raises `CatalogError` with every problem."""
    try:
        return RuleModel.model_validate(spec, context=context)
    except ValidationError as error:
        raise CatalogError(problems_of(error, RuleModel, ("rules", rule_id))) from None
