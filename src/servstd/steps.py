"""Steps: how a verdict came about, as codes with values, and their English.

A host translates the codes; `render` is the English. Each code has one template; values are plain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from servstd.outcome import REASONS
from servstd.units import format_elapsed, format_open

OPEN_TIME, REAL_TIME = "open time", "real time"
_LONGEST_WORD = 60


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


def when(instant: datetime, after: datetime | None = None, with_year: bool = False) -> str:
    """`Fri 22 May 15:00`, or only `15:30` on the day of the instant named before it."""
    seconds = f":{instant:%S}" if instant.second else ""
    time = f"{instant:%H:%M}{seconds}"
    if after is not None and after.date() == instant.date():
        return time
    return f"{day_name(instant, with_year)} {time}"


def day_name(day: date, with_year: bool = False) -> str:
    """`Mon 25 May`, or `Mon 25 May 2026`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")


def phrase(word: str) -> str:
    """An event's name as the beginning of a sentence: `Received`, `Hold start`."""
    return word.replace("_", " ").capitalize()


def quotable(name: str, value: Any) -> Any:
    """A value that may be shown. Of words that somebody wrote it is only said that they are there."""
    is_free = isinstance(value, str) and (name == "text" or "\n" in value or len(value) > _LONGEST_WORD)
    return "given" if is_free else value


def length(microseconds: int, clock: str | None = None) -> str:
    """`30 min`; open time is in hours, for a day of it is no day."""
    return format_open(microseconds) if clock == OPEN_TIME else format_elapsed(microseconds)


def _on_clock(clock: str | None) -> str:
    """` (open time)` where that has to be said."""
    return f" ({clock})" if clock else ""


class Telling:
    """What a sentence depends on beside its step: the instant named before it, and whether to name years."""

    __slots__ = ("last", "with_year")

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        """Years are named when the steps lie in different ones."""
        self.last: datetime | None = None
        days = (value for step in steps for value in step.values.values() if isinstance(value, date))
        self.with_year = len({day.year for day in days}) > 1

    def at(self, instant: datetime) -> str:
        """Day and time."""
        return when(instant, None, self.with_year)

    def then(self, instant: datetime) -> str:
        """The time alone, on the day of the instant named before."""
        return when(instant, self.last, self.with_year)

    def on(self, day: date) -> str:
        """The day."""
        return day_name(day, self.with_year)

    def sentence(self, step: Step) -> str:
        """The English of a step, empty when there is nothing to say."""
        text = _SENTENCES.get(step.code, _plainly)(step.values, self)
        if isinstance(at := step.values.get("at"), datetime):
            self.last = at
        return text


def render(steps: Iterable[Step], is_full: bool = False) -> str:
    """The steps as English sentences; the short form leaves out the details."""
    told = [step for step in steps if is_full or not step.is_detail]
    tell = Telling(told)
    return " ".join(text for step in told if (text := tell.sentence(step)))


def _plainly(values: dict[str, Any], tell: Telling) -> str:
    return str(values.get("text", ""))


def _reason(values: dict[str, Any], tell: Telling) -> str:
    sentence = REASONS[values["reason"]][1]
    names = f" ({', '.join(values['names'])})" if values["names"] else ""
    return f"{sentence[0].upper()}{sentence[1:]}{names}."


def _event(values: dict[str, Any], tell: Telling) -> str:
    known = _pairs(values.get("values") or {})
    return f"{phrase(values['event'])} {tell.then(values['at'])}{f' ({known})' if known else ''}."


def _fields(values: dict[str, Any], tell: Telling) -> str:
    return f"{_pairs(values['values'])}."


def _pairs(values: dict[str, Any]) -> str:
    words = {True: "yes", False: "no", None: "missing"}
    return ", ".join(
        f"{name}: {words[value] if value is None or isinstance(value, bool) else value}"
        for name, value in values.items()
    )


def _turn(values: dict[str, Any], tell: Telling) -> str:
    at = f" at {tell.then(values['at'])}" if values.get("at") else ""
    return f"Said by the {values['speaker']} in turn {values['turn'] + 1}{at}."


