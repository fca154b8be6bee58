"""From the YAML mapping of a calendar to a `Schedule`, with every fault found on the way.

A version is an overlay: what it says is merged by key into the hours in force before it. So each mapping,
the calendar's own and each version's, is read into a `_Layer`, layers are laid over one another, and each
date from which the set of layers changes begins a phase.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from servstd.calendar.holidays_source import Country, LockedYears
from servstd.calendar.mappings_meant import breaks_mapping, exceptions_mapping, holidays_mapping, hours_mapping
from servstd.calendar.parse_holidays import known_keys, read_holidays, read_list
from servstd.calendar.schedule import HolidayRules, Phase, Schedule, Spans, Week
from servstd.calendar.words import (
    DAYS,
    Path,
    Report,
    quoted,
    read_date,
    read_date_key,
    read_days,
    read_flag,
    read_mapping,
    read_spans,
)  # fmt: skip
from servstd.calendar.zones import find_zone
from servstd.errors import Problem
from servstd.slips import zone_hint
from servstd.spelling import read_keys

_LAYER_KEYS = ("breaks", "exceptions", "holiday_clips_midnight", "holidays", "hours")
# `silence` is for `servstd lint`: it says nothing about hours.
_CALENDAR_KEYS = (*_LAYER_KEYS, "example", "known_until", "silence", "strict_holidays", "time_zone", "versions")
_VERSION_KEYS = (*_LAYER_KEYS, "from", "until")


@dataclass
class _Layer:
    """What one mapping says; None in a mapping takes a key of the layer below away."""

    report: Report
    hours: dict[int, Spans] = field(default_factory=dict)
    exceptions: dict[str, Spans | None] = field(default_factory=dict)
    breaks: dict[str, Spans | None] = field(default_factory=dict)
    holidays: dict[str, Any] = field(default_factory=dict)
    has_holidays: bool = True
    is_clipped: bool | None = None
    starts_on: date = date.min
    ends_on: date = date.max


def parse_calendar(
    spec: Any, path: Path = (), locked: Mapping[Country, LockedYears] | None = None
) -> tuple[Schedule | None, list[Problem]]:
    """The schedule that `spec` describes, or None and all that is wrong with it; `path` goes before each place.

    `locked` are holidays to take instead of those of the package, for the years that they hold.
    """
    report = Report(path, [], locked)
    if not isinstance(spec, Mapping):
        report.add("not-a-mapping", f"{quoted(spec)} is not a mapping of keys to values")
        return None, report.problems
    spec = known_keys(spec, _CALENDAR_KEYS, report)
    zone = _read_zone(spec, report)
    if spec.get("hours") is None:
        report.add("missing-key", "missing key 'hours'")
    phases = _phases([_read_layer(spec, report, is_version=False), *_read_versions(spec, report)])
    known_until = spec.get("known_until")
    schedule = Schedule(
        time_zone=zone,
        phases=phases,
        is_strict=_flag(spec, "strict_holidays", report),
        known_until=None if known_until is None else read_date(known_until, report.at("known_until")),
        is_example=_flag(spec, "example", report),
    )
    return (None if report.problems else schedule), report.problems


def _flag(spec: Mapping[Any, Any], key: str, report: Report) -> bool:
    value = spec.get(key)
    return value is not None and read_flag(value, report.at(key))


def _read_zone(spec: Mapping[Any, Any], report: Report) -> str:
    name = spec.get("time_zone")
    if name is None:
        report.add("missing-key", "missing key 'time_zone'", "name an IANA zone, such as America/New_York")
    elif not isinstance(name, str) or find_zone(str(name)) is None:
        report.at("time_zone").add("unknown-zone", f"no time zone is called {quoted(name)}", zone_hint(str(name)))
    return str(name)


def _read_layer(spec: Mapping[Any, Any], report: Report, is_version: bool) -> _Layer:
    layer = _Layer(report)
    layer.hours = _read_hours(spec.get("hours"), report.at("hours"))
    layer.exceptions = _read_dated(spec.get("exceptions"), report.at("exceptions"), is_version, exceptions_mapping)
    layer.breaks = _read_dated(spec.get("breaks"), report.at("breaks"), is_version, breaks_mapping)
    for key, spans in layer.breaks.items():
        if spans == ():
            hint = "a date without hours belongs under exceptions"
            report.at("breaks", key).add("break-closed", "a break is a span of hours, not 'closed'", hint)
    layer.holidays = dict(read_mapping(spec.get("holidays"), report.at("holidays"), holidays_mapping) or {})
    layer.has_holidays = "holidays" not in spec or spec["holidays"] is not None
    clips = spec.get("holiday_clips_midnight")
    layer.is_clipped = None if clips is None else read_flag(clips, report.at("holiday_clips_midnight"))
    return layer


def _read_hours(given: Any, report: Report) -> dict[int, Spans]:
    hours: dict[int, Spans] = {}
    written: dict[int, Any] = {}
    for key, value in (read_mapping(given, report, hours_mapping) or {}).items():
        place = report.at(str(key))
        days = read_days(key, place)
        for day in days:
            if day in written or days.count(day) > 1:
                first = written.get(day, key)
                place.add("day-twice", f"'{DAYS[day]}' has hours already, under '{first}'")
                break
        spans = read_spans(value, place)
        for day in days:
            written.setdefault(day, key)
            hours.setdefault(day, spans or ())
    return hours


def _read_dated(given: Any, report: Report, is_version: bool, meant: Callable[[Any], str]) -> dict[str, Spans | None]:
    dated: dict[str, Spans | None] = {}
    for key, value in (read_mapping(given, report, meant) or {}).items():
        place = report.at(str(key))
        day = read_date_key(key, place)
        if day is None:
            continue
        if day in dated:
            place.add("date-twice", f"{day} is given twice")
        dated[day] = None if value is None and is_version else read_spans(value, place)
    return dated


def _read_versions(spec: Mapping[Any, Any], report: Report) -> list[_Layer]:
    layers: list[_Layer] = []
    for index, given in enumerate(read_list(spec.get("versions"), report.at("versions"))):
        place = report.at("versions", index)
        if not isinstance(given, Mapping):
            place.add("not-a-mapping", f"{quoted(given)} is not a mapping of keys to values")
            continue
        given = _version_keys(given, place)
        layer = _read_layer(given, place, is_version=True)
        _read_limits(layer, given, place)
        if layer.starts_on > date.min and any(layer.starts_on == other.starts_on for other in layers):
            place.at("from").add("version-twice", f"another version starts on {layer.starts_on}")
        layers.append(layer)
    return layers


def _version_keys(given: Mapping[Any, Any], report: Report) -> Mapping[Any, Any]:
    fixed = [key for key in given if key in _CALENDAR_KEYS and key not in _VERSION_KEYS]
    for key in fixed:
        report.at(str(key)).add("version-key", f"a version can not change '{key}'")
    read, problems = read_keys(given, _VERSION_KEYS, report.path)
    report.problems += [problem for problem in problems if problem.keys[-1] not in fixed]
    return read


def _read_limits(layer: _Layer, given: Mapping[Any, Any], report: Report) -> None:
    if given.get("from") is None:
        report.add("missing-key", "missing key 'from'", "name the date from which the version holds")
        return
    layer.starts_on = read_date(given["from"], report.at("from")) or date.min
    if given.get("until") is not None:
        layer.ends_on = read_date(given["until"], report.at("until")) or date.max
        if layer.ends_on <= layer.starts_on:
            message = f"the version ends on {layer.ends_on}, not after it starts on {layer.starts_on}"
            report.at("until").add("version-empty", message)


def _phases(layers: list[_Layer]) -> tuple[Phase, ...]:
    """One phase for each date on which a layer begins or ends; later versions lie on top."""
    ordered = sorted(layers, key=lambda layer: layer.starts_on)
    starts = sorted({day for layer in layers for day in (layer.starts_on, layer.ends_on)} - {date.max})
    phases: list[Phase] = []
    for start in starts:
        active = [layer for layer in ordered if layer.starts_on <= start < layer.ends_on]
        below = phases[0].holidays if phases else None
        phases.append(_phase(start, active, _merged_holidays(active, below)))
    return tuple(phases)


def _merged_holidays(active: list[_Layer], below: HolidayRules | None) -> HolidayRules:
    """The holidays of layers laid over one another; a fault is reported where the topmost of them stands."""
    speaking = [layer for layer in active if layer.holidays or not layer.has_holidays]
    if below is not None and (speaking in ([], [active[0]]) or active[0].report.problems):
        return below
    merged: dict[str, Any] = {}
    for layer in speaking:
        merged = {} if not layer.has_holidays else merged
        for key, value in layer.holidays.items():
            lower = merged.get(key)
            merged[key] = {**lower, **value} if isinstance(lower, Mapping) and isinstance(value, Mapping) else value
    return read_holidays(merged, (speaking or active)[-1].report.at("holidays"))


def _phase(start: date, active: list[_Layer], holidays: HolidayRules) -> Phase:
    hours: dict[int, Spans] = {}
    exceptions: dict[str, Spans | None] = {}
    breaks: dict[str, Spans | None] = {}
    is_clipped = False
    for layer in active:
        hours |= layer.hours
        exceptions |= layer.exceptions
        breaks |= layer.breaks
        is_clipped = is_clipped if layer.is_clipped is None else layer.is_clipped
    return Phase(
        starts_on=start,
        week=cast(Week, tuple(hours.get(day, ()) for day in range(7))),
        holidays=holidays,
        exceptions=_kept(exceptions),
        breaks=_kept(breaks),
        is_clipped=is_clipped,
    )


def _kept(dated: dict[str, Spans | None]) -> tuple[tuple[str, Spans], ...]:
    return tuple(sorted((day, spans) for day, spans in dated.items() if spans is not None))
