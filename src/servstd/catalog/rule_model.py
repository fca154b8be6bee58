"""The shape of a rule as a policy owner writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from servstd.catalog.rule_shape import date_shape, except_shape, lean_shape, silence_shape, tests_shape
from servstd.catalog.rules_meant import (
    calendar_meant,
    exemptions_meant,
    lean_meant,
    listed_tests_meant,
    naming,
    readings_meant,
    source_meant,
    unnamed_conditions,
    versions_meant,
)
from servstd.catalog.silence import read_silence
from servstd.kinds.base import parse_check
from servstd.objective import Objective, parse_objective
from servstd.objective.target import objective_shape
from servstd.outcome import REASONS, Outcome
from servstd.slips import date_fault, parse_date
from servstd.spelling import shown
from servstd.terms.anchor import Anchor
from servstd.terms.condition import Condition
from servstd.terms.context import MeantBy, Path, Reading, Takes, read_with
from servstd.terms.meant import is_said
from servstd.terms.read import (
    ConditionField,
    parse_anchor,
    parse_condition,
    parse_event_ref,
    report_no_condition,
)
from servstd.terms.read_shape import event_or_said_shape
from servstd.terms.shapes import check_shape
from servstd.terms.warning import WarnField
from servstd.values import TIME_HINT, BadValue, parse_instant
from servstd.vocabulary import nearest
from servstd.yaml_reader import merge_marks

RULE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
ERROR_CLASSES = ("customer_critical", "business_critical", "compliance_critical", "non_critical")
TEST_KEYS = ("name", "fixture", "calendar", "use_reading", "as_of", "given", "expect")
_FINDING_KEYS = (
    "outcome", "reason", "due_at", "late_after", "lean", "conflict", "opportunities", "passed_count", "failed_count",
    "pending_count", "unknown_count", "elapsed_s", "late_by_s", "assumed",
)  # fmt: skip


def _read_except(spec: Any, reading: Reading, path: Path) -> dict[str, Condition]:
    if not isinstance(spec, Mapping):
        message = "'except' takes names with their conditions"
        reading.report("not-a-mapping", message, path, exemptions_meant(spec, reading))
        return {}
    unnamed = unnamed_conditions(spec, reading)
    if unnamed:  # one slip, however many parts the condition has
        name, body = next(iter(unnamed.items()))
        report_no_condition(body, reading, (*path, name), naming(unnamed))
    return {name: parse_condition(body, reading, (*path, name)) for name, body in spec.items() if name not in unnamed}


def _read_check(spec: Any, reading: Reading, path: Path) -> Any:
    return parse_check(spec, reading, path)


def _read_for_each(spec: Any, reading: Reading, path: Path) -> Any:
    """Read an event reference, or `{said: cue, by: speaker}`."""
    if is_said(spec):
        return parse_anchor(spec, reading, path)
    return Anchor("event", parse_event_ref(spec, reading, path))


def _read_lean(spec: Any, reading: Reading, path: Path) -> dict[str, Condition]:
    if not isinstance(spec, Mapping):
        reading.report("not-a-mapping", "'lean' takes pass or fail with a condition", path, lean_meant(spec))
        return {}
    reading.keys(spec, ("pass", "fail"), path)
    return {name: parse_condition(body, reading, (*path, name)) for name, body in spec.items()}


def _read_objective(spec: Any, reading: Reading, path: Path) -> Objective | None:
    objective, problems = parse_objective(spec, path)
    reading.problems.extend(problems)
    return objective


def _read_date(spec: Any, reading: Reading, path: Path) -> date | None:
    try:
        return parse_date(spec)
    except ValueError:
        message, hint = date_fault(spec)
        reading.report("not-a-date", message, path, hint)
        return None


def _read_versions(spec: Any, reading: Reading, path: Path) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = []
    if not isinstance(spec, (list, tuple)):
        reading.report("not-a-list", "'versions' takes a list", path, versions_meant(spec))
        return versions
    for index, item in enumerate(spec):
        place = (*path, index)
        if isinstance(item, Mapping) and "from" not in item:  # it may be misspelt
            item = reading.keys(item, _WORDS_OF_VERSIONS, place)
        if not isinstance(item, Mapping) or "from" not in item:
            reading.report("missing-key", "a version needs 'from'", place)
            continue
        begin = _read_date(item["from"], reading, (*place, "from"))
        until = _read_date(item["until"], reading, (*place, "until")) if item.get("until") is not None else None
        if begin and until and until <= begin:
            reading.report("dates-swapped", f"ends {until}, when or before it begins", (*place, "until"))
        rest = merge_marks({key: value for key, value in item.items() if key not in ("from", "until")}, item)
        for key in rest:
            # What no date governs would be read and then pass unheard; what is no key at all is told with the rule.
            if key in _RULE_KEYS and key not in VERSION_KEYS:
                reading.report("version-key", f"a version can not change {key!r}", (*place, key))
        versions.append({"from": begin, "until": until, "overlay": rest})
    return versions


def _read_tests(spec: Any, reading: Reading, path: Path) -> list[Mapping[str, Any]]:
    if not isinstance(spec, (list, tuple)):
        reading.report("not-a-list", "'tests' takes a list", path, listed_tests_meant(spec))
        return []
    for index, test in enumerate(spec):
        read_test(test, TEST_KEYS, reading, (*path, index))
    return list(spec)


def read_test(test: Any, keys: Sequence[str], reading: Reading, path: Path) -> bool:
    """Check the shape of one test; False when it can not be used at all."""
    if isinstance(test, Mapping):
        test = reading.keys(test, keys, path)
    if not isinstance(test, Mapping) or "expect" not in test or not ("given" in test or "fixture" in test):
        rule = "'rule', " if "rule" in keys else ""
        reading.report("missing-key", f"a test needs {rule}'given' (or 'fixture') and 'expect'", path)
        return False
    given = test.get("given")
    if given is not None and not isinstance(given, Mapping):
        reading.report("not-a-mapping", f"'given' takes a record in flat form, got {shown(given)}", (*path, "given"))
        return False
    _check_expectation(test["expect"], reading, (*path, "expect"))
    return True


def _check_expectation(spec: Any, reading: Reading, path: Path) -> None:
    """An outcome, or a mapping with what is expected of the verdict."""
    wanted = spec if isinstance(spec, Mapping) else {"outcome": spec}
    wanted = reading.keys(wanted, _FINDING_KEYS, path)
    outcomes = tuple(Outcome)
    if spec is None or spec == {}:  # it would fail whatever comes, or pass
        reading.report("unknown-outcome", f"{shown(None)} is not one of {', '.join(outcomes)}", path)
        return
    lists = (("outcome", outcomes, "unknown-outcome"), ("lean", outcomes, "unknown-outcome"))
    for key, known, code in (*lists, ("reason", REASONS, "unknown-value")):
        value = wanted.get(key)
        is_needed = key == "outcome" and key in wanted  # no verdict is without one
        if (value is not None or is_needed) and (not isinstance(value, str) or value not in known):
            place = (*path, key) if isinstance(spec, Mapping) else path
            reading.report(code, f"{shown(value)} is not one of {', '.join(known)}", place, nearest(value, known))
    for key in ("due_at", "late_after"):
        try:
            _ = None if wanted.get(key) is None else parse_instant(wanted[key])
        except BadValue as error:
            reading.report(error.code, str(error), (*path, key), TIME_HINT)


def _read_names(spec: Any, reading: Reading, path: Path) -> Mapping[str, Any]:
    if not isinstance(spec, Mapping) or not all(isinstance(body, Mapping) for body in spec.values()):
        message = "'readings' takes names with what each changes"
        reading.report("not-a-mapping", message, path, readings_meant(spec))
        return {}
    for name, body in spec.items():
        reading.keys(body, READING_KEYS, (*path, name))
    return spec


READING_KEYS = (
    "applies_to",
    "except",
    "for_each",
    "calendar",
    "check",
    "lean",
    "enabled",
    "warn",
    "question",
    "statement",
    "title",
)


VERSION_KEYS = (*READING_KEYS, "reading", "readings", "source", "why", "owner")
_WORDS_OF_VERSIONS = ("from", "until", *VERSION_KEYS)


class CalendarChoice(BaseModel):
    """`calendar: {use: name, time_zone: field}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use: str | None = None
    time_zone: str | None = None


def _read_calendar(spec: Any, reading: Reading, path: Path) -> CalendarChoice | None:
    if spec is None:
        return None
    if not isinstance(spec, Mapping):
        message = f"'calendar' takes 'use' and 'time_zone', got {shown(spec)}"
        reading.report("not-a-mapping", message, path, calendar_meant(spec))
        return None
    spec = reading.keys(spec, tuple(CalendarChoice.model_fields), path)
    for key, value in spec.items():
        if value is not None and not isinstance(value, str):
            reading.report("wrong-type", f"expected a text, got {shown(value)}", (*path, key))
            return None
    return CalendarChoice(**spec)


_ENABLED = "`false`: computed for rules that ask about it, not reported."
_APPLIES_TO = "What the rule is about. Must be shown: undecided is unknown."
_WARN = "When to warn while pending: a share of the time, or `2 business hours before`."


class RuleModel(BaseModel):
    """One rule. docs/reference/rules.md explains every key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)

    title: str = Field(description="The rule in a few words.")
    statement: str = Field(default="", description="The standard, in your own words.")
    source: Annotated[dict[str, str], MeantBy(source_meant)] = Field(
        default={}, description="Where it comes from: `document`, `section`, ..."
    )
    why: str = Field(default="", description="What it is good for.")
    owner: str = Field(default="", description="Who may change it.")
    severity: Literal["major", "minor", "info"] = Field(default="minor", description="How much a miss hurts.")
    error_class: Literal["customer_critical", "business_critical", "compliance_critical", "non_critical"] = Field(
        default="non_critical", description="Whom a miss hurts."
    )
    question: str | None = Field(default=None, description="What a reviewer is asked.")
    enabled: bool = Field(default=True, description=_ENABLED)
    applies_to: ConditionField = Field(default=None, description=_APPLIES_TO)
    except_: Annotated[Any, read_with(_read_except), Takes(except_shape)] = Field(
        default={}, alias="except", description="Named exemptions. Must be shown: undecided exempts nobody."
    )
    for_each: Annotated[Any, read_with(_read_for_each), Takes(event_or_said_shape)] = Field(
        default=None, description="Each such event or turn is an opportunity. Left out: the record is the only one."
    )
    calendar: Annotated[CalendarChoice | None, read_with(_read_calendar)] = Field(
        default=None, description="Another calendar than the record's: `{use: name, time_zone: field}`."
    )
    check: Annotated[Any, read_with(_read_check), Takes(check_shape)] = Field(description="How it is decided.")
    reading: str | None = Field(default=None, description="The name of what is written.")
    readings: Annotated[Any, read_with(_read_names)] = Field(
        default={}, description="Other interpretations by name, each with what it changes."
    )
    lean: Annotated[Any, read_with(_read_lean), Takes(lean_shape)] = Field(
        default={}, description="`pass` or `fail` with a condition: a hint for unknown verdicts."
    )
    warn: WarnField = Field(default=(), description=_WARN)
    objective: Annotated[Any, read_with(_read_objective), Takes(objective_shape)] = Field(
        default=None, description="The share demanded over many verdicts."
    )
    review_by: Annotated[Any, read_with(_read_date), Takes(date_shape)] = Field(
        default=None, description="When to look at the rule again: a date."
    )
    report_by: str | None = Field(default=None, description="By what to group its figures.")
    min_group: int | None = Field(default=None, description="The smallest group worth showing.")
    versions: Annotated[Any, read_with(_read_versions)] = Field(
        default=[], description="Amendments: `from`, `until` and what changes, each laid over what was in force before."
    )
    replaced_by: str | None = Field(default=None, description="For a retired rule: the one that follows it.")
    silence: Annotated[Any, read_with(read_silence), Takes(silence_shape)] = Field(
        default={}, description="Findings of `servstd lint` that are meant to be, each with the reason."
    )
    tests: Annotated[Any, read_with(_read_tests), Takes(tests_shape)] = Field(
        default=[], description="Records with what is expected of them; `servstd test` runs them."
    )


_RULE_KEYS = frozenset(field.alias or name for name, field in RuleModel.model_fields.items())
