"""What is not a contact: absences, issues between colleagues, an incident, findings, survey answers, team months."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from examples.clock import DAY, Dice, Office
from examples.contact_centre import wording as w
from examples.contact_centre.people import (
    EXPORTED_AT,
    EXTENSIONS,
    FIRST,
    LAST,
    NAMES,
    NEW_YORK,
    OFFICES,
    ORGANISATION,
    TEAMS,
    business_days,
    pick_agent,
    pick_moment,
    pick_team,
)
from examples.contact_centre.rows import Dated, Row, before_export, desk_time, event, row

# first day, days away, what became of the two messages
ABSENCES = (
    ("care", 3, 3, "fine"),
    ("care", 9, 5, "fine"),
    ("care", 16, 1, "fine"),
    ("care", 23, 2, "late"),
    ("care", 26, 4, "stale"),
    ("sales", 4, 1, "fine"),
    ("sales", 10, 2, "fine"),
    ("sales", 18, 3, "mail_only"),
    ("sales", 31, 4, "fine"),
    ("london", 5, 2, "fine"),
    ("london", 12, 1, "fine"),
    ("london", 17, 4, "bare"),
    ("london", 27, 3, "fine"),
    ("london", 24, 1, "unplanned"),
)


def spoken(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def notices(dice: Dice, agent: str, office: Office, start: datetime, end: datetime, what: str) -> list[Row]:
    """The voice mail greeting and the auto-reply of an absence: in force in time, late, missing or out of date."""
    back = office.day_of(end) - (2 * DAY if what == "stale" else 0 * DAY)
    contact = dice.pick([name for key, name in NAMES.items() if key != agent])
    extension = next(EXTENSIONS[key] for key, name in NAMES.items() if name == contact)
    words = {"start": spoken(office.day_of(start)), "back": spoken(back), "contact": contact, "extension": extension}
    words |= {"name": NAMES[agent], "address": f"{contact.lower()}@tarnbrook.example", "company": ORGANISATION}
    greeting = dice.pick(w.AWAY_GREETING_BARE if what == "bare" else w.AWAY_GREETING).format(**words)
    mail = dice.pick(w.AWAY_MAIL_BARE if what == "bare" else w.AWAY_MAIL).format(**words)
    late = timedelta(hours=3) if what == "late" else -timedelta(minutes=dice.whole(5, 60))
    voice = event("greeting_active", start + late, office, until=end, purpose="absence", text=greeting)
    auto = event("autoreply_active", start + late, office, until=end, text=mail)
    normal = event("greeting_active", end, office, purpose="normal", text=w.NORMAL_GREETING.format(**words))
    return {"mail_only": [auto, normal], "unplanned": []}.get(what, [voice, auto, normal])


def absences(dice: Dice) -> Iterator[Dated]:
    """Time away from the first opening to the opening of the first day back; never why."""
    for team, day, length, what in ABSENCES:
        office, agent = OFFICES[team], pick_agent(dice, team)
        first = date(2026, 3, day)
        start = office.next_open(office.local(first, time(0)))
        end = office.next_open(office.local(office.business_day(first, length), time(0)))
        events = before_export(notices(dice, agent, office, start, end, what))
        for one in events:
            if "until" in one and datetime.fromisoformat(one["until"]) > EXPORTED_AT:
                del one["until"]  # still in force when the export was written
        times = {"starts": desk_time(start), "ends": desk_time(end), "planned": "N" if what == "unplanned" else "Y"}
        yield start, row("Absence", group=team, assignee=agent, stand_in="Y", **times, events=events)


def issues(dice: Dice) -> Iterator[Dated]:
    """Problems between departments: mostly raised with those concerned, and mostly settled."""
    for number in range(6):
        team = pick_team(dice)
        office = OFFICES[team]
        day, wall = dice.pick(business_days(team)[:14]), time(10, dice.whole(0, 59))
        steps = ["opened", "direct_contact", "solution_proposed", "solution_agreed", "closed"]
        if number == 2:
            steps[1:2] = ["escalated"]
        if number == 4:
            steps.remove("solution_agreed")
        times = [office.local(office.business_day(day, n), wall) for n in range(len(steps))]
        events = [event(step, at, office) for step, at in zip(steps, times, strict=True)]
        yield times[0], row("Issue", group=team, events=events)


def incidents() -> Iterator[Dated]:
    """One report of a remark, with its two times and nothing else."""
    reported = NEW_YORK.local(date(2026, 3, 12), time(15, 10))
    addressed = NEW_YORK.local(date(2026, 3, 16), time(11))
    events = [event("reported", reported, NEW_YORK), event("addressed", addressed, NEW_YORK)]
    yield reported, row("Incident", group="sales", events=events)


def findings(dice: Dice) -> Iterator[Dated]:
    """Misses of the month before, and whether somebody followed them up within a week."""
    for number in range(8):
        team = pick_team(dice)
        found = dice.open_moment(OFFICES[team], date(2026, 3, 2))
        done = found + timedelta(days=9 if number == 5 else dice.whole(1, 6))
        severity = "minor" if number == 7 else "major"
        events = [event("found", found, OFFICES[team]), event("followed_up", done, OFFICES[team])]
        yield found, row("Finding", group=team, finding_severity=severity, events=events)


def survey_answers(dice: Dice) -> Iterator[Dated]:
    """Answers to the three questions; not everybody answers all of them."""
    for _ in range(34):
        at = pick_moment(dice, "care")
        met = dice.weighted({"exceeded": 40, "met": 50, "below": 10})
        low, high = {"exceeded": (4, 5), "met": (3, 5), "below": (1, 3)}[met]
        stars = dice.whole(low, high)
        recommend = str(min(10, 2 * stars + dice.whole(-1, 1))) if dice.chance(0.9) else "n/a"
        answers = {"expectation": met, "stars": str(stars), "recommend": recommend}
        yield at, row("Survey", group=pick_team(dice), requester_type="Customer", created=desk_time(at), **answers)


def team_months(dice: Dice) -> Iterator[Dated]:
    """Each team over the month: how many people, and how often a colleague was praised."""
    for team, agents in TEAMS.items():
        office = OFFICES[team]
        start, end = office.local(FIRST, time(0)), office.local(LAST + DAY, time(0))
        praised = sorted(pick_moment(dice, team) for _ in range(dice.whole(1, 4)))
        events = [event("opened", start, office), *(event("recognised", at, office) for at in praised)]
        closed = [event("closed", end, office)] if end <= EXPORTED_AT else []
        staff = str(len(agents) + dice.whole(0, 1))
        yield start, row("Team month", group=team, staff=staff, events=events + closed)


def staff_records(dice: Dice) -> Iterator[Dated]:
    """All of the above."""
    yield from absences(dice)
    yield from issues(dice)
    yield from incidents()
    yield from findings(dice)
    yield from survey_answers(dice)
    yield from team_months(dice)
