"""OpenStreetMap `opening_hours` as hours and exceptions of a calendar.

Only what means the same in both is taken; the rest is an error that names the part and its place. There a later
rule overrides an earlier one; here dated hours win over holidays, and holidays over the week, so rules must stand in
that order. A calendar of ours is closed on holidays as soon as it names a country: `PH off` asks for that.
"""

from __future__ import annotations

from typing import Any

from servstd.calendar.osm_words import ALL_DAYS, OsmReader, OsmRule, not_understood
from servstd.calendar.parse import parse_calendar
from servstd.calendar.schedule import Spans
from servstd.calendar.spans import merge
from servstd.calendar.wording import group_week, show_spans
from servstd.errors import CatalogError


def from_opening_hours(text: str, time_zone: str | None = None, country: str | None = None) -> dict[str, Any]:
    """The mapping of a calendar that keeps these hours: `hours`, and `holidays` and `exceptions` where needed.

    `time_zone` and `country` are put in where they are given; a text with `PH off` has a country that is None until
    you name it. Raises `CatalogError` at the first part that is not understood, and for an unknown zone or country.
    """
    reader = OsmReader(text)
    hours = _Hours(reader.text)
    for rule in reader.rules():
        hours.take(rule)
    mapping: dict[str, Any] = {"time_zone": time_zone} if time_zone else {}
    mapping["hours"] = {days: show_spans(spans) for days, spans in group_week(hours.week).items()}
    mapping["hours"] = mapping["hours"] or {"daily": "closed"}
    if hours.is_closed_on_holidays():
        mapping["holidays"] = {"country": country}
    if hours.dated:
        mapping["exceptions"] = {key: show_spans(spans) for key, spans in sorted(hours.dated.items())}
    _, problems = parse_calendar({"time_zone": "UTC", **mapping})
    if problems:  # the zone or the country is not known
        raise CatalogError(problems)
    return mapping


class _Hours:
    """The hours so far, rule by rule."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.week: list[Spans] = [()] * 7
        self.dated: dict[str, Spans] = {}
        self.holidays: Spans | None = None  # None: not spoken of, so like any other day
        self.holiday_rule: OsmRule | None = None
        self.last_dated: OsmRule | None = None

    def take(self, rule: OsmRule) -> None:
        """Lay one rule over what was said before it."""
        if rule.dates:
            self._take_dates(rule)
            return
        covered = self.last_dated if rule.days or any(self.dated.values()) else None
        if covered is not None:
            raise self._out_of_order(covered, rule)
        if rule.days and self.holidays == () and not rule.has_holidays and self.holiday_rule and not rule.adds:
            raise self._out_of_order(self.holiday_rule, rule)
        for day in rule.days:
            self.week[day] = _joined(self.week[day], rule)
        if rule.has_holidays:
            self.holidays = _joined(self.holidays or (), rule)
            self.holiday_rule = rule

    def _take_dates(self, rule: OsmRule) -> None:
        for key in rule.dates:
            # A date of one year would win over the same day of every year.
            same = [other for other in self.dated if other[5:] == key]
            if not rule.adds or not rule.spans:
                self.dated = {other: spans for other, spans in self.dated.items() if other not in same}
                self.dated[key] = rule.spans
                continue
            if key not in self.dated:
                message = f"'{rule.text}' adds to the hours of the week; dated hours stand instead of them"
                raise not_understood(self.text, rule.at, message, "write all hours of the date, after a semicolon")
            for one in (key, *same):
                self.dated[one] = _joined(self.dated[one], rule)
        self.last_dated = rule

    def _out_of_order(self, earlier: OsmRule, later: OsmRule) -> CatalogError:
        message = f"'{later.text}' stands after '{earlier.text}' and overrides it"
        return not_understood(self.text, later.at, message, "write the week first, then PH, then dates")

    def is_closed_on_holidays(self) -> bool:
        """True after `PH off`; raises `CatalogError` for hours of their own."""
        if self.holidays and self.holiday_rule and any(self.week[day] != self.holidays for day in ALL_DAYS):
            message = "hours of their own for holidays can not be told; 'PH off' can, and hours that all days have"
            raise not_understood(self.text, self.holiday_rule.at, message)
        return self.holidays == ()


def _joined(before: Spans, rule: OsmRule) -> Spans:
    """Hours may be added to hours; `off` after a comma closes, like any other."""
    return tuple(merge((*before, *rule.spans))) if rule.adds and rule.spans else rule.spans
