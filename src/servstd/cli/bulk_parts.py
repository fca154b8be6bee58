"""The parts of a bulk run: which there are, how big they are, and which ids are in several of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from servstd.adapters.batches import FORMATS, row_groups
from servstd.adapters.log_ids import claims_of, shared_ids, with_ids
from servstd.adapters.rows import format_of, open_rows
from servstd.adapters.unreadable import unreadable
from servstd.cli.bulk_part import Judging, Part, digests_in, open_part
from servstd.errors import CatalogError, RecordError

SLICE_ROWS = 1_000_000


def check_logs(judging: Judging, logs: Sequence[str]) -> None:
    """Open every log, to say everything that is wrong with any as a whole. Raises `RecordError` or `CatalogError`."""
    unreadable: list[RecordError | CatalogError] = []
    for log in logs:
        try:
            if format_of(log, judging.input_format) in FORMATS:
                open_part(Part(log, Path(log)), judging, lambda rows, size: None)
            else:
                open_rows(log, judging.input_format)
        except (RecordError, CatalogError) as error:
            unreadable.append(error)
    if unreadable:
        raise type(unreadable[0])(problem for error in unreadable for problem in error.problems)


def parts_of(judging: Judging, logs: Sequence[str], folder: Path, may_slice: bool) -> list[Part]:
    """A part for each log, or several for a long Parquet file; the same however many processes there are."""
    parts: list[Part] = []
    for place, log in enumerate(logs):
        number = logs[:place].count(log)
        slices = _slices(judging, log) if may_slice else [None]
        parts += [Part(log, folder / _name(log, number, groups), groups, number=number) for groups in slices]
    return parts


def _name(log: str, number: int, groups: tuple[int, ...] | None) -> str:
    """The name of the files of a part; `number` is how often the same log came before."""
    which = "" if groups is None else f"#{groups[0]}-{groups[-1]}"
    return hashlib.blake2b(f"{log}#{number}{which}".encode("utf-8", "replace"), digest_size=10).hexdigest()


def _slices(judging: Judging, log: str) -> list[tuple[int, ...] | None]:
    """The row groups of a long Parquet file, so many together that they are worth a part."""
    is_wide = judging.mapping is None or judging.mapping.event_rows is None
    if not is_wide or format_of(log, judging.input_format) != "parquet":
        return [None]
    slices: list[tuple[int, ...]] = []
    waiting: list[int] = []
    rows = 0
    for index, count in enumerate(row_groups(log)):
        waiting.append(index)
        rows += count
        if rows >= SLICE_ROWS:
            slices.append(tuple(waiting))
            waiting, rows = [], 0
    slices += [tuple(waiting)] if waiting else []
    return [None] if len(slices) < 2 else [*slices]


def size_of(judging: Judging, part: Part) -> tuple[int | None, int]:
    """How many rows a part has (None: only reading it would tell), and how many bytes."""
    size = _bytes_of(part.log)
    if format_of(part.log, judging.input_format) != "parquet":
        return None, size
    groups = row_groups(part.log)
    rows = sum(groups if part.groups is None else [groups[index] for index in part.groups])
    return rows, round(size * rows / max(sum(groups), 1))


def _bytes_of(log: str) -> int:
    try:
        return Path(log).stat().st_size
    except OSError as error:
        raise unreadable(error, log) from None


def claims_between(judging: Judging, parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """The parts with the ids that earlier logs have, once all are judged; and logs that have to be judged as a whole.

    These are long logs in which an id comes twice: they take the place of their slices.
    """
    if len(parts) < 2:
        return parts, []
    shared = shared_ids([part.file(".ids") for part in parts])
    if not len(shared):
        return [replace(part, claims={}) for part in parts], []
    merged, whole = _without_slices(parts)
    if whole:
        return merged, whole
    concerned = [place for place, has in enumerate(with_ids([part.file(".ids") for part in parts], shared)) if has]
    claims = claims_of((parts[place].log, digests_in(judging, parts[place], shared)) for place in concerned)
    by_place = dict(zip(concerned, claims, strict=True))
    return [replace(part, claims=by_place.get(place, {})) for place, part in enumerate(parts)], []


def _without_slices(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Logs in slices that share ids with each other become one part."""
    merged: list[Part] = []
    whole: list[Part] = []
    for (log, number), group in groupby(parts, lambda part: (part.log, part.number)):
        slices = list(group)
        if len(slices) > 1 and len(shared_ids([part.file(".ids") for part in slices])):
            one = Part(log, slices[0].base.with_name(_name(log, number, None)), number=number)
            whole.append(one)
            slices = [one]
        merged += slices
    return merged, whole
