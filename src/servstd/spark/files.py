"""Whole Parquet files as tasks: executors read and write them with pyarrow, and no row goes through the JVM.

A task that is tried again, or twice at once, writes the same file anew under a name of its own and then renames it,
so that every result is there once and whole. What is there from an earlier run of the same job is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.fs as pfs

from servstd.errors import Problem, RecordError
from servstd.evaluate import Evaluator
from servstd.evaluate.plan import Plan
from servstd.evaluate.whole_file import OutputError
from servstd.spark.file_task import DONE_SCHEMA, PARTS, FileTask
from servstd.spark.frames import Mapped, mapping_of, plan_of
from servstd.spark.places import Place
from servstd.spark.types import spark_schema


@dataclass(frozen=True, slots=True)
class FileDone:
    """A log that was judged: how many records it gave, rows that could not be read, and where their verdicts are.

    `path` and `out` are URIs where the log or the folder was given as one, else absolute paths. `is_kept` is true for
    a result of an earlier run that was still right.
    """

    path: str
    out: str
    records: int
    bad_rows: int
    is_kept: bool


def check_files(
    spark: Any,
    paths: str | Path | Sequence[str | Path],
    plan: Plan | Evaluator,
    as_of: datetime,
    out: str | Path,
    *,
    full: bool = False,
    mapping: Mapped = None,
) -> list[FileDone]:
    """Judge Parquet files, one task each, and write a Parquet file of verdicts for each into the folder `out`.

    `paths` are files and folders, as paths or as URIs that `pyarrow.fs` knows (`s3://`, `gs://`, `hdfs://`); all
    executors must see them, and `out` too. A folder gives the files in it that end in .parquet, without those whose
    name begins with `_` or `.`. A record must lie in one file, and a file should be of a size that one core reads
    in minutes. A log gives a file of its own name with a digest of where it lies, whatever logs there are beside it.

    Raises `RecordError` when there is no such file, and `OutputError` when `out` holds results of other logs; what
    is wrong with a file or its columns fails the job with what Spark tells of the task.
    """
    chosen = plan_of(plan)
    read = mapping_of(mapping, chosen.evaluator().catalog.vocabulary)
    if read is not None and read.event_rows is not None:
        raise ValueError("rows of one case may lie in several files: judge such a log with servstd.spark.check")
    logs = _logs([paths] if isinstance(paths, (str, Path)) else paths)
    names, folder = [_name_of(log) for log in logs], Place.of(out)
    _prepare(folder, set(names), str(out))
    task = FileTask(chosen, as_of, read, full, tuple(logs), tuple(names), out=folder)
    numbers = spark.range(0, len(logs), 1, len(logs))  # one number a partition, so one file a task
    rows = numbers.mapInArrow(task.__call__, spark_schema(DONE_SCHEMA)).collect()
    filesystem, parts = folder.filesystem, folder.at(PARTS).path
    if filesystem.get_file_info(parts).type is not pfs.FileType.NotFound:
        filesystem.delete_dir(parts)
    return [FileDone(*row[1:]) for row in sorted(rows)]


def _logs(paths: Sequence[str | Path]) -> list[Place]:
    """Every file in order, each once."""
    found: dict[str, Place] = {}
    for path in paths:
        root = Place.of(path)
        files = [one for one in root.files() if one == root or _is_log(one)]
        if not files:
            raise RecordError([Problem("unreadable-file", f"there is no Parquet file at {str(path)!r}")])
        for one in files:
            found.setdefault(one.digest, one)
    return list(found.values())


def _is_log(file: Place) -> bool:
    is_hidden = any(part.startswith(("_", ".")) for part in file.inside.split("/"))
    return file.inside.endswith(".parquet") and not is_hidden


def _name_of(log: Place) -> str:
    """A name that stays whatever other logs there are; readers of a folder pass over what begins with `_` or `.`."""
    return f"{Path(log.path).stem.lstrip('_.')}-{log.digest}.parquet"


def _prepare(folder: Place, names: set[str], shown: str) -> None:
    """Make the folder; refuse one with files that this job would not write, for whoever reads it would count them."""
    filesystem = folder.filesystem
    if filesystem.get_file_info(folder.path).type is pfs.FileType.File:
        raise OutputError(Problem("unwritable-file", f"{shown!r} is a file"))
    filesystem.create_dir(folder.path, recursive=True)
    inside = filesystem.get_file_info(pfs.FileSelector(folder.path))
    others = sorted(one.base_name for one in inside if one.base_name not in names | {PARTS})
    if others:
        message = f"{shown!r} holds {others[0]!r}, which is no result of these logs"
        raise OutputError(Problem("unwritable-file", message, hint="give an empty folder"))
