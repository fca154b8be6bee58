"""The digest names the content that decides verdicts, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from servstd import load_catalog

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
RULE = {
    "title": "An answer",
    "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
    "readings": {"elapsed": {"check": {"within": "24 elapsed hours"}}},
}
TREE: dict[str, Any] = {"calendars": {"office": OFFICE}, "default_calendar": "office", "rules": {"mail.answer": RULE}}


def digest(**changes: Any) -> str:
    return load_catalog({**TREE, **changes}).digest


def rule(**changes: Any) -> dict[str, Any]:
    return {"rules": {"mail.answer": {**RULE, **changes}}}


def test_what_the_reading_in_use_says_changes_it_and_what_another_says_does_not() -> None:
    other = {"elapsed": {"check": {"within": "48 elapsed hours"}}}
    used = {"use_reading": {"mail.answer": "elapsed"}}
    assert digest(**rule(readings=other), **used) != digest(**used)
    assert digest(**rule(readings=other)) == digest()


def test_what_is_switched_on_again_or_empty_does_not_change_it() -> None:
    assert digest(disable={}, use_reading={}, waivers=[], use_profiles=[]) == digest()


def test_a_digest_is_a_sha_256_that_stays_the_same() -> None:
    assert re.fullmatch("[0-9a-f]{64}", digest())
    assert digest() == digest()


@pytest.mark.parametrize(
    "changes",
    [
        {"rules": {"mail.answer": dict(reversed(RULE.items()))}},
        rule(tests=[{"given": {}, "expect": "unknown"}]),
        rule(readings={}),
        {"profiles": {"small": {"disable": {}}}},
    ],
    ids=["the order of keys", "tests", "a reading that is not used", "a profile that is not used"],
)
def test_what_decides_nothing_does_not_change_it(changes: dict[str, Any]) -> None:
    assert digest(**changes) == digest()


@pytest.mark.parametrize(
    "changes",
    [
        rule(check={**RULE["check"], "within": "2 business days"}),  # type: ignore[dict-item]
        rule(applies_to={"channel": "email"}),
        rule(versions=[{"from": "2026-07-01", "check": {"within": "2 business days"}}]),
        {"use_reading": {"mail.answer": "elapsed"}},
        {"disable": {"mail.answer": "no mail"}},
        {"defaults": {"channel": "email"}},
        {"waivers": [{"rule": "mail.answer", "reason": "a move"}]},
        {"calendars": {"office": {**OFFICE, "hours": {"mon-thu": "09:00-17:00"}}}},
        {"fields": {"colour": {"type": "text"}}},
        {"catalog": {"time_zone": "Europe/London"}},
    ],
    ids=lambda changes: ", ".join(changes),
)
def test_what_decides_changes_it(changes: dict[str, Any]) -> None:
    assert digest(**changes) != digest()
