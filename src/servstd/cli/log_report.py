"""What commands say about the logs that they read: the heading, bad rows, odd rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import typer

from servstd.adapters import BadRow, LogMapping
from servstd.adapters.batch import NEWEST, Batch, Dated, LogNotes, choose_as_of
from servstd.cli.arguments import show_instant
from servstd.cli.stop import BAD_USAGE, say, stop
from servstd.cli.wrapping import count_of
from servstd.errors import Problem

_BAD_ROWS = 20


def report_bad_rows(logs: Batch | LogNotes, is_strict: bool = False) -> None:
    """Name what could not be read; leave when nothing could, or when `--strict` allows no bad row."""
    notes = logs if isinstance(logs, LogNotes) else logs.notes()
    for row in notes.bad_rows[:_BAD_ROWS]:
        say(row.render())
    if (rest := notes.bad_count - _BAD_ROWS) > 0:
        say(f"... and {rest} more bad rows")
    for problem, count in notes.odd_in_order():
        say(replace(problem, message=f"{problem.message} ({count_of(count, 'record')})").render())
    for problem in notes.remarks:
        say(problem.render())
    if not notes.records:
        say("no record could be read" if notes.bad_count else "the log holds no record")
        raise typer.Exit(BAD_USAGE)
    if is_strict and (notes.bad_count or notes.odd):
        say("nothing was judged, for --strict allows nothing bad or odd")
        raise typer.Exit(BAD_USAGE)


def report_reach(logs: Dated, origin: str | None) -> None:
    """Say that the instant to judge at is that of one record, far after all others: a mistyped year moves it so."""
    slip = logs.reach().slip() if origin == NEWEST else None
    if slip is not None:
        record_id, at, days = slip
        message = (
            f"the newest event in the log is at {show_instant(at)}, in {record_id!r}, "
            f"{days} days after those of all other records"
        )
        say(Problem("as-of-missing", message, hint="give --as-of if that is a slip").render())


def settle_as_of(
    given: datetime | None, mapping: LogMapping | None, logs: Dated, is_stream: bool
) -> tuple[datetime, str | None]:
    """`choose_as_of`, and what there is to say of it."""
    as_of, origin = choose_as_of(given, mapping, logs, is_stream)
    report_reach(logs, origin)
    return as_of, origin


def heading(notes: LogNotes, as_of: datetime, origin: str | None) -> str:
    """`as of 2026-06-01 00:00 UTC; 412 records, 0 bad rows`."""
    return heading_of((notes.records, notes.bad_count, notes.repeats), as_of, origin)


def heading_of(counts: tuple[int, int, int], as_of: datetime, origin: str | None) -> str:
    """The same of the numbers of records, bad rows and rows that came twice."""
    source = f" ({origin})" if origin else ""
    records, bad, repeats = counts
    text = f"as of {show_instant(as_of)}{source}; {count_of(records, 'record')}, {count_of(bad, 'bad row')}"
    return f"{text}, {count_of(repeats, 'repeated row')} left out" if repeats else text


def bad_row(row: BadRow) -> dict[str, Any]:
    """A bad row as plain JSON values."""
    problems = [{"code": one.code, "path": one.path, "message": one.message, "hint": one.hint} for one in row.problems]
    return {"file": row.file, "line": row.line, "record_id": row.record_id, "problems": problems}


def keep_inputs(
    output: Path | None, logs: Sequence[str], mapping: Path | None, catalogs: Sequence[str | Path | None] = ()
) -> None:
    """Refuse to write over what is read: logs, a mapping, the files of catalogs."""
    inputs = [*(Path(log) for log in logs if log != "-"), *filter(None, [mapping])]
    for place in (Path(catalog) for catalog in catalogs if catalog is not None):
        inputs += place.glob("*.y*ml") if place.is_dir() else [place]
    for path in inputs:
        if output and path.exists() and output.exists() and path.samefile(output):
            raise stop(Problem("output-is-input", f"{str(path)!r} is read, so it can not be written", ("-o",)))
