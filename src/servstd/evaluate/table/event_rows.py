"""The events of one type of a batch: from wide columns, from a list column, or from both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.columns import EventRows, FieldColumn
from servstd.columns.columns import Bools, Ints
from servstd.columns.lazy import Lazy
from servstd.evaluate.table.decode import (
    as_it_is,
    can_fail,
    is_true,
    no_values,
    read_instants,
    read_typed,
    read_values,
)
from servstd.evaluate.table.event_list import EventList, order_of
from servstd.flat import FlatReader
from servstd.vocabulary import EventType

Make = Callable[[], FieldColumn]


@dataclass(frozen=True)
class Part:
    """Events from one place. `attributes` are made when asked for; those that can not be read are `is_unsure`."""

    row: Ints
    at: Ints
    sequence: Ints
    is_unsure: Bools
    attributes: Mapping[str, FieldColumn]


def part_of_arrays(
    times: tuple[Ints, Ints, Ints, Bools],
    arrays: Mapping[str, Sequence[Any]],
    known: EventType,
    reader: FlatReader,
    places: Ints | None = None,
) -> Part:
    """A part from its times (row, instant, sequence, whether unsure) and an array or two of each attribute.

    Where there are two, the second speaks where the first is silent. `places` are those of the events in the arrays;
    None: the arrays hold these events alone.
    """
    row, at, sequence, is_unsure = times
    makers: dict[str, Make] = {}
    for name, given in arrays.items():
        make = partial(_read, name, given, known, reader, places)
        word = known.attributes.get(name)
        if name == "until" or any(can_fail(word.type if word else None, array) for array in given):
            column = make()
            is_unsure = is_unsure if column.unreadable is None else is_unsure | column.unreadable
            makers[name] = partial(_itself, column)
        else:
            makers[name] = make
    if "ref" in known.defaults and "actor" in arrays:
        # Where an actor is named, a missing reference is said to be none, so that no default holds.
        reference = makers["ref"]() if "ref" in makers else no_values(len(row))
        is_unsure = is_unsure | (reference.is_missing & ~makers["actor"]().is_missing)
    return Part(row, at, sequence, is_unsure, Lazy(makers))


def _itself(column: FieldColumn) -> FieldColumn:
    return column


def _read(name: str, arrays: Sequence[Any], known: EventType, reader: FlatReader, places: Ints | None) -> FieldColumn:
    columns = []
    for array in arrays:
        if array.null_count == len(array):
            columns.append(no_values(len(array) if places is None else len(places)))
        else:
            columns.append(_read_one(name, array if places is None else array.take(pa.array(places)), known, reader))
    return columns[0] if len(columns) == 1 else first_given(columns[0], columns[1])


def _read_one(name: str, array: Any, known: EventType, reader: FlatReader) -> FieldColumn:
    if name == "until":
        return _read_until(array, reader)
    if name == "ref":
        return read_values(array, str)
    if name == "actor":
        return read_values(array, as_it_is)
    word = known.attributes.get(name)
    return read_typed(array, word.type if word else None, reader)


def _read_until(array: Any, reader: FlatReader) -> FieldColumn:
    """Ends in UTC microseconds."""
    until, is_there, is_bad = read_instants(array, reader)
    codes = np.where(is_there, np.arange(len(until)), -1).astype(np.int32)
    return FieldColumn(codes, until, is_bad if is_bad.any() else None)


def first_given(first: FieldColumn, second: FieldColumn) -> FieldColumn:
    """The first column, and the second where the first has nothing."""
    is_open = first.is_missing if first.unreadable is None else first.is_missing & ~first.unreadable
    taken = is_open & ~second.is_missing
    codes = np.where(taken, second.codes + np.int32(len(first.values)), first.codes)
    unreadable = first.unreadable
    if second.unreadable is not None:
        later = second.unreadable & is_open
        unreadable = later if unreadable is None else unreadable | later
    return FieldColumn(codes, [*first.values, *second.values], unreadable)


def wanted_attributes(known: EventType) -> tuple[str, ...]:
    """What anybody can ask of events of a type; `automated` counts also where it is not declared."""
    return tuple(dict.fromkeys((*known.attributes, "automated", "ref", "actor", "until")))


def part_of_list(events: EventList, name: str, known: EventType, reader: FlatReader) -> Part:
    """The events of one type in a list column."""
    places = events.places(name)
    at, is_read, sequence = events.times
    is_unsure = np.zeros(len(places), np.bool_) if is_read.all() else ~is_read[places]
    times = events.items.row.take(places), at.take(places), sequence.take(places), is_unsure
    arrays = {attribute: events.attribute(attribute) for attribute in wanted_attributes(known)}
    return part_of_arrays(times, {key: given for key, given in arrays.items() if given}, known, reader, places)


def rows_of(parts: Sequence[Part], known: EventType) -> EventRows:
    """One or two parts as rows in order, with what the type declares laid under."""
    part = parts[0] if len(parts) == 1 else _joined(parts[0], parts[1])
    count = len(part.row)
    is_automated = is_true(part.attributes.get("automated"), count)
    is_unsure = part.is_unsure | _ties(part)
    return EventRows(part.row, part.at, with_defaults(part, known), is_unsure, is_automated, part.sequence)


def with_defaults(part: Part, known: EventType) -> Lazy[FieldColumn]:
    """The attributes of a part, with what the type declares laid under."""
    makers: dict[str, Make] = {name: partial(part.attributes.__getitem__, name) for name in part.attributes}
    for name, default in known.defaults.items():
        makers[name] = partial(_with_default, part.attributes.get(name), default, len(part.row))
    return Lazy(makers)


def _with_default(column: FieldColumn | None, default: Any, count: int) -> FieldColumn:
    return (no_values(count) if column is None else column).or_else(default)


def _ties(part: Part) -> Bools:
    """Events whose order only their content gives."""
    is_tie = np.zeros(len(part.row), np.bool_)
    same = part.row[1:] == part.row[:-1]
    same &= (part.at[1:] == part.at[:-1]) & (part.sequence[1:] == part.sequence[:-1])
    is_tie[1:] |= same
    is_tie[:-1] |= same
    return is_tie


def _joined(first: Part, second: Part) -> Part:
    """Two parts as one, in order."""
    row, at, sequence, is_unsure = (
        np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("row", "at", "sequence", "is_unsure")
    )
    order = order_of(row, at, sequence)
    order = np.arange(len(row)) if order is None else order
    counts = len(first.row), len(second.row)
    makers: dict[str, Make] = {
        name: partial(_chained, first.attributes.get(name), second.attributes.get(name), counts, order)
        for name in dict.fromkeys((*first.attributes, *second.attributes))
    }
    return Part(row[order], at[order], sequence[order], is_unsure[order], Lazy(makers))


def _chained(
    first: FieldColumn | None, second: FieldColumn | None, counts: tuple[int, int], order: Ints
) -> FieldColumn:
    """One column after the other, in a new order."""
    one, two = (column or no_values(count) for column, count in zip((first, second), counts, strict=True))
    later = np.where(two.codes < 0, np.int32(-1), two.codes + np.int32(len(one.values)))
    return FieldColumn(np.concatenate([one.codes, later])[order], [*one.values, *two.values])
