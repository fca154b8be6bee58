"""The full table by columns has the rows that verdicts give one by one, to the last cell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.record_strategies import Subject, neighbours, subjects_of_cases, subjects_of_shipped_rules
from tests.table.wide import table_of, wide_row

import servstd
from servstd.columns import deadline_figures as deadlines
from servstd.evaluate.rows import verdict_row
from servstd.evaluate.table import full
from servstd.evaluate.table.full import rows_batch
from servstd.evaluate.table.run import TableRun

ZONE = "America/New_York"
OFFICE = {"time_zone": ZONE, "hours": {"mon-fri": "09:00-12:30, 13:30-17:00"}, "holidays": {"dates": ["2026-03-09"]}}
NIGHTS = {"time_zone": ZONE, "hours": {"mon-sun": "22:00-06:00"}}


def rule(within: Any, **more: Any) -> dict[str, Any]:
    check = {"kind": "deadline", "from": "received", "to": "responded", "within": within, **more.pop("check", {})}
    return {"title": "t", "statement": "s", "warn": ["50%", "1 elapsed hour before"], "check": check, **more}


PAUSES = [{"from": "waiting_started", "until": "waiting_ended"}]
RULES: dict[str, Any] = {
    "a.business_time": rule("4 business hours", warn=["50%", "1 business hour before"]),
    # used up at the noon closing when it began at the opening, and in time until the office opens again
    "a.until_noon": rule("210 business minutes"),
    "a.warned": rule("4 business hours", warn="1 business hour before"),
    "a.elapsed": rule("24 elapsed hours"),
    "a.business_day": rule("1 business day"),
    "a.end_of_day": rule("end of 1 business day"),
    "a.calendar_days": rule("2 calendar days", warn="80%"),
    "a.paused": rule("4 business hours", check={"pauses": PAUSES}),
    "a.released": rule("4 business hours", check={"released_by": "withdrawn"}),
    "a.silent": rule("4 business hours", check={"trust_silence": False}),
    "a.first": rule("4 business hours", check={"cycles": "first"}),
    "a.longest": rule("4 business hours", check={"cycles": "longest"}),
    "a.table": rule([{"when": {"priority": "high"}, "use": "1 business hour"}, {"use": "1 business day"}]),
    "a.of_night": rule("3 business hours", calendar={"use": "nights"}),
    "a.of_zone": rule("4 business hours", calendar={"time_zone": "requester_time_zone"}),
    "a.waived": rule("4 business hours"),
    "a.scoped": rule("4 business hours", applies_to={"channel": "email"}, **{"except": {"low": {"priority": "low"}}}),
    "a.lean": rule("4 business hours", check={"trust_silence": False}, lean={"pass": {"priority": "low"}}),
    "a.hold": {
        "title": "t",
        "statement": "s",
        "for_each": "hold_start",
        "check": {"kind": "recorded", "event": "hold_end", "from": "this", "within": "1 elapsed hour"},
    },
    "a.either": {
        "title": "t",
        "statement": "s",
        "check": {
            "kind": "first_decided",
            "checks": {
                "asked": {"kind": "review"},
                "timed": {"kind": "deadline", "from": "received", "to": "responded", "within": "4 business hours"},
            },
        },
    },
    "a.versions": rule("4 business hours", versions=[{"from": "2026-03-10", "check": {"within": "2 business hours"}}]),
}
CATALOG: dict[str, Any] = {
    "extends": "servstd",
    "catalog": {"version": "3", "time_zone": ZONE},
    "calendars": {"office": OFFICE, "nights": NIGHTS},
    "default_calendar": "office",
    "calendar_for": [{"when": {"team": "night"}, "use": "nights"}],
    "waivers": [{"rule": "a.waived", "when": {"team": "care"}, "reason": "flood"}],
    "rules": RULES,
}
EVENTS = ("received", "responded", "waiting_started", "waiting_ended", "withdrawn", "hold_start", "hold_end")


@cache
def evaluator() -> servstd.Evaluator:
    shipped = servstd.load_catalog()
    return servstd.Evaluator(servstd.load_catalog({**CATALOG, "disable": dict.fromkeys(shipped.rules, "not here")}))


# Office hours, both nights on which clocks change, and the limits of the targets from them.
seconds = st.sampled_from([-1, 0, 0, 0, 1, 1800])
steps = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 15, 16, 17, 20, 22, 23, 24, 25, 48, 49])
days = st.sampled_from(
    [datetime(2026, 3, day, 13, tzinfo=UTC) for day in (6, 7, 8, 9, 10)] + [datetime(2026, 11, 1, 2, tzinfo=UTC)]
)
instants = st.builds(lambda day, hours, more: day + timedelta(hours=hours, seconds=more), days, steps, seconds)
rows = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["email", "phone", None]),
        "team": st.sampled_from(["care", "night", "", None]),
        "agent": st.sampled_from(["a1", None]),
        "priority": st.sampled_from(["high", "low", None]),
        "requester_time_zone": st.sampled_from([None, None, "Europe/Berlin", "no/zone"]),
        **{
            f"{name}_at": (st.none() | instants) if name in EVENTS[:2] else (st.none() | st.none() | instants)
            for name in EVENTS
        },
        "reviews": st.none()
        | st.none()
        | st.just([{"rule": "a.either", "value": "yes"}, {"rule": "a.scoped", "value": "no"}]),
        "events": st.none()
        | st.none()
        | st.lists(st.fixed_dictionaries({"type": st.sampled_from(EVENTS), "at": instants}), max_size=3),
    }
)
at = pa.timestamp("us", "UTC")
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        **dict.fromkeys(("channel", "team", "agent", "priority", "requester_time_zone"), pa.string()),
        **{f"{name}_at": at for name in EVENTS},
        "reviews": pa.list_(pa.struct({"rule": pa.string(), "value": pa.string()})),
        "events": pa.list_(pa.struct({"type": pa.string(), "at": at})),
    }
)
WIDE = [name for name in SCHEMA.names if name not in ("reviews", "events")]


def table(given_rows: list[dict[str, Any]], names: list[str] | None = None) -> pa.Table:
    numbered = [{**row, "id": f"r{number}"} for number, row in enumerate(given_rows)]
    return pa.Table.from_pylist(numbered, SCHEMA).select(names or SCHEMA.names)


def one_by_one(judge: servstd.Evaluator, run: TableRun, given_table: pa.Table) -> list[dict[str, Any]]:
    records = (judge.check(run.reader.read(row), as_of=run.as_of) for row in given_table.to_pylist())
    return list(rows_batch(verdict_row(one[rule_id]) for one in records for rule_id in run.rules).to_pylist())


def differences(
    judge: servstd.Evaluator, given_table: pa.Table, as_of: datetime, rules: list[str] | None = None
) -> list[str]:
    """The cells that differ."""
    run = TableRun(judge, given_table, as_of, rules)
    wanted, found = one_by_one(judge, run, given_table), pa.Table.from_batches(list(run.full())).to_pylist()
    return [
        f"{row['rule_id']} {name}: one by one {row[name]!r}, by columns {got[name]!r} ({row['reason']})"
        for row, got in zip(wanted, found, strict=True)
        for name in row
        if row[name] != got[name]
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, min_size=1, max_size=6), st.booleans(), instants)
def test_rows_near_the_limits_are_those_of_the_verdicts(
    given_rows: list[dict[str, Any]], is_wide: bool, as_of: datetime
) -> None:
    assert differences(evaluator(), table(given_rows, WIDE if is_wide else None), as_of) == []


@cache
def by_catalog() -> list[list[Subject]]:
    subjects: dict[int, list[Subject]] = {}
    for subject in subjects_of_cases():
        subjects.setdefault(id(subject.evaluator), []).append(subject)
    return [own for own in subjects.values() if own_rules(own)[0].startswith("case.")]


def table_of_subjects(subjects: list[Subject]) -> pa.Table:
    reader = subjects[0].evaluator.reader
    return table_of([{**wide_row(one.record, reader), "id": f"r{place}"} for place, one in enumerate(subjects)])


def own_rules(subjects: list[Subject]) -> list[str]:
    judge = subjects[0].evaluator
    return [rule_id for rule_id in judge.reported if rule_id in judge.catalog.own_rules]


@pytest.mark.parametrize("number", [0, 13, 27])
def test_examples_beside_the_shipped_rules_have_the_same_rows(number: int) -> None:
    subjects = subjects_of_shipped_rules()[number::40]
    assert differences(subjects[0].evaluator, table_of_subjects(subjects), subjects[0].as_of) == []


def test_the_cases_of_every_kind_have_the_same_rows() -> None:
    for subjects in by_catalog():
        some = subjects[::4]
        # towards the end of the years that calendars reach, each of them is worked out whole
        as_of = max(one.as_of for one in subjects if one.as_of.year < 2100)
        assert differences(subjects[0].evaluator, table_of_subjects(some), as_of, own_rules(some)) == []


@st.composite
def batches(draw: st.DrawFn) -> list[Subject]:
    return draw(st.lists(neighbours(draw(st.sampled_from(by_catalog()))), min_size=1, max_size=4))


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batches())
def test_records_near_the_cases_have_the_same_rows(batch: list[Subject]) -> None:
    assert differences(batch[0].evaluator, table_of_subjects(batch), batch[0].as_of, own_rules(batch)) == []


def test_deadlines_of_wide_columns_are_not_judged_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    base = datetime(2026, 3, 16, 14, tzinfo=UTC)
    given_rows = [
        {
            "channel": "email",
            "received_at": base + timedelta(minutes=n),
            "responded_at": base + timedelta(minutes=3 * n),
        }
        for n in range(200)
    ]
    judged: list[int] = []
    assessed = TableRun.assessed

    def counted(run: TableRun, source: Any, indices: Any) -> Any:
        judged.extend(indices.tolist())
        return assessed(run, source, indices)

    names = ("a.business_time", "a.elapsed", "a.business_day", "a.end_of_day", "a.calendar_days", "a.scoped")
    whole, as_of = table(given_rows, WIDE), base + timedelta(days=1)
    wanted = one_by_one(evaluator(), TableRun(evaluator(), whole, as_of, names), whole)
    monkeypatch.setattr(TableRun, "assessed", counted)
    found = pa.Table.from_batches(list(TableRun(evaluator(), whole, as_of, names).full()))
    assert found.to_pylist() == wanted
    assert judged == []


@pytest.mark.parametrize("minutes", [209, 210, 211, 269, 270, 271])
def test_a_target_used_up_at_a_closing_has_two_limits(minutes: int) -> None:
    opening = datetime(2026, 3, 16, 13, tzinfo=UTC)
    whole = table([{"received_at": opening, "responded_at": opening + timedelta(minutes=minutes)}], WIDE)
    as_of = opening + timedelta(days=1)
    assert differences(evaluator(), whole, as_of) == []
    [row] = pa.Table.from_batches(list(TableRun(evaluator(), whole, as_of, ["a.until_noon"]).full())).to_pylist()
    assert (row["due_at"], row["late_after"]) == (opening + timedelta(minutes=210), opening + timedelta(minutes=270))
    assert row["outcome"] == ("pass" if minutes <= 270 else "fail")


@pytest.mark.parametrize(
    ("rule_id", "warned_after"),
    [("a.warned", timedelta(hours=3)), ("a.business_time", timedelta(hours=2)), ("a.elapsed", timedelta(hours=12))],
)
@pytest.mark.parametrize("more", [timedelta(seconds=-1), timedelta(0), timedelta(minutes=20)])
def test_a_verdict_is_at_risk_from_its_first_warning_on(rule_id: str, warned_after: timedelta, more: timedelta) -> None:
    opening = datetime(2026, 3, 16, 13, tzinfo=UTC)
    whole, as_of = table([{"received_at": opening}], WIDE), opening + warned_after + more
    assert differences(evaluator(), whole, as_of) == []
    [row] = pa.Table.from_batches(list(TableRun(evaluator(), whole, as_of, [rule_id]).full())).to_pylist()
    assert (row["outcome"], row["at_risk"]) == ("pending", more >= timedelta(0))


@pytest.mark.parametrize("rule_id", ["a.business_time", "a.scoped", "a.hold"])
@pytest.mark.parametrize("more", [{}, {"priority": "low"}])
def test_a_reviewer_who_disagrees_is_a_conflict_in_the_table_too(rule_id: str, more: dict[str, Any]) -> None:
    opening = datetime(2026, 3, 16, 13, tzinfo=UTC)
    row = {"channel": "email", "received_at": opening, "responded_at": opening + timedelta(hours=1), **more}
    whole = table([{**row, "reviews": [{"rule": rule_id, "value": "no"}]}, row])
    assert differences(evaluator(), whole, opening + timedelta(days=1)) == []
    run = TableRun(evaluator(), whole, opening + timedelta(days=1), ["a.business_time", "a.scoped", "a.hold"])
    found = pa.Table.from_batches(list(run.full())).to_pylist()
    conflicts = [(one["record_id"], one["rule_id"]) for one in found if one["conflict"]]
    assert conflicts == ([] if rule_id == "a.hold" else [("r0", rule_id)])


def test_a_fault_in_the_figures_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    base = datetime(2026, 3, 6, 14, tzinfo=UTC)
    monkeypatch.setattr(deadlines, "counted", lambda begins, *rest: begins * 0)
    whole = table([{"received_at": base, "responded_at": base + timedelta(hours=1)}], WIDE)
    assert any("a.elapsed elapsed_s" in one for one in differences(evaluator(), whole, base + timedelta(days=1)))


def test_many_batches_are_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    base = datetime(2026, 3, 6, 14, tzinfo=UTC)
    whole = table([{"channel": "email", "received_at": base + timedelta(hours=n)} for n in range(11)])
    wanted = evaluator().check_table(whole, as_of=base, full=True)
    monkeypatch.setattr("servstd.evaluate.table.run.full_rows", lambda rules: 3)
    assert evaluator().check_table(whole, as_of=base, full=True).equals(wanted)
    assert wanted.schema == full.FULL_SCHEMA
    assert wanted.num_rows == 11 * len(evaluator().reported)


def test_no_rows_make_a_table_with_all_columns() -> None:
    empty = evaluator().check_table(table([]), as_of=datetime(2026, 3, 6, tzinfo=UTC), full=True)
    assert (empty.num_rows, empty.schema) == (0, full.FULL_SCHEMA)
