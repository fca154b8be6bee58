"""A log as it is written, a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.rows import RawRow
from servstd.adapters.table.arrow import WORDS, Ints, ints, tidy
from servstd.adapters.table.coded import coded
from servstd.errors import Problem, RecordError
from servstd.parquet_datasets import batches_of_long_groups, scanned
from servstd.plain_arrays import has_union, plain_type

LINE = "\x00line"
"""The column with the line of each row, where rows have lines. It is no part of the log."""
BATCH_ROWS = 65_536
_CELL_BYTES = 100


@dataclass(frozen=True)
class PyBatch:
    """Rows whose cells are of mixed types, such as 5 and "5" in one column: plain Python values, None for nothing."""

    columns: Mapping[str, Sequence[Any]]
    num_rows: int

    @property
    def schema(self) -> Any:
        """The names of the columns; their types are not known."""
        return pa.schema([(name, pa.null()) for name in self.columns])


@dataclass(frozen=True)
class RawBatch:
    """Rows as they are written: a column is an Arrow array, or a list of Python values.

    `lines` are those of the file, or the places of the rows, from 1. In JSON a key that is not there is no key.
    """

    columns: Mapping[str, Any]
    count: int
    lines: Ints
    is_json: bool = False

    def column(self, name: str) -> Any:
        """A column; one that is not there holds nothing."""
        found = self.columns.get(name)
        return pa.nulls(self.count) if found is None else found

    def take(self, indices: Ints) -> RawBatch:
        """Some of the rows."""
        places = pa.array(indices)
        taken = {
            name: [column[place] for place in indices.tolist()] if isinstance(column, list) else column.take(places)
            for name, column in self.columns.items()
        }
        return RawBatch(taken, len(indices), self.lines[indices], self.is_json)

    def slice(self, begin: int, end: int) -> RawBatch:
        """The rows from one place to another."""
        sliced = {
            name: column[begin:end] if isinstance(column, list) else column.slice(begin, end - begin)
            for name, column in self.columns.items()
        }
        return RawBatch(sliced, max(0, end - begin), self.lines[begin:end], self.is_json)

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return sum(_CELL_BYTES * self.count if isinstance(c, list) else c.nbytes for c in self.columns.values())

    def rows(self, indices: Ints) -> Iterator[RawRow]:
        """Some of the rows as the row reader takes them."""
        part = self.take(indices)
        values = {name: c if isinstance(c, list) else listed(c) for name, c in part.columns.items()}
        for name, column in part.columns.items():
            if self.is_json and not isinstance(column, list) and pa.types.is_nested(column.type):
                values[name] = [_with_its_keys(value) for value in values[name]]
        for place, line in enumerate(part.lines.tolist()):
            yield RawRow(line, {name: column[place] for name, column in values.items()})


@dataclass
class RawLog:
    """A log that gives its rows in batches: an Arrow table, reader or dataset, or an open file.

    `file` is its name in messages. `header` holds its columns; None for JSON, whose rows may leave any out.
    """

    source: Any
    file: str
    header: tuple[str, ...] | None
    schema: Any
    can_repeat: bool
    _is_read: bool = field(default=False, repr=False)

    @property
    def can_read_ahead(self) -> bool:
        """Whether a thread of its own may read it: what somebody else wrote may mind, a database's cursor does."""
        is_table = isinstance(self.source, (pa.Table, pa.RecordBatch))
        return is_table or hasattr(self.source, "scanner") or hasattr(self.source, "file")

    @property
    def has_cheap_columns(self) -> bool:
        """Whether a pass over one column costs less than reading all: not so for text, which is read whole."""
        return self.can_repeat and (not hasattr(self.source, "file") or getattr(self.source, "has_columns", False))

    def batches(self, columns: Sequence[str] | None = None) -> Iterator[RawBatch]:
        """The batches from the beginning, of some columns where the source can tell them apart.

        Raises `RecordError` when the source can be read only once and was.
        """
        if self._is_read and not self.can_repeat:
            message = "the table can be read only once, and was"
            raise RecordError([Problem("not-a-table", message, file=self.file, hint="give a table or a file")])
        self._is_read = True
        first = 0
        for batch in _batches(self.source, columns):
            for begin in range(0, batch.num_rows, BATCH_ROWS):
                yield _raw(_part(batch, begin), first + begin, self.header is None)
            first += batch.num_rows


def raw_log(source: Any, file: str | None = None) -> RawLog:
    """Anything that holds a table, as a log. Raises `RecordError` for anything else."""
    name = file or str(getattr(source, "file", None) or "table")
    opened = coded(_opened(source))
    names = tuple(one for one in opened.schema.names if one != LINE)
    header = getattr(source, "header", names)
    fields = [(one.name, _type_of(one.type)) for one in opened.schema if one.name != LINE]
    can_repeat = not isinstance(opened, pa.RecordBatchReader)
    return RawLog(opened, name, None if header is None else tuple(header), pa.schema(fields), can_repeat)


