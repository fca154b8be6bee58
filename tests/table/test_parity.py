"""One definition in every place: a record has the same verdicts alone, in any form of table, and in a long log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.record_strategies import Subject, aim_of, shipped, subjects_of_cases, subjects_of_shipped_rules

import servstd
from servstd import Evaluator, Record
from servstd.columns import limits
from servstd.columns.decided import Decided, as_decided
from servstd.errors import RecordError
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.kinds.examples import EXAMPLES, HOURS
from servstd.outcome import UNKNOWN
from servstd.testing import check_parity
from servstd.testing.aims import Trial
from servstd.testing.forms import table_of, wide_row
from servstd.testing.paths import differences, flat_form, form_differences
from servstd.testing.records import trials

AS_OF = datetime(2026, 5, 29, 12, tzinfo=UTC)
RULES = tuple(shipped().catalog.rules)
BY_COLUMNS = [name for name, kind in KINDS.items() if kind.check_columns is not Check.check_columns]


def only(evaluator: Evaluator, rules: Iterable[str]) -> Evaluator:
    """The evaluator, reporting no more than these rules."""
    found = Evaluator(evaluator.catalog, defaults=evaluator.defaults, strict=evaluator.strict)
    found.reported = tuple(dict.fromkeys(rules))
    return found


def numbered(records: Iterable[Record]) -> list[Record]:
    return [replace(record, id=f"r{number}") for number, record in enumerate(records)]


def told(evaluator: Evaluator, records: Iterable[Record], as_of: datetime) -> str:
    """The first difference, or nothing."""
    return next(map(str, differences(numbered(records), as_of, evaluator)), "")


@cache
def by_rule() -> Mapping[str, list[Subject]]:
    found: dict[str, list[Subject]] = {rule_id: [] for rule_id in RULES}
    for subject in subjects_of_shipped_rules():
        found[subject.rule_id].append(subject)
    return found


@pytest.mark.parametrize("rule_id", RULES)
def test_the_tests_beside_a_rule_have_the_same_verdicts_by_every_path(rule_id: str) -> None:
    own = by_rule()[rule_id]
    last = max(subject.as_of for subject in own)
    assert told(only(shipped(), [rule_id]), [subject.record for subject in own], last) == ""


def near(rule_id: str, most: int) -> st.SearchStrategy[list[Trial]]:
    """A few records that reach a rule, near its limits."""
    return st.lists(trials(shipped(), [aim_of(shipped(), rule_id)]), min_size=1, max_size=most)


def for_batches(rule_id: str, share: float, most: int = 8) -> Callable[[Callable[[list[Trial]], None]], None]:
    """Run a law over batches of records near the limits of a rule."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    examples = max(2, round(settings.default.max_examples * share))
    # A difference is told with the record that shows it, which need not be the smallest one.
    how = settings(max_examples=examples, suppress_health_check=checks, phases=[Phase.generate])
    return lambda law: how(given(near(rule_id, most))(law))()


@pytest.mark.parametrize("rule_id", RULES)
def test_records_near_the_limits_of_a_rule_have_the_same_verdicts_by_every_path(rule_id: str) -> None:
    @for_batches(rule_id, 0.02)
    def _(batch: list[Trial]) -> None:
        assert told(only(shipped(), [rule_id]), [trial.record for trial in batch], batch[0].as_of) == ""


@pytest.mark.parametrize("rule_id", RULES[::3])
def test_values_that_can_not_be_read_have_the_same_verdicts_in_a_table(rule_id: str) -> None:
    evaluator = only(shipped(), [rule_id])

    @for_batches(rule_id, 0.02)
    def _(batch: list[Trial]) -> None:
        rows = [wide_row(record, shipped().reader) for record in numbered(trial.record for trial in batch)]
        form = flat_form("a table with values that can not be read", [*map(spoilt, range(99), rows)], evaluator)
        assert next(map(str, form_differences(form, batch[0].as_of, evaluator)), "") == ""


def spoilt(number: int, row: dict[str, Any]) -> dict[str, Any]:
    """The row with one of its values as no text of its type is written."""
    names = [name for name in row if name not in ("id", "turns", "reviews", "tracked", "complete_for", "agent_names")]
    return row | {names[number % len(names)]: "?"}


