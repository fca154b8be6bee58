"""Rows spread over temporary files by their case, so that each file holds whole cases and fits into memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from servstd.adapters.table.arrow import Hashes
from servstd.adapters.table.raw import RawBatch, joined
from servstd.ahead import ahead

PARTS = 64
_BITS = 6
CHUNK_BYTES = 16 << 20
"""Small parts are taken together until they have about so much; and so much is gathered before it is written."""
MOST_BYTES = 128 << 20
"""Of a part that takes more, the cases are spread again."""
_MOST_DEPTH = 3
_LINE = "\x00line"
_PLAIN, _IS_JSON = b"plain", b"json"


def spread(
    batches: Iterable[RawBatch], hashes_of: Callable[[RawBatch], Hashes], *, is_ahead: bool = False, depth: int = 0
) -> Iterator[list[RawBatch]]:
    """Rows of whole cases: those of one part after those of the other. The files go when this ends, however.

    `is_ahead` lets a thread of its own read the batches while the last ones are written.
    """
    with TemporaryDirectory(prefix="servstd-") as folder:
        hashed = ((raw, hashes_of(raw)) for raw in _gathered(batches))
        sizes = _write(ahead(hashed, 1) if is_ahead else hashed, Path(folder), depth)
        for group in _groups(sizes):
            paths = [path for part in group for path in sorted(Path(folder).glob(f"{part:03d}.*"))]
            rows = (raw for path in paths for raw in _read(path))
            if sizes[group[0]] > MOST_BYTES and depth < _MOST_DEPTH:
                yield from spread(rows, hashes_of, depth=depth + 1)
            else:
                yield list(rows)
            for path in paths:
                path.unlink()


def _groups(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """Parts to take at once: small ones together, for a batch costs something however few rows it has."""
    group: list[int] = []
    for part in sorted(sizes):
        if group and sum(sizes[one] for one in group) + sizes[part] > CHUNK_BYTES:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _write(hashed: Iterable[tuple[RawBatch, Hashes]], folder: Path, depth: int) -> dict[int, int]:
    """Write each row to the file of its part; how many bytes each part has."""
    sizes: dict[int, int] = {}
    writers: dict[tuple[int, str], Any] = {}
    with ExitStack() as stack:
        for raw, hashes in hashed:
            parts = ((hashes >> np.uint64(64 - _BITS * (depth + 1))) % np.uint64(PARTS)).astype(np.uint8)
            order = np.argsort(parts, kind="stable")
            batch = _as_batch(raw.take(order))
            bounds = np.append(0, np.cumsum(np.bincount(parts, minlength=PARTS)))
            kind = str(batch.schema) + str(batch.schema.metadata)
            for part in np.flatnonzero(np.diff(bounds)).tolist():
                piece = batch.slice(int(bounds[part]), int(bounds[part + 1] - bounds[part]))
                if (part, kind) not in writers:
                    path = folder / f"{part:03d}.{len(writers)}"
                    stream = stack.enter_context(pa.OSFile(str(path), "wb"))
                    writers[part, kind] = stack.enter_context(pa.ipc.new_stream(stream, batch.schema))
                writers[part, kind].write_batch(piece)
                sizes[part] = sizes.get(part, 0) + piece.nbytes
    return sizes


def _gathered(batches: Iterable[RawBatch]) -> Iterator[RawBatch]:
    """Batches of moderate size: each piece that is written costs something however few rows it has."""
    held, size = list[RawBatch](), 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size >= CHUNK_BYTES:
            yield joined(held)
            held, size = [], 0
    if held:
        yield joined(held)


def _as_batch(raw: RawBatch) -> Any:
    """Rows as a record batch; cells of mixed types as JSON."""
    plain = [name for name, column in raw.columns.items() if isinstance(column, list)]
    columns = {
        name: pa.array(map(_to_json, column), pa.string()) if name in plain else column
        for name, column in raw.columns.items()
    }
    columns[_LINE] = pa.array(raw.lines)
    batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    return batch.replace_schema_metadata({_PLAIN: json.dumps(plain), _IS_JSON: str(int(raw.is_json))})


def _read(path: Path) -> Iterator[RawBatch]:
    with pa.OSFile(str(path), "rb") as stream, pa.ipc.open_stream(stream) as reader:
        plain, is_json = json.loads(reader.schema.metadata[_PLAIN]), reader.schema.metadata[_IS_JSON] == b"1"
        for batch in reader:
            columns: dict[str, Any] = {name: batch.column(name) for name in batch.schema.names}
            lines = columns.pop(_LINE).to_numpy(zero_copy_only=False)
            for name in plain:
                columns[name] = [None if text is None else json.loads(text) for text in columns[name].to_pylist()]
            yield RawBatch(columns, batch.num_rows, lines, is_json)


def _to_json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
