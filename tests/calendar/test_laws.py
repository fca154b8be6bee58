"""Laws that hold for every calendar, on random hours over all IANA zones, near changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.calendar.oracle import MINUTE
from tests.calendar.strategies import ZONES, Pair, durations, instants, pairs, transitions

from servstd.calendar import BusinessCalendar
from servstd.calendar.business_days import Closed
from servstd.calendar.instants import EPOCH, to_datetime, to_us

ZERO, ONE_US = timedelta(0), timedelta(microseconds=1)
few = settings(max_examples=50)
# The oracle counts minutes, so it is asked of zones whose offsets have no seconds.
MODERN = [zone for zone in ZONES if zone != "Africa/Monrovia"]


@few
@given(pairs(), st.data())
def test_elapsed_adds_up_over_any_point_between(pair: Pair, data: st.DataObject) -> None:
    a, b, c = (data.draw(instants(pair.day)) for _ in range(3))
    elapsed = pair.calendar.elapsed
    assert elapsed(a, b) + elapsed(b, c) == elapsed(a, c)


@few
@given(pairs(), st.data())
def test_elapsed_backwards_is_negative(pair: Pair, data: st.DataObject) -> None:
    a, b = data.draw(instants(pair.day)), data.draw(instants(pair.day))
    assert pair.calendar.elapsed(a, b) == -pair.calendar.elapsed(b, a)
    assert ZERO <= pair.calendar.elapsed(min(a, b), max(a, b)) <= abs(b - a)


@few
@given(pairs(), st.data(), st.integers(0, 1))
def test_the_zone_in_which_instants_are_written_does_not_matter(pair: Pair, data: st.DataObject, fold: int) -> None:
    calendar, a = pair.calendar, data.draw(instants(pair.day))
    # Any wall time, so also one that the clocks skip or show twice.
    wall = data.draw(instants(pair.day)).replace(tzinfo=calendar.zone, fold=fold)
    expected = calendar.elapsed(a, wall.astimezone(UTC))
    assert calendar.elapsed(a.astimezone(calendar.zone), wall) == calendar.elapsed(a, wall) == expected
    assert calendar.elapsed(wall, a.astimezone(calendar.zone)) == -expected


@few
@given(pairs(), st.data(), durations)
def test_add_gives_the_nearest_instant_with_that_much_open_time(pair: Pair, data: st.DataObject, d: timedelta) -> None:
    start = data.draw(instants(pair.day))
    landed = pair.calendar.add(start, d)
    assert pair.calendar.elapsed(start, landed) == d
    assert pair.calendar.subtract(start, -d) == landed
    if d:
        nearer = landed - ONE_US if d > ZERO else landed + ONE_US
        assert pair.calendar.elapsed(start, nearer) != d
    else:
        assert landed == start


@few
@given(pairs(), st.data(), durations)
def test_subtract_undoes_add_for_open_time(pair: Pair, data: st.DataObject, d: timedelta) -> None:
    start = data.draw(instants(pair.day))
    back = pair.calendar.subtract(pair.calendar.add(start, d), d)
    assert pair.calendar.elapsed(start, back) == ZERO


@few
@given(pairs(), st.data(), durations)
def test_landing_open_is_the_next_open_instant_and_costs_nothing(pair: Pair, data: st.DataObject, d: timedelta) -> None:
    start = data.draw(instants(pair.day))
    late = pair.calendar.add(start, d, landing="open")
    assert late == pair.calendar.next_open(pair.calendar.add(start, d))
    assert pair.calendar.elapsed(start, late) == d
    assert pair.calendar.is_open(late)


@few
@given(pairs(), st.data(), durations, durations)
def test_a_later_start_or_a_longer_time_never_lands_earlier(
    pair: Pair, data: st.DataObject, d: timedelta, e: timedelta
) -> None:
    a, b = sorted(data.draw(instants(pair.day)) for _ in range(2))
    assert pair.calendar.add(a, d) <= pair.calendar.add(b, d)
    assert pair.calendar.add(a, min(d, e)) <= pair.calendar.add(a, max(d, e))


@few
@given(pairs(), st.data())
def test_is_open_and_the_neighbours_agree_with_the_intervals(pair: Pair, data: st.DataObject) -> None:
    calendar, t = pair.calendar, data.draw(instants(pair.day))
    found = calendar.intervals(t - timedelta(days=400), t + timedelta(days=400))
    inner = found[1:-1]
    assert calendar.is_open(t) == any(i.start <= t < i.end for i in found)
    assert calendar.next_opening(t) == min(i.start for i in inner if i.start > t)
    assert calendar.previous_opening(t) == max(i.start for i in inner if i.start < t)
    assert calendar.next_close(t) == min(i.end for i in inner if i.end > t)
    assert calendar.previous_close(t) == max(i.end for i in inner if i.end < t)
    assert calendar.next_open(t) == (t if calendar.is_open(t) else calendar.next_opening(t))
    was_open = any(i.start < t <= i.end for i in found)
    assert calendar.previous_open(t) == (t if was_open else calendar.previous_close(t))
    assert calendar.elapsed(found[0].start, t) == sum((min(i.end, t) - i.start for i in found if i.start < t), ZERO)


@few
@given(pairs(MODERN))
def test_every_minute_agrees_with_a_slow_calendar(pair: Pair) -> None:
    noon = datetime(pair.day.year, pair.day.month, pair.day.day, 12, tzinfo=UTC)
    start, end = noon - timedelta(hours=20), noon + timedelta(hours=20)
    minutes = pair.oracle.open_minutes(start, end)
    for _ in range(2):  # the first question makes the table, the second only reads it
        assert pair.calendar.elapsed(start, end) == len(minutes) * MINUTE
    counted = {i.start + n * MINUTE for i in pair.calendar.intervals(start, end) for n in range(i.duration // MINUTE)}
    assert counted == set(minutes)


@few
@given(pairs(), st.data(), st.integers(-8, 8))
def test_business_days_step_over_days_without_hours(pair: Pair, data: st.DataObject, n: int) -> None:
    calendar, t = pair.calendar, data.draw(instants(pair.day))
    landed = calendar.add_business_days(pair.day, n)
    first, last = sorted((pair.day, landed))
    closed: Closed = "right" if n > 0 else "left"
    assert calendar.count_business_days(first, last, closed=closed) == abs(n)
    assert n == 0 or calendar.is_business_day(landed)
    moved = calendar.add_business_days_at(t, n)
    assert calendar.is_open(moved) or calendar.is_open(moved - ONE_US)


@few
@given(pairs(), st.data(), durations.filter(bool))
def test_a_limit_is_the_next_opening_and_both_landings(pair: Pair, data: st.DataObject, d: timedelta) -> None:
    calendar, start, length = pair.calendar, to_us(data.draw(instants(pair.day))), d // ONE_US
    begin = calendar.next_open_us(start)
    landings = calendar.add_us(begin, length), calendar.add_us(begin, length, "open")
    assert calendar.limit_us(start, length) == (begin, *landings)


class Unremembered(BusinessCalendar):
    """Moves every instant by itself, and not all that are open together by one shift."""

    def _shift_us(self, instant_us: int, count: int) -> int | None:
        return None


@few
@given(pairs(), st.data(), st.integers(-8, 8))
def test_all_that_is_open_together_moves_by_business_days_as_each_instant_would(
    pair: Pair, data: st.DataObject, count: int
) -> None:
    calendar, other = pair.calendar, Unremembered(pair.calendar.schedule)
    for _ in range(4):
        at = calendar.next_open_us(to_us(data.draw(instants(pair.day))))
        assert calendar.add_business_days_at_us(at, count) == other.add_business_days_at_us(at, count)


@few
@given(pairs(), st.data())
def test_open_is_the_same_before_and_after_the_dates_are_cut(pair: Pair, data: st.DataObject) -> None:
    calendar, asked = pair.calendar, [data.draw(instants(pair.day)) for _ in range(4)]
    expected = [calendar.is_open_us(to_us(instant)) for instant in asked]
    assert [calendar.is_open(instant) for instant in asked * 2] == expected * 2


@few
@given(st.sampled_from(ZONES), st.data())
def test_an_instant_shows_the_clocks_of_its_moment(zone_name: str, data: st.DataObject) -> None:
    zone = ZoneInfo(zone_name)
    near = transitions(zone, data.draw(st.integers(1920, 2036))) or [date(2026, 5, 22)]
    at = data.draw(instants(data.draw(st.sampled_from(near))))
    shown = to_datetime(to_us(at), zone)
    assert (shown, shown.utcoffset()) == (at, at.astimezone(zone).utcoffset())


def test_the_first_and_last_date_of_all_show_the_clocks_too() -> None:
    zone = ZoneInfo("America/New_York")
    for at in (datetime(9999, 12, 31, 12, tzinfo=UTC), datetime(1, 1, 1, 12, tzinfo=UTC)):
        assert to_datetime((at - EPOCH) // ONE_US, zone) == at
