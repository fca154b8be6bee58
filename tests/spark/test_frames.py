"""What goes into a job on Spark, and what is said of it before it starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.errors import PythonException
from tests.record_strategies import shipped
from tests.table.wide import table_of

import servstd
from servstd.errors import CatalogError, ExtraMissing, RecordError
from servstd.evaluate.plan import Plan
from servstd.spark import bad_rows, check, tally
from servstd.spark.local import require_java
from servstd.spark.tasks import reader_of

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
MAIL = {"kind": "interaction", "channel": "email", "audience": "external"}
RULE = "email.response_time"
RECEIVED = datetime(2026, 5, 26, 19, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = pa.timestamp("us", "UTC")
OPENED = pa.struct([("at", INSTANT), ("by", pa.string())])
DESK = {
    "id": "ticket",
    "time_zone": "America/New_York",
    "constants": MAIL,
    "columns": {"opened": {"event": "received"}, "replied": {"event": "responded"}},
}


def outcomes(frame: Any, rule: str = RULE) -> dict[str, str]:
    """The verdict of one rule on every record."""
    return {row["record_id"]: row[rule] for row in frame.collect()}


def mails(spark: Any) -> Any:
    """Two e-mails, answered at the limit and a second after it."""
    rows = [
        {"id": "in time", **MAIL, "received_at": RECEIVED, "responded_at": RECEIVED + DAY},
        {"id": "late", **MAIL, "received_at": RECEIVED, "responded_at": RECEIVED + DAY + timedelta(seconds=1)},
    ]
    return spark.createDataFrame(table_of(rows))


def test_a_plan_does_what_its_evaluator_does(spark: Any) -> None:
    wanted = {"in time": "pass/in_time", "late": "fail/late"}
    assert outcomes(check(mails(spark), shipped(), AS_OF)) == wanted
    assert outcomes(check(mails(spark), Plan.of(shipped()), AS_OF)) == wanted


def test_a_frame_without_rows_gives_none_and_counts_none(spark: Any) -> None:
    none = mails(spark).where("id = 'nobody'")
    assert check(none, shipped(), AS_OF).columns == check(mails(spark), shipped(), AS_OF).columns
    assert check(none, shipped(), AS_OF).collect() == []
    assert tally(none, shipped(), AS_OF).groups == {}


def test_wall_times_have_no_zone_until_a_mapping_gives_them_one(spark: Any) -> None:
    walls = mails(spark).selectExpr("*", "cast('2026-05-26 15:00:00' as timestamp_ntz) opened",
                                    "cast('2026-05-27 15:00:00' as timestamp_ntz) replied")  # fmt: skip
    naive = walls.drop("received_at", "responded_at").withColumnsRenamed({"opened": "received_at"})
    assert set(outcomes(check(naive, shipped(), AS_OF)).values()) == {"unknown/bad_data"}
    spark.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    zoned = check(walls.withColumnRenamed("id", "ticket"), shipped(), AS_OF, mapping=DESK)
    assert set(outcomes(zoned).values()) == {"pass/in_time"}
    spark.conf.set("spark.sql.session.timeZone", "UTC")


def test_rows_that_a_mapping_can_not_read_give_no_record_and_can_be_asked_for(spark: Any) -> None:
    rows = [
        {"ticket": "a", "opened at": "2026-05-26 15:00", "replied": "2026-05-27 15:00", "not read": 1},
        {"ticket": "b", "opened at": "soon", "replied": None, "not read": 2},
        {"ticket": None, "opened at": "2026-05-26 15:00", "replied": None, "not read": 3},
    ]
    log = spark.createDataFrame(pa.Table.from_pylist(rows))
    desk = {**DESK, "columns": {"opened at": {"event": "received"}, "replied": {"event": "responded"}}}
    assert outcomes(check(log, shipped(), AS_OF, mapping=desk)) == {"a": "pass/in_time"}
    assert tally(log, shipped(), AS_OF, mapping=desk).groups[RULE,].records == 1
    found = sorted((row["record_id"] or "", row["code"]) for row in bad_rows(log, shipped(), mapping=desk).collect())
    assert found == [("", "missing-id"), ("b", "bad-time")]


def test_the_rows_of_a_case_are_found_wherever_they_are_and_however_they_are_cut(spark: Any) -> None:
    events = [("received", RECEIVED), ("waiting_started", RECEIVED + DAY / 8), ("responded", RECEIVED + DAY)]
    rows = [
        # Blanks around an id do not make it another one.
        {"id": f" {number}" if name == "responded" else f"{number}", **MAIL, "type": name, "at": at}
        for name, at in events for number in range(50)
    ]  # fmt: skip
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "4")
    log = spark.createDataFrame(table_of(rows)).repartition(5)
    found = outcomes(check(log, shipped(), AS_OF, layout="events"))
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
    assert found == dict.fromkeys(map(str, range(50)), "pass/in_time")


def test_names_of_columns_may_hold_what_spark_reads_as_more_than_a_name(spark: Any) -> None:
    wide = [{"nr`s": "a", "time.opened": "2026-05-26 15:00", "*": "2026-05-27 15:00", "not.read": 1},
            {"nr`s": "b", "time.opened": "soon", "*": None, "not.read": 2}]  # fmt: skip
    log = spark.createDataFrame(pa.Table.from_pylist(wide))
    columns = {"time.opened": {"event": "received"}, "*": {"event": "responded"}}
    desk = {**DESK, "id": "nr`s", "columns": columns}
    assert outcomes(check(log, shipped(), AS_OF, mapping=desk)) == {"a": "pass/in_time"}
    assert tally(log, shipped(), AS_OF, mapping=desk).groups[RULE,].records == 1
    (bad,) = bad_rows(log, shipped(), mapping=desk).collect()
    assert (bad["record_id"], bad["column"]) == ("b", "time.opened")
    plain = log.withColumnRenamed("nr`s", "id")
    assert set(outcomes(check(plain, shipped(), AS_OF))) == {"a", "b"}
    long = [{"nr`s": "a", "at.last": RECEIVED + n * DAY, "what`": what} for n, what in enumerate(("in", "out"))]
    desk = {"layout": "events", "case": "nr`s", "at": "at.last", "constants": MAIL,
            "event": {"column": "what`", "values": {"in": "received", "out": "responded"}}}  # fmt: skip
    log = spark.createDataFrame(table_of(long))
    assert outcomes(check(log, shipped(), AS_OF, mapping=desk)) == {"a": "pass/in_time"}


def unread_columns() -> list[tuple[Any, Any]]:
    """Pairs of values that tell two rows apart, by the column that holds them, in which all other rows hold nothing."""
    opened = {"at": RECEIVED, "by": None}
    later = {"at": RECEIVED + timedelta(microseconds=1), "by": None}
    return [
        ("first mail", "second mail"), (None, ""), (0.0, -0.0), (None, 0), (False, None), (b"a", b"A"),
        (RECEIVED, RECEIVED + timedelta(microseconds=1)), (opened, later), ([None, "x"], ["x", None]), ([], None),
        ([opened], [later]), (["a, b"], ["a", "b"]),
    ]  # fmt: skip


def log_of_pairs() -> tuple[pa.Table, dict[str, int]]:
    """Cases with two mails in the same minute, that differ in an unread column or not, and how many mails each has."""
    kinds = [pa.string(), pa.string(), pa.float64(), pa.int32(), pa.bool_(), pa.binary(), INSTANT, OPENED,
             pa.list_(pa.string()), pa.list_(pa.string()), pa.list_(OPENED), pa.list_(pa.string())]  # fmt: skip
    rows = [("twins", -1, None), ("twins", -1, None), ("by place", 0, "x"), ("by place", 1, "x")]
    rows += [(f"by {n}", n, value) for n, pair in enumerate(unread_columns()) for value in pair]
    answers = dict.fromkeys(row[0] for row in rows)
    cells = {f"c.{n}": pa.array([one if place == n else None for _, place, one in rows] + [None] * len(answers), kind)
             for n, kind in enumerate(kinds)}  # fmt: skip
    at = pa.array([RECEIVED] * len(rows) + [RECEIVED + DAY] * len(answers), INSTANT)
    what = ["in"] * len(rows) + ["out"] * len(answers)
    table = pa.table({"nr": [row[0] for row in rows] + list(answers), "at": at, "what": what, **cells})
    return table, {**dict.fromkeys(answers, 2), "twins": 1}


def test_rows_that_differ_in_columns_that_are_not_read_are_no_twins(spark: Any, tmp_path: Path) -> None:
    table, wanted = log_of_pairs()
    desk = {"layout": "events", "case": "nr", "at": "at", "constants": {"channel": "email", "audience": "external"},
            "event": {"column": "what", "values": {"in": "received", "out": "responded"}}}  # fmt: skip
    alone = servstd.read_table(table, desk)
    assert counted(shipped().check_table(alone, as_of=AS_OF, full=True)) == wanted
    pq.write_table(table, tmp_path / "log.parquet")
    log = spark.read.parquet(str(tmp_path / "log.parquet")).repartition(3)
    assert counted(check(log, shipped(), AS_OF, mapping=desk, full=True).toArrow()) == wanted
    assert tally(log, shipped(), AS_OF, mapping=desk) == shipped().tally_table(alone, as_of=AS_OF)


def counted(table: pa.Table) -> dict[str, int]:
    """How many opportunities the rule had on each record."""
    rows = table.select(["record_id", "rule_id", "opportunities"]).to_pylist()
    return {row["record_id"]: row["opportunities"] for row in rows if row["rule_id"] == RULE}


def test_an_id_that_comes_again_with_another_content_is_told_as_in_one_process(spark: Any) -> None:
    times = {"opened": "2026-05-26 15:00", "replied": "2026-05-27 15:00"}
    rows = [{"ticket": id, **times, "note": note} for id, note in [("a", "x"), ("a", "y"), ("b", "x"), ("b", "x")]]
    table = pa.Table.from_pylist(rows)
    log = spark.createDataFrame(table).coalesce(1)
    alone = servstd.read_table(table, DESK)
    alone.to_table()
    wanted = [(row.record_id, problem.code) for row in alone.bad_rows for problem in row.problems]
    found = [(row["record_id"], row["code"]) for row in bad_rows(log, shipped(), mapping=DESK).collect()]
    assert found == wanted == [("a", "duplicate-id")]
    assert outcomes(check(log, shipped(), AS_OF, mapping=DESK)) == dict.fromkeys("ab", "pass/in_time")


def test_without_a_mapping_every_row_gives_a_record_and_one_without_an_id_fails_the_job(spark: Any) -> None:
    odd = {"id": "odd", **MAIL, "channel": "E-Mail", "received_at": RECEIVED, "responded_at": RECEIVED}
    log = spark.createDataFrame(table_of([odd]))
    assert outcomes(check(log, shipped(), AS_OF)) == {"odd": "unknown/bad_data"}
    assert bad_rows(log, shipped()).collect() == []
    log = mails(spark).unionByName(mails(spark).selectExpr("* except (id)", "nullif(id, 'late') id"))
    told = r"missing-id\][^$]*hint: the mapping \{'id': 'id'\} leaves out such rows, and all others that can not be"
    with pytest.raises(PythonException, match=rf"id: a row has no id \[{told}"):
        check(log, shipped(), AS_OF).collect()
    with pytest.raises(PythonException, match=r"id: a row has no id \[missing-id\]"):
        tally(log, shipped(), AS_OF)
    (bad,) = bad_rows(log, shipped()).collect()
    assert (bad["record_id"], bad["code"], bad["column"]) == (None, "missing-id", "id")
    assert outcomes(check(log, shipped(), AS_OF, mapping={"id": "id"})).keys() == {"in time", "late"}
    (bad,) = bad_rows(log, shipped(), mapping={"id": "id"}).collect()
    assert (bad["record_id"], bad["code"], bad["column"]) == (None, "missing-id", "id")


@pytest.mark.parametrize(("columns", "layout", "message"), [
    (["ref", "type"], "wide", r"the table has no column 'id'"),
    (["id", "at"], "events", r"the table has no column 'type'"),
], ids=["wide", "events"])  # fmt: skip
def test_a_column_that_is_missing_is_told_before_the_job(spark: Any, columns: Any, layout: Any, message: str) -> None:
    log = spark.createDataFrame(pa.table({name: ["x"] for name in columns}))
    with pytest.raises(RecordError, match=message):
        check(log, shipped(), AS_OF, layout=layout)


def test_what_else_is_wrong_is_told_before_the_job(spark: Any) -> None:
    log = mails(spark)
    with pytest.raises(RecordError, match="naive-time"):
        check(log, shipped(), datetime(2026, 6, 1))
    with pytest.raises(RecordError, match="a table is not counted by 'due_at'"):
        tally(log, shipped(), AS_OF, by="due_at")
    with pytest.raises(CatalogError, match="missing-column"):
        check(log, shipped(), AS_OF, mapping=DESK)
    with pytest.raises(ValueError, match="the layout is 'events', and 'wide' in the mapping"):
        check(log, shipped(), AS_OF, mapping=DESK, layout="events")
    with pytest.raises(TypeError, match="expected a Plan or an Evaluator, got Catalog"):
        check(log, shipped().catalog, AS_OF)  # type: ignore[arg-type]


def test_a_tally_goes_by_numbers_as_numbers(spark: Any) -> None:
    rows = [{"id": str(number), **MAIL, "satisfaction": number % 3 + 1} for number in range(9)]
    by = ("satisfaction", "rule_id")
    got = tally(spark.createDataFrame(table_of(rows)).repartition(4), shipped(), AS_OF, by)
    assert got == shipped().tally_table(table_of(rows), as_of=AS_OF, by=by)
    assert {key[0] for key in got.groups} == {1, 2, 3}


def test_rules_of_a_tally_come_in_the_order_of_the_catalog(spark: Any) -> None:
    summaries = servstd.summarize(tally(mails(spark).repartition(2), shipped(), AS_OF))
    assert [one.key["rule_id"] for one in summaries] == list(shipped().reported)


@pytest.mark.parametrize(("version", "told"), [("11.0.2", "is Java 11"), ("1.8.0_392", "is Java 8")])
def test_a_java_that_is_too_old_is_told_with_how_to_install_one(
    version: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", "utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ExtraMissing, match=f"{told}: apt-get install openjdk-17-jre-headless"):
        require_java()


def test_without_java_the_message_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExtraMissing, match="Java 17 or newer, and there is none on the PATH: apt-get install"):
        require_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ExtraMissing, match="there is none at JAVA_HOME"):
        require_java()


def test_what_spark_sends_is_put_together_up_to_a_size() -> None:
    def sent(count: int, note: str) -> list[int]:
        batch = pa.record_batch({"id": [str(n) for n in range(1000)], "note": [note] * 1000})
        reader = reader_of(iter([batch] * count))
        return [one.num_rows for one in reader]

    assert sent(7, "short") == [7000]
    long = sent(7, "x" * 20_000)
    assert sum(long) == 7000
    assert max(long) <= 3000
