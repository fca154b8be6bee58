"""A table gives the verdicts that its records give one by one, outcome and reason, to the last cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.record_strategies import Subject, neighbours, shipped, subjects_of_cases, subjects_of_shipped_rules
from tests.table.wide import differences, table_of, wide_row

import servstd
from servstd.columns import limits
from servstd.errors import RecordError

AS_OF = datetime(2026, 5, 29, 12, tzinfo=UTC)


def compared(subjects: list[Subject]) -> list[str]:
    """Differences over subjects of one catalog, judged at the instant of each in turn."""
    evaluator = subjects[0].evaluator
    rows = []
    for number, subject in enumerate(subjects):
        rows.append({**wide_row(subject.record, evaluator.reader), "id": f"r{number}"})
    table = table_of(rows)
    instants = sorted({subject.as_of for subject in subjects})
    return [one for as_of in instants[:4] for one in differences(evaluator, table, as_of, may_fail=False)]


@cache
def by_catalog() -> list[list[Subject]]:
    """The subjects of each catalog: that of every case file, and the shipped one."""
    cases = groupby(subjects_of_cases(), key=lambda subject: id(subject.evaluator))
    return [list(group) for _, group in cases]


def for_batches(law: Callable[[list[Subject]], None]) -> Callable[..., None]:
    """Run a law over batches of records near the limits of one catalog's rules."""

    @st.composite
    def batches(draw: st.DrawFn) -> list[Subject]:
        own = draw(st.sampled_from([*by_catalog(), subjects_of_shipped_rules()]))
        return draw(st.lists(neighbours(own), min_size=1, max_size=8))

    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=max(40, settings.default.max_examples), suppress_health_check=checks)(
        given(batches())(law)
    )


@for_batches
def test_records_near_the_limits_have_the_same_verdicts_in_a_table(batch: list[Subject]) -> None:
    assert compared(batch) == []


@pytest.mark.parametrize("number", range(40))
def test_the_examples_beside_the_shipped_rules_have_the_same_verdicts_in_a_table(number: int) -> None:
    assert compared(subjects_of_shipped_rules()[number::40]) == []


def test_the_cases_of_every_kind_have_the_same_verdicts_in_a_table() -> None:
    for subjects in by_catalog():
        for as_of, same in groupby(sorted(subjects, key=lambda one: one.as_of), key=lambda one: one.as_of):
            assert compared(list(same)) == [], as_of


def test_a_fault_in_a_vector_check_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    right = limits.limits_of

    def wrong(starts: object, target: object, calendar: object) -> limits.LimitColumn:
        found = right(starts, target, calendar)  # type: ignore[arg-type]
        return limits.LimitColumn(found.late_after - 1, found.is_unsure)

    monkeypatch.setattr("servstd.columns.checks.limits_of", wrong)
    rows = [
        {"id": "at the limit", "kind": "interaction", "channel": "email", "audience": "external",
         "received_at": "2026-05-26T15:00-04:00", "responded_at": "2026-05-27T15:00-04:00"},
    ]  # fmt: skip
    assert (
        "email.response_time: one by one pass/in_time, in the table fail/late"
        in differences(shipped(), table_of(rows), AS_OF)[0]
    )


def test_a_row_without_an_id_stops_the_run_and_says_which() -> None:
    table = table_of([{"id": "a", "channel": "email"}, {"channel": "email"}])
    with pytest.raises(RecordError, match=r"row 1 of the table has no id"):
        servstd.Evaluator().check_table(table, as_of=AS_OF)
