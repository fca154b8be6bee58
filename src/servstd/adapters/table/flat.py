"""A batch in flat form while it is made: its columns, the rows that can not be read, and what is odd about others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Cell
from servstd.adapters.plan import EventPlan
from servstd.adapters.table.arrow import INSTANT, Bools, only
from servstd.adapters.table.lists import Piece
from servstd.adapters.table.values import Values, arrow_type, as_arrow, pick
from servstd.errors import Problem
from servstd.flat import classify_key
from servstd.values import ValueType
from servstd.vocabulary import Vocabulary

_TEXT = ValueType("text")


@dataclass(frozen=True)
class Odd:
    """Something odd about rows: which of some columns are given there decides what is said.

    `bits` has a bit for each column; rows where it is 0 are not odd. `tell` makes the problem of those columns.
    """

    bits: Any
    tell: Callable[[Sequence[int]], Problem]


@dataclass
class Flat:
    """The flat form of a batch of rows.

    `bad` marks rows in which something can not be read; `has_lists` those with lists that have to be read one by one.
    `pieces` are events that have no columns of their own, `happened` the rows of each planned event in order. `lists`
    are the columns of lists but `events`.
    """

    count: int
    columns: dict[str, Any] = field(default_factory=dict)
    bad: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    has_lists: Bools = field(default_factory=lambda: np.zeros(0, np.bool_))
    pieces: list[Piece] = field(default_factory=list)
    happened: list[tuple[Bools, bool]] = field(default_factory=list)
    odd: list[Odd] = field(default_factory=list)
    lists: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is bad at first."""
        self.bad, self.has_lists = np.zeros(self.count, np.bool_), np.zeros(self.count, np.bool_)

    def mark(self, values: Values) -> Values:
        """Note which rows can not be read."""
        if values.bad is not None:
            self.bad |= values.bad
        return values


def constant(value: Any, kind: ValueType, count: int) -> Any:
    """A column that holds the same in every row."""
    to = arrow_type(kind, None, is_translated=True) if kind.text != "duration" else pa.string()
    held = pa.int64() if to == INSTANT else to.value_type if pa.types.is_dictionary(to) else to
    return pick(pa.array([as_arrow(value, to)], held), np.zeros(count, np.int64), to)


def coalesced(arrays: Sequence[Any], kind: Any) -> Any:
    """The last array that has something, for each row."""
    if len(arrays) == 1:
        return conform(arrays[0], kind)
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return conform(pc.coalesce(*(conform(one, plain) for one in reversed(arrays))), kind)


def conform(array: Any, kind: Any) -> Any:
    """An array as one of another type."""
    if array.type == kind:
        return array
    if pa.types.is_dictionary(kind):
        if pa.types.is_dictionary(array.type):
            return array.cast(kind)
        return pc.dictionary_encode(array.cast(kind.value_type))
    if kind == pa.string() and pa.types.is_boolean(array.type):
        return pc.if_else(array, "true", "false")
    return array.cast(kind)


def has_columns(plan: EventPlan, vocabulary: Vocabulary) -> bool:
    """Whether an event's flat keys mean that event: then it gets columns of its own."""
    keys = [("event", plan.type, "at")]
    keys += [("until" if cell.name == "until" else "attribute", plan.type, cell.name) for cell in plan.attributes]
    return all(classify_key(f"{plan.type}_{name}", vocabulary) == (what, plan.type, name) for what, _, name in keys)


def by_name(cells: Sequence[Cell], known: Mapping[Cell, Values]) -> dict[str, list[Any]]:
    """The values of cells by what they give; one attribute may have several columns."""
    found: dict[str, list[Any]] = {}
    for cell in cells:
        found.setdefault(cell.name, []).append(known[cell].values)
    return found


def bits_of(given: Sequence[Bools], where: Bools) -> Any:
    """A number for each row whose bits say which of some columns are given; 0 where it is not asked."""
    bits = np.zeros(len(where), np.int64)
    for place, one in enumerate(given[:62]):
        bits |= one.astype(np.int64) << place
    return np.where(where, bits, 0)


def masked(array: Any, where: Bools) -> Any:
    """The array where it is wanted."""
    return only(array, where)
