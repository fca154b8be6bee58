"""What goes into a table run and what comes out of it."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.record_strategies import shipped
from tests.table.wide import differences, table_of

import servstd
from servstd import Evaluator
from servstd.columns import Columns
from servstd.errors import RecordError
from servstd.evaluate.rows import COLUMNS, verdict_row
from servstd.evaluate.table import TableRun, expand
from servstd.evaluate.table.batches import BATCH_ROWS, batches_of
from servstd.finding import Finding
from servstd.kinds.base import Check
from servstd.outcome import PASS

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
MAIL = {"kind": "interaction", "channel": "email", "audience": "external"}
ROWS = [
    {"id": "in time", **MAIL, "received_at": "2026-05-26T15:00-04:00", "responded_at": "2026-05-27T15:00-04:00"},
    {"id": "late", **MAIL, "received_at": "2026-05-26T15:00-04:00", "responded_at": "2026-05-27T15:00:01-04:00"},
    {"id": "never", **MAIL, "received_at": "2026-05-26T15:00-04:00"},
    {"id": "a call", "channel": "phone", "team": "care"},
]
OUTCOMES = ["pass/in_time", "fail/late", "fail/overdue", "not_applicable/out_of_scope"]


def response_times(table: Any) -> list[str]:
    return [str(text) for text in shipped().check_table(table, as_of=AS_OF)["email.response_time"].to_pylist()]


def test_the_compact_table_has_a_row_a_record_and_a_column_a_rule() -> None:
    table = shipped().check_table(table_of(ROWS), as_of=AS_OF)
    assert table["record_id"].to_pylist() == ["in time", "late", "never", "a call"]
    assert table["team"].to_pylist() == [None, None, None, "care"]
    assert table["email.response_time"].to_pylist() == OUTCOMES
    assert [name for name in table.schema.names if "." in name] == list(shipped().reported)
    assert pa.types.is_dictionary(table.schema.field("email.response_time").type)


def test_an_id_and_verdicts_are_always_there_and_the_schema_says_so() -> None:
    schema = shipped().check_table(table_of(ROWS), as_of=AS_OF).schema
    assert [field.name for field in schema if field.nullable] == ["kind", "channel", "audience", "team"]


@pytest.mark.parametrize("make", [
    lambda table: table,
    lambda table: table.to_reader(max_chunksize=1),
    lambda table: pa.RecordBatchReader.from_stream(table),
    lambda table: ds.dataset(table),
    lambda table: table.to_batches()[0],
], ids=["table", "reader", "stream", "dataset", "batch"])  # fmt: skip
def test_every_source_of_batches_gives_the_same(make: Any) -> None:
    assert response_times(make(table_of(ROWS))) == OUTCOMES


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())], ids=str)
def test_every_kind_of_text_column_gives_the_same(kind: Any) -> None:
    table = table_of(ROWS)
    columns = [pa.array(column.to_pylist(), kind) for column in table.columns]
    assert response_times(pa.table(columns, names=table.schema.names)) == OUTCOMES


@pytest.mark.parametrize("kind", [pa.timestamp(unit, zone) for unit in ("s", "ms", "us", "ns")
                                  for zone in ("UTC", "Asia/Tokyo")], ids=str)  # fmt: skip
def test_every_unit_and_zone_of_instants_gives_the_same(kind: Any) -> None:
    table = table_of(ROWS)
    for name in ("received_at", "responded_at"):
        instants = [None if text is None else datetime.fromisoformat(text) for text in table[name].to_pylist()]
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(instants, kind))
    assert response_times(table) == OUTCOMES
    assert differences(shipped(), table, AS_OF) == []


def test_times_without_a_zone_are_bad_data_and_never_guessed() -> None:
    wall = pa.array([datetime(2026, 5, 26, 15)], pa.timestamp("us"))
    table = table_of(ROWS[:1])
    table = table.set_column(table.schema.get_field_index("received_at"), "received_at", wall)
    assert response_times(table) == ["unknown/bad_data"]


def test_lists_of_events_turns_and_reviews_are_judged_like_records() -> None:
    listed = [
        {"id": "a", **MAIL, "events": [{"type": "received", "at": "2026-05-26T15:00-04:00"},
                                       {"type": "responded", "at": "2026-05-27T15:00-04:00"}]},
        {"id": "b", **MAIL, "turns": [{"speaker": "agent", "text": "Good morning, this is Sam."}]},
        {"id": "c", **MAIL, "reviews": [{"rule": "external.greet", "value": "yes"}]},
    ]  # fmt: skip
    assert differences(shipped(), table_of(listed), AS_OF) == []
    assert response_times(table_of(listed[:1])) == ["pass/in_time"]


def test_a_source_without_a_column_for_the_answer_does_not_turn_silence_into_a_miss() -> None:
    rows = [{key: value for key, value in row.items() if key != "responded_at"} for row in ROWS]
    assert response_times(table_of(rows))[0] == "unknown/event_not_tracked"


def test_an_empty_table_gives_an_empty_table_with_every_column() -> None:
    table = shipped().check_table(table_of(ROWS).slice(0, 0), as_of=AS_OF)
    assert table.num_rows == 0
    assert "email.response_time" in table.schema.names
    assert expand(table).num_rows == 0
    assert shipped().check_table(table_of(ROWS).slice(0, 0), as_of=AS_OF, full=True).schema.names == list(COLUMNS)


@pytest.mark.parametrize("wrong", [ROWS, "calls.parquet", None, 7])
def test_what_is_no_table_is_refused(wrong: Any) -> None:
    with pytest.raises(RecordError, match=r"expected a table .* \[not-a-table\]"):
        shipped().check_table(wrong, as_of=AS_OF)


class LazyFrame:
    """As that of polars: no table yet."""

    def collect(self) -> Any:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        (ROWS, "a list of records goes to check_many"),
        ("calls.csv", r"read_table\('calls.csv'\) reads a file"),
        (LazyFrame(), r"give LazyFrame.collect\(\)"),
    ],
)
def test_the_hint_says_the_step_that_is_missing(wrong: Any, hint: str) -> None:
    with pytest.raises(RecordError, match=f"hint: {hint}"):
        shipped().check_table(wrong, as_of=AS_OF)


def test_a_table_without_ids_is_refused() -> None:
    with pytest.raises(RecordError, match=r"no column 'id'; its columns are 'channel' \[missing-column\]"):
        shipped().check_table(pa.table({"channel": ["email"]}), as_of=AS_OF)
    with pytest.raises(RecordError, match=r"no column 'id' \[missing-column\]\nhint: did you mean 'Id'\?"):
        shipped().check_table(pa.table({"Id": ["a"]}), as_of=AS_OF)


def test_expanding_gives_a_row_a_record_and_rule_in_order() -> None:
    rows = expand(shipped().check_table(table_of(ROWS), as_of=AS_OF)).to_pylist()
    assert len(rows) == len(ROWS) * len(shipped().reported)
    assert [row["rule_id"] for row in rows[: len(shipped().reported)]] == list(shipped().reported)
    late = next(row for row in rows if (row["record_id"], row["rule_id"]) == ("late", "email.response_time"))
    assert (late["outcome"], late["reason"], late["channel"]) == ("fail", "late", "email")
    with pytest.raises(RecordError, match="expected a compact table"):
        expand(table_of(ROWS))


def test_the_full_table_holds_what_the_verdicts_say() -> None:
    table = shipped().check_table(table_of(ROWS), as_of=AS_OF, full=True)
    reader = TableRun(shipped(), table_of(ROWS), AS_OF).reader
    wanted = [
        verdict_row(verdict)
        for row in table_of(ROWS).to_pylist()
        for verdict in shipped().check(reader.read(row), as_of=AS_OF)
    ]
    assert table.schema.names == list(COLUMNS)
    for got, want in zip(table.to_pylist(), wanted, strict=True):
        for name, value in want.items():
            is_instant = name.endswith("_at") or name == "late_after"
            expected = datetime.fromisoformat(value) if is_instant and value is not None else value
            assert got[name] == expected, (got["record_id"], got["rule_id"], name)


def test_expanding_agrees_with_the_full_table() -> None:
    short = expand(shipped().check_table(table_of(ROWS), as_of=AS_OF))
    full = shipped().check_table(table_of(ROWS), as_of=AS_OF, full=True)
    for name in ("record_id", "rule_id", "outcome", "reason"):
        assert short[name].to_pylist() == full[name].to_pylist()


def test_long_tables_come_in_batches_of_bounded_size(tmp_path: Any) -> None:
    count = BATCH_ROWS + 10
    table = pa.table({"id": [str(number) for number in range(count)], "channel": ["email"] * count})
    assert [batch.num_rows for batch in batches_of(table)] == [BATCH_ROWS, 10]
    pq.write_table(table, tmp_path / "log.parquet")
    run = TableRun(shipped(), ds.dataset(tmp_path / "log.parquet"), AS_OF)
    assert sum(batch.num_rows for batch in run.compact()) == count == run.work.records
    assert run.work.verdicts == count * len(shipped().reported)
    assert run.work.share_one_by_one < 0.001, "records that are alike are judged once"


def test_the_arrays_of_a_batch_are_let_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[weakref.ref[Columns]] = []

    class Watched(Columns):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            seen.append(weakref.ref(self))

    monkeypatch.setattr("servstd.evaluate.table.run.Columns", Watched)
    gc.disable()
    try:
        shipped().check_table(table_of(ROWS), as_of=AS_OF)
        assert [found() for found in seen] == [None]
    finally:
        gc.enable()


def test_defaults_of_the_evaluator_hold_in_a_table() -> None:
    rows = [{"id": "a", "channel": "email", "received_at": "2026-05-26T15:00-04:00", "responded_at": None}]
    evaluator = Evaluator(defaults={"audience": "external"})
    assert differences(evaluator, table_of([*rows, {**ROWS[0], "id": "b"}]), AS_OF) == []


class Tagged(Check):
    """The id of the record says so: something that no field or event shows."""

    name: ClassVar[str] = "tagged"
    kind: Literal["tagged"] = "tagged"

    def check(self, opportunity: Any) -> Finding:
        ends = opportunity.facts.record.id.endswith("1")
        return Finding(PASS, "custom") if ends else Finding(PASS, "odd_ending")


def test_a_kind_of_your_own_is_judged_record_by_record_with_its_own_reasons() -> None:
    spec = {"extends": "servstd", "rules": {"own.tagged": {"title": "Tagged", "check": {"kind": "tagged"}}}}
    evaluator = Evaluator(servstd.load_catalog(spec, kinds=[Tagged]))
    table = pa.table({"id": [str(number) for number in range(20)]})
    run = TableRun(evaluator, table, AS_OF)
    found = pa.Table.from_batches(list(run.compact()))["own.tagged"].to_pylist()
    assert found == ["pass/custom" if number % 10 == 1 else "pass/odd_ending" for number in range(20)]
    assert run.work.one_by_one["own.tagged"] == 20


def test_nights_on_which_clocks_change_are_judged_right() -> None:
    catalog = servstd.load_catalog({
        "calendars": {"london": {"time_zone": "Europe/London", "hours": {"mon-sun": "00:00-24:00"}}},
        "default_calendar": "london",
        "rules": {"x.y": {"title": "x", "check": {"kind": "deadline", "from": "received", "to": "responded",
                                                 "within": "1 calendar day"}}},
    })  # fmt: skip
    begin = datetime(2026, 3, 27, 0, 30, tzinfo=UTC)
    rows = []
    for number in range(4 * 24 * 4):
        received = begin + timedelta(minutes=15 * number)
        for extra in (-1, 0, 1):
            done = received + timedelta(hours=24 if extra else 23, seconds=extra)
            rows.append({"id": f"{number} {extra}", "received_at": received, "responded_at": done})
    assert differences(Evaluator(catalog), table_of(rows), AS_OF) == []
