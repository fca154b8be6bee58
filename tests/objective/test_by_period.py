"""Figures by day, week, month, quarter and year: the same from verdicts, rows, tables and tallies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

import servstd
from servstd.errors import RecordError
from servstd.objective import Tally

AS_OF = datetime(2027, 1, 20, tzinfo=UTC)
RULES = {
    "catalog": {"time_zone": "America/New_York"},
    "calendars": {"office": {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "office",
    "rules": {
        "mail.reply": {
            "title": "t",
            "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
        }
    },
}
# The last instant of a week, the first of the next, the turn of the year that lies in week 53, and one without a begin.
RECEIVED = ["2026-05-25T03:59:59.999999Z", "2026-05-25T04:00Z", "2027-01-01T12:00Z", "2027-02-01T12:00Z", None]
FOUND = {
    "day": ["2026-05-24", "2026-05-25", "2027-01-01", None, None],
    "week": ["2026-W21", "2026-W22", "2026-W53", None, None],
    "month": ["2026-05", "2026-05", "2027-01", None, None],
    "quarter": ["2026-Q2", "2026-Q2", "2027-Q1", None, None],
    "year": ["2026", "2026", "2027", None, None],
}


def mails() -> list[dict[str, Any]]:
    return [
        {"id": f"m{place}", "channel": "email", "received_at": at, "responded_at": None if at else "2026-05-26T12:00Z"}
        for place, at in enumerate(RECEIVED)
    ]


def evaluator(**more: Any) -> servstd.Evaluator:
    return servstd.Evaluator(servstd.load_catalog({**RULES, **more}))


def counted(summaries: list[servstd.Summary], per: str) -> dict[Any, int]:
    return {one.key[per]: one.records for one in summaries}


def expected(per: str) -> dict[Any, int]:
    return {label: FOUND[per].count(label) for label in FOUND[per]}


@pytest.mark.parametrize("per", FOUND)
def test_verdicts_go_by_the_beginning_of_their_record_in_the_zone_of_the_catalog(per: str) -> None:
    assessments = [evaluator().check(mail, as_of=AS_OF) for mail in mails()]
    assert [one["mail.reply"].group(per) for one in assessments] == FOUND[per]
    found = servstd.summarize(assessments, by=("rule_id", per))
    assert counted(found, per) == expected(per)
    assert [one.key[per] for one in found] == [*sorted(filter(None, expected(per))), None]
    assert counted(servstd.summarize(assessments, by=per), per) == expected(per)


@pytest.mark.parametrize("per", FOUND)
def test_a_tally_of_a_table_is_by_the_same_periods(per: str) -> None:
    tally = evaluator().tally_table(pa.Table.from_pylist(mails()), as_of=AS_OF, by=("rule_id", per))
    one_by_one = Tally(("rule_id", per))
    for mail in mails():
        one_by_one.add(evaluator().check(mail, as_of=AS_OF)["mail.reply"])
    assert tally == one_by_one
    assert counted(servstd.summarize(tally, by=per), per) == expected(per)


@pytest.mark.parametrize("per", ["day", "week"])
@pytest.mark.parametrize("given", ["verdicts", "table", "texts", "rows"])
def test_rows_go_by_their_receipt_in_the_zone_that_is_named(per: str, given: str) -> None:
    full = evaluator().check_table(pa.Table.from_pylist(mails()[:2]), as_of=AS_OF, full=True)
    texts = [{**row, "received_at": row["received_at"].isoformat()} for row in full.to_pylist()]
    source: Any = {
        "verdicts": [evaluator().check(mail, as_of=AS_OF)["mail.reply"] for mail in mails()[:2]],
        "table": full,
        "texts": pa.Table.from_pylist(
            [{key: row[key] for key in ("outcome", "reason", "received_at")} for row in texts]
        ),
        "rows": texts,
    }[given]
    for zone, found in {
        "America/New_York": FOUND[per][:2],
        "UTC": ["2026-05-25" if per == "day" else "2026-W22"] * 2,
    }.items():
        wanted = FOUND[per][:2] if given == "verdicts" else found
        summaries = servstd.summarize(source, by=per, time_zone=zone)
        assert counted(summaries, per) == {label: wanted.count(label) for label in wanted}


def test_rows_without_a_receipt_go_by_the_start_of_their_clock_and_then_by_the_decision() -> None:
    at = {"received_at": "2026-01-05", "clock_started_at": "2026-02-05", "decided_at": "2026-03-05"}
    rows = [
        {"outcome": "pass"} | {key: f"{day}T12:00Z" for key, day in at.items() if key not in without}
        for without in ([], ["received_at"], ["received_at", "clock_started_at"], list(at))
    ]
    typed = pa.table({
        key: pa.array(
            [datetime.fromisoformat(row[key]) if key in row else None for row in rows], pa.timestamp("us", "UTC")
        )
        for key in at
    })  # fmt: skip
    wanted = {"2026-01": 1, "2026-02": 1, "2026-03": 1, None: 1}
    assert counted(servstd.summarize(rows, by="month", time_zone="UTC"), "month") == wanted
    typed = typed.append_column("outcome", pa.array(["pass"] * 4))
    assert counted(servstd.summarize(typed, by="month", time_zone="UTC"), "month") == wanted
    assert counted(servstd.summarize(typed.slice(0, 0), by="month", time_zone="UTC"), "month") == {}


def test_rows_without_a_zone_have_no_periods() -> None:
    full = evaluator().check_table(pa.Table.from_pylist(mails()), as_of=AS_OF, full=True)
    for source in (full, full.to_pylist()):
        with pytest.raises(RecordError, match=r"no verdict has a value for 'week'.*time zone") as raised:
            servstd.summarize(source, by="week")
        assert raised.value.problems[0].hint == "give time_zone='Europe/London', say"


def test_a_column_or_field_of_that_name_wins() -> None:
    row = {"outcome": "pass", "week": "mine", "received_at": "2026-05-25T12:00Z"}
    assert counted(servstd.summarize([row], by="week"), "week") == {"mine": 1}
    assert counted(servstd.summarize(pa.Table.from_pylist([row]), by="week"), "week") == {"mine": 1}
    own = evaluator(fields={"week": {"type": "text", "brief": "b", "example": "x"}})
    mail = {"id": "m", "channel": "email", "week": "mine", "received_at": "2026-05-25T12:00Z"}
    assert counted(servstd.summarize(own.check(mail, as_of=AS_OF), by="week"), "week") == {"mine": 1}
    tally = own.tally_table(pa.Table.from_pylist([mail]), as_of=AS_OF, by="week")
    assert counted(servstd.summarize(tally), "week") == {"mine": 1}
