"""Write the e-mails of May 2026 of a small office: 412 records in the flat form, for the policy beside this file.

    python examples/policy/generate.py --seed 5 -o examples/policy/may.csv

Whatever the seed, `email.response_time` gives 388 pass, 17 fail, 4 pending and 3 unknown as of 2026-06-01T00:00Z.
The due times are computed here by hand-written code, not by servstd.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # so that the file also runs as a script

from examples.clock import DAY, Dice, Office

MORNING_AND_AFTERNOON = ((time(9), time(12, 30)), (time(13, 30), time(17)))
NEW_YORK = Office(
    zone=ZoneInfo("America/New_York"),
    hours={**dict.fromkeys(range(4), MORNING_AND_AFTERNOON), 4: ((time(9), time(16)),)},
    closed=frozenset({date(2026, 5, 25)}),  # Memorial Day, the only holiday of the month
)
AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
OUTCOMES = {"in_time": 380, "at_limit": 8, "late": 12, "overdue": 4, "pending": 4, "before_receipt": 3}
COLUMNS = ("id", "channel", "direction", "audience", "team", "agent", "received_at", "responded_at")
KNOWN = ("E-17", "2026-05-22T15:00:00-04:00", "2026-05-26T15:30:00-04:00")  # 30 minutes late, over Memorial Day


def received(dice: Dice) -> datetime:
    """Most mail comes in office hours; one in five at any hour of the month, nights and weekends too."""
    if dice.chance(0.2):
        return dice.between(NEW_YORK.local(FIRST, time(0)), NEW_YORK.local(LAST, time(18)))
    days = [FIRST + DAY * n for n in range(31) if NEW_YORK.is_business_day(FIRST + DAY * n)]
    return dice.open_moment(NEW_YORK, dice.pick(days))


def in_office_hours(dice: Dice, start: datetime, end: datetime) -> datetime:
    """An instant in [start, end), while the office is open if it is open at all in between."""
    moments = [dice.between(start, end) for _ in range(20)]
    return next((at for at in moments if NEW_YORK.is_open(at)), moments[0])


def answered(dice: Dice, outcome: str, start: datetime, due: datetime) -> datetime | None:
    """When the answer was sent for this outcome, or None when it was not."""
    if outcome in ("overdue", "pending"):
        return None
    if outcome == "before_receipt":  # two servers with clocks that disagree
        return start - timedelta(seconds=dice.whole(20, 400))
    if outcome == "late":
        return due + timedelta(minutes=dice.whole(1, 300))
    return due if outcome == "at_limit" else in_office_hours(dice, start, min(due, AS_OF))


def fits(outcome: str, due: datetime, sent: datetime | None) -> bool:
    """Whether this outcome can be seen at AS_OF."""
    return (due > AS_OF) if outcome == "pending" else (outcome == "in_time" or max(due, sent or due) < AS_OF)


def mail(dice: Dice, outcome: str) -> tuple[str, str]:
    """Times of one e-mail as text: received, responded."""
    while True:
        start = received(dice)
        due = NEW_YORK.due(start)
        sent = answered(dice, outcome, start, due)
        if fits(outcome, due, sent):
            local = [at.astimezone(NEW_YORK.zone).isoformat() if at else "" for at in (start, sent)]
            return local[0], local[1]


def records(seed: int) -> Iterator[dict[str, str]]:
    """412 e-mails in order of receipt. Their numbers are in no order."""
    dice = Dice(f"{seed}-may")
    times = [mail(dice, outcome) for outcome, count in OUTCOMES.items() for _ in range(count)]
    numbers = dice.shuffled([f"E-{n}" for n in range(1, len(times) + 2) if n != 17])
    rows = sorted([KNOWN, *((number, *pair) for number, pair in zip(numbers, times, strict=True))], key=lambda r: r[1])
    for number, start, sent in rows:
        team = dice.pick(("care", "care", "sales"))
        agent = dice.pick(("a1", "a2", "a3", "a4") if team == "care" else ("a5", "a6"))
        yield dict(zip(COLUMNS, (number, "email", "inbound", "external", team, agent, start, sent), strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description="write the e-mails of May 2026")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    with options.output.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(records(options.seed))


if __name__ == "__main__":
    main()
