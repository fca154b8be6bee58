"""What is said of the columns of a log: one that is not there, one that is named as an event and gives none."""

from __future__ import annotations

from pathlib import Path

from servstd.adapters.mapping import LogMapping
from servstd.adapters.rows import SUFFIXES, Rows
from servstd.errors import Problem
from servstd.spelling import first_names
from servstd.vocabulary import Vocabulary, classify_key, nearest

_TITLE_HINT = "the first line names the columns; leave out a title above it"


def missing_column(rows: Rows, column: str, mapping: LogMapping | None) -> Problem:
    """The problem of a column that a table lacks; without a mapping it ought to be in the flat form."""
    header = rows.header or ()
    file, hint = (None, _draft_hint(rows.file)) if mapping is None else (mapping.file, None)
    if near := nearest(column, header):
        hint = f"{near} {hint}" if hint else near
        return Problem("missing-column", f"{rows.file} has no column {column!r}", (), hint, file)
    if len(header) == 1:
        message = f"{rows.file} has no column {column!r}; its only column is {first_names(header)}"
        return Problem("missing-column", message, (), _TITLE_HINT, file)
    found = f"its columns are {first_names(header)}"
    if mapping is None:
        return Problem("missing-column", f"{rows.file} has no column {column!r}; {found}", (), hint, file)
    is_id = not mapping.event_rows and column == mapping.id_column
    hint = f"{found}; 'id' of the mapping names the one that holds the ids" if is_id else found
    return Problem("missing-column", f"{rows.file} has no column {column!r}", (), hint, file)


def _draft_hint(file: str) -> str:
    is_file = Path(file).suffix.lower() in SUFFIXES
    return f"'servstd map{f' {file}' if is_file else ''}' drafts a mapping, for a log with columns of its own"


def misnamed_events(rows: Rows, mapping: LogMapping, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """The columns of a table in flat form that are named as an event without `_at`, and so are taken for fields."""
    if mapping.plan is not None or mapping.event_rows is not None or rows.header is None:
        return ()
    fields = [name for name in rows.header if classify_key(name, vocabulary) == ("field", name, "")]
    wrong = [
        name
        for name in dict.fromkeys(fields)
        if name in vocabulary.events and name not in vocabulary.fields and f"{name}_at" not in rows.header
    ]
    return tuple(
        Problem(
            "unknown-field",
            f"the column {name!r} is taken for a field, though an event is called so",
            (),
            f"the time of the event is '{name}_at'",
            rows.file,
        )
        for name in wrong
    )
