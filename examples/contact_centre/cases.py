"""Matters that stay open for days: of colleagues, who hear of them daily, and of customers, who were given a date."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from examples.clock import DAY, Dice, Office
from examples.contact_centre.people import EXPORTED_AT, OFFICES, pick_agent, pick_moment, pick_team
from examples.contact_centre.rows import Dated, Row, before_export, desk_time, event, row, seen
from examples.contact_centre.written import answer_time

ZONES = {"care": "America/New_York", "sales": "America/New_York", "london": "Europe/London"}


def days_between(office: Office, start: datetime, end: datetime) -> list[date]:
    """Business days strictly between the days of two instants."""
    first, last = office.day_of(start) + DAY, office.day_of(end)
    return [day for n in range((last - first).days) if office.is_business_day(day := first + n * DAY)]


def later(dice: Dice, office: Office, at: datetime, days: int) -> datetime:
    """An open moment some business days on."""
    return dice.open_moment(office, office.business_day(office.day_of(at), days))


def first_answer(dice: Dice, team: str, opened: datetime) -> datetime:
    """Within a business day, or a little later one time in sixteen."""
    at = answer_time(dice, team, "late" if dice.chance(0.06) else "in_time", opened)
    assert at is not None
    return at


def said_up_front(dice: Dice, office: Office, at: datetime, delay_expected: bool) -> list[Row]:
    """What the first reply told the requester beside the date."""
    events = [event("info_given", at, office, topic="process_time")] if dice.chance(0.92) else []
    if delay_expected and dice.chance(0.85):
        events.append(event("info_given", at, office, topic="possible_delay"))
    return events


def daily_updates(dice: Dice, office: Office, days: list[date]) -> list[Row]:
    """An update on each of the days, but for one in twenty-five."""
    events = []
    for day in days:
        channel = dice.weighted({"email": 70, "phone": 24, "chat": 6})
        progress = {"states_progress": True} if dice.chance(0.9) else {}
        if dice.chance(0.96):
            events.append(event("update_sent", dice.open_moment(office, day), office, channel=channel, **progress))
    return events


def internal_case(dice: Dice, waits: bool) -> Dated:
    """A colleague's request. While it waits for the colleague nothing is owed."""
    team = pick_team(dice)
    office = OFFICES[team]
    opened = pick_moment(dice, team)
    answered = first_answer(dice, team, opened)
    solved = later(dice, office, opened, dice.whole(5, 8) if waits else dice.whole(1, 7))
    days = days_between(office, opened, solved)
    events = [event("opened", opened, office), event("action_started", answered, office)]
    if waits and len(days) > 3:
        asked, told = dice.open_moment(office, days[0]), dice.open_moment(office, days[3])
        events.append(event("waiting_started", asked, office, waiting_on="customer"))
        events.append(event("waiting_ended", told, office, waiting_on="customer"))
        days = [days[0], *days[3:]]
    delay = dice.chance(0.2)
    events += said_up_front(dice, office, answered, delay) + daily_updates(dice, office, days)
    promised = office.business_day(office.day_of(solved), dice.whole(0, 2)).isoformat() if dice.chance(0.93) else None
    extra = {"requester_type": "Colleague", "promised": promised, "delay_expected": "Y" if delay else "N"}
    return opened, case_row(dice, team, opened, answered, solved, events, **extra)


def case_row(
    dice: Dice,
    team: str,
    opened: datetime,
    answered: datetime,
    solved: datetime,
    events: list[Row],
    **more: str | None,
) -> Row:
    """The row of a case; what happens after the export is not in it."""
    if seen(solved) and more.get("promised"):
        events.append(event("fulfilled", solved, OFFICES[team]))
    return row(
        "Case",
        group=team,
        assignee=pick_agent(dice, team),
        requester_zone=ZONES[team],
        created=desk_time(opened),
        first_reply=desk_time(answered if seen(answered) else None),
        reply_by="person" if seen(answered) else None,
        solved=desk_time(solved if seen(solved) else None),
        **({name: value for name, value in more.items() if name != "promised" or seen(answered)}),
        events=sorted(before_export(events), key=lambda one: datetime.fromisoformat(one["at"])),
    )


def progress(dice: Dice, office: Office, start: datetime, solved: datetime) -> list[Row]:
    """A word to the customer at least every four business days; now and then somebody forgets."""
    events, at = [], later(dice, office, start, dice.whole(2, 4))
    while at < min(solved, EXPORTED_AT):
        if dice.chance(0.95):
            channel = dice.weighted({"email": 80, "phone": 20})
            events.append(event("update_sent", at, office, channel=channel, states_progress=True))
        at = later(dice, office, at, dice.whole(2, 4))
    return events


def delays(dice: Dice, office: Office, due: datetime, story: str) -> tuple[list[Row], datetime]:
    """What happened to the promise: events and when the case was solved."""
    if story == "kept":
        moments = [dice.between(due - timedelta(days=4), due) for _ in range(40)]
        return [], next(at for at in moments if office.is_open(at))
    day_before = office.business_day(office.day_of(due) - timedelta(days=5), 1)
    known = dice.open_moment(office, day_before)
    told = known + timedelta(minutes=dice.whole(10, 90))
    solved = later(dice, office, due, dice.whole(1, 2))
    if story == "broken":
        return [], solved
    events = [event("delay_known", known, office, expected=False)]
    if story != "untold":
        events.append(event("delay_notified", told, office))
    if story == "renegotiated":
        new_due = office.local(office.business_day(office.day_of(due), 3), time(12))
        events.append(event("renegotiated", told, office, new_due_at=new_due))
    return events, solved


def external_case(dice: Dice, story: str) -> Dated:
    """A customer's matter with a promise that is kept, broken, moved, or late with or without a word."""
    team = pick_team(dice)
    office = OFFICES[team]
    opened = pick_moment(dice, team)
    answered = first_answer(dice, team, opened)
    due_on = office.business_day(office.day_of(answered), dice.whole(5, 12))
    due = office.local(due_on, time(16)) if dice.chance(0.6) else office.spans(due_on)[-1][1]
    told, solved = delays(dice, office, due, story)
    delay = dice.chance(0.25)
    events = told + said_up_front(dice, office, answered, delay) + progress(dice, office, answered, solved)
    promised = due_on.isoformat() if due == office.spans(due_on)[-1][1] else desk_time(due)
    extra = {"requester_type": "Customer", "promised": promised, "delay_expected": "Y" if delay else "N"}
    extra |= {"process_time": dice.weighted({"10 business days": 60, "5 business days": 10, "n/a": 30})}
    return opened, case_row(dice, team, opened, answered, solved, events, **extra)


def cases(dice: Dice) -> Iterator[Dated]:
    """Sixteen of colleagues, twenty-six of customers."""
    for number in range(16):
        yield internal_case(dice, waits=number % 4 == 0)
    for story, count in {"kept": 19, "renegotiated": 3, "broken": 2, "told": 1, "untold": 1}.items():
        for _ in range(count):
            yield external_case(dice, story)
