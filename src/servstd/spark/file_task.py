"""One task, one file: what an executor does with a Parquet log. Nothing here needs pyspark."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.fs as pfs
import pyarrow.parquet as pq

from servstd.evaluate.table.batches import BATCH_ROWS
from servstd.parquet_datasets import rows_at_once
from servstd.spark.places import Place
from servstd.spark.tasks import Batches, Task, ids_asked_for, tell_bad_rows

PARTS = "_parts"  # begins with _, so that readers of the folder pass it over
MADE_OF, COUNTS = b"servstd_made_of", b"servstd_counts"
DONE_SCHEMA = pa.schema([
    ("number", pa.int64()), ("path", pa.string()), ("out", pa.string()),
    ("records", pa.int64()), ("bad_rows", pa.int64()), ("is_kept", pa.bool_()),
])  # fmt: skip


@dataclass(frozen=True)
class FileTask(Task):
    """Numbers of files in, one row a file out. `out` is the folder of results, and `names` are those in it."""

    full: bool = False
    logs: tuple[Place, ...] = ()
    names: tuple[str, ...] = ()
    out: Place = field(kw_only=True)

    def __call__(self, batches: Batches) -> Batches:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                row = {"number": number, **self._judge(self.logs[number], self.names[number])}
                yield pa.RecordBatch.from_pylist([row], DONE_SCHEMA)

    def _judge(self, log: Place, name: str) -> dict[str, Any]:
        """Write the verdicts of one file, unless they are there already."""
        filesystem, target, final = log.filesystem, self.out.filesystem, self.out.at(name)
        made_of = self._made_of(log, filesystem.get_file_info(log.path))
        # the code of a kind of one's own may have changed, and nothing tells
        counts = None if self.plan.outside else _counts_of(target, final.path, made_of)
        is_kept = counts is not None
        if counts is None:
            with filesystem.open_input_file(log.path) as stream, ids_asked_for(log.path):
                counts = self._write(pq.ParquetFile(stream), target, final.path, made_of)
        return {"path": str(log), "out": str(final), "is_kept": is_kept, **counts}

    def _made_of(self, log: Place, info: Any) -> str:
        """All that a result depends on, to tell whether one that is there is still right."""
        known = {
            "log": log.digest,
            "size": info.size,
            "changed": info.mtime_ns,
            "versions": dict(self.plan.versions),
            "defaults": self.evaluator.defaults,
            "strict": self.evaluator.strict,
            "mapping": self.mapping and asdict(self.mapping),
            "as_of": self.as_of.isoformat(),
            "full": self.full,
        }
        return json.dumps(known, default=_plain, sort_keys=True)

    def _write(self, log: Any, target: Any, final: str, made_of: str) -> dict[str, int]:
        """Write beside the place, then rename: another attempt at the same file does not see this one."""
        parts = self.out.at(PARTS).path
        part = f"{parts}/{uuid.uuid4().hex}"
        target.create_dir(parts, recursive=True)
        groups = map(log.metadata.row_group, range(log.num_row_groups))
        rows = log.iter_batches(rows_at_once(groups, BATCH_ROWS))
        reader = pa.RecordBatchReader.from_batches(log.schema_arrow, rows)
        source = self.records(reader)
        batches = self.evaluator.iter_tables(source, as_of=self.as_of, full=self.full)
        first = next(batches)
        with (
            target.open_output_stream(part) as stream,
            pq.ParquetWriter(stream, first.schema, compression="zstd") as writer,
        ):
            counts = {"records": 0, "bad_rows": 0}
            for batch in chain([first], batches):
                writer.write_batch(batch)
                counts["records"] += batch.num_rows
            counts["bad_rows"] = getattr(source, "bad_count", 0)
            tell_bad_rows(source)
            if self.full:
                counts["records"] //= max(1, len(self.evaluator.reported))
            writer.add_key_value_metadata({MADE_OF: made_of, COUNTS: json.dumps(counts)})
        target.move(part, final)
        return counts


def _counts_of(target: Any, final: str, made_of: str) -> dict[str, int] | None:
    """The counts of a result that is there already, None when there is none or it is of something else."""
    if target.get_file_info(final).type is not pfs.FileType.File:
        return None
    with target.open_input_file(final) as stream:
        told = pq.ParquetFile(stream).metadata.metadata or {}
    if told.get(MADE_OF, b"").decode() != made_of:
        return None
    counts: dict[str, int] = json.loads(told[COUNTS])
    return counts


def _plain(value: Any) -> Any:
    """What JSON has no word for: a set in one order, anything else as text."""
    return sorted(map(str, value)) if isinstance(value, (set, frozenset)) else str(value)
