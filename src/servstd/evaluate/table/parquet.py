"""The full verdict table as a Parquet file, row group by row group.

The file says nothing of dictionaries: what reads it gets plain texts, however they were held here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from servstd.evaluate.table.full import CODED_SCHEMA, CODED_TEXTS, rows_batch

_GROUP_ROWS = 100_000
# What is asked for by range or value; statistics of all columns take a quarter of the time of writing.
_WITH_STATISTICS = ["record_id", "rule_id", "outcome", "team", "agent", "received_at", "due_at", "decided_at"]


def _writer(path: Path) -> Any:
    how: dict[str, Any] = {"compression": "zstd", "use_dictionary": True, "store_schema": False}
    return pq.ParquetWriter(path, CODED_SCHEMA, write_statistics=_WITH_STATISTICS, **how)


@contextmanager
def parquet_writer(path: Path) -> Iterator[tuple[Callable[[dict[str, Any]], None], Callable[[Any, object], None]]]:
    """Two functions, one that writes a row and one that writes a record batch; complete when the block ends."""
    rows: list[dict[str, Any]] = []
    batches: list[Any] = []
    with _writer(path) as writer:

        def flush() -> None:
            if rows:
                batches.append(rows_batch(rows).cast(CODED_SCHEMA))
                rows.clear()
            if batches:
                writer.write_table(pa.Table.from_batches(batches).unify_dictionaries())
                batches.clear()

        def put(row: dict[str, Any]) -> None:
            rows.append(row)
            if len(rows) == _GROUP_ROWS:
                flush()

        def put_batch(batch: Any, _: object) -> None:
            batches.append(batch.cast(CODED_SCHEMA))
            if sum(one.num_rows for one in batches) >= _GROUP_ROWS:
                flush()

        yield put, put_batch
        flush()


def concat_files(paths: Sequence[Path], whole: Path) -> None:
    """Verdict tables one after the other as one file, a row group at a time."""
    with _writer(whole) as writer:
        for path in paths:
            with pq.ParquetFile(path, read_dictionary=CODED_TEXTS) as part:
                for index in range(part.num_row_groups):
                    writer.write_table(part.read_row_group(index).cast(CODED_SCHEMA))
