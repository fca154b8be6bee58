"""Where contacts go: transfers, misroutes, owners of a case. A transfer is not bad in itself: show misroutes too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import (
    EVERYTHING,
    Basis,
    Left,
    began_at,
    events_in_order,
    gather,
)
from servstd.objective.measures.times import percentile
from servstd.objective.period import Period
from servstd.record import Record


@dataclass(frozen=True, slots=True)
class Routed:
    """One answered contact: how often it was transferred, and how often once more for the same reason."""

    transfers: int
    misroutes: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owned:
    """One contact or step of a case, and who had it."""

    case: str
    agent: str
    at: datetime | None = None


def transfer_rate(items: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """The share of answered telephone contacts that an agent transferred at least once.

    Transfers by the system and planned ones (first line to second line) do not count.
    """
    gathered = gather(items, Routed, _routed, basis, ("answered", "transfer_start"))
    moved = sum(row.transfers > 0 for row in gathered.rows)
    more = {"parts": {"transferred": moved}, **gathered.left_out()}
    formula = "transferred_over_answered"
    return gathered.guard(share_figure("transfer_rate", formula, moved, len(gathered.rows), basis.confidence, **more))


def misroute_rate(items: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """The share of transferred contacts that had to be transferred again for the same reason."""
    gathered = gather(items, Routed, _routed, basis, ("answered", "transfer_start"))
    moved = [row for row in gathered.rows if row.transfers > 0]
    gathered.leave("not_transferred", len(gathered.rows) - len(moved))
    wrong = sum(row.misroutes > 0 for row in moved)
    more = {"parts": {"misrouted": wrong}, **gathered.left_out()}
    formula = "transferred_again_over_transferred"
    return gathered.guard(share_figure("misroute_rate", formula, wrong, len(moved), basis.confidence, **more))


def owners_per_case(items: Iterable[Any], *, case: str = "case", basis: Basis = EVERYTHING) -> Figure:
    """How many people a case passed through, on average; `parts` tell how many cases had one owner, and the median.

    `items` are interactions that name their case in the field `case`, or `Owned` rows. A case belongs to the period in
    which its first contact began.
    """
    gathered = gather(items, Owned, lambda record: _owned(record, case), Basis(None, basis.as_of, basis.confidence))
    gathered.basis = Basis(basis.period, gathered.basis.as_of, basis.confidence, basis.min_n)
    owners = _owners(gathered.rows, basis.period)
    mean = sum(owners) / len(owners) if owners else None
    parts: dict[str, float] = {"one_owner": owners.count(1)}
    parts |= {"median": percentile(owners, 50), "most": max(owners)} if owners else {}
    formula = "mean_of_distinct_agents_of_each_case"
    more = {"parts": parts, "settings": {"case": case}, **gathered.left_out()}
    return gathered.guard(
        Figure("owners_per_case", formula, "count", mean, len(owners), confidence=basis.confidence, **more)
    )


def _owners(rows: list[Owned], period: Period | None) -> list[int]:
    found: dict[str, set[str]] = {}
    begins: dict[str, datetime] = {}
    for row in rows:
        found.setdefault(row.case, set()).add(row.agent)
        if row.at is not None and (row.case not in begins or row.at < begins[row.case]):
            begins[row.case] = row.at
    return [len(agents) for case, agents in found.items() if period is None or begins.get(case) in period]


def _routed(record: Record) -> Routed | Left | None:
    if record.kind != "interaction" or record.channel != "phone":
        return None
    events = list(events_in_order(record))
    answer = next((event for event in events if event.type == "answered"), None)
    if answer is None:
        return Left("not_answered")
    starts = [one for one in events if one.type == "transfer_start" and one.attributes.get("by") != "system"]
    own = [one for one in starts if one.attributes.get("planned") is not True]
    again = [one for one in own[1:] if one.attributes.get("same_reason") is not False]
    return Routed(len(own), len(again), began_at(record))


def _owned(record: Record, case: str) -> Owned | Left | None:
    if record.kind != "interaction":
        return None
    of = record.values.get(case)
    if of is None:
        return Left("no_case", is_missing=True)
    if record.agent is None:
        return Left("no_agent", is_missing=True)
    return Owned(str(of), record.agent, began_at(record))
