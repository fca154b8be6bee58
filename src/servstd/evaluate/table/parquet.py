"""The full verdict table as a Parquet file, row group by row group."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from servstd.evaluate.rows import verdict_row
from servstd.evaluate.table.full import FULL_SCHEMA, rows_batch
from servstd.evaluate.verdict import Verdict

_GROUP_ROWS = 100_000


@contextmanager
def parquet_writer(path: Path) -> Iterator[Callable[[Verdict], None]]:
    """A function that writes one verdict; the file is complete when the block ends."""
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(path, FULL_SCHEMA, compression="zstd", use_dictionary=True) as writer:

        def write(verdict: Verdict) -> None:
            rows.append(verdict_row(verdict))
            if len(rows) == _GROUP_ROWS:
                _flush(writer, rows)

        yield write
        _flush(writer, rows)


def _flush(writer: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        writer.write_table(pa.Table.from_batches([rows_batch(rows)]))
        rows.clear()
