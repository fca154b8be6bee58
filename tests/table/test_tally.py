"""A table is counted by columns: every figure is that of its verdicts one by one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.record_strategies import subjects_of_shipped_rules
from tests.table.wide import table_of, wide_row

import servstd
from servstd.errors import RecordError
from servstd.evaluate.table.run import TableRun
from servstd.evaluate.table.tally import _Cells
from servstd.objective import Tally

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
CATALOG: dict[str, Any] = {
    "extends": "servstd",
    "rules": {
        "call.hold_asked": {
            "title": "t",
            "statement": "s",
            "applies_to": {"channel": "phone"},
            "for_each": "hold_start",
            "check": {"kind": "recorded", "event": {"event": "hold_end"}, "from": "this", "trust_silence": True},
        },
        "mail.strict": {
            "title": "t",
            "statement": "s",
            "applies_to": {"channel": "email"},
            "reading": "day",
            "readings": {"hour": {"check": {"within": "1 elapsed hour"}}},
            "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "2 elapsed hours"},
        },
    },
    "waivers": [{"rule": "mail.strict", "when": {"team": "flooded"}, "reason": "flood"}],
}
BY = [
    ("rule_id",),
    ("rule_id", "team"),
    ("team", "rule_id", "priority"),
    ("priority",),
    ("outcome", "agent"),
    ("reason", "rule_id", "reading"),
    ("kind", "postcode_of_town"),
    (),
]


@cache
def evaluator() -> servstd.Evaluator:
    return servstd.Evaluator(servstd.load_catalog(CATALOG))


instants = st.integers(0, 400).map(lambda hours: datetime(2026, 5, 15, tzinfo=UTC) + timedelta(hours=hours))
events = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["hold_start", "hold_end", "received"]), "at": instants}), max_size=5
)
records = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["email", "phone", None]),
        "team": st.sampled_from(["care", "flooded", "", None]),
        "agent": st.sampled_from(["a1", "a2", None]),
        "priority": st.sampled_from(["high", "low", "", None]),
        "received_at": st.none() | instants,
        "responded_at": st.none() | instants,
        "events": st.none() | events,
        "fields": st.none() | st.just({"team": "own"}),
    }
)
SCHEMA = pa.schema(
    {
        "id": pa.string(),
        **dict.fromkeys(("channel", "team", "agent", "priority"), pa.string()),
        **dict.fromkeys(("received_at", "responded_at"), pa.timestamp("us", "UTC")),
        "events": pa.list_(pa.struct({"type": pa.string(), "at": pa.timestamp("us", "UTC")})),
        "fields": pa.struct({"team": pa.string()}),
    }
)


def table(rows: list[dict[str, Any]], names: Any = None) -> pa.Table:
    whole = pa.Table.from_pylist([{**row, "id": f"r{number}"} for number, row in enumerate(rows)], SCHEMA)
    return whole if names is None else whole.select(names)


# Without the lists, nearly all is judged by columns; with them, much of it is not.
tables = st.builds(
    table,
    st.lists(records, max_size=12),
    st.sampled_from([None, [name for name in SCHEMA.names if name not in ("events", "fields")]]),
)


def one_by_one(judge: servstd.Evaluator, given_table: pa.Table, by: tuple[str, ...], as_of: datetime = AS_OF) -> Tally:
    """The tally of the verdicts, each made and counted."""
    reader, tally = TableRun(judge, given_table, as_of).reader, Tally(by)
    for row in given_table.to_pylist():
        for verdict in judge.check(reader.read(row), as_of=as_of):
            tally.add(verdict)
    return tally


@settings(max_examples=40)
@given(tables, st.sampled_from(BY))
def test_a_tally_of_a_table_is_that_of_its_verdicts(given_table: pa.Table, by: tuple[str, ...]) -> None:
    found, wanted = evaluator().tally_table(given_table, as_of=AS_OF, by=by), one_by_one(evaluator(), given_table, by)
    assert found == wanted
    assert servstd.summarize(found) == servstd.summarize(wanted)


@settings(max_examples=15)
@given(tables, st.integers(0, 12), st.sampled_from(BY))
def test_any_split_adds_up_to_the_whole(given_table: pa.Table, cut: int, by: tuple[str, ...]) -> None:
    parts = [given_table.slice(0, cut), given_table.slice(cut)]
    one, two = (evaluator().tally_table(part, as_of=AS_OF, by=by) for part in parts)
    assert one + two == two + one == evaluator().tally_table(given_table, as_of=AS_OF, by=by)


@settings(max_examples=15)
@given(tables, st.randoms(use_true_random=False), st.sampled_from(BY))
def test_the_order_of_records_does_not_matter(
    given_table: pa.Table, chance: random.Random, by: tuple[str, ...]
) -> None:
    order = chance.sample(range(given_table.num_rows), given_table.num_rows)
    shuffled = given_table.take(pa.array(order, pa.int64()))
    counted = [evaluator().tally_table(one, as_of=AS_OF, by=by) for one in (given_table, shuffled)]
    assert counted[0] == counted[1]
    assert servstd.summarize(counted[0]) == servstd.summarize(counted[1])


@settings(max_examples=15)
@given(tables, st.sampled_from(BY))
def test_a_tally_goes_through_a_table_and_back(given_table: pa.Table, by: tuple[str, ...]) -> None:
    tally = evaluator().tally_table(given_table, as_of=AS_OF, by=by)
    assert Tally.from_table(tally.to_table()) == tally


@settings(max_examples=15)
@given(tables)
def test_a_finer_tally_holds_the_coarser_ones(given_table: pa.Table) -> None:
    fine = evaluator().tally_table(given_table, as_of=AS_OF, by=("rule_id", "team", "agent"))
    for by in (("rule_id",), ("agent",), ("team", "rule_id"), ()):
        assert fine.coarser(by) == evaluator().tally_table(given_table, as_of=AS_OF, by=by)
        assert servstd.summarize(fine, by=by) == servstd.summarize(fine.coarser(by))


@pytest.mark.parametrize("number", range(0, 40, 8))
def test_the_examples_beside_the_shipped_rules_are_counted_alike(number: int) -> None:
    own = subjects_of_shipped_rules()[number::40]
    judge = own[0].evaluator
    rows = [{**wide_row(one.record, judge.reader), "id": f"r{place}"} for place, one in enumerate(own)]
    for by in (("rule_id",), ("rule_id", "channel")):
        found = judge.tally_table(table_of(rows), as_of=own[0].as_of, by=by)
        assert found == one_by_one(judge, table_of(rows), by, own[0].as_of)


def test_several_opportunities_of_a_record_are_counted() -> None:
    day = datetime(2026, 5, 20, tzinfo=UTC)
    held = [{"type": "hold_start", "at": day}, {"type": "hold_end", "at": day}, {"type": "hold_start", "at": AS_OF}]
    row = {"channel": "phone", "events": held}
    tally = evaluator().tally_table(table([row, row]), as_of=AS_OF)
    counts = tally.groups["call.hold_asked",]
    assert (counts.records, counts.opportunities) == (2, 4)
    assert counts == one_by_one(evaluator(), table([row, row]), ("rule_id",)).groups["call.hold_asked",]


def test_a_waived_fail_counts_no_opportunity() -> None:
    received = datetime(2026, 5, 20, tzinfo=UTC)
    rows = [{"channel": "email", "team": team, "received_at": received} for team in ("flooded", "care", "flooded")]
    counts = evaluator().tally_table(table(rows), as_of=AS_OF).groups["mail.strict",]
    assert counts.reasons() == {"waived": 2, "overdue": 1}
    assert (counts.failed, counts.opportunities) == (1, 1)


def test_a_rule_that_raises_counts_one_unknown_a_record() -> None:
    from servstd.kinds.base import Check

    class Broken(Check):
        """Always raises."""

        name = "broken"
        kind: str = "broken"

        def check(self, opportunity: Any) -> Any:
            raise RuntimeError

    rule = {"title": "t", "statement": "s", "check": {"kind": "broken"}}
    catalog = servstd.load_catalog({"extends": "servstd", "rules": {"a.broken": rule}}, kinds=[Broken])
    judge = servstd.Evaluator(catalog)
    counts = judge.tally_table(table([{}, {}]), as_of=AS_OF).groups["a.broken",]
    assert (counts.reasons(), counts.unknown) == ({"check_error": 2}, 2)


def test_groups_have_the_values_that_records_have() -> None:
    given_table = pa.table({"id": ["1", "2", "3"], "unread_count": [2, None, 2], "vip": [True, False, None]})
    tally = evaluator().tally_table(given_table, as_of=AS_OF, by=("unread_count", "vip", "record_id"))
    assert list(tally.groups) == [(2, True, "1"), (None, False, "2"), (2, None, "3")]


def test_the_same_table_in_many_batches_and_in_a_reader() -> None:
    rows = [{"team": f"t{number % 7}", "channel": "email", "received_at": AS_OF} for number in range(50)]
    whole = table(rows)
    reader = pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=3))
    by = ("rule_id", "team")
    assert evaluator().tally_table(reader, as_of=AS_OF, by=by) == evaluator().tally_table(whole, as_of=AS_OF, by=by)


def test_sums_are_settled_as_they_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servstd.evaluate.table.tally._MOST_WAITING", 4)
    whole = table([{"team": f"t{number % 5}"} for number in range(40)])
    found = evaluator().tally_table(pa.Table.from_batches(whole.to_batches(max_chunksize=4)), as_of=AS_OF, by=("team",))
    assert {key: counts.records for key, counts in found.groups.items()} == {
        (f"t{number}",): 8 * len(evaluator().reported) for number in range(5)
    }


def test_nothing_counted_is_an_empty_tally() -> None:
    tally = evaluator().tally_table(table([]), as_of=AS_OF, by=("rule_id", "team"))
    assert (tally.groups, servstd.summarize(tally), _Cells().amounts.shape) == ({}, [], (0, 6))
    assert tally.to_table().schema.names == [
        *("rule_id", "team", "outcome", "reason"),
        *("records", "passed", "failed", "pending", "unknown", "squares"),
    ]


@pytest.mark.parametrize("name", ["due_at", "lean", "at_risk", "passed_count"])
def test_what_only_a_verdict_knows_makes_no_group(name: str) -> None:
    with pytest.raises(RecordError, match=f"a table is not counted by '{name}'"):
        evaluator().tally_table(table([{}]), as_of=AS_OF, by=("rule_id", name))


def test_a_slip_in_a_grouping_column_is_told() -> None:
    tally = evaluator().tally_table(table([{"team": "care"}]), as_of=AS_OF, by=("rule_id", "teem"))
    with pytest.raises(RecordError, match="did you mean 'team'"):
        servstd.summarize(tally)


def test_a_record_without_an_id_is_refused_as_in_the_compact_table() -> None:
    given_table = pa.table({"id": ["1", None]})
    with pytest.raises(RecordError, match="row 1 of the table has no id"):
        evaluator().tally_table(given_table, as_of=AS_OF)


def test_a_tally_is_told_by_some_of_its_columns_only() -> None:
    tally = evaluator().tally_table(table([{}]), as_of=AS_OF, by=("rule_id", "team"))
    with pytest.raises(RecordError, match="it can not be told by 'agent'"):
        servstd.summarize(tally, by=("rule_id", "agent"))


def test_a_column_that_nobody_has_is_refused_with_the_one_that_was_meant() -> None:
    table = pa.table({"id": ["a"], "town": ["x"]})
    with pytest.raises(RecordError, match=r"no field or column is called 'taem' \[unknown-column\]\nhint: .*'team'"):
        evaluator().tally_table(table, as_of=AS_OF, by=("rule_id", "taem"))
    for name in ("town", "priority", "month", "agent", "id", "record_id"):
        evaluator().tally_table(table, as_of=AS_OF, by=name)
