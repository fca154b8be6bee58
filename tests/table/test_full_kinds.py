"""Every kind of check gives its whole row by columns: the same as its verdict, and not from its verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.table.test_full_columns import differences, one_by_one

import servstd
from servstd.columns import combined_figures, deadline_figures, event_figures, span_figures
from servstd.columns.arrays import YES
from servstd.columns.roll_up import NEVER
from servstd.evaluate.table import rule_figures
from servstd.evaluate.table.run import TableRun

ZONE = "America/New_York"
PAUSES = [{"from": "waiting_started", "until": "waiting_ended"}]
HOLD = {"event": "hold_end", "from": "hold_start", "within": "1 business hour"}
CONSENT = {"kind": "permission", "asked": "hold_request", "agreed": "hold_consent", "refused": "hold_refusal"}
EACH = {"for_each": "hold_start"}
UPDATES = {"kind": "interval", "event": "update_sent", "from": "received", "to": "resolved"}
ANSWER = {"kind": "deadline", "from": "received", "to": "responded"}
PROMISE = {"kind": "deadline", "from": "promise", "to": "fulfilled"}


def rule(kind: str | dict[str, Any], check: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    given_kind = {"kind": kind} if isinstance(kind, str) else kind
    return {"title": "t", "statement": "s", "check": {**given_kind, **(check or {})}, **more}


RULES: dict[str, Any] = {
    "k.window": rule("recorded", HOLD, warn="50%"),
    "k.window_proved": rule("recorded", {**HOLD, "trust_silence": True}),
    "k.never": rule("recorded", {"event": "transfer_start", "until": "hold_start", "never": True}),
    "k.with": rule("recorded", {"event": "promise", "with": {"ref": "a"}}, lean={"pass": {"priority": "low"}}),
    "k.each": rule("recorded", {**HOLD, "from": "this"}, **EACH),
    "k.this": rule("recorded", {"event": "this", "with": {"by": "agent"}}, **EACH),
    "k.consent": rule(CONSENT, **EACH),
    "k.answered": rule(CONSENT, {"needs": "answered", "from": "received"}, **EACH),
    "k.asked": rule(CONSENT, {"needs": "asked", "act": "hold_start"}),
    "k.time": rule("limit", {"of": {"elapsed": ["received", "responded"]}, "at_most": "2 business hours"}),
    "k.days": rule("limit", {"of": {"elapsed": ["received", "responded"]}, "at_least": "1 business day"}),
    "k.gaps": rule(
        UPDATES, {"every": "2 business hours", "trust_silence": True}, warn=["50%", "1 elapsed hour before"]
    ),
    "k.gaps_unproved": rule(UPDATES, {"every": "1 business day"}),
    "k.gaps_paused": rule(UPDATES, {"every": "3 elapsed hours", "pauses": PAUSES, "trust_silence": True}, warn="50%"),
    "k.periods": rule(UPDATES, {"every": "each business day", "owed": "any", "trust_silence": True}, warn="50%"),
    "k.notice": rule(
        "notice",
        {"event": "autoreply_active", "from": "absence_started", "to": "absence_ended", "grace": "1 business hour"},
    ),
    "k.each_start": rule(ANSWER, {"within": "3 business hours"}, warn=["50%", "1 business hour before"]),
    "k.scoped": rule(ANSWER, {"within": "3 business hours"}, applies_to={"channel": "email"}),
    "k.paused": rule(ANSWER, {"within": "3 business hours", "pauses": PAUSES}, warn="50%"),
    "k.paused_elapsed": rule(ANSWER, {"within": "3 elapsed hours", "pauses": PAUSES, "released_by": "withdrawn"}),
    "k.paused_days": rule(ANSWER, {"within": "1 business day", "pauses": PAUSES}),
    "k.due": rule(PROMISE, {"due": "due_at"}, warn="50%"),
    "k.due_or": rule(PROMISE, {"due": "due_at", "within": "4 business hours"}, warn="1 business hour before"),
    "k.table": rule(
        ANSWER,
        {
            "within": [{"when": {"priority": "high"}, "use": "1 business hour"}, {"use": "1 business day"}],
            "when": {"channel": "email"},
        },
    ),
    "k.all": rule(
        "all_of", {"checks": {"soon": {**ANSWER, "within": "2 business hours"}, "held": {"kind": "recorded", **HOLD}}}
    ),
    "k.any": rule(
        "any_of",
        {"checks": {"soon": {**ANSWER, "within": "2 business hours"}, "late": {**ANSWER, "within": "3 elapsed hours"}}},
    ),
    "k.first": rule(
        "first_decided",
        {
            "checks": {
                "asked": {"kind": "review"},
                "held": {"kind": "recorded", **HOLD},
                "soon": {**ANSWER, "within": "1 elapsed hour"},
            }
        },
    ),
    "k.first_each": rule(
        "first_decided",
        {
            "checks": {
                "soon": {"kind": "recorded", **HOLD, "from": "this"},
                "asked": {**CONSENT, "when": {"priority": "high"}},
            }
        },
        **EACH,
    ),
    "k.first_leans": rule(
        "first_decided",
        {"checks": {"said": {"kind": "recorded", "fields": ["satisfaction"]}, "held": {"kind": "recorded", **HOLD}}},
    ),
    "k.waived": rule(ANSWER, {"within": "1 business hour"}),
    "k.versions": rule(
        ANSWER,
        {"within": "3 business hours"},
        versions=[{"from": "2026-03-10", "check": {"within": "1 business hour"}}],
    ),
    "k.after": rule(
        ANSWER, {"within": "2 business hours"}, applies_to={"rule": "k.each_start", "outcome": ["pass", "fail"]}
    ),
}
NAMES = (
    "received", "responded", "resolved", "withdrawn", "hold_start", "hold_end", "hold_request", "hold_consent",
    "hold_refusal", "waiting_started", "waiting_ended", "update_sent", "promise", "fulfilled", "autoreply_active",
    "absence_started", "absence_ended", "transfer_start",
)  # fmt: skip


@cache
def evaluator() -> servstd.Evaluator:
    office = {
        "time_zone": ZONE,
        "hours": {"mon-fri": "09:00-12:30, 13:30-17:00"},
        "holidays": {"dates": ["2026-03-09"]},
    }
    shipped = servstd.load_catalog()
    return servstd.Evaluator(
        servstd.load_catalog(
            {
                "extends": "servstd",
                "catalog": {"time_zone": ZONE},
                "calendars": {"office": office, "berlin": {**office, "time_zone": "Europe/Berlin"}},
                "default_calendar": "office",
                "calendar_for": [{"when": {"team": "berlin"}, "use": "berlin"}],
                "waivers": [{"rule": "k.waived", "when": {"channel": "email"}, "reason": "flood"}],
                "disable": dict.fromkeys(shipped.rules, "not here"),
                "rules": RULES,
            }
        )
    )


AT = pa.timestamp("us", "UTC")
ONE = pa.struct({"type": pa.string(), "at": AT, "until": AT, "ref": pa.string()})
SCHEMA = pa.schema(
    {
        **dict.fromkeys(("id", "channel", "team", "priority", "promise_ref"), pa.string()),
        **{f"{name}_at": AT for name in NAMES},
        "promise_due_at": AT,
        "autoreply_active_until": AT,
        "events": pa.list_(ONE),
    }
)
START = datetime(2026, 3, 6, 14, tzinfo=UTC)  # a Friday, 9:00; Monday is a holiday, and clocks change between
instants = st.builds(
    lambda day, half_hours, more: START + timedelta(days=day, minutes=30 * half_hours, microseconds=more),
    st.sampled_from([0, 0, 0, 0, 3, 4, 4, 5]),
    st.integers(0, 18),
    st.sampled_from([-1, 0, 0, 0, 1]),
)
maybe = st.none() | instants
more_events = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(NAMES), "at": instants, "until": maybe, "ref": st.sampled_from(["a", "b", None])}
    ),
    max_size=6,
)
rows = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["email", "phone", None]),
        "team": st.sampled_from(["berlin", "care"]),
        "priority": st.sampled_from(["high", "low", None]),
        "promise_ref": st.sampled_from(["a", "b", None]),
        **{f"{name}_at": maybe for name in NAMES},
        "promise_due_at": maybe,
        "autoreply_active_until": maybe,
    }
)


def table(given_rows: list[dict[str, Any]], events: list[list[dict[str, Any]]] | None = None) -> pa.Table:
    numbered = [{**row, "id": f"r{number}"} for number, row in enumerate(given_rows)]
    if events is None:
        return pa.Table.from_pylist(numbered, SCHEMA).drop_columns("events")
    return pa.Table.from_pylist([{**row, "events": own} for row, own in zip(numbered, events, strict=True)], SCHEMA)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(st.tuples(rows, more_events), min_size=1, max_size=8), st.booleans(), instants)
def test_rows_of_every_kind_are_those_of_the_verdicts(
    pairs: list[tuple[dict[str, Any], list[dict[str, Any]]]], is_wide: bool, as_of: datetime
) -> None:
    whole = table([row for row, _ in pairs], None if is_wide else [own for _, own in pairs])
    assert differences(evaluator(), whole, as_of) == []


def many(count: int = 300, *, is_wide: bool = True) -> pa.Table:
    """Rows in which everything happens, each a little later than in the one before; some things happen again."""
    made: list[dict[str, Any]] = []
    for number in range(count):
        steps = [(number * (7 + 5 * place)) % 2400 for place in range(len(NAMES))]
        at = {f"{name}_at": START + timedelta(minutes=step) for name, step in zip(NAMES, steps, strict=True)}
        gone = [name for place, name in enumerate(at) if (number + place) % 4 == 0]
        row: dict[str, Any] = {**at, **dict.fromkeys(gone), "promise_ref": "ab"[number % 2]}
        row |= {"team": "berlin" if number % 3 else "care", "channel": ("email", "phone", None)[number // 2 % 3]}
        row |= {"priority": ("high", "low", None)[number % 3]}
        row |= {"promise_due_at": START + timedelta(minutes=number * 11)}
        made.append({**row, "autoreply_active_until": START + timedelta(days=4)})
    again = [{"type": name, "at": START + timedelta(hours=place), "ref": "b"} for place, name in enumerate(NAMES[:14])]
    return table(made, None if is_wide else [again[number % 5 :: 5] for number in range(count)])


def judged_one_by_one(monkeypatch: pytest.MonkeyPatch, whole: pa.Table, as_of: datetime) -> dict[str, int]:
    """How many rows of each rule were not found by columns."""
    found: dict[str, int] = {}
    own = rule_figures.rule_figures

    def counted(one: Any, *others: Any) -> Any:
        figured = own(one, *others)
        found[one.id] = len(figured.rows)
        return figured

    monkeypatch.setattr("servstd.evaluate.table.full.rule_figures", counted)
    list(TableRun(evaluator(), whole, as_of).full())
    return {rule_id: count for rule_id, count in found.items() if count}


@pytest.mark.parametrize("days", [0.3, 5])
def test_no_kind_is_judged_one_by_one(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    as_of = START + timedelta(days=days)
    assert differences(evaluator(), many(24, is_wide=False), as_of) == []
    assert judged_one_by_one(monkeypatch, many(), as_of) == {}
    left = judged_one_by_one(monkeypatch, many(is_wide=False), as_of)
    assert left.keys() <= {"k.waived"}  # of which a waiver may cover one opportunity of several


def later(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, a microsecond later."""

    def changed(*values: Any, **named: Any) -> Any:
        found = function(*values, **named)
        return np.where(found == NEVER, found, found + 1)

    return changed


