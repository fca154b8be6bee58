"""Records with several events of a type are judged by columns, and like one by one: outcome, reason and counts."""

from __future__ import annotations

from typing import Any

import pytest
from tests.table.several import (
    AS_OF,
    AT_THE_LIMIT,
    DEADLINE,
    ONE_ANSWER,
    ONE_OVER,
    OVERDUE,
    RECORDED,
    WAITING,
    WORDS,
    by_columns,
    evaluator,
    events,
    judged,
    texts,
)


def test_each_start_is_judged_by_the_first_answer_after_it() -> None:
    judge = evaluator(DEADLINE)
    rows = (AT_THE_LIMIT, ONE_OVER, ONE_ANSWER, WAITING, OVERDUE)
    run = by_columns(judge, *rows)
    assert texts(run, judge, *rows) == [
        "pass/in_time", "fail/late", "pass/in_time", "pending/clock_running", "fail/late"]  # fmt: skip


@pytest.mark.parametrize("check", [
    {"cycles": "first"},
    {"cycles": "last"},
    {"within": "1 business day"},
    {"within": "end of 1 business day"},
    {"within": "45 elapsed minutes"},
    {"within": {"field": "time"}},
    {"within": [{"when": {"grp": "g"}, "use": "10 elapsed minutes"}, {"use": "1 business hour"}]},
    {"released_by": "cc"},
    {"released_by": "cc", "same": "ref"},
    {"same": "ref"},
    {"automated_counts": True},
    {"trust_silence": False},
    {"to": {"event": "bb", "where": {"ok": True}}},
    {"from": ["aa", "dd"]},
    {"to": ["bb", "ee"]},
    {"pauses": [{"from": "cc", "until": "dd"}]},
    {"pauses": [{"from": "cc", "until": "dd"}], "within": "1 business day"},
    {"pauses": [{"from": "cc", "until": "dd"}, {"from": "dd", "until": "ee"}], "within": "45 elapsed minutes"},
    {"due": "due_at", "within": None},
    {"due": "pp.due_at", "within": None},
    {"due": "pp.due_at"},
], ids=str)  # fmt: skip
def test_a_deadline_with_several_starts_answers_and_pauses_is_judged_like_one_by_one(check: dict[str, Any]) -> None:
    judge = evaluator({key: value for key, value in {**DEADLINE, **check}.items() if value is not None})
    rows = [
        AT_THE_LIMIT, ONE_OVER, ONE_ANSWER, WAITING, OVERDUE,
        events("bb 19T09:00", "aa 19T10:00", "aa 20T10:00"),
        events("aa 19T10:00 ref=a", "aa 19T10:05 ref=b", "bb 19T10:10 ref=b ok=yes", "bb 19T12:00 ref=a ok=no"),
        events("aa 19T10:00 ref=a", "aa 19T10:05", "bb 19T10:10", "bb 19T10:20 ref=a"),
        events("aa 19T10:00", "bb 19T10:10 automated=yes", "bb 19T11:00", "aa 19T12:00"),
        events("aa 19T10:00 ref=a", "cc 19T10:30 ref=b", "cc 19T10:40", "bb 19T12:00 ref=a"),
        events("aa 19T10:00", "cc 19T11:00", "bb 19T11:00"),
        events("aa 19T10:00", "cc 19T10:10", "dd 19T12:10", "cc 19T12:20", "dd 19T12:40", "bb 19T13:20"),
        events("aa 19T10:00", "cc 19T10:10", "cc 19T10:20", "dd 19T12:10", "bb 19T13:00:01"),
        events("aa 19T16:30", "cc 20T09:10", "dd 20T10:00", "bb 20T10:20"),
        events("cc 19T09:00", "aa 19T10:00", "aa 20T10:00", "bb 20T11:00"),
        events("aa 19T10:00", "aa 19T12:00", "cc 19T12:10"),
        events("aa 19T20:00", "aa 22T18:00", "bb 25T10:00"),
        events("aa 29T20:00", "aa 30T10:00", "bb 31T10:00"),
        events("aa 19T10:00 sequence=2", "bb 19T10:00 sequence=1", "bb 19T10:30 sequence=3", "aa 19T10:30 sequence=4"),
        events("aa 19T10:00 due_at=2026-05-19T12:00Z", "aa 19T11:00", "bb 19T12:00"),
        events("pp 18T10:00 due_at=2026-05-19", "aa 19T10:00", "pp 20T10:00 due_at=2026-05-20T10:30Z", "aa 20T10:00"),
        events("dd 19T10:00", "aa 19T10:10", "ee 19T10:50", "aa 19T11:10"),
        [],
    ]  # fmt: skip
    for grp, time in (("g", "2 business hours"), (None, None)):
        fields = {"grp": grp, "time": time}
        judged(judge, [{"events": row, **fields} for row in rows], AS_OF)


