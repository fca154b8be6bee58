"""Calendars that count time of the past otherwise than they did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from servstd.calendar.schedule import Phase, Schedule
from servstd.calendar.wording import group_week, show_spans
from servstd.calendar.words import DAYS
from servstd.catalog import Catalog
from servstd.catalog.history import KeyChange, phase_changes
from servstd.catalog.merge import difference
from servstd.errors import Problem
from servstd.yaml_reader.write import write_yaml

_MOST = 3
_MERGED = ("exceptions", "breaks", "holidays")


def calendar_edits(old: Catalog, new: Catalog, last: date) -> Iterator[Problem]:
    """Calendars in use whose hours up to `last` changed, and another choice of calendars."""
    for name in old.calendars_in_use():
        if name in new.calendars:
            edit = _edit(name, old, new, last) or _frozen_edit(name, old, new, last)
            if edit is not None:
                yield edit
    if old.calendar() != new.calendar() and old.default_calendar != new.default_calendar:
        message = f"the default calendar was {old.default_calendar!r} and is {new.default_calendar!r}"
        yield Problem("in-place-edit", message, ("default_calendar",), _choice_hint(old))
    was, now = old.tree.get("calendar_for") or [], new.tree.get("calendar_for") or []
    if was != now:
        message = "calendars are chosen otherwise, for records of the past too"
        yield Problem("in-place-edit", message, ("calendar_for",))


def _choice_hint(old: Catalog) -> str | None:
    if old.default_calendar is None:
        return None
    return f"leave {old.default_calendar!r} as the default, and give it the new hours as a version"


def _edit(name: str, old: Catalog, new: Catalog, last: date) -> Problem | None:
    was, now = old.calendars[name].schedule, new.calendars[name].schedule
    path: tuple[str | int, ...] = ("calendars", name)
    if was.time_zone != now.time_zone:
        message = f"time_zone was {was.time_zone!r} and is {now.time_zone!r}; hours of the past change"
        return Problem(
            "in-place-edit", message, (*path, "time_zone"), "give the calendar of another place its own name"
        )
    for start in _starts(was, now, last):
        changes = list(phase_changes(was.phase(start), now.phase(start), last))
        if not changes:
            continue
        told = [f"{one.path} was {_shown(one.old)} and is {_shown(one.new)}" for one in changes[:_MOST]]
        rest = len(changes) - _MOST
        told += [f"{rest} more changed"] if rest > 0 else []
        since = "" if start == date.min else f"from {start} on, "
        hint = _hint(name, old, new, last + timedelta(days=1))
        keys = (*path, *_written_keys(start, changes[0], new.tree["calendars"][name]))
        return Problem("in-place-edit", f"{since}{'; '.join(told)}; hours of the past change", keys, hint)
    return None


def _frozen_edit(name: str, old: Catalog, new: Catalog, last: date) -> Problem | None:
    """Dates up to `last` that `servstd freeze --upgrade` took otherwise."""
    for phase in old.calendars[name].schedule.phases:
        was, now = phase.holidays.locked, new.calendars[name].schedule.phase(phase.starts_on).holidays.locked
        if was is None or now is None:
            continue
        days = sorted(dict(was.names).keys() ^ dict(now.names).keys())
        both = range(max(was.first, now.first), min(was.last, now.last) + 1)
        changed = [day for day in days if day <= last.isoformat() and int(day[:4]) in both]
        if changed:
            rest = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            message = f"{changed[0]}{rest} is frozen otherwise than it was; hours of the past change"
            hint = "correct single dates with 'add' and 'remove', or keep the lock that was there"
            return Problem("in-place-edit", message, ("calendars", name, "holidays"), hint)
    return None


def _shown(value: Any) -> str:
    return "not there" if value is None else repr(value)


def _starts(old: Schedule, new: Schedule, last: date) -> list[date]:
    return sorted({phase.starts_on for one in (old, new) for phase in one.phases if phase.starts_on <= last})


def _written_keys(start: date, change: KeyChange, spec: Mapping[str, Any]) -> tuple[str | int, ...]:
    """Where in the calendar the change is written."""
    for index, version in enumerate(spec.get("versions") or ()):
        if str(version.get("from")) == str(start):
            return ("versions", index)
    return (change.path.partition(".")[0],)


def _hint(name: str, old: Catalog, new: Catalog, first: date) -> str | None:
    """The YAML of a version with the hours that are wanted from a date to come."""
    was, now = old.calendars[name].schedule.phase(first), new.calendars[name].schedule.phase(first)
    over: dict[str, Any] = {"hours": _changed_hours(was, now)} if was.week != now.week else {}
    before, after = old.tree["calendars"][name], new.tree["calendars"][name]
    for key in _MERGED:
        changed = difference(_since(before.get(key), first), _since(after.get(key), first))
        if changed:
            over[key] = changed
    if not over:
        return None
    versions = [*(before.get("versions") or ()), {"from": str(first), **over}]
    text = write_yaml({"calendars": {name: {"versions": versions}}}).rstrip()
    return f"leave what was there, and write the change as a version:\n{text}"


def _since(dated: Any, first: date) -> dict[str, Any]:
    """Dated content without the single dates before `first`, which a version to come can not reach."""
    kept = {}
    for key, value in (dated or {}).items():
        if key == "add" and isinstance(value, Mapping):
            value = _since(value, first)
        if not (len(str(key)) == len("2026-07-03") and str(key) < first.isoformat()):
            kept[key] = value
    return kept


def _changed_hours(was: Phase, now: Phase) -> dict[str, str]:
    """The whole week that is wanted; days that had hours and have none are named as closed."""
    hours = {days: show_spans(spans) for days, spans in group_week(now.week).items()}
    gone = [DAYS[day] for day in range(7) if was.week[day] and not now.week[day]]
    return hours | dict.fromkeys(gone, "closed")