FAULTS: list[tuple[Any, str, Any, str]] = [
    (deadline_figures, "used_up", later(deadline_figures.used_up), "due_at"),
    (deadline_figures, "counted", later(deadline_figures.counted), "elapsed_s"),
    (deadline_figures, "_ahead", later(deadline_figures._ahead), "received_at"),
    (deadline_figures, "at_risk", lambda warn, of, as_of, calendar: of.due >= of.begins, "at_risk"),
    (span_figures, "counted", later(span_figures.counted), "elapsed_s"),
    (span_figures, "used_up", later(span_figures.used_up), "due_at"),
    (span_figures, "at_risk", lambda warn, of, as_of, calendar: of.due >= of.begins, "at_risk"),
    (event_figures, "counted", later(event_figures.counted), "elapsed_s"),
    (event_figures, "_meeting", lambda check, matched, columns, decision: matched.match * 0 + YES, "decided_at"),
    (event_figures, "LEAN_FAIL", 1, "lean"),
    (combined_figures._Combined, "_put_conflicts", lambda *_: None, "conflict"),
    (combined_figures._Combined, "_put_leans", lambda *_: None, "lean"),
]


@pytest.mark.parametrize(("where", "name", "fault", "cell"), FAULTS, ids=[f"{one[1]} {one[3]}" for one in FAULTS])
def test_a_fault_in_the_figures_of_a_kind_is_caught(
    monkeypatch: pytest.MonkeyPatch, where: Any, name: str, fault: Any, cell: str
) -> None:
    monkeypatch.setattr(where, name, fault)
    whole, found = many(24, is_wide=False), set()
    for days in (0.3, 5):
        got = pa.Table.from_batches(list(TableRun(evaluator(), whole, START + timedelta(days=days)).full())).to_pylist()
        found |= {key for row, own in zip(by_themselves(days), got, strict=True) for key in row if row[key] != own[key]}
    assert cell in found


@cache
def by_themselves(days: float) -> list[dict[str, Any]]:
    whole, as_of = many(24, is_wide=False), START + timedelta(days=days)
    return one_by_one(evaluator(), TableRun(evaluator(), whole, as_of), whole)
