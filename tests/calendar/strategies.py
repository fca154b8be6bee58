"""Random calendars, as the mapping that `from_spec` reads and as the oracle of the same hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st
from tests.calendar.oracle import Oracle, Span

from servstd.calendar import BusinessCalendar

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# "Factory" and the like are no places; the rest are all IANA zones.
ZONES = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")


class Pair(NamedTuple):
    """One calendar twice, and a date near which to ask."""

    calendar: BusinessCalendar
    oracle: Oracle
    day: date


def text(spans: list[Span]) -> str:
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans) or "closed"


@st.composite
def day_spans(draw: st.DrawFn) -> list[Span]:
    """Up to two spans; the last may run over midnight or end at 24:00."""
    edges = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=4, unique=True)))
    quarters = [edge * 15 for edge in edges]
    spans = list(zip(quarters[::2], quarters[1::2], strict=False))
    ending = draw(st.sampled_from(["same", "same", "midnight", "overnight", "none"]))
    if ending == "midnight":
        spans[-1] = (spans[-1][0], 1440)
    elif ending == "overnight":
        first = spans[0][0] if len(spans) > 1 else spans[0][1]
        spans[-1] = (spans[-1][0], draw(st.integers(0, first // 15)) * 15)
        if spans[-1][0] == spans[-1][1]:
            spans = spans[:-1]
    return [] if ending == "none" else spans


def transitions(zone: ZoneInfo, year: int) -> list[date]:
    """Dates of that year around which the offset of the zone changes."""
    days = [date(year, 1, 1) + timedelta(days=step) for step in range(365)]
    offsets = [zone.utcoffset(datetime(day.year, day.month, day.day)) for day in days]
    return [day for day, before, after in zip(days, offsets, offsets[1:], strict=False) if before != after]


@st.composite
def pairs(draw: st.DrawFn, zones: list[str] = ZONES) -> Pair:
    """A calendar with at least one open day, asked about near a change of the clocks where the zone has one."""
    zone = draw(st.sampled_from(zones))
    year = draw(st.integers(1975, 2035))
    near = transitions(ZoneInfo(zone), year)
    day = draw(st.sampled_from(near) if near else st.dates(date(year, 1, 3), date(year, 12, 28)))
    week = draw(st.lists(day_spans(), min_size=7, max_size=7).filter(any))
    around = st.integers(-3, 3).map(lambda step: day + timedelta(days=step))
    closed = draw(st.sets(around, max_size=2))
    dated = draw(st.dictionaries(around, day_spans(), max_size=2))
    quarters = draw(st.tuples(st.integers(0, 90), st.integers(1, 5)))
    breaks = {draw(around): (quarters[0] * 15, (quarters[0] + quarters[1]) * 15)} if draw(st.booleans()) else {}
    spec: dict[str, Any] = {
        "time_zone": zone,
        "hours": {name: text(spans) for name, spans in zip(DAYS, week, strict=True)},
        "holidays": {"dates": sorted(str(holiday) for holiday in closed)},
        "exceptions": {str(special): text(spans) for special, spans in dated.items()},
        "breaks": {str(special): text([span]) for special, span in breaks.items()},
    }
    return Pair(BusinessCalendar.from_spec(spec), Oracle(zone, week, closed, dated, breaks), day)


def instants(day: date) -> st.SearchStrategy[datetime]:
    """Instants within three days of `day`, some on a quarter of an hour, some not."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    quarters = st.integers(-288, 288).map(lambda n: noon + timedelta(minutes=15 * n))
    return st.one_of(
        quarters, st.integers(-(3 * 86_400 * 10**6), 3 * 86_400 * 10**6).map(lambda n: noon + timedelta(0, 0, n))
    )


durations = st.one_of(
    st.integers(-400, 400).map(lambda n: timedelta(minutes=15 * n)),
    st.integers(-(10**12), 10**12).map(lambda n: timedelta(0, 0, n)),
)
