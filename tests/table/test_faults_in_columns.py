"""A fault in any part of the vector checks is seen by the cases that hold them against the scalar ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.table import test_opportunities, test_several_events

from servstd.columns import answers, intervals, paused_limits, permissions, roll_up, windows

PAUSED = {"pauses": [{"from": "cc", "until": "dd"}]}
ASKED = {"kind": "permission", "asked": "cc", "agreed": "bb", "refused": "dd", "trust_silence": True}
DEADLINES = test_several_events.test_a_deadline_with_several_starts_answers_and_pauses_is_judged_like_one_by_one
GAPS = test_several_events.test_an_interval_is_judged_gap_by_gap
WINDOWS = test_several_events.test_an_event_is_looked_for_in_its_window
OPPORTUNITIES = test_opportunities.test_each_event_of_for_each_is_an_opportunity
Case = Callable[[dict[str, Any]], None]

FAULTS: list[tuple[Any, str, Any, Case, dict[str, Any]]] = [
    (answers, "_is_early", lambda starts, to: np.zeros(len(starts.owner), np.bool_), DEADLINES, {}),
    (paused_limits, "_run", lambda begins, ends, clock, calendar: ends - begins, DEADLINES, PAUSED),
    (intervals, "pause_at", lambda pauses, record, instant: np.zeros(len(record), np.bool_), GAPS,
     {"every": "30 elapsed minutes", **PAUSED}),
    (permissions, "_is_agreed_after", lambda check, columns, act: columns.nowhere, OPPORTUNITIES, ASKED),
    (windows, "_end", lambda end, is_relative: (end.at, end.fine), WINDOWS,
     {"from": "aa", "until": "cc", "trust_silence": True}),
    (roll_up, "_best_of", lambda ranks, begins: (ranks[begins], begins), DEADLINES, {}),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "wrong", "case", "check"), FAULTS, ids=[fault[1] for fault in FAULTS])
def test_it_is_seen(
    module: Any, name: str, wrong: Any, case: Case, check: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    case(check)
    monkeypatch.setattr(module, name, wrong)
    with pytest.raises(AssertionError):
        case(check)
