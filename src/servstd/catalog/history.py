"""The versions of a rule or a calendar: when each holds, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from servstd.calendar import BusinessCalendar
from servstd.calendar.schedule import Phase
from servstd.calendar.wording import show_spans, show_week
from servstd.catalog.origins import Written, leaves_of, path_text
from servstd.catalog.rule import Rule, Version
from servstd.yaml_reader.marks import locate


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key that a version changes; None is a key that is not there."""

    path: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of time and what holds in it; `until` is exclusive, None is open.

    The first has no `from_` and no `changes`. A gap in which no version holds has `is_gap`. `written` is the place of
    the version, where it was read from a file.
    """

    from_: date | None
    until: date | None
    changes: tuple[KeyChange, ...] = ()
    is_gap: bool = False
    written: Written | None = None

    def covers(self, day: date) -> bool:
        """True when it holds on a local date."""
        return (self.from_ is None or self.from_ <= day) and (self.until is None or day < self.until)


def changes_of(rule: Rule) -> list[Change]:
    """The versions of a rule in order of time, gaps included; one without versions has a single entry."""
    if not rule.versions:
        return [Change(None, None)]
    first, *later = rule.versions
    found = [Change(first.from_, first.until)]
    before = first
    for version in later:
        end = found[-1].until
        if end is not None and version.from_ is not None and end < version.from_:
            found.append(Change(end, version.from_, is_gap=True))
        changes = tuple(key_changes(before.spec, version.spec))
        found.append(Change(version.from_, version.until, changes, written=_place(rule, version)))
        before = version
    if found[-1].until is not None:
        found.append(Change(found[-1].until, None, is_gap=True))
    return found


def _place(rule: Rule, version: Version) -> Written | None:
    """Where the version was written."""
    index = next((i for i, one in enumerate(rule.model.versions) if one["from"] == version.from_), None)
    mark = None if index is None else locate(rule.spec, ("versions", index))
    return None if mark is None else Written(None, "", mark.file, mark.line)


def key_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[KeyChange]:
    """The keys by which two contents of a rule differ, in the order of the new one."""
    before, after = dict(leaves_of(old)), dict(leaves_of(new))
    for keys in dict.fromkeys([*after, *before]):
        if before.get(keys) != after.get(keys):
            yield KeyChange(path_text(keys), before.get(keys), after.get(keys))


def calendar_changes(calendar: BusinessCalendar) -> list[Change]:
    """The versions of a calendar in order of time. Where one ends, what lies below it holds again."""
    phases = calendar.schedule.phases
    found: list[Change] = []
    for index, phase in enumerate(phases):
        until = phases[index + 1].starts_on if index + 1 < len(phases) else None
        changes = () if index == 0 else tuple(phase_changes(phases[index - 1], phase))
        found.append(Change(None if index == 0 else phase.starts_on, until, changes))
    return found


def phase_changes(old: Phase, new: Phase, last: date | None = None) -> Iterator[KeyChange]:
    """How the hours of two stretches of time differ, as people write them; single dates after `last` do not count."""
    if old.week != new.week:
        yield KeyChange("hours", show_week(old.week), show_week(new.week))
    yield from _holiday_changes(old, new, last)
    for key in ("exceptions", "breaks"):
        yield from _dated(key, dict(getattr(old, key)), dict(getattr(new, key)), last)
    if old.is_clipped != new.is_clipped:
        yield KeyChange("holiday_clips_midnight", old.is_clipped, new.is_clipped)


def _holiday_changes(old: Phase, new: Phase, last: date | None) -> Iterator[KeyChange]:
    before, after = old.holidays, new.holidays
    for key in ("code", "subdivision", "categories", "is_observed"):
        pair = [getattr(one.country, key, None) for one in (before, after)]
        if pair[0] != pair[1]:
            word = {"code": "country", "is_observed": "observed"}.get(key, key)
            yield KeyChange(f"holidays.{word}", *pair)
    dates = [{day: name or "holiday" for day, name in one.added} for one in (before, after)]
    for day in sorted({*dates[0], *dates[1]}):
        # A date that is a holiday under another name is as shut as before.
        if (day in dates[0]) != (day in dates[1]) and not _is_later(day, last):
            yield KeyChange(f"holidays.{day}", dates[0].get(day), dates[1].get(day))
    for removed in ("removed_days", "removed_names"):
        sets = [{day for day in getattr(one, removed) if not _is_later(day, last)} for one in (before, after)]
        if sets[0] != sets[1]:
            yield KeyChange("holidays.remove", sorted(sets[0]), sorted(sets[1]))
    if before.has_weekend_workdays != after.has_weekend_workdays:
        yield KeyChange("holidays.weekend_workdays", before.has_weekend_workdays, after.has_weekend_workdays)


def _dated(key: str, old: Mapping[str, Any], new: Mapping[str, Any], last: date | None) -> Iterator[KeyChange]:
    for day in sorted({*old, *new}):
        if old.get(day) != new.get(day) and not _is_later(day, last):
            yield KeyChange(f"{key}.{day}", _hours(old.get(day)), _hours(new.get(day)))


def _hours(spans: Any) -> str | None:
    return None if spans is None else show_spans(spans) if spans else "closed"


def _is_later(key: str, last: date | None) -> bool:
    """True for a single date after `last`; a date of every year never is."""
    return last is not None and len(key) == len("2026-07-03") and key > last.isoformat()
