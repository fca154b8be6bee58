"""Which evidence can only help and which can only harm, and when nothing can be said for certain."""

from __future__ import annotations

from typing import Any

import pytest

from servstd import load_catalog
from servstd.kinds.base import Check

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
ANSWER = {"kind": "deadline", "from": "received", "to": "responded", "within": "4 business hours"}
WAITING = {"from": "waiting_started", "until": "waiting_ended"}
THERE = {"kind": "recorded", "event": "referral"}
NEVER = {"kind": "recorded", "event": "escalated", "never": True}


def check_of(check: dict[str, Any]) -> Check:
    rules = {"a.b": {"title": "t", "check": check}}
    catalog = load_catalog({"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": rules})
    return catalog.rules["a.b"].check


@pytest.mark.parametrize(
    ("check", "helping", "harming"),
    [
        ({**ANSWER, "pauses": [WAITING]}, {"responded", "waiting_started"}, {"received"}),
        ({**ANSWER, "cycles": "last"}, {"responded"}, set()),
        ({**ANSWER, "same": "ref"}, {"responded"}, set()),
        ({**ANSWER, "when": {"happened": "responded"}}, set(), {"received"}),
        ({**ANSWER, "to": ["responded", "received"]}, {"responded"}, set()),
        (THERE, {"referral"}, set()),
        (NEVER, set(), {"escalated"}),
        ({**THERE, "event": {"event": "hangup", "where": {"by": "agent"}}}, set(), set()),
        ({**THERE, "with": {"ref": "a"}}, set(), set()),
        ({**THERE, "until": "referral"}, set(), set()),
        ({"kind": "recorded", "fields": ["category"]}, set(), set()),
        ({"kind": "all_of", "checks": {"a": ANSWER, "b": THERE}}, {"responded", "referral"}, {"received"}),
        ({"kind": "any_of", "checks": {"a": ANSWER, "b": {**NEVER, "event": "responded"}}}, set(), {"received"}),
        ({"kind": "all_of", "checks": {"a": THERE}, "when": {"happened": "referral"}}, set(), set()),
        ({"kind": "first_decided", "checks": {"a": THERE, "b": NEVER}}, set(), {"escalated"}),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)  # fmt: skip
def test_what_helps_and_what_harms_is_only_what_certainly_does(
    check: dict[str, Any], helping: set[str], harming: set[str]
) -> None:
    read = check_of(check)
    assert (read.helping(), read.harming()) == (helping, harming)
