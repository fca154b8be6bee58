"""Who works where, and when the two offices are open in March 2026. All names are invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from examples.clock import DAY, Dice, Office

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DAY_OFF = date(2026, 3, 20)  # the company's own day off in New York; London works
EXPORTED_AT = datetime(2026, 4, 1, 4, tzinfo=UTC)  # midnight at the end of 31 March in New York

NEW_YORK = Office(
    zone=ZoneInfo("America/New_York"),
    hours={
        **dict.fromkeys(range(4), ((time(9), time(12, 30)), (time(13, 30), time(17)))),
        4: ((time(9), time(16)),),
    },
    closed=frozenset({DAY_OFF}),
)
LONDON = Office(
    zone=ZoneInfo("Europe/London"),
    hours=dict.fromkeys(range(5), ((time(8, 30), time(17, 30)),)),
)
OFFICES: Mapping[str, Office] = {"care": NEW_YORK, "sales": NEW_YORK, "london": LONDON}
TEAMS: Mapping[str, tuple[str, ...]] = {
    "care": ("a1", "a2", "a3", "a4", "a5", "a6"),
    "sales": ("a7", "a8", "a9", "a10"),
    "london": ("a11", "a12", "a13", "a14"),
}
NAMES: Mapping[str, str] = {
    "a1": "Sam",
    "a2": "Jordan",
    "a3": "Priya",
    "a4": "Marcus",
    "a5": "Elena",
    "a6": "Tom",
    "a7": "Aisha",
    "a8": "Ben",
    "a9": "Carmen",
    "a10": "Dev",
    "a11": "Harriet",
    "a12": "Oliver",
    "a13": "Nadia",
    "a14": "Ewan",
}
EXTENSIONS: Mapping[str, str] = {agent: str(2140 + 3 * n) for n, agent in enumerate(NAMES)}
ORGANISATION = "Tarnbrook Lamps"
TEAM_LABELS: Mapping[str, str] = {"care": "customer care", "sales": "sales", "london": "the London office"}
REVIEWERS = ("r1", "r2")


def business_days(team: str) -> list[date]:
    """Days of the month on which the team's office opens."""
    days = [FIRST + DAY * n for n in range(LAST.day)]
    return [day for day in days if OFFICES[team].is_business_day(day)]


def pick_team(dice: Dice) -> str:
    return dice.weighted({"care": 0.5, "sales": 0.25, "london": 0.25})


def pick_agent(dice: Dice, team: str, but: str = "") -> str:
    return dice.pick([agent for agent in TEAMS[team] if agent != but])


def pick_moment(dice: Dice, team: str) -> datetime:
    """A moment of the month, while the team's office is open."""
    return dice.open_moment(OFFICES[team], dice.pick(business_days(team)))