def _absent(values: dict[str, Any], tell: Telling) -> str:
    return f"Not found: {values['what'].replace('_', ' ')}."


def _review(values: dict[str, Any], tell: Telling) -> str:
    reviewer = f"Reviewer {values['reviewer']}" if values.get("reviewer") else "A reviewer"
    reason = f", because {values['reason']}" if values.get("reason") else ""
    return f"{reviewer} answered {values['value']}{reason}."


def _number(values: dict[str, Any], tell: Telling) -> str:
    bounds = [f"{key.replace('_', ' ')} {values[key]}" for key in ("at_least", "at_most") if key in values]
    clock = values.get("clock")
    value = length(values["value"], clock) + _on_clock(clock) if values["elapsed"] else values["value"]
    return f"{phrase(values['what'])} is {value}; it must be {' and '.join(bounds)}."


def _in_force(values: dict[str, Any], tell: Telling) -> str:
    until = f" to {tell.at(values['until'])}" if values.get("until") else " on"
    return f"{phrase(values['event'])} from {tell.at(values['at'])}{until}."


def _gap(values: dict[str, Any], tell: Telling) -> str:
    return f"Not in force at {tell.then(values['at'])}."


def _owed(values: dict[str, Any], tell: Telling) -> str:
    what = {"pass": "made", "fail": "missed", "pending": "still owed"}.get(values["outcome"], "not shown")
    return f"{phrase(values['event'])} for the {values['period']} of {tell.on(values['day'])}: {what}."


def _waived(values: dict[str, Any], tell: Telling) -> str:
    by = f" (approved by {values['by']})" if values.get("by") else ""
    return f"Waived: {values['why']}{by}."


def _released(values: dict[str, Any], tell: Telling) -> str:
    return f"No longer owed from {tell.then(values['at'])}."


def _at(values: dict[str, Any], tell: Telling) -> str:
    return f"{phrase(values['event'])} {tell.at(values['at'])}."


def _skipped(values: dict[str, Any], tell: Telling) -> str:
    name = values.get("name") or values["reason"]
    return f"{tell.on(values['day'])} skipped: {name}."


def _due(values: dict[str, Any], tell: Telling) -> str:
    return f"Due {tell.at(values['at'])} ({values['target']})."


def _done(values: dict[str, Any], tell: Telling) -> str:
    text, clock = f"{phrase(values['event'])} {tell.then(values['at'])}: ", values.get("clock")
    if values.get("late_by") is not None:
        return f"{text}{length(values['late_by'], clock)} late{_on_clock(clock)}."
    return f"{text}in time."


def _overdue(values: dict[str, Any], tell: Telling) -> str:
    return f"Not {values['event'].replace('_', ' ')} by {tell.at(values['at'])}."


def _running(values: dict[str, Any], tell: Telling) -> str:
    left, clock = values.get("remaining"), values.get("clock")
    return "Not done yet" + (f": {length(left, clock)} left{_on_clock(clock)}." if left is not None else ".")


def _paused(values: dict[str, Any], tell: Telling) -> str:
    end = f" to {tell.at(values['until'])}" if values.get("until") else ", still"
    return f"Paused {tell.at(values['at'])}{end}."


def _ignored(values: dict[str, Any], tell: Telling) -> str:
    return f"{phrase(values['event'])} {tell.at(values['at'])} ignored: {values['why']}."


def _opened(values: dict[str, Any], tell: Telling) -> str:
    return f"The clock started {tell.at(values['at'])}, at the next opening."


def _span(values: dict[str, Any], tell: Telling) -> str:
    until = when(values["until"], values["at"], tell.with_year)
    used = values.get("used", values["length"])
    so_far = f", {length(used, OPEN_TIME)} so far" if used != values["length"] else ""
    return f"Counted {tell.at(values['at'])} to {until}: {length(values['length'], OPEN_TIME)}{so_far}."


def _late_after(values: dict[str, Any], tell: Telling) -> str:
    return f"In time until {tell.at(values['at'])}: closed hours cost nothing."


_SENTENCES = {
    "started": _at,
    "skipped": _skipped,
    "due": _due,
    "late_after": _late_after,
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
