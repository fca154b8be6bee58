"""The full verdict table as a Parquet file, row group by row group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from servstd.evaluate.table.full import FULL_SCHEMA, rows_batch

_GROUP_ROWS = 100_000


@contextmanager
def parquet_writer(path: Path) -> Iterator[tuple[Callable[[dict[str, Any]], None], Callable[[Any, object], None]]]:
    """Two functions, one that writes a row and one that writes a record batch; complete when the block ends."""
    rows: list[dict[str, Any]] = []
    batches: list[Any] = []
    with pq.ParquetWriter(path, FULL_SCHEMA, compression="zstd", use_dictionary=True) as writer:

        def flush() -> None:
            if rows:
                batches.append(rows_batch(rows))
                rows.clear()
            if batches:
                writer.write_table(pa.Table.from_batches(batches))
                batches.clear()

        def put(row: dict[str, Any]) -> None:
            rows.append(row)
            if len(rows) == _GROUP_ROWS:
                flush()

        def put_batch(batch: Any, _: object) -> None:
            batches.append(batch)
            if sum(one.num_rows for one in batches) >= _GROUP_ROWS:
                flush()

        yield put, put_batch
        flush()


def concat_files(paths: Sequence[Path], whole: Path) -> None:
    """Verdict tables one after the other as one file, a row group at a time."""
    with pq.ParquetWriter(whole, FULL_SCHEMA, compression="zstd", use_dictionary=True) as writer:
        for path in paths:
            with pq.ParquetFile(path) as part:
                for index in range(part.num_row_groups):
                    writer.write_table(part.read_row_group(index))
