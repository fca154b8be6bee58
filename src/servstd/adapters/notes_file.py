"""What there is to say of a log, as plain JSON values and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from servstd.adapters.batch import LogNotes
from servstd.adapters.logs import BadRow
from servstd.errors import Problem

_PARTS = tuple(field.name for field in fields(Problem))


def notes_to_dict(notes: LogNotes) -> dict[str, Any]:
    """All of it."""
    return {
        "records": notes.records,
        "bad_rows": [
            {"file": row.file, "line": row.line, "id": row.record_id, "problems": [_plain(one) for one in row.problems]}
            for row in notes.bad_rows
        ],
        "bad_count": notes.bad_count,
        "repeats": notes.repeats,
        "odd": [[_plain(problem), count] for problem, count in notes.odd.items()],
        "given": sorted(notes.given),
        "remarks": [_plain(one) for one in notes.remarks],
    }


def notes_from_dict(pairs: Mapping[str, Any]) -> LogNotes:
    """The notes again."""
    bad_rows = []
    for row in pairs["bad_rows"]:
        first, *others = [_problem(one) for one in row["problems"]]
        bad_rows.append(BadRow(row["file"], row["line"], first, row["id"], tuple(others)))
    odd = Counter({_problem(one): count for one, count in pairs["odd"]})
    remarks = tuple(map(_problem, pairs.get("remarks", ())))
    return LogNotes(pairs["records"], bad_rows, pairs["bad_count"], pairs["repeats"], odd, set(pairs["given"]), remarks)


def _plain(problem: Problem) -> dict[str, Any]:
    return {name: value for name in _PARTS if (value := getattr(problem, name)) not in (None, ())}


def _problem(pairs: Mapping[str, Any]) -> Problem:
    return Problem(**{**pairs, "keys": tuple(pairs.get("keys", ()))})