def test_a_deadline_leaves_what_only_the_scalar_check_knows() -> None:
    rows = [{"events": events("aa 19T10:00 due_at=2026-05-20T10:00Z", "cc 19T12:00", "bb 21T10:00")}] * 2
    moved = {**WORDS["events"], "cc": {"attributes": {"ref": {"type": "text"}, "to_at": {"type": "instant"}}}}
    check = {"kind": "deadline", "from": "aa", "to": "bb", "due": "due_at", "moved_by": {"event": "cc", "to": "to_at"}}
    for judge in (evaluator(check, {"events": moved}), evaluator({**DEADLINE, "cycles": "sum"})):
        assert judged(judge, rows, AS_OF).work.one_by_one.total() == 2


@pytest.mark.parametrize("check", [
    {"every": "2 business hours"},
    {"every": "30 elapsed minutes", "pauses": [{"from": "cc", "until": "dd"}]},
    {"every": "1 business day", "trust_silence": True},
    {"every": "each business day", "trust_silence": True},
    {"every": "each business day", "owed": "any", "pauses": [{"from": "cc", "until": "dd"}]},
    {"every": "each calendar day", "owed": "8 business hours", "trust_silence": True},
    {"every": "each calendar week", "owed": "2 calendar days", "pauses": [{"from": "cc", "until": "dd"}]},
    {"every": "each fiscal quarter", "owed": "any"},
], ids=str)  # fmt: skip
def test_an_interval_is_judged_gap_by_gap(check: dict[str, Any]) -> None:
    judge = evaluator({"kind": "interval", "event": "bb", "from": "aa", "to": "ee", **check})
    by_columns(
        judge,
        events("aa 19T10:00", "bb 19T12:00", "bb 19T14:00", "ee 19T16:00"),
        events("aa 19T10:00", "bb 19T12:00:01", "ee 19T13:00"),
        events("aa 19T10:00", "bb 19T10:00", "bb 19T10:30", "cc 19T10:40", "dd 19T12:00", "ee 19T12:20"),
        events("aa 19T10:00", "ee 19T10:10"),
        events("aa 19T10:00", "bb 19T11:00", "cc 19T11:10"),
        events("aa 29T10:00", "bb 29T11:50"),
        events("aa 29T11:40", "cc 29T11:50"),
        events("aa 29T10:00", "bb 29T11:50", "cc 29T11:55"),
        events("aa 19T10:00", "bb 19T09:00", "ee 18T10:00"),
        events("bb 19T10:00"),
        events("aa 30T10:00"),
        events("aa 18T09:00", "bb 18T16:59:59", "bb 20T09:00", "cc 21T09:00", "dd 21T17:00", "ee 25T17:00"),
        events("aa 18T00:00", "bb 17T10:00", "bb 19T00:00", "bb 21T23:59:59", "ee 22T00:00"),
        events("aa 20T12:00", "cc 22T12:00", "bb 25T10:00"),
    )


@pytest.mark.parametrize("check", [
    {},
    {"grace": "1 business hour", "trust_silence": True},
    {"grace": [{"when": {"grp": "g"}, "use": "0 elapsed hours"}, {"use": "1 elapsed hour"}]},
    {"lasting": "50% of a business day"},
    {"lasting": "2 elapsed hours", "trust_silence": True},
    {"event": {"event": "bb", "where": {"ok": True}}},
], ids=str)  # fmt: skip
def test_notices_cover_the_open_time_of_a_span_together(check: dict[str, Any]) -> None:
    judge = evaluator({"kind": "notice", "event": "bb", "from": "aa", "to": "ee", **check})
    rows = [
        events("aa 19T18:00", "bb 20T09:00 until=20T12:00 ok=yes", "bb 20T12:00 until=20T17:00 ok=yes", "ee 21T09:00"),
        events("aa 19T10:00", "bb 19T10:00 until=19T12:00", "bb 19T12:00:01 ok=yes", "ee 19T17:00"),
        events("aa 19T10:00", "bb 19T11:00 ok=yes", "ee 20T10:00"),
        events("aa 19T10:00", "bb 19T11:00:01 ok=yes", "ee 20T10:00"),
        events("aa 19T10:00", "ee 19T12:00"),
        events("aa 19T10:00", "ee 19T11:59:59"),
        events("aa 19T18:00", "ee 20T08:00"),
        events("aa 28T10:00", "bb 27T10:00 ok=no"),
        events("aa 29T11:00"),
        events("aa 30T11:00"),
        [],
    ]
    for grp in ("g", None):
        run = judged(judge, [{"events": row, "grp": grp} for row in rows], AS_OF)
        assert run.work.one_by_one.total() <= (1 if "lasting" in check else 0), "what may still last long enough"


