"""Complaints: how many a hundred contacts bring, how many come back, how many needed no approval."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import EVERYTHING, Basis, Left, began_at, gather, seconds
from servstd.record import Record
from servstd.values import to_us

A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact, and whether it is a complaint."""

    is_complaint: bool
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint: `about` is any value that repeats share, such as customer and category."""

    about: Any
    at: datetime


def complaint_rate(items: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """The share of contacts (interactions) that are complaints; times a hundred it is per 100 contacts.

    A contact that does not say whether it is one (`is_complaint`) is missing, never none.
    """
    gathered = gather(items, ContactRow, _contact, basis)
    count = sum(row.is_complaint for row in gathered.rows)
    more = {"parts": {"complaints": count, "per_100": _per_100(count, len(gathered.rows))}, **gathered.left_out()}
    formula = "complaints_over_contacts"
    return gathered.guard(share_figure("complaint_rate", formula, count, len(gathered.rows), basis.confidence, **more))


def repeat_complaints(
    items: Iterable[Any],
    *,
    window: timedelta = A_MONTH,
    about: Sequence[str] = ("customer", "category"),
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of complaints that follow another of the same customer and category within `window`.

    `about` names the fields that make two complaints the same; at the very end of the window it still is a repeat.
    Complaints before the period are seen, and not counted.
    """
    everything = Basis(None, basis.as_of, basis.confidence, basis.min_n)
    gathered = gather(items, Complaint, lambda record: _complaint(record, tuple(about)), everything)
    gathered.basis = Basis(basis.period, gathered.basis.as_of, basis.confidence, basis.min_n)
    limit, last = seconds(window) * 1e6, dict[Any, int]()
    repeats = count = 0
    for row in sorted(gathered.rows, key=lambda row: to_us(row.at)):
        before, last[row.about] = last.get(row.about), to_us(row.at)
        if basis.period is None or row.at in basis.period:
            count += 1
            repeats += before is not None and last[row.about] - before <= limit
    settings = {"window_s": seconds(window), "about": tuple(about)}
    more = {"parts": {"repeats": repeats}, "settings": settings, **gathered.left_out()}
    formula = "repeats_over_complaints"
    return gathered.guard(share_figure("repeat_complaints", formula, repeats, count, basis.confidence, **more))


def _per_100(count: int, contacts: int) -> float:
    return 100 * count / contacts if contacts else 0.0


def _contact(record: Record) -> ContactRow | Left | None:
    if record.kind != "interaction":
        return None
    told = record.fields.get("is_complaint")
    return ContactRow(told, began_at(record)) if isinstance(told, bool) else Left("not_told", is_missing=True)


def _complaint(record: Record, about: tuple[str, ...]) -> Complaint | Left | None:
    if record.fields.get("is_complaint") is not True:
        return None
    at, values = began_at(record), record.values
    if at is None:
        return Left("no_time", is_missing=True)
    if any(values.get(name) is None for name in about):
        return Left("not_told_about_what", is_missing=True)
    return Complaint(tuple(values[name] for name in about), at)
