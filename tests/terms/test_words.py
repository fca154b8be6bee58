"""Conditions say themselves in words, and tell what they read."""

from __future__ import annotations

from typing import Any

import pytest

from servstd import load_catalog
from servstd.terms.context import Context, Reading
from servstd.terms.read import parse_condition

SHIPPED = load_catalog()
NO: set[str] = set()
CONTEXT = Context(SHIPPED.vocabulary, SHIPPED.cues)


@pytest.mark.parametrize(
    ("spec", "words", "events", "fields"),
    [
        ({"happened": "hold_start", "where": {"by": "agent"}}, "hold start happened", {"hold_start"}, set()),
        ({"happened": ["opened", "closed"], "after": "ended"}, "opened or closed happened after ended", {"opened"}, NO),
        ({"happened": "hold_end", "before": "this"}, "hold end happened before this", {"hold_end"}, set()),
        ({"said": ["greeting", "away"], "by": "agent"}, "greeting or away was said by the agent", {"turns"}, set()),
        ({"said": "greeting", "before": "hold_start"}, "greeting was said", {"turns"}, set()),
        ({"open": "received"}, "the office was open at received", {"received"}, set()),
        ({"rule": "email.greet", "outcome": ["pass", "fail"]}, "email.greet is fail or pass", set(), set()),
        ({"channel": "email", "urgent": True}, "channel is email and urgent is yes", set(), {"channel", "urgent"}),
        ({}, "", set(), set()),
    ],
)  # fmt: skip
def test_a_condition_says_itself_in_words(spec: Any, words: str, events: set[str], fields: set[str]) -> None:
    reading = Reading(CONTEXT)
    condition = parse_condition(spec, reading)
    assert reading.problems == []
    assert condition.describe() == words
    assert condition.events() >= events
    assert condition.fields() == fields
    assert condition.known({}) is (True if spec == {} else None)
