"""The period in which each record of a batch began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from servstd.columns import FieldColumn
from servstd.columns.columns import Ints
from servstd.evaluate.table.flat_source import FlatSource
from servstd.objective.grouping import period_codes
from servstd.values import to_us

if TYPE_CHECKING:
    from servstd.evaluate.table.run import TableRun


def period_column(source: FlatSource, run: TableRun, per: str) -> FieldColumn:
    """The labels of the periods, in the catalog's zone; no value for a record that has not begun."""
    codes, labels = period_codes(*_begins(source, run), per, run.evaluator.catalog.zone)
    return FieldColumn(codes.astype(np.int32), labels)


def _begins(source: FlatSource, run: TableRun) -> tuple[Ints, NDArray[np.bool_]]:
    """When each record began, as it is seen at the instant of the run, and which did."""
    count, as_of = source.batch.num_rows, to_us(run.as_of)
    at, has_begun = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    kinds = source.field("kind")
    assert kinds is not None  # the source gives every record a kind
    for place, kind in enumerate(kinds.values):
        is_open = kinds.codes == place
        for name in run.evaluator.catalog.vocabulary.begins(str(kind)):
            first, is_there = _first_seen(source, name, as_of)
            is_new = is_open & is_there
            at[is_new], has_begun, is_open = first[is_new], has_begun | is_new, is_open & ~is_new
    return at, has_begun


def _first_seen(source: FlatSource, name: str, as_of: int) -> tuple[Ints, NDArray[np.bool_]]:
    """The first event of a type in each record."""
    count = source.batch.num_rows
    at = np.full(count, np.iinfo(np.int64).max, np.int64)
    event = source.event(name)
    if event is not None and not event.is_unsure.any():
        return event.at, event.is_there & (event.at <= as_of)
    events = source.events(name)
    if events is not None:
        is_seen = events.at <= as_of
        np.minimum.at(at, events.row[is_seen], events.at[is_seen])
    return at, at < np.iinfo(np.int64).max
