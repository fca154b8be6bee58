"""Many opportunities of one row as one, against the same said one by one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.columns import LEFT, Codes
from servstd.columns.roll_up import RANKS_OF, SLOTS, Parts
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN

KNOWN = Codes()
CODES = [
    KNOWN.of(outcome, reason)
    for outcome in (PASS, FAIL, PENDING, UNKNOWN, NOT_APPLICABLE)
    for reason in ("a", "b")
]  # fmt: skip
SORTS = st.tuples(st.integers(0, 20), st.sampled_from([*CODES, LEFT]), st.integers(0, 3))


def one_by_one(items: list[tuple[int, int, int]], is_timed: bool) -> dict[int, tuple[int, list[int] | None]]:
    """For each row its code, and its amounts when it had more than one opportunity."""
    found: dict[int, tuple[int, list[int] | None]] = {}
    for row, group in groupby(items, key=lambda item: item[0]):
        mine = list(group)
        amounts = [0, 0, 0, 0]
        for _, code, _ in mine:
            if code != LEFT and (slot := SLOTS.get(KNOWN.pairs[code][0])) is not None:
                amounts[slot] += 1
        found[row] = speaking(mine, is_timed), amounts if sum(amounts) > 1 else None
    return found


def speaking(mine: list[tuple[int, int, int]], is_timed: bool) -> int:
    if any(code == LEFT for _, code, _ in mine):
        return LEFT
    best = min(RANKS_OF[KNOWN.pairs[code][0]] for _, code, _ in mine)
    those = [item for item in mine if RANKS_OF[KNOWN.pairs[item[1]][0]] == best]
    outcome = KNOWN.pairs[those[0][1]][0]
    if outcome not in (PASS, PENDING) or len({code for _, code, _ in those}) == 1:
        return those[0][1]
    if is_timed:
        return LEFT
    return min(those, key=lambda item: item[2])[1]  # the soonest pending; the longest pass has the least below


@given(st.lists(SORTS, max_size=60), st.booleans())
def test_codes_and_amounts_are_those_of_the_opportunities(items: list[tuple[int, int, int]], is_timed: bool) -> None:
    items.sort(key=lambda item: item[0])
    owner, codes, time = (np.array(column, np.int64) for column in zip(*items, strict=True)) if items else [EMPTY] * 3
    timed: dict[str, Any] = {"is_timed": True} if is_timed else {"late_after": time, "elapsed": -time}
    found = Parts(owner, codes.astype(np.uint8), **timed).rolled(KNOWN, 21)
    wanted = one_by_one(items, is_timed)
    assert found.codes.tolist() == [wanted[row][0] if row in wanted else LEFT for row in range(21)]
    counts = {} if found.counts is None else dict(zip(found.counts.rows, found.counts.amounts.tolist(), strict=True))
    assert counts == {row: amounts for row, (_, amounts) in wanted.items() if amounts is not None}


EMPTY = np.zeros(0, np.int64)


@pytest.mark.parametrize("count", [2, 32_767, 32_768, 70_000])
@pytest.mark.parametrize("code", CODES)
def test_a_row_may_have_any_number_of_opportunities(count: int, code: int) -> None:
    owner = np.repeat(np.array([0, 3], np.int64), [count, 1])
    found = Parts(owner, np.full(count + 1, code, np.uint8)).rolled(KNOWN, 4)
    assert found.codes.tolist() == [code, LEFT, LEFT, code]
    slot = SLOTS.get(KNOWN.pairs[code][0])
    if slot is None:
        assert found.counts is None
        return
    assert found.counts is not None
    assert found.counts.rows.tolist() == [0]
    assert found.counts.amounts.tolist() == [[count * (place == slot) for place in range(4)]]
