"""Files of a log as one source of batches: several of them, a folder, or a pattern of names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.batches import open_batches
from servstd.adapters.logs import BadRow
from servstd.adapters.rows import SUFFIXES, open_rows
from servstd.adapters.table.arrow import ints
from servstd.adapters.table.notes import FILE_BITS
from servstd.adapters.table.raw import LINE, PyBatch
from servstd.errors import Problem, RecordError


@dataclass
class Files:
    """Open files, read one after the other. The line of a row says its file too: `number << FILE_BITS | line`."""

    parts: Sequence[Any]
    bad_rows: list[BadRow] = field(default_factory=list)

    @property
    def file(self) -> str:
        """What to call them."""
        more = len(self.parts) - 1
        return str(self.parts[0].file) + (f" and {more} more" if more else "")

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each."""
        return tuple(part.file for part in self.parts)

    @property
    def header(self) -> tuple[str, ...] | None:
        """The columns of all of them; None where one is JSON."""
        headers = [part.header for part in self.parts]
        if any(header is None for header in headers):
            return None
        return tuple(dict.fromkeys(name for header in headers for name in header))

    @property
    def schema(self) -> Any:
        """The columns with their types; those that differ between files are taken for texts."""
        kinds: dict[str, Any] = {}
        for part in self.parts:
            for one in part.schema:
                kinds[one.name] = one.type if kinds.get(one.name, one.type) == one.type else pa.string()
        return pa.schema(list(kinds.items()))

    @property
    def has_columns(self) -> bool:
        """Whether some columns can be read without the others."""
        return all(getattr(part, "has_columns", False) for part in self.parts)

    def column_batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """One pass over some columns of all files."""
        for part in self.parts:
            yield from part.column_batches(columns)

    def to_batches(self, **_: object) -> Iterator[Any]:
        """One pass over all files."""
        self.bad_rows = []
        for number, part in enumerate(self.parts):
            for batch in part.to_batches():
                yield _with_file(batch, number)
            self.bad_rows += part.bad_rows

    def take_bad_rows(self) -> list[BadRow]:
        """The rows found since the last time that are no rows at all."""
        found, self.bad_rows = self.bad_rows, []
        return found


@dataclass
class JsonFile:
    """A JSON file: it is read whole."""

    file: str
    header: None = None
    bad_rows: list[BadRow] = field(default_factory=list)

    @property
    def schema(self) -> Any:
        """The names of its columns."""
        return next(self.to_batches()).schema

    def to_batches(self) -> Iterator[PyBatch]:
        """All rows as one batch, each with its place, from 1."""
        rows = list(open_rows(self.file, "json").rows)
        self.bad_rows = [BadRow(self.file, None, row.problem) for row in rows if row.problem]
        good = [row for row in rows if not row.problem]
        names = dict.fromkeys(name for row in good for name in row.cells)
        columns: dict[str, list[Any]] = {name: [row.cells.get(name) for row in good] for name in names}
        columns[LINE] = [(row.index or 0) + 1 for row in good]
        yield PyBatch(columns, len(good))


def _with_file(batch: Any, number: int) -> Any:
    if not number:
        return batch
    if isinstance(batch, PyBatch):
        lines = [line | number << FILE_BITS for line in batch.columns[LINE]]
        return PyBatch({**batch.columns, LINE: lines}, batch.num_rows)
    place = batch.schema.get_field_index(LINE)
    return batch.set_column(place, LINE, pa.array(ints(batch.column(place)) | np.int64(number << FILE_BITS)))


def open_files(paths: str | Path | Sequence[str | Path]) -> Files:
    """Files by name, pattern or folder. Raises `RecordError` with all that is wrong with those that can not be read."""
    names = [paths] if isinstance(paths, (str, Path)) else list(paths)
    parts: list[Any] = []
    problems: list[Problem] = []
    for name in (found for one in names for found in _found(one)):
        try:
            parts.append(JsonFile(name) if name.lower().endswith(".json") else open_batches(name))
        except RecordError as error:
            problems += error.problems
    if problems:
        raise RecordError(problems)
    if not parts:
        raise RecordError([Problem("unreadable-file", f"no file is called {', '.join(map(str, names))!r}")])
    return Files(parts)


def _found(name: str | Path) -> list[str]:
    """The files that a name stands for, in order: a folder stands for every log below it."""
    path = Path(name)
    if path.is_dir():
        return sorted(str(one) for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and one.is_file())
    if has_magic(str(name)) and not path.exists():
        return sorted(one for one in glob(str(name), recursive=True) if Path(one).is_file())
    return [str(name)]
