"""The shape of a rule as a policy owner writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from servstd.kinds.base import parse_check
from servstd.objective import Objective, parse_objective
from servstd.outcome import REASONS, Outcome
from servstd.terms.anchor import Anchor
from servstd.terms.condition import Condition
from servstd.terms.context import Path, Reading, read_with
from servstd.terms.read import ConditionField, parse_anchor, parse_condition, parse_event_ref
from servstd.terms.warning import WarnField
from servstd.vocabulary import nearest

RULE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
ERROR_CLASSES = ("customer_critical", "business_critical", "compliance_critical", "non_critical")
_TEST_KEYS = ("name", "calendar", "use_reading", "as_of", "given", "expect")
_FINDING_KEYS = (
    "outcome", "reason", "due_at", "late_after", "lean", "conflict", "opportunities", "passed_count", "failed_count",
    "pending_count", "unknown_count", "elapsed_s", "late_by_s", "assumed",
)  # fmt: skip


def _read_except(spec: Any, reading: Reading, path: Path) -> dict[str, Condition]:
    if not isinstance(spec, Mapping):
        reading.report("not-a-mapping", "'except' takes names with their conditions", path)
        return {}
    return {name: parse_condition(body, reading, (*path, name)) for name, body in spec.items()}


def _read_check(spec: Any, reading: Reading, path: Path) -> Any:
    return parse_check(spec, reading, path)


def _read_for_each(spec: Any, reading: Reading, path: Path) -> Any:
    """Read an event reference, or `{said: cue, by: speaker}`."""
    if isinstance(spec, Mapping) and "said" in spec:
        return parse_anchor(spec, reading, path)
    return Anchor("event", parse_event_ref(spec, reading, path))


def _read_lean(spec: Any, reading: Reading, path: Path) -> dict[str, Condition]:
    if not isinstance(spec, Mapping):
        reading.report("not-a-mapping", "'lean' takes pass or fail with a condition", path)
        return {}
    reading.keys(spec, ("pass", "fail"), path)
    return {name: parse_condition(body, reading, (*path, name)) for name, body in spec.items()}


def _read_objective(spec: Any, reading: Reading, path: Path) -> Objective | None:
    objective, problems = parse_objective(spec, path)
    reading.problems.extend(problems)
    return objective


def _read_date(spec: Any, reading: Reading, path: Path) -> date | None:
    try:
        return date.fromisoformat(str(spec))
    except ValueError:
        reading.report("not-a-date", f"{spec!r} is not a date such as 2027-01-01", path)
        return None


def _read_versions(spec: Any, reading: Reading, path: Path) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] = []
    if not isinstance(spec, (list, tuple)):
        reading.report("not-a-list", "'versions' takes a list", path)
        return versions
    for index, item in enumerate(spec):
        place = (*path, index)
        if not isinstance(item, Mapping) or "from" not in item:
            reading.report("missing-key", "a version needs 'from'", place)
            continue
        begin = _read_date(item["from"], reading, (*place, "from"))
        until = _read_date(item["until"], reading, (*place, "until")) if item.get("until") is not None else None
        if begin and until and until <= begin:
            reading.report("dates-swapped", f"ends {until}, when or before it begins", (*place, "until"))
        rest = {key: value for key, value in item.items() if key not in ("from", "until")}
        versions.append({"from": begin, "until": until, "overlay": rest})
    return versions


def _read_tests(spec: Any, reading: Reading, path: Path) -> list[Mapping[str, Any]]:
    if not isinstance(spec, (list, tuple)):
        reading.report("not-a-list", "'tests' takes a list", path)
        return []
    for index, test in enumerate(spec):
        place = (*path, index)
        if not isinstance(test, Mapping) or "given" not in test or "expect" not in test:
            reading.report("missing-key", "a test needs 'given' and 'expect'", place)
            continue
        reading.keys(test, _TEST_KEYS, place)
        _check_expectation(test["expect"], reading, (*place, "expect"))
    return list(spec)


def _check_expectation(spec: Any, reading: Reading, path: Path) -> None:
    """An outcome, or a mapping with what is expected of the verdict."""
    wanted = spec if isinstance(spec, Mapping) else {"outcome": spec}
    reading.keys(wanted, _FINDING_KEYS, path)
    for key, known, code in (("outcome", tuple(Outcome), "unknown-outcome"), ("reason", REASONS, "unknown-value")):
        value = wanted.get(key)
        if value is not None and value not in known:
            place = (*path, key) if wanted is spec else path
            reading.report(code, f"{value!r} is not one of {', '.join(known)}", place, nearest(value, known))


def _read_names(spec: Any, reading: Reading, path: Path) -> Mapping[str, Any]:
    if not isinstance(spec, Mapping) or not all(isinstance(body, Mapping) for body in spec.values()):
        reading.report("not-a-mapping", "'readings' takes names with what each changes", path)
        return {}
    for name, body in spec.items():
        for key in body:
            if key not in READING_KEYS:
                message = f"unknown key {key!r}; allowed: {', '.join(READING_KEYS)}"
                reading.report("unknown-key", message, (*path, name, key), nearest(key, READING_KEYS))
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


class CalendarChoice(BaseModel):
    """`calendar: {use: name, time_zone: field}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    use: str | None = None
    time_zone: str | None = None


class RuleModel(BaseModel):
    """One rule. docs/reference/rules.md explains every key."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)

    title: str
    statement: str = ""
    source: dict[str, str] = {}
    why: str = ""
    owner: str = ""
    severity: Literal["major", "minor", "info"] = "minor"
    error_class: Literal["customer_critical", "business_critical", "compliance_critical", "non_critical"] = (
        "non_critical"
    )
    question: str | None = None
    enabled: bool = True
    applies_to: ConditionField = None
    except_: Annotated[Any, read_with(_read_except)] = Field(default={}, alias="except")
    for_each: Annotated[Any, read_with(_read_for_each)] = None
    calendar: CalendarChoice | None = None
    check: Annotated[Any, read_with(_read_check)]
    reading: str | None = None
    readings: Annotated[Any, read_with(_read_names)] = {}
    lean: Annotated[Any, read_with(_read_lean)] = {}
    warn: WarnField = ()
    objective: Annotated[Any, read_with(_read_objective)] = None
    review_by: Annotated[Any, read_with(_read_date)] = None
    report_by: str | None = None
    min_group: int | None = None
    versions: Annotated[Any, read_with(_read_versions)] = []
    replaced_by: str | None = None
    tests: Annotated[Any, read_with(_read_tests)] = []
