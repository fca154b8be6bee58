"""Searching the events of many records at once, against looking at one after the other."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from servstd.columns.timeline import Timeline

RECORDS = 5
EVENTS = st.lists(st.tuples(st.integers(0, RECORDS - 1), st.integers(0, 6), st.integers(0, 2)), max_size=40).map(sorted)
POSITIONS = st.lists(
    st.tuples(st.integers(0, RECORDS - 1), st.integers(-1, 7), st.integers(0, 3)), min_size=1, max_size=20
)


@given(EVENTS, POSITIONS, st.booleans())
@example([], [(0, 0, 0)], True)
@example([(RECORDS - 1, 0, 0)], [(RECORDS - 1, 1, 0)], False)  # behind the very last event
def test_the_first_event_from_a_position_on(
    events: list[tuple[int, int, int]], positions: list[tuple[int, int, int]], has_fine: bool
) -> None:
    row, at, fine = np.array(events, np.int64).reshape(-1, 3).T
    record, from_at, from_fine = np.array(positions, np.int64).T
    timeline = Timeline(RECORDS, row, at, fine)
    place = timeline.first_from(record, from_at, from_fine if has_fine else None)
    is_there = place < timeline.end(record)
    for number, (own, instant, within) in enumerate(positions):
        later = [
            one
            for one, (of, when, rank) in enumerate(events)
            if of == own and (when > instant or (when == instant and (not has_fine or rank >= within)))
        ]
        assert bool(is_there[number]) == bool(later)
        if later:
            assert place[number] == later[0]
