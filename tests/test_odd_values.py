"""Values that programs and exports put where a single one belongs: missing ones of pandas, lists, mappings."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import servstd
from servstd.errors import RecordError
from servstd.flat import FlatReader
from servstd.plain import is_missing, is_single
from servstd.values import BadValue, parse_instant, parse_type

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
CATALOG: dict[str, Any] = {
    "extends": "servstd",
    "rules": {
        "x.reply": {
            "title": "t",
            "statement": "s",
            "applies_to": {"channel": ["email", "web"]},
            "except": {"spam": {"topic": "spam"}},
            "check": {
                "kind": "deadline",
                "from": "received",
                "to": "responded",
                "within": [{"when": {"priority": "urgent"}, "use": "4 elapsed hours"}, {"use": "1 calendar day"}],
            },
        }
    },
    "fields": {"topic": {"type": "text"}, "amount": {"type": "number"}},
}
EVALUATOR = servstd.Evaluator(servstd.load_catalog(CATALOG))
GOOD = {
    "id": "A",
    "channel": "email",
    "team": "gas",
    "topic": "bill",
    "received_at": "2026-05-20T10:00Z",
    "responded_at": "2026-05-20T11:00Z",
}


class NotAvailable:
    """As NA of pandas: compared with anything it gives itself, and it has no truth."""

    def __eq__(self, other: object) -> Any:
        return self

    def __ne__(self, other: object) -> Any:
        return self

    def __bool__(self) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = object.__hash__


class NotATime(datetime):
    """As NaT of pandas: an instant that is not equal to itself, and whose zone can not be asked."""

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def utcoffset(self) -> Any:
        raise ValueError("NaTType does not support utcoffset")

    __hash__ = datetime.__hash__


MISSING = [math.nan, NotAvailable(), NotATime(2026, 1, 1), np.float64("nan"), np.datetime64("NaT"), Decimal("nan")]
SEVERAL = [{"id": 1, "name": "High"}, ["a", "b"], {"a"}, frozenset("a"), ("a", "b"), [], {}, np.array(["a", "b"])]


def check(**given: Any) -> servstd.Verdict:
    return EVALUATOR.check({**GOOD, **given}, as_of=AS_OF)["x.reply"]


@pytest.mark.parametrize("value", MISSING, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize("key", ["team", "topic", "channel", "responded_at", "received_at", "foo", "responded_ref"])
def test_what_pandas_calls_missing_is_missing(key: str, value: Any) -> None:
    found, wanted = check(**{key: value}), check(**{key: None})
    assert (found.outcome, found.reason, found.names) == (wanted.outcome, wanted.reason, wanted.names)
    assert found.assessment.problems == wanted.assessment.problems == ()
    assert found.record == wanted.record


@pytest.mark.parametrize("value", MISSING, ids=lambda value: type(value).__name__)
def test_a_missing_id_list_or_part_is_none_too(value: Any) -> None:
    with pytest.raises(RecordError, match="has no id"):
        check(id=value)
    lists = dict.fromkeys(("events", "turns", "reviews", "complete_for", "tracked", "agent_names", "fields"), value)
    assert check(**lists).record == check().record
    parts = dict.fromkeys(("until", "actor", "ref", "sequence", "channel"), value)
    [*_, event] = check(events=[{"type": "closed", "at": AS_OF, **parts}]).record.events
    assert event == servstd.Event("closed", AS_OF)
    assert check(closed_at=value, closed_ref=value).record == check().record
    assert check(turns=[{"speaker": "agent", "text": "Hello", "at": value}]).record.turns[0].at is None
    # an event of a list without a time is bad data, as it always was
    assert check(events=[{"type": "responded", "at": value}]).reason == "bad_data"


def test_a_table_holds_the_same_to_be_missing() -> None:
    nan = [1.5, math.nan]
    table = pa.table(
        {
            **{name: [value, value] for name, value in GOOD.items() if name != "id"},
            "id": ["A", "B"],
            "team": pa.array(nan),
            "topic": pa.array(nan),
            "closed_at": pa.array([None, math.nan]),
        }
    )
    found = EVALUATOR.check_table(table, as_of=AS_OF)
    assert found["x.reply"].to_pylist() == ["pass/in_time"] * 2
    assert found["team"].to_pylist() == ["1.5", None]
    assert [one.record.team for one in EVALUATOR.check_many(table.to_pylist(), as_of=AS_OF)] == ["1.5", None]
    with pytest.raises(RecordError, match="row 1 of the table has no id"):
        EVALUATOR.check_table(table.set_column(table.schema.get_field_index("id"), "id", pa.array(nan)), as_of=AS_OF)


@pytest.mark.parametrize("value", SEVERAL, ids=repr)
def test_a_list_or_a_mapping_is_no_text(value: Any) -> None:
    assert (is_single(value), is_missing(value)) == (False, False)
    for key in ("topic", "priority"):
        found = check(**{key: value})
        assert (found.reason, found.names) == ("bad_data", (key,))
        assert found.assessment.problems[0].code == "unknown-value"
    assert check(team=value).record.team is None
    assert check(team=value).reason == "in_time"
    with pytest.raises(BadValue, match="is not one of"):
        parse_type("one of a, b").read(value)
    by_hand = servstd.Record("A", channel="email", fields={"topic": value})
    assert not FlatReader(EVALUATOR.catalog.vocabulary)._is_typed(by_hand)


def test_the_hint_names_the_parts_of_a_mapping() -> None:
    [problem] = check(priority={"id": 1, "name": "High"}).assessment.problems
    assert problem.render() == (
        "priority: {id: 1, name: High} is not a text [unknown-value]\nhint: give one of its parts alone: id, name"
    )
    assert check(priority=["a"]).assessment.problems[0].hint is None


@pytest.mark.parametrize("value", [{"id": 1}, ["a"]], ids=repr)
def test_lists_and_mappings_are_judged_counted_and_grouped_alike_by_all_paths(value: Any) -> None:
    rows = [{**GOOD, "topic": value, "foo": value}, {**GOOD, "id": "B", "foo": None}, {**GOOD, "id": "C", "foo": value}]
    rows = [{**row, "topic": row["topic"] if row["id"] == "A" else None} for row in rows]
    table = pa.Table.from_pylist(rows)
    assert EVALUATOR.check_table(table, as_of=AS_OF)["x.reply"].to_pylist() == [
        "unknown/bad_data", "pass/in_time", "pass/in_time"
    ]  # fmt: skip
    for by in ("foo", "topic", "team"):
        by_columns = EVALUATOR.tally_table(table, as_of=AS_OF, by=("rule_id", by))
        one_by_one = servstd.summarize(EVALUATOR.check_many(rows, as_of=AS_OF), by=("rule_id", by))
        assert servstd.summarize(by_columns) == one_by_one
    assert {one.key["foo"] for one in one_by_one if "foo" in one.key} == set()
    keys = {key[1] for key in EVALUATOR.tally_table(table, as_of=AS_OF, by=("rule_id", "foo")).groups}
    assert keys == {None, '{"id": 1}' if isinstance(value, dict) else '["a"]'}


def test_an_actor_that_is_a_mapping_stops_no_rule() -> None:
    event = {"type": "hold_start", "at": "2026-05-20T10:00Z", "actor": {"id": 1}}
    call = {"id": "A", "channel": "phone", "audience": "external", "events": [event]}
    reasons = {one.reason for one in EVALUATOR.check(call, as_of=AS_OF)}
    assert "check_error" not in reasons


def test_what_can_not_be_read_is_bad_data_also_where_scope_needs_it() -> None:
    row = {**GOOD, "channel": "E-Mail"}
    found = EVALUATOR.check(row, as_of=AS_OF)["x.reply"]
    assert (found.reason, found.names) == ("bad_data", ("channel",))
    assert EVALUATOR.check_table(pa.Table.from_pylist([row]), as_of=AS_OF)["x.reply"].to_pylist() == [
        "unknown/bad_data"
    ]
    assert check(channel=None).reason == "missing_field"


SINCE = "since 1970, write it as 2026-05-20T08:00:00Z"


class Nowhere(tzinfo):
    """A zone that says nothing of itself."""


@pytest.mark.parametrize("value", [NotATime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=Nowhere())])
def test_an_instant_whose_zone_can_not_be_asked_is_bad_data(value: datetime) -> None:
    with pytest.raises(BadValue, match="is not an instant"):
        parse_instant(value)
    with pytest.raises(RecordError, match="is not an instant"):
        EVALUATOR.check(GOOD, as_of=value)
    with pytest.raises(RecordError, match=r"received_at: .* is not an instant"):
        servstd.Event("received", value)


@pytest.mark.parametrize(
    ("value", "says", "hint"),
    [
        (date(2026, 5, 20), "2026-05-20 is not an instant", "write it as 2026-05-22T15:00-04:00"),
        (b"noon", "bytes 'noon' is not an instant", "write it as 2026-05-22T15:00-04:00"),
        (math.inf, "inf is not an instant", "write it as 2026-05-22T15:00-04:00"),
        (7, "7 is not an instant", "write it as 2026-05-22T15:00-04:00"),
        (
            1779264000,
            "1779264000 is not an instant",
            "if it counts seconds since 1970, write it as 2026-05-20T08:00:00Z",
        ),
        (
            "1779264000000",
            "'1779264000000' is not an instant",
            f"if it counts milliseconds {SINCE}",
        ),
    ],
)
def test_what_is_no_instant_is_said_as_it_is_written(value: Any, says: str, hint: str) -> None:
    problem = check(received_at=value).assessment.problems[0]
    assert (problem.message, problem.hint) == (says, hint)


def test_a_rule_that_fails_names_the_record(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Any:
        raise RuntimeError("a secret")

    rule = EVALUATOR.catalog.rules["x.reply"]
    monkeypatch.setattr(type(rule.body.check), "decide", fail)
    assert check().reason == "check_error"
    assert "the check of rule x.reply failed on record A: RuntimeError in fail, line " in caplog.text
    assert "secret" not in caplog.text


def test_of_a_log_such_a_row_is_a_bad_row_on_both_paths(tmp_path: Path) -> None:
    from tests.adapters.table.both import by_rows, differences

    log = tmp_path / "log.jsonl"
    log.write_text('{"id": "A", "priority": "high"}\n{"id": "B", "priority": {"id": 1}}\n{"id": "C", "topic": ["a"]}\n')
    vocabulary = EVALUATOR.catalog.vocabulary
    assert differences(log, None, vocabulary) == []
    assert [one.record_id for one in by_rows(log, None, vocabulary)[1]] == ["B", "C"]


def test_a_bad_row_of_a_table_names_what_it_can_not_hold(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text(
        "id,received_at,received_sequence\nA,2026-05-20T10:00Z,99999999999999999999\nB,2026-05-20T10:00Z,1\n"
    )
    read = servstd.read_table(log)
    assert read.to_table()["id"].to_pylist() == ["B"]
    [bad] = read.bad_rows
    assert bad.render() == f"{log}:2: received_sequence: a table can not hold '99999999999999999999' [bad-row]"
