"""Objectives that a rule decides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import servstd
from servstd.objective import RULE_OBJECTIVES, Basis, period_at, promises_kept, rule_objective, rule_share, wilson

RULE = "commitment.promise_kept"


def rows(outcome: str, times: int, **more: object) -> list[dict[str, object]]:
    return [{"rule_id": RULE, "outcome": outcome, **more}] * times


def test_promises_kept_are_kept_over_due_and_the_rest_stands_apart() -> None:
    verdicts = rows("pass", 30) + rows("fail", 2, passed_count=1, failed_count=2) + rows("pending", 4)
    verdicts += rows("unknown", 1) + rows("not_applicable", 9, reason="no_opportunity")
    found = promises_kept([*verdicts, {"rule_id": "other", "outcome": "fail"}])
    assert (found.value, found.count) == (32 / 36, 36)
    # Two records hold three opportunities each: these count for fewer, as in a summary.
    assert (found.low, found.high) == wilson(32, 36, effective=36**2 / (30 + 2 * 9))
    assert found.interval == "wilson_of_effective_count"
    apart = promises_kept(rows("pass", 32) + rows("fail", 4))
    assert ((apart.low, apart.high), apart.interval) == (wilson(32, 36), "wilson")
    assert (found.name, found.formula, found.pending) == ("promises_kept", "kept_over_due", 4)
    assert (found.excluded, found.missing) == ({"no_opportunity": 9}, {"unknown": 1})
    assert found.settings == {"rule": RULE}


def test_a_period_takes_what_was_received_in_it() -> None:
    verdicts = rows("pass", 1, received_at="2026-05-31T23:59:59Z") + rows("fail", 1, received_at="2026-06-01T00:00Z")
    found = promises_kept(verdicts + rows("pass", 3), basis=Basis(period_at(datetime(2026, 5, 1, tzinfo=UTC), "month")))
    assert (found.value, found.count, found.missing) == (1.0, 1, {"no_time": 3})


@pytest.mark.parametrize("name", list(RULE_OBJECTIVES))
def test_each_is_about_a_shipped_rule(name: str) -> None:
    rule_id, formula = RULE_OBJECTIVES[name]
    assert rule_id in servstd.load_catalog().rules
    found = rule_objective(name, [{"rule_id": rule_id, "outcome": "pass"}])
    assert (found.name, found.formula, found.value, found.guards) == (name, formula, 1.0, ("too_few",))


def test_any_rule_has_a_share() -> None:
    assert rule_share(rows("pass", 20), RULE).guards == ()
    assert rule_share([], RULE).value is None
