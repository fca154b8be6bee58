"""Calls with words, for tests of cues on tables: a catalog of cue rules, and strategies for its records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

import servstd
from servstd import Evaluator

AT = datetime(2026, 5, 20, 14, tzinfo=UTC)
SAYINGS = [
    "Good morning, this is Sam at Beacon Library, how can I help?",
    "May I put you on a brief hold?",
    "Is Priya there please?",
    "I'm afraid she is not available.",
    "I can't change that.",
    "but I can ask a colleague",
    "As I said, it is wrong.",
    "I can’t hear you!",
    "Is there anything else I can help you with?",
    "Thank you for calling, goodbye.",
    "Yes.",
    "",
    "How urgent is it?",
    "Shall I take a message?",
    "It will take three to five working days.",
    "May I",
    "put you on hold?",
]


@st.composite
def turns(draw: st.DrawFn) -> list[dict[str, Any]] | None:
    found, at = [], AT
    for _ in range(draw(st.integers(0, 5))):
        at += timedelta(seconds=draw(st.sampled_from([-3, 0, 1, 2, 3, 30])))
        until = at + timedelta(seconds=draw(st.sampled_from([0, 1, 5])))
        is_timed = draw(st.sampled_from([True, True, True, False]))
        found.append(
            {
                "speaker": draw(st.sampled_from(["agent", "agent", "customer", "system", None])),
                "text": draw(st.sampled_from([*SAYINGS, None])),
                "at": at if is_timed else None,
                "until": until if draw(st.booleans()) else None,
            }
        )
    return draw(st.sampled_from([found, found, found, None]))


CUES = {
    "opening": {"any": ["good morning", "hello"]},
    "name": {"any": ["this is <own_name>"]},
    "hold": {"any": ["put you on hold", "on a [brief] hold"]},
    "wish": {"any": ["is <name> there"], "by": "customer"},
    "script": {"any": ["<own_name> speaking for <organisation>"]},
    "hint": {"any": ["hello"], "policy": "lean_only"},
    "gruss": {"any": ["guten tag", "grüß gott"], "language": "de"},
}
CHECKS: dict[str, Any] = {
    "any": {"cue": "opening", "by": "agent"},
    "first": {"cue": ["opening", "name"], "first": 2},
    "last": {"cue": "hold", "last": 1},
    "strict": {"cue": "hold", "cue_policy": "strict"},
    "lean": {"cue": "hint"},
    "hint": {"cue": "opening", "cue_policy": "lean_only"},
    "name": {"cue": "name"},
    "script": {"cue": "script", "cue_policy": "strict"},
    "german": {"cue": "gruss"},
    "from": {"cue": "hold", "from": {"said": "wish"}},
    "until": {"cue": "opening", "until": {"said": "hold", "by": "agent"}},
    "event": {"cue": "hold", "from": "aa", "until": "bb"},
    "mixed": {"cue": "hold", "from": {"said": "opening"}, "until": "bb"},
    "answer": {"cue": "hold", "reply": "agrees"},
    "customer": {"cue": "opening", "by": "customer", "last": 2},
}
CONDITIONS: dict[str, Any] = {
    "plain": {"said": "hold"},
    "by": {"said": "opening", "by": "customer"},
    "before": {"said": "opening", "before": "aa"},
    "after": {"said": "hold", "after": {"said": "wish"}},
    "not": {"not": {"said": "wish"}},
}


WORDS: dict[str, Any] = {
    "fields": {"done": {"type": "text"}},
    "events": {"aa": {}, "bb": {}},
    "cues": CUES,
    "names": {"organisation": ["Beacon Library"], "agents": {"a7": ["Renée", "Sam"]}},
    "calendars": {"x": {"time_zone": "UTC", "hours": {"mon-sun": "00:00-24:00"}}},
    "default_calendar": "x",
}


@cache
def small() -> Evaluator:
    rules: dict[str, Any] = {f"k.{name}": {"check": {"kind": "cue", **check}} for name, check in CHECKS.items()}
    done = {"kind": "recorded", "fields": ["done"]}
    rules |= {f"s.{name}": {"applies_to": condition, "check": done} for name, condition in CONDITIONS.items()}
    rules["e.said"] = {
        "for_each": {"said": "hold", "by": "agent"},
        "check": {"kind": "cue", "cue": "opening", "until": "this"},
    }
    rules["e.event"] = {"for_each": "aa", "check": {"kind": "cue", "cue": "hold", "from": "previous", "until": "this"}}
    catalog = {**WORDS, "rules": {name: {"title": name, **rule} for name, rule in rules.items()}}
    return Evaluator(servstd.load_catalog(catalog))


SECONDS = pa.timestamp("us", "UTC")
TURNS = pa.list_(pa.struct({"speaker": pa.string(), "text": pa.string(), "at": SECONDS, "until": SECONDS}))
EVENTS = pa.list_(pa.struct({"type": pa.string(), "at": SECONDS}))
INSTANTS = st.sampled_from([0, 1, 3, 31, 60]).map(lambda seconds: AT + timedelta(seconds=seconds))


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    happened = [
        {"type": kind, "at": draw(INSTANTS)} for kind in draw(st.lists(st.sampled_from(["aa", "bb"]), max_size=3))
    ]
    return {
        "turns": draw(turns()),
        "events": happened,
        "transcript_complete": draw(st.sampled_from([None, True, False])),
        "kind": draw(st.sampled_from([None, "message"])),
        "language": draw(st.sampled_from([None, "en", "en-GB", "fr"])),
        "agent": draw(st.sampled_from([None, "a7", "a8"])),
        "agent_names": draw(st.sampled_from([None, [], ["Sam"], ["Kim"]])),
        "done": draw(st.sampled_from([None, "x"])),
    }


def table_of_calls(rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {"turns": TURNS, "events": EVENTS, "agent_names": pa.list_(pa.string()), "transcript_complete": pa.bool_()}
    arrays = {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in rows[0]}
    return pa.table({"id": [str(number) for number in range(len(rows))], **arrays})


ROW: dict[str, Any] = {
    "turns": None,
    "events": [],
    "transcript_complete": True,
    "kind": None,
    "language": None,
    "agent": "a7",
    "agent_names": None,
    "done": "x",
}
