"""What `servstd check` prints: the table with what stands below it, or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from servstd.adapters.batch import LogNotes
from servstd.cli import foot
from servstd.cli.check_ask import Run
from servstd.cli.log_report import bad_row, heading
from servstd.cli.table import Line, render_table
from servstd.cli.wrapping import count_of
from servstd.evaluate.figures import Standing
from servstd.evaluate.versions import versions_of
from servstd.objective import Summary
from servstd.objective.summary import SAMPLED


def table_lines(run: Run, width: int | None) -> Iterator[Line]:
    """The lines of the table for the width of the terminal; None: there is none."""
    figures, by, options = run.figures, run.figures.by, run.asked.options
    judged = [one for one in run.summaries if figures.standing(one) is Standing.JUDGED]
    names = {one.key["rule_id"] for one in judged}
    shown, small = run.by_group() if by else (run.summaries, {})
    if options.is_all:
        shown = sorted(shown, key=lambda one: one.key["rule_id"] not in names)
    else:
        shown = [one for one in shown if one.key["rule_id"] in names and one.opportunities]
    yield Line(_heading(run))
    notes = foot.notes_of(figures, run.summaries) | dict.fromkeys(run.sampled & names, SAMPLED)
    table = render_table(shown, by, notes, width) if shown else []
    yield from table
    foot_lines = (
        foot.unconfirmed_line(table),
        foot.in_part_line(shown),
        foot.opportunities_line(shown),
        foot.small_line(small, run.asked.reporting),
        *foot.unjudged_lines(figures, run.summaries, options.is_all),
        foot.unknown_line(figures, figures.rules if options.is_all else names),
        foot.example_line(run.asked.catalog),
    )
    yield from (Line(text) for text in foot_lines if text)
    for text in foot.fail_lines(figures, judged, options.is_all):
        yield Line(text)
    yield from (Line(text, "red") for text in foot.missed_lines(run.missed))


def _heading(run: Run) -> str:
    text = heading(run.notes, run.as_of, run.origin)
    answers = run.asked.answers
    if answers is None:
        return text
    reviewers = len({one.review.reviewer for one in answers.items})
    return f"{text}; {count_of(len(answers.items), 'answer')} of {count_of(reviewers, 'reviewer')}"


def as_json(run: Run) -> dict[str, Any]:
    """The same as plain JSON values."""
    figures, notes = run.figures, run.notes
    summaries, small = run.by_group() if figures.by else (run.summaries, {})
    standing = {one.key["rule_id"]: figures.standing(one).value for one in run.summaries}
    return {
        "as_of": run.as_of.isoformat(),
        **_notes(notes),
        "rules": [_summary(one) | {"standing": standing[one.key["rule_id"]]} for one in summaries],
        **({"small_groups": small} if figures.by else {}),
        "missing": dict(figures.missing_words(figures.rules)),
        "missed": [one.key["rule_id"] for one in run.missed],
        "example_calendars": list(run.asked.catalog.example_calendars()),
        "versions": versions_of(run.asked.catalog),
        **({} if run.work is None else {"work": dict(run.work)}),
    }


def _notes(notes: LogNotes) -> dict[str, Any]:
    return {
        "records": notes.records,
        "repeats": notes.repeats,
        "bad_row_count": notes.bad_count,
        "bad_rows": [bad_row(row) for row in notes.bad_rows],
    }


def _summary(summary: Summary) -> dict[str, Any]:
    """A summary with its group as keys of its own."""
    pairs = summary.to_dict()
    key: dict[str, Any] = pairs.pop("key")
    return {**key, **pairs}
