"""Cues in the turns of a table: the columns say what the records say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.table.sayings import AT, CUES, ROW, WORDS, calls, small, table_of_calls
from tests.table.wide import differences

import servstd
from servstd import Evaluator
from servstd.cues import tokenise
from servstd.evaluate.table import cue_filter
from servstd.evaluate.table.run import TableRun

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


@settings(max_examples=max(30, settings.default.max_examples // 3))
@given(st.lists(calls(), min_size=1, max_size=8))
def test_what_is_said_gives_the_verdicts_of_the_records(rows: list[dict[str, Any]]) -> None:
    for as_of in (AS_OF, AT + timedelta(seconds=3)):
        assert differences(small(), table_of_calls(rows), as_of, may_fail=False) == []


def test_phrases_run_over_turns_that_follow_within_two_seconds() -> None:
    def said(gap: float) -> list[dict[str, Any]]:
        end = AT + timedelta(seconds=1)
        return [
            {"speaker": "agent", "text": "May I put you", "at": AT, "until": end},
            {"speaker": "agent", "text": "on hold?", "at": end + timedelta(seconds=gap), "until": None},
        ]

    table = table_of_calls([{**ROW, "turns": said(gap)} for gap in (1.999999, 2, 2.000001)])
    found = small().check_table(table, as_of=AS_OF)["k.strict"].to_pylist()
    assert found == ["pass/said", "pass/said", "fail/not_said"]


def test_only_words_that_may_hold_a_cue_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def watched(text: str) -> Any:
        read.append(text)
        return tokenise(text)

    monkeypatch.setattr(cue_filter, "tokenise", watched)
    texts = ["The parcel left on Monday.", "It costs £5, she said.", "Hello there", "Hold the line"] * 20
    rows = [{**ROW, "turns": [{"speaker": "agent", "text": text}]} for text in texts]
    run = TableRun(small(), table_of_calls(rows), AS_OF)
    list(run.compact())
    assert set(read) == {"Hello there"}
    assert run.work.one_by_one.total() <= 20, "what is left is what came of the hits"


@pytest.mark.parametrize(
    "given_",
    [
        pa.array([[{"speaker": "agent", "text": "Hello", "at": "noon"}]]),
        pa.array([[{"speaker": "agent", "text": "Hello", "at": "2026-05-20T14:00Z"}]]),
        pa.array([[{"speaker": "", "text": "Hello"}]]),
        pa.array([[{"speaker": "agent"}]]),
        pa.array([[{"text": "Hello"}]]),
        pa.array([[{"speaker": "agent", "text": 5}]]),
        pa.array([[{"speaker": "Agent", "text": "Hello", "mood": "good"}]]),
        pa.array([[]], pa.list_(pa.null())),
        pa.array(
            [[{"speaker": "agent", "text": "Hello"}]],
            pa.large_list(pa.struct({"speaker": pa.dictionary(pa.int8(), pa.string()), "text": pa.string_view()})),
        ),
    ],
    ids=lambda array: str(array.type),
)
def test_odd_columns_of_turns_are_judged_like_records(given_: Any) -> None:
    table = pa.table({"id": ["a"], "turns": given_, "transcript_complete": [True], "done": ["x"]})
    assert differences(small(), table, AS_OF, may_fail=False) == []


@pytest.mark.parametrize(
    "cue", [{"cue": "opening"}, {"cue": "opening", "cue_policy": "strict"}, {"cue": "hint"}, {"cue": "script"}]
)
def test_texts_of_events_are_searched_in_columns(cue: dict[str, Any]) -> None:
    catalog = {
        "fields": {},
        "events": {"aa": {"attributes": {"text": {"type": "text"}}}, "bb": {}},
        "cues": CUES,
        "default_calendar": "x",
        "calendars": {"x": {"time_zone": "UTC", "hours": {"mon-sun": "00:00-24:00"}}},
        "rules": {
            "a.b": {"title": "t", "check": {"kind": "cue", "in": "aa", **cue}},
            "a.c": {"title": "t", "check": {"kind": "cue", "in": "aa", "names_date_of": "bb", **cue}},
        },
    }
    texts = [
        ["Hello"],
        ["Bye"],
        [None],
        [""],
        [],
        ["Bye", "Hello"],
        ["Sam speaking for Beacon"],
        [None, "Hello, on 26 May"],
    ]
    rows = [
        [{"type": "aa", "at": AT + timedelta(hours=n), "text": text} for n, text in enumerate(some)] for some in texts
    ]
    table = pa.table(
        {"id": [str(n) for n in range(len(rows))], "agent_names": [["Sam"]] * len(rows), "events": pa.array(rows)}
    )
    judged = Evaluator(servstd.load_catalog(catalog))
    assert differences(judged, table, AS_OF, may_fail=False) == []
    run = TableRun(judged, table, AS_OF)
    list(run.compact())
    assert run.work.one_by_one["a.b"] == 0


ON_WORDS: dict[str, dict[str, Any]] = {
    "an opportunity": {"for_each": {"said": "hold", "by": "agent"}, "check": {"kind": "recorded", "event": "bb"}},
    "a beginning": {"check": {"kind": "recorded", "event": "bb", "from": {"said": "hold", "by": "agent"}}},
    "an end": {"check": {"kind": "recorded", "event": "bb", "never": True, "until": {"said": "hold", "by": "agent"}}},
    "a scope": {
        "applies_to": {"happened": "aa", "before": {"said": "hold", "by": "agent"}},
        "check": {"kind": "recorded", "event": "bb"},
    },
    "an exemption": {
        "except": {"x": {"happened": "aa", "after": {"said": "hold"}}},
        "check": {"kind": "recorded", "event": "bb"},
    },
}


@pytest.mark.parametrize("name", ON_WORDS)
def test_words_that_bound_other_checks_tell_records_apart(name: str) -> None:
    catalog = {**WORDS, "rules": {"a.b": {"title": "t", **ON_WORDS[name]}}}
    said = [{"speaker": "agent", "text": "May I put you on hold?", "at": AT}]
    other = [{"speaker": "agent", "text": "Hello", "at": AT}]
    rows = [
        {**ROW, "turns": turns, "events": [{"type": kind, "at": AT + timedelta(seconds=gap)} for kind in events]}
        for events in ((), ("aa",), ("bb",), ("aa", "bb"))
        for gap in (-5, 0, 5)
        for turns in (None, other, said, said, None)
    ]
    for table in (
        table_of_calls(rows),
        table_of_calls(rows).append_column("complete_for", pa.array([["bb", "aa"]] * 60)),
    ):
        assert differences(Evaluator(servstd.load_catalog(catalog)), table, AS_OF, may_fail=False) == []


def test_a_turn_at_the_end_of_a_stretch_is_inside_and_one_behind_it_is_not() -> None:
    def row(at: int, text: str = "May I put you on hold?") -> dict[str, Any]:
        said = [{"speaker": "agent", "text": text, "at": AT + timedelta(seconds=at)}]
        return {
            **ROW,
            "turns": said,
            "events": [{"type": kind, "at": AT + timedelta(seconds=5)} for kind in ("aa", "bb")],
        }

    between = small().check_table(table_of_calls([row(at) for at in (4, 5, 6)]), as_of=AS_OF)["k.event"]
    assert between.to_pylist() == ["unknown/cue_not_found", "pass/said", "unknown/cue_not_found"]
    before = [row(at, "Good morning") for at in (4, 5, 6)]
    for one in before:
        one["turns"][0]["speaker"] = "customer"
    found = small().check_table(table_of_calls(before), as_of=AS_OF)
    customer = {**WORDS["cues"]["opening"], "by": "customer"}
    rule = {"title": "t", "check": {"kind": "cue", "cue": "early", "until": "aa"}}
    limited = Evaluator(servstd.load_catalog({**WORDS, "cues": {"early": customer}, "rules": {"a.b": rule}}))
    assert limited.check_table(table_of_calls(before), as_of=AS_OF)["a.b"].to_pylist() == [
        "pass/said",
        "pass/said",
        "unknown/cue_not_found",
    ]
    assert found["k.customer"].to_pylist() == ["pass/said"] * 3


def test_the_turn_that_ends_a_stretch_belongs_to_it() -> None:
    words = ["Good morning, may I put you on hold?", "May I put you on hold?"]
    rows = [
        {**ROW, "turns": [{"speaker": "agent", "text": text} for text in some]} for some in (words[:1], words[::-1])
    ]
    found = small().check_table(table_of_calls(rows), as_of=AS_OF)["k.until"]
    assert found.to_pylist() == ["pass/said", "unknown/cue_not_found"]
    assert differences(small(), table_of_calls(rows), AS_OF, may_fail=False) == []