CASES = {
    file: list(group) for file, group in groupby(subjects_of_cases(), key=lambda one: one.rule_id.rpartition("_")[0])
}


@pytest.mark.parametrize("file", CASES)
def test_the_cases_of_every_kind_have_the_same_verdicts_by_every_path(file: str) -> None:
    rest: list[list[Subject]] = []
    for _, group in groupby(sorted(CASES[file], key=place), key=place):
        subjects = list(group)
        if len(subjects) >= 10:
            assert told_of(subjects) == ""
        elif rest and is_near(rest[-1][-1], subjects[0]):
            rest[-1].extend(subjects)  # an instant of their own for a few records takes longer than it is worth
        else:
            rest.append(subjects)
    assert [told_of(subjects) for subjects in rest] == [""] * len(rest)


def is_near(one: Subject, other: Subject) -> bool:
    """Of one catalog and time: what is owed again and again is not owed for years."""
    return one.evaluator is other.evaluator and other.as_of - one.as_of < timedelta(days=30)


def told_of(subjects: list[Subject]) -> str:
    """The first difference between the paths over records of one catalog, as of their last instant."""
    evaluator = only(subjects[0].evaluator, [subject.rule_id for subject in subjects])
    return told(evaluator, [subject.record for subject in subjects], max(subject.as_of for subject in subjects))


def place(subject: Subject) -> tuple[int, datetime]:
    return id(subject.evaluator), subject.as_of


def examples_of(kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A catalog with the checks of the examples of a kind, and their records."""
    rules: dict[str, Any] = {}
    for example in EXAMPLES[kind]:
        rule = {"title": kind, "check": dict(example.check)}
        rule |= {"for_each": example.for_each} if example.for_each else {}
        if rule not in rules.values():
            rules[f"example.{kind}_{len(rules) + 1}"] = rule
    records = [{"id": str(number), **example.record} for number, example in enumerate(EXAMPLES[kind])]
    return {"calendars": {"office": HOURS}, "default_calendar": "office", "rules": rules}, records


@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_kind_keeps_the_parity_that_is_asked_of_every_kind(kind: str) -> None:
    catalog, records = examples_of(kind)
    found = check_parity(kind, catalog=catalog, records=records, as_of=AS_OF, examples=3)
    assert found.notes == () if kind in BY_COLUMNS else found.decided is None


@pytest.mark.parametrize("kind", BY_COLUMNS)
def test_a_fault_in_the_vector_check_of_a_kind_is_caught(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = KINDS[kind].check_columns

    def wrong(check: Any, columns: Any) -> Any:
        found = right(check, columns)
        return None if found is None else changed(as_decided(found), columns.codes.of(UNKNOWN, "custom"))

    monkeypatch.setattr(KINDS[kind], "check_columns", wrong)
    catalog, records = examples_of(kind)
    with pytest.raises(AssertionError, match=f"example.{kind}_.*(outcome|reason) is '.*' through"):
        check_parity(kind, catalog=catalog, records=records, as_of=AS_OF, examples=1)


def changed(decided: Decided, code: int) -> Decided:
    """What was decided, with another verdict for every record that passed."""
    return replace(decided, codes=np.where(decided.codes < 254, np.uint8(code), decided.codes))


def test_a_limit_that_is_off_by_a_microsecond_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = limits.limits_of

    def wrong(*args: Any) -> limits.LimitColumn:
        found = right(*args)
        return replace(found, late_after=found.late_after - 1)

    monkeypatch.setattr("servstd.columns.single_deadlines.limits_of", wrong)
    row = {"id": "at the limit", "kind": "interaction", "channel": "email", "audience": "external",
           "received_at": "2026-05-26T15:00-04:00", "responded_at": "2026-05-27T15:00-04:00"}  # fmt: skip
    text = told(only(shipped(), ["email.response_time"]), [shipped().reader.read(row)], AS_OF)
    assert text.startswith("email.response_time: outcome is 'fail' through a table of wide columns, 'pass' by itself")


def test_a_row_without_an_id_stops_the_run_and_says_which() -> None:
    table = table_of([{"id": "a", "channel": "email"}, {"channel": "email"}])
    with pytest.raises(RecordError, match=r"row 1 of the table has no id"):
        servstd.Evaluator().check_table(table, as_of=AS_OF)
