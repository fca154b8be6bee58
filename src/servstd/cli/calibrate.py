"""`servstd calibrate`: how far reviewers agree, and what became of disputes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from servstd.catalog import load_catalog
from servstd.cli.stop import BAD_USAGE, say, stop, stopping
from servstd.cli.wrapping import count_of, printable
from servstd.errors import Problem
from servstd.objective.figure import Figure, format_percent
from servstd.objective.reviewers.agreement import Agreement
from servstd.objective.reviewers.weighted import HAJEK
from servstd.reviewing import Answers, read_answers, read_sample
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.disputes import OUTCOMES, Dispute, DisputeFigures, dispute_figures, read_disputes

_FEW = 20


@dataclass(frozen=True, slots=True)
class CalibrateOptions:
    """What the command line asked for."""

    answers: Sequence[Path]
    sample: Path | None
    disputes: Path | None
    catalog: Path | None
    style: str


def run_calibrate(options: CalibrateOptions) -> int:
    """Print what reviewers' answers and disputes show."""
    if not options.answers and options.disputes is None:
        raise stop(Problem("missing-argument", "name files of answers, or --disputes", ("ANSWERS",)))
    with stopping():
        catalog = load_catalog(options.catalog)
        answers = read_answers(options.answers, catalog)
        sample = None if options.sample is None else read_sample(options.sample)
        disputes = [] if options.disputes is None else read_disputes(options.disputes, catalog)
        for problem in answers.problems:
            say(problem.render())
        if options.answers and not answers.items:
            say("no answer could be used")
            return BAD_USAGE
        calibration = Calibration(answers.newest(), catalog, sample)
        _tell_outside(calibration)
    if options.style == "json":
        typer.echo(json.dumps(_as_json(calibration, answers, disputes), indent=2, ensure_ascii=False))
    else:
        for line in _lines(calibration, answers, disputes):
            typer.echo(line)
    return 0


def _tell_outside(calibration: Calibration) -> None:
    """Say when answers are not on records of the sample: it may be another one."""
    if calibration.outside:
        verb = "is" if calibration.outside == 1 else "are"
        what = count_of(calibration.outside, "answered record")
        say(f"{what} {verb} not in the sample, and no part of the rates")


def _as_json(calibration: Calibration, answers: Answers, disputes: Sequence[Dispute]) -> dict[str, Any]:
    return {
        "answers": len(answers.items),
        "blank": answers.blank,
        "nameless": calibration.nameless,
        "rate_of": calibration.rate_title,
        "outside_sample": calibration.outside,
        "rules": [one.to_dict() for one in calibration.rules],
        "reviewers": [one.to_dict() for one in calibration.reviewers],
        "disputes": [one.to_dict() for one in dispute_figures(disputes)],
        "disputes_by_decider": [one.to_dict() for one in dispute_figures(disputes, "decided_by")],
    }


def _lines(calibration: Calibration, answers: Answers, disputes: Sequence[Dispute]) -> Iterator[str]:
    if answers.items:
        blank = f", {count_of(answers.blank, 'question')} without an answer" if answers.blank else ""
        if calibration.nameless:
            blank = f", {calibration.nameless} that {'name' if calibration.nameless > 1 else 'names'} nobody{blank}"
        reviewers = count_of(len(calibration.reviewers), "reviewer")
        yield f"{count_of(len(answers.items), 'answer')} of {reviewers}{blank}"
        yield from _table(_rule_rows(calibration))
        yield from _notes(calibration)
        yield ""
        yield from _table(_reviewer_rows(calibration))
        yield "a stricter reviewer says yes less often on the same records; on others it may be the records"
    if disputes:
        yield from [""] if answers.items else []
        yield from _table(_dispute_rows("rule", dispute_figures(disputes)))
        if any(one.decided_by for one in disputes):
            yield ""
            yield from _table(_dispute_rows("decided by", dispute_figures(disputes, "decided_by")))


def _rule_rows(calibration: Calibration) -> Iterator[tuple[str, ...]]:
    title = f"{calibration.rate_title} (95% interval)"
    yield "rule", "asked", "twice", "agree (95% interval)", "kappa", "alpha", "answered", "used", "left out", title
    for one in calibration.rules:
        kappa = "-" if one.kappa is None else _agreement(one.kappa)
        answered = str(one.answered) if one.drawn is None else f"{one.answered} of {one.drawn}"
        used, left_out = str(one.rate.count), str(sum(one.rate.excluded.values()))
        agree, rate = _share(one.agreement), _share(one.rate)
        is_plain = rate != "-" and one.rate.formula != HAJEK and not calibration.rate_title.endswith("answers")
        rate += " not weighted" if is_plain else ""
        asked = str(one.questions), str(one.twice)
        yield one.rule_id, *asked, agree, kappa, _agreement(one.alpha), answered, used, left_out, rate


def _notes(calibration: Calibration) -> Iterator[str]:
    """What the columns of the rules do not say."""
    if any(one.rate.excluded for one in calibration.rules):
        yield "left out of the rate are questions on which reviewers disagree or are unsure"
    if any(one.rate.missing for one in calibration.rules):
        yield "the rate leaves out groups of the sample in which nothing is answered"
    kappas = [one.kappa for one in calibration.rules if one.kappa is not None and one.kappa.value is not None]
    if why := sorted({one.why for one in kappas if one.why is not None}):
        yield f"kappa has {'; '.join(why)}"


def _reviewer_rows(calibration: Calibration) -> Iterator[tuple[str, ...]]:
    yield "reviewer", "answers", "unsure", "yes (95% interval)"
    for one in calibration.reviewers:
        yield printable(one.reviewer), str(one.answers), str(one.unsure), _share(one.passed)


def _dispute_rows(title: str, figures: Sequence[DisputeFigures]) -> Iterator[tuple[str, ...]]:
    yield title, *OUTCOMES, "upheld of decided (95% interval)"
    for one in figures:
        yield printable(one.name), *(str(one.counts[outcome]) for outcome in OUTCOMES), _share(one.upheld)


def _share(figure: Figure) -> str:
    """`80.0% (49.0-94.3)`; what is made of few says so."""
    if figure.value is None or figure.low is None or figure.high is None:
        return "-"
    text = f"{format_percent(figure.value)}% ({format_percent(figure.low)}-{format_percent(figure.high)})"
    return f"{text} few" if figure.count < _FEW else text


def _agreement(found: Agreement) -> str:
    if found.value is None:
        return "-" if found.units == 0 else f"- ({found.why})"
    ends = "" if found.low is None or found.high is None else f" ({found.low:.2f} to {found.high:.2f})"
    return f"{found.value:.2f}{ends}"


def _table(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    """Aligned columns: the first to the left, counts to the right."""
    cells = list(rows)
    widths = [max(len(row[index]) for row in cells) for index in range(len(cells[0]))]
    is_count = [all(row[index].isdecimal() for row in cells[1:]) for index in range(len(cells[0]))]
    for row in cells:
        shown = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_count, strict=True)
        ]
        yield "  ".join(shown).rstrip()