def _opened(source: Any) -> Any:
    if hasattr(source, "to_reader") and not hasattr(source, "schema"):  # a scanner
        return source.to_reader()
    if hasattr(source, "to_batches") or isinstance(source, (pa.Table, pa.RecordBatch, pa.RecordBatchReader)):
        return source
    if hasattr(source, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(source)
    if hasattr(source, "__arrow_c_array__"):
        return pa.Table.from_batches([pa.record_batch(source)])
    message = f"expected a table (pyarrow, polars, duckdb, pandas ...), got {type(source).__name__}"
    raise RecordError([Problem("not-a-table", message, hint="a list of records goes to check_many")])


def _batches(source: Any, columns: Sequence[str] | None) -> Iterator[Any]:
    if isinstance(source, pa.RecordBatchReader):
        return iter(source)
    if isinstance(source, pa.RecordBatch):
        return iter([source])
    if isinstance(source, pa.Table):
        return iter((source if columns is None else source.select(columns)).to_batches())
    if hasattr(source, "file"):
        is_part = columns is not None and getattr(source, "has_columns", False)
        return iter(source.column_batches(columns) if is_part else source.to_batches())
    if not hasattr(source, "scanner"):
        return iter(source.to_batches())
    steps = batches_of_long_groups(source, BATCH_ROWS, columns)
    if steps is not None:
        return steps
    return scanned(source, BATCH_ROWS, columns)


def _part(batch: Any, begin: int) -> Any:
    if isinstance(batch, PyBatch):
        end = begin + BATCH_ROWS
        columns = {name: list(column[begin:end]) for name, column in batch.columns.items()}
        return PyBatch(columns, min(BATCH_ROWS, batch.num_rows - begin))
    return batch.slice(begin, BATCH_ROWS)


def _raw(batch: Any, first: int, is_json: bool) -> RawBatch:
    if isinstance(batch, PyBatch):
        columns: dict[str, Any] = dict(batch.columns)
        lines = columns.pop(LINE, None)
        places = None if lines is None else np.array(lines, np.int64)
    else:
        columns = {name: _column(batch.column(place)) for place, name in enumerate(batch.schema.names)}
        lines = columns.pop(LINE, None)
        places = None if lines is None else ints(lines)
    places = first + 1 + np.arange(batch.num_rows) if places is None else places
    return RawBatch(columns, batch.num_rows, places, is_json)


def _column(array: Any) -> Any:
    """A column in its plain form; values of several types as Python has them."""
    return listed(array) if has_union(array.type) else tidy(array)


def _type_of(kind: Any) -> Any:
    """The type of such a column, null where it is not known."""
    return pa.null() if has_union(kind) else plain_type(kind)


def _with_its_keys(value: Any) -> Any:
    """A value of JSON without the keys that other values of its column have."""
    if isinstance(value, dict):
        return {key: _with_its_keys(held) for key, held in value.items() if held is not None}
    return [_with_its_keys(held) for held in value] if isinstance(value, list) else value


def raw_type(schema: Any, name: str, is_json: bool) -> Any:
    """The type of a column, None where it is not known: a line of JSON may hold anything where others have a number."""
    return None if is_json or name not in schema.names else schema.field(name).type


def joined(batches: Sequence[RawBatch]) -> RawBatch:
    """Batches as one; columns of different types hold plain Python values."""
    if len(batches) == 1:
        return batches[0]
    names = dict.fromkeys(name for batch in batches for name in batch.columns)
    columns = {name: _joined_column([batch.column(name) for batch in batches]) for name in names}
    lines = np.concatenate([one.lines for one in batches])
    return RawBatch(columns, len(lines), lines, batches[0].is_json)


def joined_and_freed(batches: list[RawBatch]) -> RawBatch:
    """The same a column at a time, so that not all of them are there twice; the list is empty afterwards."""
    names = dict.fromkeys(name for batch in batches for name in batch.columns)
    lines, counts = np.concatenate([one.lines for one in batches]), [one.count for one in batches]
    held, is_json = [dict(batch.columns) for batch in batches], batches[0].is_json
    batches.clear()
    columns = {}
    for name in names:
        parts = [one.pop(name, None) for one in held]
        columns[name] = _joined_column(
            [pa.nulls(count) if part is None else part for part, count in zip(parts, counts, strict=True)]
        )
        del parts
    return RawBatch(columns, len(lines), lines, is_json)


def _joined_column(columns: Sequence[Any]) -> Any:
    if not any(isinstance(column, list) for column in columns):
        kinds = {column.type for column in columns if not pa.types.is_null(column.type)}
        if kinds == {pa.string(), WORDS}:  # one file holds texts as codes, another does not
            columns = [pc.dictionary_encode(one) if one.type == pa.string() else one for one in columns]
            kinds = {WORDS}
        if len(kinds) <= 1:
            kind = kinds.pop() if kinds else pa.null()
            return pa.concat_arrays([column if column.type == kind else column.cast(kind) for column in columns])
    return [value for column in columns for value in (column if isinstance(column, list) else listed(column))]


def listed(array: Any) -> list[Any]:
    """The values as Python has them; an instant beyond its years as a number in a text."""
    try:
        found: list[Any] = array.to_pylist()
    except (ValueError, OverflowError):
        found = [_item(one) for one in array]
    return found


def _item(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        if isinstance(scalar, pa.ListScalar):
            return [_item(one) for one in scalar.values]
        if isinstance(scalar, pa.StructScalar):
            return {name: _item(one) for name, one in scalar.items()}
        return str(scalar.value)
