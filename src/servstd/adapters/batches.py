"""Big logs as record batches: CSV, tab-separated, JSON Lines and Parquet, read once more whenever that is asked for.

What is read is what `servstd.adapters.rows` reads, cell by cell and line by line, only faster. Needs pyarrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from servstd.adapters.logs import BadRow
from servstd.adapters.parquet_rows import open_parquet, parquet_batches, texts_of_few_values
from servstd.adapters.rows import format_of
from servstd.adapters.text_batches import Take, json_batches, numbers_from, open_lines, table_batches
from servstd.errors import ExtraMissing

try:
    import pyarrow as pa
except ImportError as error:
    raise ExtraMissing("reading a log in batches needs pyarrow: pip install 'servstd[bulk]'") from error

LINE = "\x00line"
"""The last column of each batch: the line of each row, or its place in a Parquet file; from 1."""
BATCH_ROWS = 65_536
FORMATS = ("csv", "tsv", "jsonl", "parquet")


@dataclass
class LogBatches:
    """An open log. `header` holds the columns of a table and is None for JSON Lines, whose batches may differ.

    `bad_rows` are what the last pass found that is no row at all. `tell` hears of each batch: how many rows, and how
    many bytes of the file were read for it.
    """

    file: str
    header: tuple[str, ...] | None
    make: Callable[[Take], Iterator[Any]]
    repeated: frozenset[str] = frozenset()
    is_text: bool = False
    bad_rows: list[BadRow] = field(default_factory=list)
    tell: Callable[[int, int], None] = lambda rows, size: None
    make_some: Callable[[Sequence[str]], Iterator[Any]] | None = None

    @property
    def has_columns(self) -> bool:
        """Whether some columns can be read without the others."""
        return self.make_some is not None

    def column_batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """A pass over some columns, if it `has_columns`; nobody hears of it."""
        return iter(()) if self.make_some is None else self.make_some(columns)

    @cached_property
    def schema(self) -> Any:
        """That of the first batch; of a table of texts it is known from the header."""
        if self.is_text and self.header is not None:
            texts = [(name, pa.string()) for name in dict.fromkeys(self.header)]
            return pa.schema([*texts, (LINE, pa.int64())])
        first = next(self.make(Take()), None)
        return pa.schema([]) if first is None else first.schema

    def to_batches(self, **_: object) -> Iterator[Any]:
        """One pass over the log."""
        self.bad_rows = []
        take = Take(self.bad_rows)
        for batch in self.make(take):
            self.tell(batch.num_rows, take.size)
            yield batch


def open_batches(
    path: str | Path, file_format: str | None = None, groups: Sequence[int] | None = None, rows: int = BATCH_ROWS
) -> LogBatches:
    """Open a log of one of `FORMATS`; of a Parquet file some row groups, if that is wanted, in batches of `rows`.

    Raises `RecordError` when it can not be opened, is no log, or has no header.
    """
    name, file_format = str(path), format_of(path, file_format)
    if file_format == "parquet":
        return _open_parquet(name, groups, rows)
    if file_format == "jsonl":
        open_lines(name).close()
        return LogBatches(name, None, partial(json_batches, name, LINE, rows))
    header, make = table_batches(name, file_format, LINE)
    return LogBatches(name, header, make, _repeated(header), is_text=True)


def take_rows(batch: Any, rows: Sequence[int]) -> Any:
    """Some rows of a record batch, in that order."""
    return batch.take(pa.array(rows, pa.int64()))


def _repeated(header: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in header if header.count(name) > 1)


def _open_parquet(name: str, groups: Sequence[int] | None, rows: int) -> LogBatches:
    with open_parquet(name) as file:
        header = tuple(file.schema_arrow.names)
        coded = texts_of_few_values(file.metadata)
        before = sum(file.metadata.row_group(index).num_rows for index in range(groups[0] if groups else 0))
    make = partial(_parquet, name, groups, rows, before, coded)
    some = partial(_some_columns, name, groups, rows)
    return LogBatches(name, header, make, _repeated(header), make_some=some)


def row_groups(path: str | Path) -> list[int]:
    """How many rows each row group of a Parquet file has. Raises `RecordError` when it can not be opened."""
    with open_parquet(str(path)) as file:
        return [file.metadata.row_group(index).num_rows for index in range(file.metadata.num_row_groups)]


def _parquet(
    name: str, groups: Sequence[int] | None, rows: int, before: int, coded: Sequence[str], take: Take
) -> Iterator[Any]:
    place = before
    with open_parquet(name, coded) as file:
        is_empty, row_bytes = True, Path(name).stat().st_size / max(file.metadata.num_rows, 1)
        for batch in parquet_batches(file, name, rows, groups):
            is_empty, take.size = False, round(row_bytes * batch.num_rows)
            yield _numbered(batch, place)
            place += batch.num_rows
        if is_empty:
            yield _numbered(pa.RecordBatch.from_pylist([], file.schema_arrow), place)


def _some_columns(name: str, groups: Sequence[int] | None, rows: int, columns: Sequence[str]) -> Iterator[Any]:
    with open_parquet(name) as file:
        yield from parquet_batches(file, name, rows, groups, columns)


def _numbered(batch: Any, before: int) -> Any:
    names = [*batch.schema.names, LINE]
    return pa.RecordBatch.from_arrays([*batch.columns, numbers_from(before + 1, batch.num_rows)], names=names)