@pytest.mark.parametrize("check", [
    {"of": {"count": "aa"}, "at_most": 2},
    {"of": {"count": "aa"}, "at_least": 2},
    {"of": {"count": "aa", "where": {"by": "agent"}}, "at_least": 1, "at_most": 2, "trust_silence": True},
    {"of": {"count": "aa"}, "at_least": 1, "for_every": {"count": 5, "field": "size"}, "trust_silence": True},
    {"of": {"attribute": "n", "event": "aa"}, "at_most": 3},
    {"of": {"attribute": "n", "event": ["aa"]}, "at_least": 2, "for_every": {"count": 5, "field": "size"}},
    {"of": {"elapsed": ["aa", "bb"]}, "at_most": "1 business hour"},
    {"of": {"elapsed": ["aa", "bb"]}, "at_least": "1 elapsed hour"},
    {"of": {"elapsed": ["cc", "bb"]}, "at_least": "1 business day"},
], ids=str)  # fmt: skip
def test_a_limit_counts_and_measures_events(check: dict[str, Any]) -> None:
    rows = (
        events("aa 19T10:00 by=agent n=3", "aa 19T11:00", "bb 19T11:00"),
        events("aa 19T10:00 by=agent", "aa 19T11:00 by=agent n=4", "aa 19T12:00 by=agent n=1", "bb 19T11:00:01"),
        events("bb 19T09:00", "aa 19T16:30", "bb 20T09:30"),
        events("aa 19T10:00 by=customer", "bb 19T09:00"),
        events("bb 19T10:00"),
    )
    for row in rows:
        for event in row:
            if "n" in event:
                event["n"] = float(event["n"])
    for size in (None, 4.0, 5.0, 10.0):
        judge = evaluator({"kind": "limit", **check})
        by_columns(judge, *rows, size=size)


@pytest.mark.parametrize("check", [
    {},
    {"never": True, "trust_silence": True},
    {"with": {"ok": True}},
    {"from": "aa", "trust_silence": True},
    {"from": "aa", "until": "cc", "trust_silence": True},
    {"until": "cc", "with": {"ok": True}},
    {"from": "aa", "within": "1 business hour", "trust_silence": True},
    {"within": "30 elapsed minutes", "never": True, "trust_silence": True},
    {"from": "aa", "within": {"field": "time"}, "until": "cc"},
    {"same": "ref"},
], ids=str)  # fmt: skip
def test_an_event_is_looked_for_in_its_window(check: dict[str, Any]) -> None:
    judge = evaluator({**RECORDED, **check})
    for time in (None, "20 elapsed minutes"):
        by_columns(
            judge,
            events("aa 19T10:00", "bb 19T11:00 ok=yes", "bb 19T11:30 ok=no", "cc 19T11:00"),
            events("bb 19T09:59:59", "aa 19T10:00", "bb 19T11:00:01", "cc 19T12:00"),
            events("bb 19T10:00", "aa 19T10:00", "cc 19T09:00", "cc 19T11:00"),
            events("aa 19T10:00", "aa 19T12:00", "bb 19T13:00 ref=a", "bb 19T13:10 ok=no", "ee 20T10:00"),
            events("aa 19T10:00", "cc 19T11:00 sequence=1", "bb 19T11:00 sequence=2"),
            events("aa 29T11:50", "cc 29T11:55"),
            events("aa 29T11:50"),
            events("bb 19T13:00"),
            events("cc 30T13:00"),
            time=time,
        )
