"""What goes into a job on Spark, and what is said of it before it starts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
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
