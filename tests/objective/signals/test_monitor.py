"""The rolling monitor: what it says equals what the batch says of the same window, in any order and over a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servstd
from servstd.errors import RecordError
from servstd.objective import (
    MonitorStatus,
    Objective,
    ObjectiveMonitor,
    is_alert,
    probability_of_this_few,
    probability_of_this_many,
    summarize,
    watch,
)

START = datetime(2026, 5, 4, 9, tzinfo=UTC)
WANTED = {"r": Objective(at_least=0.95, min_n=1)}
HOUR = timedelta(hours=1)


def row(number: int, outcome: str, at: float = 0, **more: Any) -> dict[str, Any]:
    instant = (START + timedelta(seconds=at)).isoformat()
    return {"record_id": f"m{number}", "rule_id": "r", "outcome": outcome, "received_at": instant, **more}


def monitor(**more: Any) -> ObjectiveMonitor:
    return ObjectiveMonitor(WANTED, HOUR, **more)


def feed(watched: ObjectiveMonitor, rows: list[dict[str, Any]]) -> MonitorStatus:
    return [watched.add(one) for one in rows][-1]


def test_an_alert_is_raised_when_chance_does_not_explain_it() -> None:
    # 001's own example: 89% as 8 of 9 is no alert, as 89 of 100 it is.
    nine = feed(monitor(), [row(i, "pass") for i in range(8)] + [row(9, "fail")])
    assert (nine.summary.passed, nine.summary.decided, nine.is_alert) == (8, 9, False)
    hundred = feed(monitor(), [row(i, "pass") for i in range(89)] + [row(100 + i, "fail") for i in range(11)])
    assert (hundred.is_alert, hundred.summary.decided) == (True, 100)
    assert hundred.chance == probability_of_this_few(89, 100, 0.95) < 0.02
    assert (nine.label, hundred.label) == ("", "alert, unconfirmed")
    assert hundred.to_dict()["label"] == hundred.label


def test_opportunities_of_one_record_raise_no_alert_by_their_number() -> None:
    call = feed(monitor(), [row(1, "fail", passed_count=89, failed_count=11)])
    assert (call.summary.decided, call.is_alert) == (100, False)
    assert call.chance == 1.0  # of one opportunity, rounded towards the target


def test_an_alert_is_new_once_and_over_once() -> None:
    watched = monitor()
    rows = [row(i, "fail", i) for i in range(3)] + [row(10 + i, "pass", 10 + i) for i in range(60)]
    told = [(status.is_new_alert, status.is_over) for status in map(watched.add, rows)]
    assert sum(new for new, _ in told) == sum(over for _, over in told) == 1
    changes = watch(monitor(), rows)
    assert [(status.is_new_alert, status.is_over) for status in changes] == [(True, False), (False, True)]


@pytest.mark.parametrize(("age", "decided"), [(3599.999999, 2), (3600, 1), (3601, 1)])
def test_what_is_as_old_as_the_window_is_out(age: float, decided: int) -> None:
    status = feed(monitor(), [row(1, "fail"), row(2, "pass", age)])
    assert status.summary.decided == decided
    assert status.until - status.since == HOUR


def test_what_comes_too_late_is_not_counted_and_moves_nothing() -> None:
    status = feed(monitor(), [row(1, "pass", 3600), row(2, "fail", 0)])
    assert (status.is_counted, status.summary.decided) == (False, 1)
    assert status.until == START + HOUR


def test_a_verdict_without_an_instant_is_not_counted() -> None:
    status = monitor().add({"record_id": "m", "rule_id": "r", "outcome": "pass"})
    assert (status.is_counted, status.summary.decided) == (False, 0)
    assert status.chance is None
    assert status.until == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_pending_verdict_becomes_what_it_is_decided_to_be() -> None:
    watched = monitor()
    assert watched.add(row(1, "pending")).summary.pending == 1
    status = watched.add(row(1, "fail"))
    assert (status.summary.pending, status.summary.failed, status.summary.records) == (0, 1, 1)
    gone = watched.add(row(1, "not_applicable"))
    assert (gone.summary.decided, gone.summary.not_applicable) == (0, 1)


def test_time_alone_ends_an_alert() -> None:
    watched = monitor()
    assert feed(watched, [row(i, "fail") for i in range(3)]).is_alert
    assert [status.is_over for status in watched.advance(START + HOUR - timedelta(seconds=1))] == [False]
    (status,) = watched.advance(START + HOUR)
    assert (status.is_over, status.summary.decided) == (True, 0)
    assert watched.advance(START) == []


def test_each_group_has_its_own_figures() -> None:
    watched = monitor(by=("rule_id", "team"))
    watched.add(row(1, "fail", team="care"))
    status = watched.add(row(2, "pass", team="sales"))
    assert (dict(status.summary.key), status.summary.decided) == ({"rule_id": "r", "team": "sales"}, 1)
    watched.add(row(3, "pass"))
    assert [one.summary.key["team"] for one in watched.statuses()] == ["care", "sales", None]


def test_more_can_be_worse() -> None:
    watched = ObjectiveMonitor({"r": Objective(at_most=0.05, min_n=1)}, HOUR)
    status = feed(watched, [row(i, "pass" if i % 8 == 0 else "fail") for i in range(96)])
    assert status.chance == probability_of_this_many(12, 96, 0.05)
    assert status.is_alert


def test_a_rule_without_an_objective_has_figures_and_no_alert() -> None:
    status = ObjectiveMonitor({}, HOUR).add(row(1, "fail"))
    assert (status.summary.failed, status.is_alert, status.chance) == (1, False, None)


def test_verdicts_do_as_well_as_their_rows() -> None:
    evaluator = servstd.Evaluator()
    given = {"id": "m", "channel": "email", "audience": "external", "team": "care"}
    given |= {"received_at": "2026-05-04T10:00-04:00", "responded_at": "2026-05-04T12:00-04:00"}
    verdict = evaluator.check(given, as_of=START + timedelta(days=9))["email.response_time"]
    both = [ObjectiveMonitor({}, HOUR, ("rule_id", "team")).add(one) for one in (verdict, verdict.to_dict())]
    assert both[0].summary == both[1].summary
    assert both[0].summary.key["team"] == "care"


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: ObjectiveMonitor({}, timedelta(0)), "longer than 0"),
        (lambda: ObjectiveMonitor({}, timedelta(-1)), "at least 0"),
        (lambda: ObjectiveMonitor({}, HOUR, ("team",)), "groups by 'rule_id'"),
        (lambda: ObjectiveMonitor.from_dict({"format": 9}), "format 1, got 9"),
    ],
)
def test_what_can_not_be_is_refused(make: Any, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        make()


@pytest.mark.parametrize("name", ["record_id", "rule_id"])
def test_a_verdict_that_can_not_be_followed_is_refused(name: str) -> None:
    with pytest.raises(RecordError, match=f"without '{name}'"):
        monitor().add({key: value for key, value in row(1, "pass").items() if key != name})


def test_a_status_is_plain_json() -> None:
    pairs = json.loads(json.dumps(monitor().add(row(1, "pass")).to_dict()))
    assert (pairs["until"], pairs["summary"]["rate"]) == ("2026-05-04T09:00:00+00:00", 1.0)


verdicts = st.lists(
    st.builds(
        row,
        st.integers(0, 15),
        st.sampled_from(["pass", "fail", "fail", "pending", "unknown", "not_applicable"]),
        st.integers(0, 9000),
        team=st.sampled_from(["care", "sales", None]),
        reason=st.sampled_from(["late", "in_time"]),
        passed_count=st.integers(0, 2),
    ),
    max_size=40,
)


def batch(rows: list[dict[str, Any]]) -> list[Any]:
    """The figures of the last word on each record that lies in the hour up to the newest instant."""
    newest = max(datetime.fromisoformat(one["received_at"]) for one in rows)
    last = {one["record_id"]: one for one in rows}
    kept = [one for one in last.values() if datetime.fromisoformat(one["received_at"]) > newest - HOUR]
    return summarize(kept, ("rule_id", "team"), WANTED)


@given(verdicts)
@settings(max_examples=60)
def test_it_says_what_the_batch_says_of_the_same_window(rows: list[dict[str, Any]]) -> None:
    watched = monitor(by=("rule_id", "team"))
    for end, one in enumerate(rows, 1):
        watched.add(one)
        expected = {tuple(summary.key.values()): summary for summary in batch(rows[:end])}
        found = {tuple(status.summary.key.values()): status for status in watched.statuses()}
        assert {key: status.summary for key, status in found.items()} == expected
        assert all(status.is_alert == is_alert(expected[key]) for key, status in found.items())


@given(verdicts, st.integers(0, 40))
def test_a_restart_changes_nothing(rows: list[dict[str, Any]], cut: int) -> None:
    watched = monitor(by=("rule_id", "team"))
    for one in rows[:cut]:
        watched.add(one)
    restarted = ObjectiveMonitor.from_dict(json.loads(json.dumps(watched.to_dict())))
    assert restarted.to_dict() == watched.to_dict()
    assert [restarted.add(one) for one in rows[cut:]] == [watched.add(one) for one in rows[cut:]]


@given(verdicts.map(lambda rows: list({one["record_id"]: one for one in rows}.values())), st.randoms())
def test_the_order_in_which_records_come_does_not_matter(rows: list[dict[str, Any]], rnd: Any) -> None:
    shuffled = list(rows)
    rnd.shuffle(shuffled)
    both = [monitor(by=("rule_id", "team")) for _ in range(2)]
    for watched, given_rows in zip(both, (rows, shuffled), strict=True):
        for one in given_rows:
            watched.add(one)
    first, second = ({str(s.summary.key): s.summary for s in watched.statuses()} for watched in both)
    assert first == second


def test_how_opportunities_lie_in_records_is_carried_over_a_restart() -> None:
    watched = monitor()
    before = feed(watched, [row(1, "fail", passed_count=3, failed_count=1), row(2, "pass"), row(3, "pass")])
    again = ObjectiveMonitor.from_dict(json.loads(json.dumps(watched.to_dict())))
    assert again.statuses()[0].summary == before.summary
    assert before.summary.effective == 36 / (16 + 1 + 1)
