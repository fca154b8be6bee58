"""Sections beside the rules: measures of the log, contacts, readings, open work, catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from servstd.errors import Problem
from servstd.objective.figure import GUARDS, Figure, format_figure, format_length
from servstd.objective.measures import complaints, holdings, lengths, queue, returns, routing, surveys
from servstd.objective.measures.items import Basis
from servstd.report.gather import MOST_READ_AGAIN, sheets_of
from servstd.report.parts import Cell, Section, count_cell, rule_cell, some, table, text_cell
from servstd.report.sections import About


def measures(about: About, as_of: datetime, within: timedelta | None = None) -> Section:
    """Queue, times, resolution, routing and surveys, as far as the log has what they need; empty ones last.

    The five service levels are shown when a limit `within` is given.
    """
    gathered = about.gathered
    lead = "Each figure stands with the name of its formula and with what it leaves out. Times are shown as median and "
    lead += "90th percentile: a mean hides the long waits."
    if gathered.is_cut:
        said = f"The log is longer than {len(gathered.records)} records, so these measures were left out."
        return Section("measures", "The whole service", (said,))
    found = [one for one in _figures(about, as_of, within) if one.count or one.missing]
    rows = [
        (
            text_cell(one.name.replace("_", " ")), Cell(_value(one), one.value),
            text_cell(one.formula.replace("_", " ")),
            count_cell(one.count), text_cell(_left_out(one)), text_cell("; ".join(GUARDS[name] for name in one.guards)),
        )
        for one in sorted(found, key=lambda one: one.value is None)
    ]  # fmt: skip
    heads = ("measure", "value", "formula", "of", "left out", "mind")
    parts = some(table("Measures of the log", heads, rows))
    return Section("measures", "The whole service", (lead, *_on_service_level(found, within)), parts)


def _on_service_level(found: Iterable[Figure], within: timedelta | None) -> tuple[str, ...]:
    """Which limit the service level has, when the log holds calls in a queue."""
    if not any(one.name == "abandonment" and one.count for one in found):
        return (
            () if within is None else ("No service level: no telephone call has both a begin and how its wait ended.",)
        )
    if within is None:
        return ("Calls waited in a queue. --service-level 20s would show how many were answered within 20 seconds.",)
    limit = format_length(within.total_seconds())
    return (f"The service level is that within {limit}, by five formulas: they differ in how those who give up count.",)


def _figures(about: About, as_of: datetime, within: timedelta | None) -> Iterator[Figure]:
    records, basis = about.gathered.records, Basis(as_of=as_of)
    if within is not None:
        for formula in queue.SERVICE_LEVEL_FORMULAS:
            yield queue.service_level(records, within, formula, basis=basis)
    yield queue.abandonment(records, basis=basis)
    for times in (
        queue.speed_of_answer(records, basis=basis),
        lengths.response_time(records, basis=basis),
        lengths.resolution_time(records, basis=basis),
        lengths.hold_time(records, basis=basis),
    ):
        yield from (times.median, times.percentile_90)
    yield returns.first_contact_resolution(records, basis=basis)
    yield returns.reopen_rate(records, basis=basis)
    yield routing.transfer_rate(records, basis=basis)
    yield routing.misroute_rate(records, basis=basis)
    yield surveys.satisfaction(records, basis=basis)
    yield surveys.net_promoter(records, basis=basis)
    yield surveys.expectations(records, basis=basis)


def _value(one: Figure) -> str:
    """`82.7% (80.3 to 84.9)`: the part of its line between name and count."""
    return format_figure(one).partition(": ")[2].partition(", n = ")[0]


def _left_out(one: Figure) -> str:
    parts = [f"{number} {reason.replace('_', ' ')}" for reason, number in one.excluded.items()]
    parts += [f"{number} {reason.replace('_', ' ')}" for reason, number in one.missing.items()]
    parts += [f"{one.pending} pending"] if one.pending else []
    return ", ".join(parts)


def contacts(about: About) -> Section:
    """The newest fails, each with where its evidence is."""
    rows = []
    for one in about.judged():
        for sheet in sheets_of(about.gathered, one.key["rule_id"]):
            where = "; ".join(f"{what}{f', {at}' if at else ''}" for what, at in sheet.where)
            cells = (text_cell(sheet.sentence), text_cell(where), text_cell(sheet.cause))
            rows.append((text_cell(sheet.record_id), rule_cell(about.title(sheet.rule_id), sheet.rule_id), *cells))
    heads = ("record", "rule", "what happened", "where the evidence is", "cause")
    lead = (
        "The newest fails of each rule. Evidence is pointed at, never quoted. Whoever is meant may comment and dispute."
    )
    return Section("contacts", "Contacts to look at", (lead,), some(table("Newest fails", heads, rows)))


def readings(about: About) -> Section:
    """What other readings of an ambiguous phrase would have given."""
    rows = []
    known = about.gathered.readings
    for rule_id in filter(known.__contains__, about.catalog.rules):
        found = known[rule_id]
        for name, changes in found.changed.items():
            said = ", ".join(
                f"{count} {before.value.replace('_', ' ')} to {after.value.replace('_', ' ')}"
                for (before, after), count in sorted(changes.items(), key=lambda pair: (-pair[1], pair[0]))
            )
            changed = changes.total()
            cells = (text_cell(name.replace("_", " ")), count_cell(found.looked_at), count_cell(changed))
            rows.append((rule_cell(about.title(rule_id), rule_id), *cells, text_cell(said)))
    heads = ("rule", "reading", "records", "would change", "how")
    lead = (
        "Some standards can be read in more than one way. Where many verdicts hang on the reading, decide on it before "
    )
    lead += f"anybody is told a figure. Looked at: the first {MOST_READ_AGAIN} records to which a rule applies."
    return Section("readings", "What hangs on the reading", (lead,), some(table("Other readings", heads, rows)))


def open_work(about: About, as_of: datetime) -> Section:
    """Complaints, kinds of contacts, and what is still open."""
    gathered = about.gathered
    kinds = [
        (text_cell(kind), text_cell(category), count_cell(count))
        for (kind, category), count in sorted(gathered.kinds.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    parts = list[Any](some(table("Records by kind and category", ("kind", "category", "records"), kinds)))
    lines = list[str]()
    if not gathered.is_cut:
        begins = [event.at for record in gathered.records for event in record.events]
        figure = complaints.complaint_rate(gathered.records, basis=Basis(as_of=as_of))
        lines += [format_figure(figure) + "."] if figure.count else []
        if begins:
            found = holdings.backlog(gathered.records, min(begins), as_of)
            rows = [
                (text_cell(label), count_cell(count)) for label, count in zip(_ages(found), found.ages, strict=True)
            ]
            if found.open_at_end or found.resolved:
                lines.append(
                    f"Cases: {found.opened} opened, {found.resolved} resolved, {found.open_at_end} open at the end."
                )
                parts += some(table("Open cases by age", ("age", "cases"), rows))
    return Section("open", "Complaints, issues and open work", tuple(lines), tuple(parts))


def _ages(found: holdings.Backlog) -> Iterator[str]:
    for band in found.age_bands:
        yield f"up to {band.days} days" if band.days != 1 else "up to 1 day"
    yield "older"


def health(about: About, problems: Iterable[Problem]) -> Section:
    """What lint says of the catalog: review dates past, targets that nobody confirmed."""
    rows = [
        (
            text_cell(one.level, _LEVELS.get(one.level, "")),
            text_cell(one.path),
            text_cell(one.message),
            text_cell(one.code),
        )
        for one in problems
    ]
    unconfirmed = [one.key["rule_id"] for one in about.summaries if one.objective and not one.objective.confirmed]
    count = len(unconfirmed)
    lead = (
        f"{count} objective{' is' if count == 1 else 's are'} not confirmed by anybody: marked with a star, never red. "
    )
    lead += "servstd lint says more." if rows else "servstd lint finds nothing."
    heads = ("level", "where", "what", "code")
    return Section("health", "The catalog itself", (lead,), some(table("What lint finds", heads, rows)))


_LEVELS = {"error": "fail", "warning": "pending"}
