"""Sentences that a handbook says itself, the same in every way of writing it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from servstd.handbook.model import Change, Exemption, Handbook
from servstd.outcome import Outcome
from servstd.steps import day_name
from servstd.terms.phrasing import spaced

_SHOWN = {
    Outcome.PASS: "Pass",
    Outcome.FAIL: "Fail",
    Outcome.PENDING: "Pending",
    Outcome.NOT_APPLICABLE: "Not applicable",
    Outcome.UNKNOWN: "Unknown",
}


def shown_outcome(outcome: Outcome) -> str:
    """The outcome as a word with a capital."""
    return _SHOWN[outcome]


def shown_day(day: date) -> str:
    """`Wed 1 Jul 2026`."""
    return f"{day_name(day)} {day.year}"


def intro(handbook: Handbook) -> Iterator[str]:
    """What the reader holds in hand."""
    version = f"Version {handbook.version}" if handbook.version else "The standards"
    if handbook.as_of is None:
        yield f"{version}, as the last change of each rule leaves it."
    else:
        yield f"{version}, as in force on {shown_day(handbook.as_of)}."
    yield (
        "Each rule says what is expected and why, how it is decided, and what came of some examples. An outcome is "
        "pass, fail, pending (time is left), not applicable, or unknown: the log does not decide it, or does not say "
        "whether the rule applies. Unknown counts for nobody and against nobody."
    )


def part_title(name: str) -> str:
    """The name of a check inside another, as a title."""
    return spaced(name).capitalize()


def row_text(sentence: str) -> str:
    """A sentence with its full stop."""
    return sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."


def change_title(change: Change) -> str:
    """From when, and until when."""
    until = "" if change.until is None else f", until {shown_day(change.until - timedelta(days=1))}"
    return f"From {shown_day(change.from_)}{until}"


def exemption_text(exemption: Exemption) -> str:
    """Who does not have to meet the rule, how long, and why."""
    dates = [f"from {shown_day(exemption.from_)}"] if exemption.from_ is not None else []
    dates += [f"until {shown_day(exemption.until - timedelta(days=1))}"] if exemption.until is not None else []
    when = f" when {exemption.when}" if exemption.when else ""
    by = f" Approved by {exemption.approved_by}." if exemption.approved_by else ""
    return f"A fail{when} does not count{''.join(f' {text}' for text in dates)}: {row_text(exemption.reason)}{by}"
