"""Spark gives the verdicts that records give one by one, to the last cell, whatever shape the log has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.record_strategies import shipped
from tests.spark.logs import AS_OF, by_log, by_row, differences, in_full, long_table, nested_table, wide_table

import servstd
from servstd.spark import check, tally
from servstd.spark.event_rows import event_rows


def frame(spark: Any, table: pa.Table) -> Any:
    """The table in Spark, in several partitions."""
    return spark.createDataFrame(table).repartition(3)


def test_a_wide_log_has_the_same_verdicts_whatever_the_zone_of_the_session(spark: Any) -> None:
    table = wide_table()
    spark.conf.set("spark.sql.session.timeZone", "America/New_York")
    got = check(frame(spark, table), shipped(), AS_OF, full=True).toArrow()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    assert got.num_rows == table.num_rows * len(shipped().reported)
    assert differences(by_row(shipped(), table), in_full(got)) == []


def test_a_log_with_lists_of_events_has_the_same_verdicts(spark: Any) -> None:
    table = nested_table()
    got = check(frame(spark, table), shipped(), AS_OF, full=True).toArrow()
    assert differences(by_row(shipped(), table), in_full(got)) == []


@pytest.mark.parametrize("is_clustered", [True, False], ids=["by case", "by time"])
def test_a_log_with_a_row_an_event_has_the_same_verdicts(spark: Any, is_clustered: bool, tmp_path: Path) -> None:
    table = long_table(is_clustered)
    got = check(frame(spark, table), shipped(), AS_OF, full=True, layout="events").toArrow()
    mapping = event_rows(table.schema.names, shipped().catalog.vocabulary)
    assert differences(by_log(shipped(), table, mapping, tmp_path), in_full(got)) == []


@pytest.mark.parametrize("make", [wide_table, nested_table], ids=["wide", "lists"])
def test_the_compact_table_is_that_of_one_process(spark: Any, make: Any) -> None:
    table = make()
    wanted = shipped().check_table(table, as_of=AS_OF)
    texts = pa.table([column.cast(pa.string()) for column in wanted.columns], wanted.schema.names)
    got = check(frame(spark, table), shipped(), AS_OF).toArrow()
    assert differing(texts, got) == []


def differing(wanted: pa.Table, got: pa.Table) -> list[str]:
    """Cells of two tables that differ, the rows in the order of their records."""
    assert (got.schema.names, got.num_rows) == (wanted.schema.names, wanted.num_rows)
    pairs = zip(wanted.sort_by("record_id").to_pylist(), got.sort_by("record_id").to_pylist(), strict=True)
    return [f"{one['record_id']} {name}: {one[name]}, on Spark {two[name]}" for one, two in pairs for name in one
            if one[name] != two[name]]  # fmt: skip


@pytest.mark.parametrize("by", ["rule_id", ("rule_id", "channel"), ("severity", "outcome")])
def test_a_tally_is_that_of_one_process_cell_by_cell(spark: Any, by: Any) -> None:
    table = nested_table()
    got = tally(frame(spark, table), shipped(), AS_OF, by)
    names = (by,) if isinstance(by, str) else by
    assert got == shipped().tally_table(table, as_of=AS_OF, by=names)
    assert servstd.summarize(got) == servstd.summarize(shipped().tally_table(table, as_of=AS_OF, by=names))


def test_a_tally_of_a_log_with_a_row_an_event_counts_each_case_once(spark: Any) -> None:
    table = long_table(is_clustered=False)
    got = tally(frame(spark, table), shipped(), AS_OF, layout="events")
    assert {counts.records for counts in got.groups.values()} == {len(set(table["id"].to_pylist()))}
