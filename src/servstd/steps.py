"""Steps: how a verdict came about, as codes with values, and their English.

A host translates the codes; `render` is the English. Each code has one template; values are plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from servstd.outcome import REASONS
from servstd.units import format_elapsed


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `is_detail` marks what a short explanation leaves out."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)
    is_detail: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The step as plain JSON values."""
        return {"code": self.code} | {name: _plain(value) for name, value in self.values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return list(value) if isinstance(value, (tuple, frozenset)) else value


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(instant: datetime, after: datetime | None = None) -> str:
    """`Fri 22 May 15:00`, or only `15:30` on the day of the instant named before it."""
    seconds = f":{instant:%S}" if instant.second else ""
    time = f"{instant:%H:%M}{seconds}"
    if after is not None and after.date() == instant.date():
        return time
    return f"{day_name(instant)} {time}"


def day_name(day: date) -> str:
    """`Mon 25 May`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def phrase(word: str) -> str:
    """An event's name as the beginning of a sentence: `Received`, `Hold start`."""
    return word.replace("_", " ").capitalize()


def render(steps: Iterable[Step], is_full: bool = False) -> str:
    """The steps as English sentences; the short form leaves out the details."""
    sentences: list[str] = []
    last: datetime | None = None
    for step in steps:
        if step.is_detail and not is_full:
            continue
        text = _SENTENCES.get(step.code, _plainly)(step.values, last)
        if text:
            sentences.append(text)
        last = step.values.get("at", last) if isinstance(step.values.get("at", last), datetime) else last
    return " ".join(sentences)


def _plainly(values: dict[str, Any], last: datetime | None) -> str:
    return str(values.get("text", ""))


def _reason(values: dict[str, Any], last: datetime | None) -> str:
    sentence = REASONS[values["reason"]][1]
    names = f" ({', '.join(values['names'])})" if values["names"] else ""
    return f"{sentence[0].upper()}{sentence[1:]}{names}."


def _event(values: dict[str, Any], last: datetime | None) -> str:
    known = _pairs(values.get("values") or {})
    return f"{phrase(values['event'])} {when(values['at'], last)}{f' ({known})' if known else ''}."


def _fields(values: dict[str, Any], last: datetime | None) -> str:
    return f"{_pairs(values['values'])}."


def _pairs(values: dict[str, Any]) -> str:
    words = {True: "yes", False: "no", None: "missing"}
    return ", ".join(
        f"{name}: {words[value] if value is None or isinstance(value, bool) else value}"
        for name, value in values.items()
    )


def _turn(values: dict[str, Any], last: datetime | None) -> str:
    at = f" at {when(values['at'], last)}" if values.get("at") else ""
    return f"Said by the {values['speaker']} in turn {values['turn'] + 1}{at}."


def _absent(values: dict[str, Any], last: datetime | None) -> str:
    return f"Not found: {values['what'].replace('_', ' ')}."


def _review(values: dict[str, Any], last: datetime | None) -> str:
    reviewer = f"Reviewer {values['reviewer']}" if values.get("reviewer") else "A reviewer"
    reason = f", because {values['reason']}" if values.get("reason") else ""
    return f"{reviewer} answered {values['value']}{reason}."


def _number(values: dict[str, Any], last: datetime | None) -> str:
    bounds = [f"{key.replace('_', ' ')} {values[key]}" for key in ("at_least", "at_most") if key in values]
    value = format_elapsed(values["value"]) if values["elapsed"] else values["value"]
    return f"{phrase(values['what'])} is {value}; it must be {' and '.join(bounds)}."


def _in_force(values: dict[str, Any], last: datetime | None) -> str:
    until = f" to {when(values['until'])}" if values.get("until") else " on"
    return f"{phrase(values['event'])} from {when(values['at'])}{until}."


def _gap(values: dict[str, Any], last: datetime | None) -> str:
    return f"Not in force at {when(values['at'], last)}."


def _owed(values: dict[str, Any], last: datetime | None) -> str:
    what = {"pass": "made", "fail": "missed", "pending": "still owed"}.get(values["outcome"], "not shown")
    return f"{phrase(values['event'])} for the {values['period']} of {day_name(values['day'])}: {what}."


def _waived(values: dict[str, Any], last: datetime | None) -> str:
    by = f" (approved by {values['by']})" if values.get("by") else ""
    return f"Waived: {values['why']}{by}."


def _released(values: dict[str, Any], last: datetime | None) -> str:
    return f"No longer owed from {when(values['at'], last)}."


def _at(values: dict[str, Any], last: datetime | None) -> str:
    return f"{phrase(values['event'])} {when(values['at'])}."


def _skipped(values: dict[str, Any], last: datetime | None) -> str:
    name = values.get("name") or values["reason"]
    return f"{day_name(values['day'])} skipped: {name}."


def _due(values: dict[str, Any], last: datetime | None) -> str:
    return f"Due {when(values['at'])} ({values['target']})."


def _done(values: dict[str, Any], last: datetime | None) -> str:
    text = f"{phrase(values['event'])} {when(values['at'], last)}: "
    if values.get("late_by") is not None:
        return f"{text}{format_elapsed(values['late_by'])} late."
    return f"{text}in time."


def _overdue(values: dict[str, Any], last: datetime | None) -> str:
    return f"Not {values['event'].replace('_', ' ')} by {when(values['at'])}."


def _running(values: dict[str, Any], last: datetime | None) -> str:
    left = values.get("remaining")
    return "Not done yet" + (f": {format_elapsed(left)} left." if left is not None else ".")


def _paused(values: dict[str, Any], last: datetime | None) -> str:
    end = f" to {when(values['until'])}" if values.get("until") else ", still"
    return f"Paused {when(values['at'])}{end}."


def _ignored(values: dict[str, Any], last: datetime | None) -> str:
    return f"{phrase(values['event'])} {when(values['at'])} ignored: {values['why']}."


def _opened(values: dict[str, Any], last: datetime | None) -> str:
    return f"The clock started {when(values['at'])}, at the next opening."


def _span(values: dict[str, Any], last: datetime | None) -> str:
    return f"Counted {when(values['at'])} to {when(values['until'])}."


_SENTENCES = {
    "started": _at,
    "skipped": _skipped,
    "due": _due,
    "done": _done,
    "overdue": _overdue,
    "running": _running,
    "paused": _paused,
    "ignored": _ignored,
    "clock_started": _opened,
    "counted": _span,
    "reason": _reason,
    "event": _event,
    "fields": _fields,
    "act": _event,
    "turn": _turn,
    "absent": _absent,
    "review": _review,
    "number": _number,
    "in_force": _in_force,
    "gap": _gap,
    "owed": _owed,
    "released": _released,
    "waived": _waived,
}
