"""A batch of the verdict table as the text of a file: the lines that single verdicts give, made by columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.evaluate.table.local_times import local_texts
from servstd.privacy.cells import safe_cell

Places = NDArray[np.int32]


class Zones(NamedTuple):
    """The time zone in which the instants of each row of a batch are shown: `zones[codes[row]]`."""

    codes: NDArray[np.int16]
    zones: Sequence[ZoneInfo]


class Few(NamedTuple):
    """Texts of which there are few, by their places."""

    places: Places
    texts: Sequence[str]


Piece = Any
"""A text that is the same in all rows, `Few`, or an array of texts."""
_TEXT = pa.large_string()
_MOST_TEXTS = 1 << 16


class _Form(NamedTuple):
    """How values are written: a text, and what is not there."""

    text: Callable[[str], str]
    none: str
    quote: str


def csv_lines(batch: Any, zones: Zones) -> memoryview:
    """The rows as lines of a CSV file, without a header."""
    pieces: list[Any] = []
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        pieces += ["," if pieces else "", _texts(column, zones, _Form(_csv_cell, "", ""), is_key=name == "record_id")]
    return _joined([*pieces, "\n"], batch.num_rows)


def json_lines(batch: Any, zones: Zones) -> memoryview:
    """The rows as JSON Lines."""
    pieces: list[Any] = []
    form = _Form(lambda text: json.dumps(text, ensure_ascii=False), "null", '"')
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        pieces += [f'{", " if pieces else "{"}"{name}": ', _texts(column, zones, form, is_key=name == "record_id")]
    return _joined([*pieces, "}\n"], batch.num_rows)


def _joined(pieces: Sequence[Any], count: int) -> memoryview:
    """All rows, one after the other."""
    if not count:
        return memoryview(b"")
    arrays = [_array(piece) for piece in _merged(pieces)]
    whole = pc.binary_join_element_wise(*arrays, pa.scalar("", _TEXT))
    ends = np.frombuffer(whole.buffers()[1], np.int64, count + 1, 8 * whole.offset)
    return memoryview(whole.buffers()[2])[int(ends[0]) : int(ends[-1])]


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours as one, as long as there are few different texts: joining texts takes longer than numbers."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, str) and isinstance(last, (str, Few)):
            found[-1] = _with_tail(last, piece)
        elif isinstance(piece, Few) and isinstance(last, str):
            found[-1] = Few(piece.places, [last + text for text in piece.texts])
        elif isinstance(piece, Few) and isinstance(last, Few) and len(piece.texts) * len(last.texts) <= _MOST_TEXTS:
            found[-1] = _crossed(last, piece)
        else:
            found.append(piece)
    return found


def _with_tail(piece: str | Few, tail: str) -> Piece:
    return piece + tail if isinstance(piece, str) else Few(piece.places, [text + tail for text in piece.texts])


def _crossed(one: Few, other: Few) -> Few:
    """Two of few texts as one: those pairs that there are."""
    width = len(other.texts)
    keys = one.places * np.int32(width) + other.places
    used = np.flatnonzero(np.bincount(keys, minlength=len(one.texts) * width))
    number = np.zeros(len(one.texts) * width, np.int32)
    number[used] = np.arange(len(used), dtype=np.int32)
    texts = [one.texts[key // width] + other.texts[key % width] for key in used.tolist()]
    return Few(number[keys], texts)


def _array(piece: Piece) -> Any:
    if isinstance(piece, str):
        return pa.scalar(piece, _TEXT)
    return pa.array(piece.texts, _TEXT).take(pa.array(piece.places)) if isinstance(piece, Few) else piece


def _texts(column: Any, zones: Zones, form: _Form, *, is_key: bool) -> Any:
    """A column as texts, one a row; one text where all rows have the same."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        return _instants(column, zones, form)
    if pa.types.is_boolean(kind):
        return _chosen(column.cast(pa.int8()), ["false", "true"], form.none)
    if pa.types.is_dictionary(kind):
        return _chosen(column.indices, [form.text(text) for text in column.dictionary.to_pylist()], form.none)
    if is_key:
        known = column.dictionary_encode()
        return _chosen(known.indices, [form.text(text) for text in known.dictionary.to_pylist()], form.none)
    return _numbers(column, form)


def _chosen(indices: Any, texts: Sequence[str], none: str) -> str | Few:
    """Texts by their places."""
    if indices.null_count == len(indices):
        return none
    if len(texts) == 1 and not indices.null_count:
        return texts[0]
    return Few(indices.cast(pa.int32()).fill_null(len(texts)).to_numpy(), [*texts, none])


def _numbers(column: Any, form: _Form) -> Any:
    """Whole numbers as such, others as Python writes them."""
    if column.null_count == len(column):
        return form.none
    if not pa.types.is_floating(column.type):
        return _few(column, str, form)
    values = column.fill_null(0).to_numpy(zero_copy_only=False)
    if bool((values == np.floor(values)).all()):
        return _few(column.cast(pa.int64()), str, form)
    return _few(column, lambda value: str(int(value) if value == int(value) else value), form)


def _few(column: Any, text: Callable[[Any], str], form: _Form) -> Any:
    """Each different value once."""
    known = column.dictionary_encode()
    return _chosen(known.indices, [text(value) for value in known.dictionary.to_pylist()], form.none)


def _instants(column: Any, zones: Zones, form: _Form) -> Any:
    """Instants in the zones of their rows, in ISO 8601."""
    if column.null_count == len(column):
        return form.none
    given = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    values = column.cast(pa.int64()).drop_null().to_numpy()
    own = zones.codes[given]
    keys, number = np.unique(values, return_inverse=True) if len(zones.zones) == 1 else (values, np.arange(len(values)))
    parts = local_texts(keys, own if len(keys) == len(own) else np.zeros(len(keys), np.int16), zones.zones, form.quote)
    places = np.full(len(column), len(keys), np.int32)
    places[given] = number
    return pa.concat_arrays([parts, pa.array([form.none], _TEXT)]).take(pa.array(places))


def _csv_cell(text: str) -> str:
    """A text as a cell, in quotes where it needs them."""
    cell = str(safe_cell(text))
    if cell.isalnum():
        return cell
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow([cell, ""])
    return stream.getvalue()[:-2]
