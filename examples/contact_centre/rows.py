"""The shape of a row of the export: the help desk's own column names, local times without an offset, "n/a" for nothing.

The help desk writes the times of its own columns in the zone of the account, New York, for both offices. The lists
`events`, `turns` and `reviews` come from the phone system and carry offsets.
"""

from datetime import datetime, timedelta
from typing import Any

from examples.clock import Dice, Office
from examples.contact_centre.people import EXPORTED_AT, NEW_YORK, REVIEWERS

Row = dict[str, Any]
Dated = tuple[datetime, Row]  # when it began, to put the rows in order and number them

MISSING = "n/a"
COLUMNS = ("ticket", "type", "via", "direction", "requester_type", "group", "assignee")
TIMES = ("created", "first_reply", "reply_by", "solved")


def row(kind: str, **columns: Any) -> Row:
    """A row of this type with the columns that every row has, and those given. None is written "n/a"."""
    full = dict.fromkeys((*COLUMNS, *TIMES), MISSING) | {"type": kind} | columns
    return {name: MISSING if value is None else value for name, value in full.items() if value not in ([], ())}


def desk_time(at: datetime | None) -> str | None:
    """Local time of the account, without an offset, as the help desk writes it."""
    return at.astimezone(NEW_YORK.zone).strftime("%Y-%m-%d %H:%M:%S") if at else None


def stamp(at: datetime, office: Office) -> str:
    """An instant with its offset, as the phone system writes it."""
    return at.astimezone(office.zone).isoformat(timespec="seconds")


def event(kind: str, at: datetime, office: Office, **more: Any) -> Row:
    """One event in servstd's own form; an `until` may be among the rest."""
    rest = {key: stamp(value, office) if isinstance(value, datetime) else value for key, value in more.items()}
    return {"type": kind, "at": stamp(at, office), **rest}


def seen(at: datetime | None) -> bool:
    """Whether it happened before the export was written."""
    return at is not None and at <= EXPORTED_AT


def before_export(events: list[Row]) -> list[Row]:
    return [one for one in events if seen(datetime.fromisoformat(one["at"]))]


def reviews(dice: Dice, rules: tuple[str, ...], ended: datetime, office: Office) -> list[Row]:
    """What reviewers said of the contact on the next business day; now and then two of them, who mostly agree."""
    at = office.next_open(office.due(ended)) + timedelta(minutes=dice.whole(0, 150))
    answers = []
    for rule in rules:
        value = dice.weighted({"yes": 90, "no": 7, "na": 2, "unsure": 1})
        first, second = dice.shuffled(REVIEWERS)
        answers.append({"rule": rule, "value": value, "reviewer": first, "at": stamp(at, office)})
        if dice.chance(0.08):
            other = value if dice.chance(0.8) else "no"
            answers.append({"rule": rule, "value": other, "reviewer": second, "at": stamp(at, office)})
    return answers if seen(at) else []


def override(rule: str, value: str, reason: str, at: datetime, office: Office) -> Row:
    """A team lead's last word."""
    return {
        "rule": rule,
        "value": value,
        "reviewer": "lead1",
        "at": stamp(at, office),
        "override": True,
        "reason": reason,
    }
