"""The section on reviewers and disputes: how far they agree, and what was contested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from servstd.objective.reviewers.agreement import Agreement
from servstd.report.parts import Cell, Section, count_cell, figure_cell, rule_cell, some, table, text_cell
from servstd.report.sections import About
from servstd.reviewing.calibration import Calibration, RuleCalibration
from servstd.reviewing.disputes import Dispute, dispute_figures


def reviewers(about: About, calibration: Calibration | None, disputes: Sequence[Dispute]) -> Section:
    """How far reviewers agree, how strict each is, conflicts of sources, and disputes."""
    rules = [] if calibration is None else calibration.rules
    agree = (
        "rule",
        "asked",
        "twice",
        "agree (95% interval)",
        "kappa",
        "alpha",
        "" if calibration is None else calibration.rate_title,
    )
    strict = ("reviewer", "answers", "unsure", "yes (95% interval)")
    contested = ("rule", "upheld", "rejected", "withdrawn", "open", "upheld of decided")
    against = "Records on which a reviewer and other evidence say opposite things"
    parts = some(
        table("Agreement of reviewers", agree, [_agreed(about, one) for one in rules]),
        table("Reviewers", strict, _people(about, calibration)),
        table(against, ("rule", "records"), _conflicts(about)),
        table("Disputes", contested, _disputes(about, disputes)),
    )
    if not parts:
        said = "No answers of reviewers and no disputes were given (--reviews, --disputes)."
        return Section("reviewers", "Reviewers and disputes", (said,))
    lead = "Kappa and alpha are agreement beyond chance; where nearly all answers are alike they say little. The rate "
    lead += "weighs each answered record by its chance to be drawn, where that is known."
    return Section(
        "reviewers", "Reviewers and disputes", (lead, *_few(about, calibration), *_strays(about, disputes)), parts
    )


def _agreed(about: About, one: RuleCalibration) -> tuple[Cell, ...]:
    counts = (count_cell(one.questions), count_cell(one.twice), figure_cell(one.agreement))
    beyond = (text_cell(_agreement(one.kappa)), text_cell(_agreement(one.alpha)))
    return rule_cell(about.title(one.rule_id), one.rule_id), *counts, *beyond, _rate(one)


def _rate(one: RuleCalibration) -> Cell:
    """The rate, and of how many drawn records it is made."""
    cell = figure_cell(one.rate)
    return (
        cell if one.drawn is None else replace(cell, text=f"{cell.text}, {one.answered} answered of {one.drawn} drawn")
    )


def _people(about: About, calibration: Calibration | None) -> Iterator[tuple[Cell, ...]]:
    """Reviewers are employees too: a share of few answers is not shown."""
    for one in () if calibration is None else calibration.reviewers:
        is_few = one.passed.count < about.gathered.wishes.min_group
        share = Cell(f"under {about.gathered.wishes.min_group}", -1.0) if is_few else figure_cell(one.passed)
        unsure = text_cell("") if is_few else count_cell(one.unsure)
        yield text_cell(one.reviewer), count_cell(one.answers), unsure, share


def _few(about: About, calibration: Calibration | None) -> tuple[str, ...]:
    least, found = about.gathered.wishes.min_group, []
    if calibration is not None and any(one.passed.count < least for one in calibration.reviewers):
        found.append(f"What reviewers with fewer than {least} definite answers said is not shown by person.")
    if calibration is not None and (count := calibration.nameless):
        said = "1 answer names" if count == 1 else f"{count} answers name"
        found.append(f"{said} no reviewer: left out of agreement.")
    return tuple(found)


def _strays(about: About, disputes: Sequence[Dispute]) -> tuple[str, ...]:
    """Disputes of records that the log has not."""
    known = {one.id for one in about.gathered.records}
    count = 0 if about.gathered.is_cut else sum(one.record_id not in known for one in disputes)
    return (f"Of {len(disputes)} disputes {count} over records that are not in the log.",) if count else ()


def _conflicts(about: About) -> Iterator[tuple[Cell, Cell]]:
    for rule_id, count in sorted(about.gathered.conflicts.items(), key=lambda pair: (-pair[1], pair[0])):
        yield rule_cell(about.title(rule_id), rule_id), count_cell(count)


def _disputes(about: About, disputes: Sequence[Dispute]) -> Iterator[tuple[Cell, ...]]:
    for one in dispute_figures(disputes):
        counts = (count_cell(count) for count in one.counts.values())
        yield rule_cell(about.title(one.name), one.name), *counts, figure_cell(one.upheld)


def _agreement(found: Agreement | None) -> str | None:
    if found is None or found.value is None:
        return None if found is None else found.why
    ends = "" if found.low is None or found.high is None else f" ({found.low:.2f} to {found.high:.2f})"
    return f"{found.value:.2f}{ends}"
