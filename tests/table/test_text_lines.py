"""Verdicts written as text by columns are, to the last byte, what they are one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.table.test_full_kinds import START, evaluator, many

from servstd import Evaluator, load_catalog
from servstd.evaluate.rows import verdict_row
from servstd.evaluate.rows_file import verdict_file
from servstd.evaluate.table import text_lines
from servstd.evaluate.table.full import FULL_SCHEMA, full_batch, full_table
from servstd.evaluate.table.local_times import local_texts
from servstd.evaluate.table.parquet import concat_files
from servstd.evaluate.table.run import TableRun
from servstd.values import FIRST_US, LAST_US, local, to_us

ODD = ("=1+1", "a,b", 'say "x"', "two\nlines", " a", "ä 💬", "'", "-5", "r\r", "\\", "+1 (212)", "1e5")
AS_OF = START + timedelta(days=5)
REPLY = {"kind": "deadline", "from": "received", "to": "responded", "within": "8 business hours"}


def odd_table() -> pa.Table:
    whole = many(36, is_wide=False)
    ids = pa.array([f"{number}{ODD[number % len(ODD)]}" if number > 11 else ODD[number] for number in range(36)])
    whole = whole.set_column(0, "id", ids)
    place = whole.schema.get_field_index("received_at")
    finer = pa.compute.add(whole["received_at"], pa.scalar(1, pa.duration("us")))
    agents = pa.array([ODD[number % 5] if number % 3 else None for number in range(36)])
    return whole.set_column(place, "received_at", finer).append_column("agent", agents)


def written(path: Path, *, by_columns: bool) -> bytes:
    run = TableRun(evaluator(), odd_table(), AS_OF)
    with verdict_file(path) as file:
        for source, columns, decided in run.judged(9):
            if by_columns:
                whole = full_table(run, source, columns, decided, has_zones=True)
                file.put_batch(whole.batch(), whole.zones())
                continue
            for _, assessment in run.assessed(source, np.arange(columns.count)):
                for rule_id in run.rules:
                    file.put(verdict_row(assessment[rule_id]))
    return path.read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_lines_are_the_same_in_every_time_zone(suffix: str, tmp_path: Path) -> None:
    one_by_one = written(tmp_path / f"one.{suffix}", by_columns=False)
    assert written(tmp_path / f"two.{suffix}", by_columns=True) == one_by_one
    assert one_by_one.count(b"+01:00") > 50
    assert one_by_one.count(b"-05:00") > 50


def test_many_different_texts_are_joined_as_few_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = written(tmp_path / "one.csv", by_columns=True)
    monkeypatch.setattr(text_lines, "_MOST_TEXTS", 3)
    assert written(tmp_path / "two.csv", by_columns=True) == wanted


ZONES = (
    "UTC",
    "America/New_York",
    "Europe/London",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Africa/Monrovia",
)
NEAR = [
    datetime(2026, 3, 8, 7, tzinfo=UTC),  # New York goes forward
    datetime(2026, 11, 1, 6, tzinfo=UTC),  # and back
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Samoa leaves out a day
    datetime(1972, 1, 7, tzinfo=UTC),  # Monrovia leaves 44 minutes and 30 seconds
    datetime(2026, 1, 1, tzinfo=UTC),
]
instants = st.one_of(
    st.builds(
        lambda at, us: at + timedelta(microseconds=us), st.sampled_from(NEAR), st.sampled_from([-1, 0, 1, 10**6])
    ),
    st.datetimes(datetime(1969, 6, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.sampled_from([datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)]),
    st.just(datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)),
)


@settings(max_examples=25)
@given(st.lists(st.tuples(instants, st.integers(0, len(ZONES) - 1)), min_size=1, max_size=12))
def test_local_times_are_written_as_python_writes_them(pairs: list[tuple[datetime, int]]) -> None:
    at = [(one - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) for one, _ in pairs]
    zones = [ZoneInfo(name) for name in ZONES]
    texts = local_texts(np.array(at), np.array([place for _, place in pairs], np.int16), zones, '"')
    assert texts.to_pylist() == [
        f'"{local(us, zones[place]).isoformat()}"' for us, (_, place) in zip(at, pairs, strict=True)
    ]


@pytest.mark.parametrize("us", [FIRST_US - 1, LAST_US + 1])
@pytest.mark.parametrize("name", ZONES)
def test_an_instant_that_python_does_not_have_becomes_the_one_beside_it(us: int, name: str) -> None:
    zone = ZoneInfo(name)
    assert to_us(local(us, zone)) == min(max(us, FIRST_US), LAST_US)
    texts = local_texts(np.array([us]), np.zeros(1, np.int16), [zone], "")
    assert texts.to_pylist() == [local(us, zone).isoformat()]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_a_batch_may_have_hundreds_of_time_zones(suffix: str, tmp_path: Path) -> None:
    rules = {"mail.reply": {"title": "t", "calendar": {"time_zone": "customer_zone"}, "check": REPLY}}
    fields = {"customer_zone": {"type": "time zone", "brief": "where the customer is", "example": "Europe/London"}}
    office = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
    wanted: dict[str, Any] = {"fields": fields, "rules": rules, "calendars": {"ho": office}, "default_calendar": "ho"}
    made = Evaluator(load_catalog(wanted))
    names = sorted(name for name in available_timezones() if "/" in name)[:200]
    at = {"received_at": "2026-05-04T10:00Z", "responded_at": "2026-05-05T11:00Z"}
    rows = [{"id": str(number), "customer_zone": name, **at} for number, name in enumerate(names)]
    run = TableRun(made, pa.Table.from_pylist(rows), AS_OF)
    with verdict_file(tmp_path / f"two.{suffix}") as two, verdict_file(tmp_path / f"one.{suffix}") as one:
        for source, columns, decided in run.judged(len(rows)):
            whole = full_table(run, source, columns, decided, has_zones=True)
            two.put_batch(whole.batch(), whole.zones())
        for row in rows:
            one.put(verdict_row(made.check(row, as_of=AS_OF)["mail.reply"]))
    if suffix == "parquet":
        assert pq.read_table(tmp_path / "two.parquet").equals(pq.read_table(tmp_path / "one.parquet"))
    else:
        assert (tmp_path / f"two.{suffix}").read_bytes() == (tmp_path / f"one.{suffix}").read_bytes()


def test_a_file_has_plain_texts_and_parts_of_it_make_one(tmp_path: Path) -> None:
    run, paths, batches = TableRun(evaluator(), many(24), AS_OF), [], []
    for number, (source, columns, decided) in enumerate(run.judged(9)):
        batches.append(full_batch(run, source, columns, decided))
        paths.append(tmp_path / f"{number}.parquet")
        with verdict_file(paths[-1]) as file:
            file.put_batch(batches[-1], None)
    concat_files(paths, tmp_path / "whole.parquet")
    found, wanted = pq.read_table(tmp_path / "whole.parquet"), pa.Table.from_batches(batches)
    assert found.to_pylist() == wanted.to_pylist()
    assert wanted.schema == FULL_SCHEMA
    assert not any(pa.types.is_dictionary(kind) for kind in found.schema.types)
