"""Asking for the rows that are still open only, when they are few."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from servstd.columns.codes import LEFT
from servstd.columns.columns import Bytes, Columns
from servstd.columns.decided import Decided
from servstd.columns.decision import Decision
from servstd.columns.roll_up import joined
from servstd.columns.view import View

FEW = 4
"""When fewer rows than one in so many are open, only these are looked at."""

Ask = Callable[[Columns], Decided | None]


def rest_of(decision: Decision, ask: Ask) -> Decided:
    """What was settled, and for the rows that are still open what `ask` gives; None leaves them."""
    columns, count = decision.columns, int(np.count_nonzero(decision.todo))
    if not count:
        return decision.decided
    if count * FEW > columns.count:
        found = ask(columns)
        return decision.decided if found is None else decision.with_rest(found)
    rows = np.flatnonzero(decision.todo)
    found = ask(View(columns, rows))
    return decision.decided if found is None else decision.with_rest(joined([(rows, found)], columns.count))


def then(codes: Bytes, columns: Columns, ask: Ask) -> Decided:
    """These codes, and for the rows that they leave what `ask` gives."""
    decision = Decision(columns)
    decision.put(codes != LEFT, codes)
    return rest_of(decision, ask)
