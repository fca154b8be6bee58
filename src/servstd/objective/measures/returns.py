"""Whether it stayed settled: first contact resolution by two named formulas, and reopened matters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import (
    EVERYTHING,
    Basis,
    Gathered,
    Left,
    began_at,
    choose,
    events_in_order,
    gather,
    seconds,
    with_as_of,
)
from servstd.objective.period import newest
from servstd.record import Record
from servstd.values import to_us

FIRST_CONTACT_FORMULAS = {
    "resolved_without_repeat_over_resolved": "of the resolved contacts, those after which nobody came back",
    "resolved_at_first_contact_over_matters": "of the matters, those that their first contact settled for good",
}
WITHOUT_REPEAT, AT_FIRST = FIRST_CONTACT_FORMULAS
A_WEEK = timedelta(days=7)
NAME = "first_contact_resolution"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact on a matter: when it began and, when it settled the matter, when that was.

    `matter` is any value that contacts on the same matter share: a case, or a customer with a category.
    """

    matter: Any
    at: datetime
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """One resolution, and when the matter was opened again after it."""

    at: datetime
    reopened_at: datetime | None = None


def first_contact_resolution(
    items: Iterable[Any],
    *,
    window: timedelta = A_WEEK,
    matter: str | Sequence[str] = "case",
    formula: str = WITHOUT_REPEAT,
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of contacts that settled their matter for good, by one of `FIRST_CONTACT_FORMULAS`.

    A repeat is another contact on the same matter within `window` of the resolution; at its very end still is one.
    Resolutions whose window is still open at `as_of` are pending, whether or not somebody came back already: counting
    the early repeats only would make every last week look bad. `matter` names the fields of an interaction that tell
    the matter: one that lacks them is missing. Contacts before the period are seen, and not counted.
    """
    choose(formula, FIRST_CONTACT_FORMULAS)
    names = (matter,) if isinstance(matter, str) else tuple(matter)
    gathered, every = _contacts(items, names, basis)
    as_of, window_us = gathered.basis.as_of, round(seconds(window) * 1e6)
    begins = _begins(every)
    met = decided = 0
    for contact in _judged(gathered, begins, formula):
        resolved_us = None if contact.resolved_at is None else to_us(contact.resolved_at)
        if resolved_us is not None and as_of is not None and to_us(as_of) < resolved_us + window_us:
            gathered.pending += 1
            continue
        decided += 1
        met += resolved_us is not None and not _comes_back(begins[contact.matter], resolved_us, window_us)
    more = {"settings": {"window_s": seconds(window), "matter": names}, "parts": {"resolved_for_good": met}}
    figure = share_figure(NAME, formula, met, decided, basis.confidence, **more, **gathered.left_out())
    return gathered.guard(figure)


def reopen_rate(items: Iterable[Any], *, window: timedelta | None = A_WEEK, basis: Basis = EVERYTHING) -> Figure:
    """The share of resolutions that were opened again within `window`; None: at any time up to `as_of`.

    Each resolution of a record counts; those whose window is still open at `as_of` are pending.
    """
    gathered = gather(items, Resolution, _resolutions, basis, ("resolved", "reopened"))
    as_of = gathered.basis.as_of or newest(at for row in gathered.rows for at in (row.at, row.reopened_at))
    reopened = decided = 0
    for row in gathered.rows:
        limit = None if window is None else to_us(row.at) + round(seconds(window) * 1e6)
        if limit is not None and as_of is not None and to_us(as_of) < limit:
            gathered.pending += 1
            continue
        decided += 1
        reopened += row.reopened_at is not None and (limit is None or to_us(row.reopened_at) <= limit)
    settings = {"window_s": None if window is None else seconds(window)}
    more = {"settings": settings, "parts": {"reopened": reopened}, **gathered.left_out()}
    formula = "reopened_over_resolved"
    return gathered.guard(share_figure("reopen_rate", formula, reopened, decided, basis.confidence, **more))


def _contacts(items: Iterable[Any], names: tuple[str, ...], basis: Basis) -> tuple[Gathered[Contact], list[Contact]]:
    """The contacts of the period, and all of them: one of the last period may be the first on its matter."""
    items = list(items)
    basis = with_as_of(items, basis)
    everything = replace(basis, period=None)
    words = ("resolved", "outcome")
    every = gather(items, Contact, lambda record: _contact(record, names), everything).rows
    found = gather(items, Contact, lambda record: _contact(record, names), basis, words)
    if found.basis.as_of is None:  # plain rows: the newest instant that they tell of
        found.basis = replace(basis, as_of=newest(at for row in every for at in (row.at, row.resolved_at)))
    return found, every


def _judged(gathered: Gathered[Contact], begins: dict[Any, list[int]], formula: str) -> Iterator[Contact]:
    """The contacts that the formula is about; of those that it is not, the reason is counted."""
    for contact in gathered.rows:
        if formula == WITHOUT_REPEAT and contact.resolved_at is None:
            gathered.leave("not_resolved")
        elif formula == AT_FIRST and to_us(contact.at) > begins[contact.matter][0]:
            gathered.leave("not_the_first_contact")
        else:
            yield contact


def _begins(contacts: Iterable[Contact]) -> dict[Any, list[int]]:
    """When the contacts on each matter began, in order."""
    found: dict[Any, list[int]] = {}
    for contact in contacts:
        found.setdefault(contact.matter, []).append(to_us(contact.at))
    return {matter: sorted(instants) for matter, instants in found.items()}


def _comes_back(begins: list[int], resolved_us: int, window_us: int) -> bool:
    place = bisect_right(begins, resolved_us)
    return place < len(begins) and begins[place] <= resolved_us + window_us


def _contact(record: Record, names: tuple[str, ...]) -> Contact | Left | None:
    if record.kind != "interaction":
        return None
    if record.direction == "outbound":
        return Left("outbound")
    at, values = began_at(record), record.values
    if at is None:
        return Left("no_time", is_missing=True)
    if any(values.get(name) is None for name in names):
        return Left("no_matter", is_missing=True)
    return Contact(tuple(values[name] for name in names), at, _resolved_at(record))


def _resolved_at(record: Record) -> datetime | None:
    """When it was settled: its last `resolved`, else its end when its outcome says `resolved`."""
    events = list(events_in_order(record))
    settled = [event.at for event in events if event.type == "resolved"]
    if settled:
        return settled[-1]
    return events[-1].at if record.fields.get("outcome") == "resolved" and events else None


def _resolutions(record: Record) -> list[Resolution] | None:
    """Each resolution with the first reopening after it, before the next one."""
    found: list[Resolution] = []
    for event in events_in_order(record):
        if event.type == "resolved":
            found.append(Resolution(event.at))
        elif event.type == "reopened" and found and found[-1].reopened_at is None:
            found[-1] = replace(found[-1], reopened_at=event.at)
    return found or None
