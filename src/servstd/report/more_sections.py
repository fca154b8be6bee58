"""Sections beside the rules: measures of the log, people, contacts, reviewers, readings, open work, catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from servstd.errors import Problem
from servstd.objective import Summary
from servstd.objective.figure import GUARDS, Figure, format_figure, format_percent
from servstd.objective.measures import complaints, holdings, lengths, queue, returns, routing, surveys
from servstd.objective.measures.items import Basis
from servstd.objective.reviewers.agreement import Agreement
from servstd.objective.signals.ranking import Ranked, ranking
from servstd.report.gather import MOST_READ_AGAIN, sheets_of
from servstd.report.parts import Cell, Section, count_cell, figure_cell, some, table, text_cell
from servstd.report.sections import About
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.disputes import Dispute, dispute_figures


def measures(about: About, as_of: datetime) -> Section:
    """Queue, times, resolution, routing and surveys, as far as the log has what they need."""
    gathered = about.gathered
    lead = "Each figure stands with the name of its formula and with what it leaves out. Times are shown as median and "
    lead += "90th percentile: a mean hides the long waits."
    if gathered.is_cut:
        said = f"The log is longer than {len(gathered.records)} records, so these measures were left out."
        return Section("measures", "The whole service", (said,))
    found = [one for one in _figures(about, as_of) if one.count or one.missing]
    rows = [
        (
            text_cell(one.name.replace("_", " ")), Cell(_value(one), one.value),
            text_cell(one.formula.replace("_", " ")),
            count_cell(one.count), text_cell(_left_out(one)), text_cell("; ".join(GUARDS[name] for name in one.guards)),
        )
        for one in found
    ]  # fmt: skip
    heads = ("measure", "value", "formula", "of", "left out", "mind")
    return Section("measures", "The whole service", (lead,), some(table("Measures of the log", heads, rows)))


def _figures(about: About, as_of: datetime) -> Iterator[Figure]:
    records, basis = about.gathered.records, Basis(as_of=as_of)
    yield queue.abandonment(records, basis=basis)
    yield from queue.speed_of_answer(records, basis=basis).figures()
    yield from lengths.response_time(records, basis=basis).figures()
    yield from lengths.resolution_time(records, basis=basis).figures()
    yield from lengths.hold_time(records, basis=basis).figures()
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


def people(about: About, chosen: Sequence[Summary]) -> Section | None:
    """Agents by the ranks that they may hold; only when asked for."""
    if not about.gathered.wishes.is_ranking:
        return None
    parts = list[Any]()
    for one in chosen:
        pairs = about.gathered.people.get(one.key["rule_id"], {})
        found = ranking({name: (passed, decided) for name, (passed, decided) in pairs.items()})
        rows = [
            (Cell(who.rank, float(who.best)), text_cell(who.name), count_cell(who.decided), _ranked_rate(who))
            for who in found.groups
        ]
        caption = f"{about.title(one.key['rule_id'])}: ranks that each may hold; {len(found.too_few)} with too few"
        parts += some(table(caption, ("rank", "agent", "decided", "rate (95% interval)"), rows))
    lead = (
        "Asked for with --rank-agents. A rank of 1-4 says that chance may have put this person anywhere from first to "
    )
    lead += (
        "fourth: that is a tie. Fails that frontline staff had no hand in are left out. Look at contacts, not at ranks."
    )
    return Section("people", "People, with what chance leaves open", (lead,), tuple(parts))


def _ranked_rate(who: Ranked) -> Cell:
    ends = f"{format_percent(who.low)}-{format_percent(who.high)}"
    return Cell(f"{format_percent(who.rate)}% ({ends})", who.rate, is_number=True)


def contacts(about: About) -> Section:
    """The newest fails, each with where its evidence is."""
    rows = []
    for one in about.judged():
        for sheet in sheets_of(about.gathered, one.key["rule_id"]):
            where = "; ".join(f"{what}{f', {at}' if at else ''}" for what, at in sheet.where)
            cells = (text_cell(sheet.sentence), text_cell(where), text_cell(sheet.cause))
            rows.append((text_cell(sheet.record_id), Cell(about.title(sheet.rule_id), sheet.rule_id, "rule"), *cells))
    heads = ("record", "rule", "what happened", "where the evidence is", "cause")
    lead = (
        "The newest fails of each rule. Evidence is pointed at, never quoted. Whoever is meant may comment and dispute."
    )
    return Section("contacts", "Contacts to look at", (lead,), some(table("Newest fails", heads, rows)))


def reviewers(about: About, calibration: Calibration | None, disputes: Sequence[Dispute]) -> Section:
    """How far reviewers agree, how strict each is, conflicts of sources, and disputes."""
    rules = [] if calibration is None else calibration.rules
    rule_rows = [
        (
            Cell(about.title(one.rule_id), one.rule_id, "rule"), count_cell(one.questions), count_cell(one.twice),
            figure_cell(one.agreement), text_cell(_agreement(one.kappa)), text_cell(_agreement(one.alpha)),
        )
        for one in rules
    ]  # fmt: skip
    people_rows = [
        (text_cell(one.reviewer), count_cell(one.answers), count_cell(one.unsure), figure_cell(one.passed))
        for one in (calibration.reviewers if calibration is not None else ())
    ]
    agree = ("rule", "asked", "twice", "agree (95% interval)", "kappa", "alpha")
    parts = some(
        table("Agreement of reviewers", agree, rule_rows),
        table("Reviewers", ("reviewer", "answers", "unsure", "yes (95% interval)"), people_rows),
        table(
            "Records on which a reviewer and other evidence say opposite things", ("rule", "records"), _conflicts(about)
        ),
        table(
            "Disputes", ("rule", "upheld", "rejected", "withdrawn", "open", "upheld of decided"), _disputes(disputes)
        ),
    )
    lead = "Kappa and alpha are agreement beyond chance; where nearly all answers are alike they say little."
    if not parts:
        lead = "No answers of reviewers and no disputes were given (--reviews, --disputes)."
    return Section("reviewers", "Reviewers and disputes", (lead,), parts)


def _conflicts(about: About) -> Iterator[tuple[Cell, Cell]]:
    for rule_id, count in sorted(about.gathered.conflicts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Cell(about.title(rule_id), rule_id, "rule"), count_cell(count)


def _disputes(disputes: Sequence[Dispute]) -> Iterator[tuple[Cell, ...]]:
    for one in dispute_figures(disputes):
        yield text_cell(one.name), *(count_cell(count) for count in one.counts.values()), figure_cell(one.upheld)


def _agreement(found: Agreement | None) -> str | None:
    if found is None or found.value is None:
        return None if found is None else found.why
    ends = "" if found.low is None or found.high is None else f" ({found.low:.2f} to {found.high:.2f})"
    return f"{found.value:.2f}{ends}"


def readings(about: About) -> Section:
    """What other readings of an ambiguous phrase would have given."""
    rows = []
    for rule_id, found in about.gathered.readings.items():
        for name, changes in found.changed.items():
            said = ", ".join(
                f"{count} {before.value.replace('_', ' ')} to {after.value.replace('_', ' ')}"
                for (before, after), count in sorted(changes.items(), key=lambda pair: (-pair[1], pair[0]))
            )
            changed = changes.total()
            cells = (text_cell(name.replace("_", " ")), count_cell(found.looked_at), count_cell(changed))
            rows.append((Cell(about.title(rule_id), rule_id, "rule"), *cells, text_cell(said)))
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
    lead = f"{len(unconfirmed)} objectives are not confirmed by anybody: they are marked with a star and never missed. "
    lead += "servstd lint says more." if rows else "servstd lint finds nothing."
    heads = ("level", "where", "what", "code")
    return Section("health", "The catalog itself", (lead,), some(table("What lint finds", heads, rows)))


_LEVELS = {"error": "fail", "warning": "pending"}
