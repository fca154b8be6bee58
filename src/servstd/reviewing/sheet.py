"""The reviewer's form for the records of a sample: a page that saves answers to a file, or a table to fill in.

Questions start unanswered, and nothing shows what a machine or another reviewer thought: both would be copied.
Evidence is pointed at; words are quoted only when asked for, and redacted first.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servstd.adapters.private import names_in
from servstd.catalog import Catalog
from servstd.evaluate import Assessment
from servstd.page import render_page
from servstd.privacy import Redactor
from servstd.privacy.cells import safe_cell
from servstd.record import Event, Turn
from servstd.reviewing.answers import COLUMNS, scale_of
from servstd.reviewing.sample import Sample
from servstd.reviewing.wanted import Candidate, Question, candidates

_LABELS = {"yes": "Yes", "no": "No", "na": "Not applicable", "unsure": "Unsure"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is shown. `about` names the opportunity; `choices` are pairs of answer and label."""

    rule_id: str
    title: str
    question: str
    statement: str
    about: str
    opportunity: int | None
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: when, what, and the words when they may be quoted."""

    when: str
    at: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One record of the form. `facts` are its attributes, `lines` what happened in order."""

    record_id: str
    probability: float
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    questions: tuple[Asked, ...]


def cards(
    assessments: Iterable[Assessment], sample: Sample, rules: Sequence[str], is_quoting: bool = False
) -> list[Card]:
    """The cards of the records of a sample, in the order of the sample; those that are not there are left out."""
    wanted = {one.record_id: one.probability for one in sample.records}
    found = {one.record_id: one for one in assessments if one.record_id in wanted}
    made = []
    for one in sample.records:
        assessment = found.get(one.record_id)
        if assessment is None:
            continue
        for candidate in candidates([assessment], rules, (), sample.also_decided):
            made.append(_card(assessment, candidate, one.probability, is_quoting))
    return made


def _card(assessment: Assessment, candidate: Candidate, probability: float, is_quoting: bool) -> Card:
    record, catalog = assessment.record, assessment.evaluator.catalog
    redactor = Redactor([*assessment.facts.names.agent, *names_in(record)]) if is_quoting else None
    facts = [(name, str(getattr(record, name))) for name in ("kind", "channel", "direction", "audience", "team")]
    zone = assessment.facts.calendar.zone

    def local(at: datetime | None) -> tuple[str, str]:
        return ("", "") if at is None else (f"{at.astimezone(zone):%a %d %b %Y %H:%M:%S}", at.isoformat())

    return Card(
        record.id,
        probability,
        tuple((name, value) for name, value in facts if value != "None"),
        tuple(_lines(record.events, record.turns, local, redactor)),
        tuple(_asked(question, assessment, catalog) for question in candidate.questions),
    )


def _lines(
    events: Sequence[Event],
    turns: Sequence[Turn],
    local: Callable[[datetime | None], tuple[str, str]],
    redactor: Redactor | None,
) -> Iterator[Line]:
    """Events and turns by their time; turns without one come last, in their order."""
    told: list[tuple[tuple[bool, float, int], Line]] = []
    for place, event in enumerate(events, start=1):
        when, at = local(event.at)
        what = event.type.replace("_", " ") + (f", by the {event.actor}" if event.actor else "")
        told.append(((False, event.at.timestamp(), place), Line(when, at, what)))
    for place, turn in enumerate(turns, start=1):
        when, at = local(turn.at)
        text = redactor.redact(turn.text)[0] if redactor is not None else ""
        key = (turn.at is None, 0.0 if turn.at is None else turn.at.timestamp(), place)
        told.append((key, Line(when, at, f"turn {place}: {turn.speaker}", text)))
    yield from (line for _, line in sorted(told, key=lambda pair: pair[0]))


def _asked(question: Question, assessment: Assessment, catalog: Catalog) -> Asked:
    rule = catalog.rules[question.rule_id]
    choices = tuple((value, _LABELS.get(value, value)) for value in scale_of(question.rule_id, catalog))
    about = ""
    if question.opportunity is not None:
        number = question.opportunity + 1
        this = next((one.this for one, _ in assessment[rule.id].parts() if one.index == question.opportunity), None)
        at = getattr(this, "at", None)
        what = getattr(this, "type", "turn").replace("_", " ")
        about = f"{what} {number}" + (
            "" if at is None else f", {at.astimezone(assessment.facts.calendar.zone):%H:%M:%S}"
        )
    text = rule.question or f"Was it so? {rule.title}."
    return Asked(
        rule.id,
        rule.title,
        " ".join(text.split()),
        " ".join(rule.statement.split()),
        about,
        question.opportunity,
        choices,
    )


def render_sheet(cards: Sequence[Card], sample: Sample, title: str, reviewer: str = "") -> str:
    """The form as one page that asks nothing of any server. Raises `ExtraMissing` without jinja2."""
    return render_page(
        "sheet.html",
        title=title,
        cards=cards,
        sample=sample,
        reviewer=reviewer,
        count=sum(len(card.questions) for card in cards),
        columns=COLUMNS,
    )


def sheet_table(cards: Iterable[Card], reviewer: str = "") -> str:
    """The form as CSV: a row a question, `value` to be filled in with one of `answers`."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*COLUMNS, "question", "about", "answers"])
    for card in cards:
        for asked in card.questions:
            row: Mapping[str, Any] = {
                "record_id": card.record_id, "rule": asked.rule_id, "opportunity": asked.opportunity,
                "reviewer": reviewer, "probability": card.probability,
            }  # fmt: skip
            answers = " ".join(value for value, _ in asked.choices)
            cells = [*(row.get(name) for name in COLUMNS), asked.question, asked.about, answers]
            writer.writerow([safe_cell(cell) for cell in cells])
    return stream.getvalue()
