"""Columns that hold lists: the events that rows make, and the lists of records that were read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import as_text
from servstd.adapters.table.arrow import INSTANT, WORDS, Codes, Ints
from servstd.adapters.table.values import as_arrow, written
from servstd.record import Event, Record, Review, Turn
from servstd.vocabulary import EVENT_ATTRIBUTES

TURN = pa.struct([("speaker", pa.string()), ("text", pa.string()), ("at", INSTANT), ("until", INSTANT)])
REVIEW = pa.struct(
    [("rule", pa.string()), ("value", pa.string()), ("reviewer", pa.string()), ("at", INSTANT),
     ("opportunity", pa.int64()), ("override", pa.bool_()), ("reason", pa.string())]
)  # fmt: skip
LIST_TYPES = {"turns": pa.list_(TURN), "reviews": pa.list_(REVIEW),
              **dict.fromkeys(("complete_for", "tracked", "agent_names"), pa.list_(pa.string())),
              "fields": pa.map_(pa.string(), pa.string())}  # fmt: skip
_OWN = [("type", WORDS), ("at", INSTANT), ("until", INSTANT), ("actor", pa.string()), ("ref", pa.string()),
        ("sequence", pa.int64())]  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """Events of one batch: for each its row, its type as a place in `types`, its instant and its sequence.

    Pieces are put together by row, then by `order`, then as they come.
    """

    rows: Ints
    types: Sequence[str]
    codes: Codes
    at: Ints
    order: Ints
    sequence: Ints | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def without(self, rows: Sequence[int]) -> Piece:
        """The events of all other rows."""
        if not rows:
            return self
        keep = np.flatnonzero(~np.isin(self.rows, rows))
        sequence = None if self.sequence is None else self.sequence[keep]
        attributes = {name: array.take(pa.array(keep)) for name, array in self.attributes.items()}
        return Piece(
            self.rows[keep], self.types, self.codes[keep], self.at[keep], self.order[keep], sequence, attributes
        )


def event_list_type(attributes: Mapping[str, Any]) -> Any:
    """The type of the column `events` for events with these attributes."""
    named = [(name, kind) for name, kind in attributes.items() if name not in EVENT_ATTRIBUTES]
    return pa.list_(pa.struct(_OWN + named))


def event_lists(pieces: Sequence[Piece], count: int, kind: Any) -> Any:
    """The lists of events of `count` rows; a row without any has none."""
    places = _places(pieces)
    names = list(dict.fromkeys(name for piece in pieces for name in piece.types))
    codes = _taken([_codes(piece, names) for piece in pieces], places, np.int32)
    columns = {"type": pa.DictionaryArray.from_arrays(codes, pa.array(names, pa.string()))}
    columns["at"] = pa.array(_taken([piece.at for piece in pieces], places, np.int64)).cast(INSTANT)
    columns["sequence"] = pa.array(_taken([_sequence(piece) for piece in pieces], places, np.int64))
    indices = None if places is None else pa.array(places)
    for one in kind.value_type:
        if one.name not in columns:
            columns[one.name] = _attribute(one, pieces, len(codes), indices)
    children = [columns[one.name] for one in kind.value_type]
    structs = pa.StructArray.from_arrays(children, fields=list(kind.value_type))
    return _as_lists(structs, _taken([piece.rows for piece in pieces], None, np.int64), count, kind)


def _places(pieces: Sequence[Piece]) -> Ints | None:
    """The order of the events of all pieces; None when they stand in it."""
    if len(pieces) < 2:
        rows = pieces[0].rows if pieces else np.zeros(0, np.int64)
        return None if (rows[1:] >= rows[:-1]).all() else np.argsort(rows, kind="stable")
    return np.lexsort((np.concatenate([one.order for one in pieces]), np.concatenate([one.rows for one in pieces])))


def _codes(piece: Piece, names: Sequence[str]) -> Codes:
    if list(piece.types) == list(names[: len(piece.types)]):
        return piece.codes
    return np.array([names.index(name) for name in piece.types], np.int64)[piece.codes]


def _sequence(piece: Piece) -> Ints:
    return np.zeros(len(piece.rows), np.int64) if piece.sequence is None else piece.sequence


def _taken(arrays: Sequence[Codes], places: Ints | None, kind: Any) -> Any:
    if not arrays:
        return np.zeros(0, kind)
    whole = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
    return (whole if places is None else whole[places]).astype(kind, copy=False)


def _attribute(one: Any, pieces: Sequence[Piece], count: int, indices: Any) -> Any:
    """One attribute of all pieces."""
    if not any(one.name in piece.attributes for piece in pieces):
        return nothing(one.type, count)
    plain = one.type.value_type if pa.types.is_dictionary(one.type) else one.type
    parts = [piece.attributes.get(one.name) for piece in pieces]
    arrays = [
        pa.nulls(len(piece.rows), plain) if part is None else _plain(part, plain)
        for piece, part in zip(pieces, parts, strict=True)
    ]
    whole = arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)
    whole = whole if indices is None else whole.take(indices)
    return pc.dictionary_encode(whole) if plain != one.type else whole


def nothing(kind: Any, count: int) -> Any:
    """An array without values, a part of one that is made once."""
    return _nothing(kind, max(count - 1, 0).bit_length()).slice(0, count)


@lru_cache(maxsize=64)
def _nothing(kind: Any, bits: int) -> Any:
    return pa.nulls(1 << bits, kind)


def _plain(array: Any, kind: Any) -> Any:
    if pa.types.is_boolean(array.type) and kind == pa.string():
        return pc.if_else(array, "true", "false")
    return array if array.type == kind else array.cast(kind)


def _as_lists(structs: Any, rows: Ints, count: int, kind: Any) -> Any:
    sizes = np.bincount(rows, minlength=count) if len(rows) else np.zeros(count, np.int64)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    is_empty = sizes == 0
    mask = pa.array(is_empty) if is_empty.any() else None
    return pa.ListArray.from_arrays(pa.array(offsets), structs, type=kind, mask=mask)


def lists_of(records: Mapping[int, Record], name: str, count: int) -> Any:
    """A list column other than `events` of some records by row; other rows have none."""
    cells: list[Any] = [None] * count
    for row, record in records.items():
        cells[row] = _own_list(record, name)
    return pa.array(cells, LIST_TYPES[name])


def _own_list(record: Record, name: str) -> Any:
    if name == "turns":
        return [_turn(turn) for turn in record.turns] or None
    if name == "reviews":
        return [_review(review) for review in record.reviews] or None
    if name == "fields":
        return [(key, written(value)) for key, value in record.values.items()]
    if name == "tracked":
        return None if record.tracked is None else sorted(map(str, record.tracked))
    names = record.complete_for if name == "complete_for" else record.agent_names
    return sorted(map(str, names)) if name == "complete_for" else list(map(str, names)) or None


def _turn(turn: Turn) -> dict[str, Any]:
    return {"speaker": turn.speaker, "text": turn.text, "at": turn.at, "until": turn.until}


def _review(review: Review) -> dict[str, Any]:
    opportunity = review.opportunity
    return {
        "rule": review.rule,
        "value": review.value,
        "reviewer": None if review.reviewer is None else as_text(review.reviewer),
        "at": review.at,
        "opportunity": opportunity if isinstance(opportunity, int) else None,
        "override": review.override,
        "reason": None if review.reason is None else as_text(review.reason),
    }


def piece_of(events: Iterable[tuple[int, Event]], kind: Any) -> Piece:
    """Events of records that were read one by one, each with its row."""
    pairs = list(events)
    names = list(dict.fromkeys(event.type for _, event in pairs))
    numbers = {name: place for place, name in enumerate(names)}
    attributes = {
        one.name: pa.array([as_arrow(_value(event, one.name), one.type) for _, event in pairs], _held(one.type))
        for one in kind.value_type
        if one.name not in ("type", "at", "sequence")
    }
    return Piece(
        np.array([row for row, _ in pairs], np.int64),
        names,
        np.array([numbers[event.type] for _, event in pairs], np.int64),
        np.array([event.at_us for _, event in pairs], np.int64),
        np.arange(len(pairs)) + (1 << 40),
        np.array([event.sequence for _, event in pairs], np.int64),
        attributes,
    )


def _held(kind: Any) -> Any:
    return pa.int64() if kind == INSTANT else kind.value_type if pa.types.is_dictionary(kind) else kind


def _value(event: Event, name: str) -> Any:
    if name in ("until", "actor", "ref"):
        return getattr(event, name)
    return event.attributes.get(name)
