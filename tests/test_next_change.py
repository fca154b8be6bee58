"""Without new events nothing changes before `next_change_at`: a host may set one timer and sleep."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

import servstd

MICROSECOND = timedelta(microseconds=1)
LONG = timedelta(days=400)
AHEAD_DAYS = (0.001, 0.5, 1, 3, 8, 40)

Seen = dict[str, tuple[str, str, bool]]


@pytest.fixture(scope="module")
def evaluator() -> servstd.Evaluator:
    return servstd.Evaluator()


def seen(evaluator: servstd.Evaluator, record: servstd.Record, as_of: datetime) -> Seen:
    """What a host would have stored of every rule."""
    a = evaluator.check(record, as_of=as_of)
    return {verdict.rule_id: (verdict.outcome.value, verdict.reason, verdict.at_risk) for verdict in a}


def probes(evaluator: servstd.Evaluator) -> Iterator[tuple[servstd.Record, datetime]]:
    """Records of the tests beside the rules, each at an instant somewhere around its events."""
    dice = random.Random(7)
    for rule in evaluator.catalog.rules.values():
        for test in rule.tests:
            record = evaluator.reader.read({"id": str(test.get("name")), **test["given"]})
            if record.events:
                first = min(event.at for event in record.events)
                yield record, first + timedelta(seconds=dice.uniform(-3600, 86_400 * dice.choice(AHEAD_DAYS)))


def test_nothing_changes_before_the_next_change(evaluator: servstd.Evaluator) -> None:
    for record, as_of in probes(evaluator):
        ahead = evaluator.check(record, as_of=as_of).next_change_at
        assert ahead is None or ahead > as_of, (record.id, as_of)
        last = as_of + LONG if ahead is None else ahead - MICROSECOND
        assert seen(evaluator, record, as_of) == seen(evaluator, record, last), (record.id, as_of)


def test_a_greeting_whose_date_will_be_over_is_looked_at_again_on_the_next_day(evaluator: servstd.Evaluator) -> None:
    greeting = {
        "type": "greeting_active",
        "at": "2026-05-18T08:00-04:00",
        "purpose": "absence",
        "text": "This is Sam. I am away and back on Wednesday, 20 May 2026.",
    }
    away = {"id": "A-1", "kind": "absence", "planned": True, "absence_started_at": "2026-05-18T09:00-04:00"}
    record = {**away, "events": [greeting]}
    a = evaluator.check(record, as_of=datetime.fromisoformat("2026-05-19T12:00-04:00"))
    verdict = a["voicemail.greeting_states_return"]
    assert (verdict.outcome, verdict.reason) == ("pass", "said")
    assert verdict.change_at == datetime.fromisoformat("2026-05-21T00:00-04:00")
    later = evaluator.check(record, as_of=verdict.change_at)["voicemail.greeting_states_return"]
    assert (later.outcome, later.reason) == ("fail", "stale_date")
