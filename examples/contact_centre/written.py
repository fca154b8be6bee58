"""Contacts that wait for an answer: e-mail, voice mail, web forms, applicants; and colleagues who write to us."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from examples.clock import DAY, Dice
from examples.contact_centre import wording as w
from examples.contact_centre.people import (
    FIRST,
    LAST,
    NAMES,
    NEW_YORK,
    OFFICES,
    ORGANISATION,
    pick_agent,
    pick_moment,
    pick_team,
)
from examples.contact_centre.rows import Dated, Row, desk_time, event, reviews, row, seen, stamp

FATES = {"in_time": 89, "late": 7, "ignored": 2, "robot_only": 2}
COLLEAGUE_RULES = ("internal.interact_courteously", "internal.considerate", "internal.cooperative", "internal.helpful")


def receipt(dice: Dice, team: str, last: date = LAST - DAY) -> datetime:
    """Most people write in office hours; three in ten at any hour, also at weekends and on the day off."""
    office = OFFICES[team]
    while True:
        anyhow = dice.between(office.local(FIRST, time(0)), office.local(last, time(23)))
        at = anyhow if dice.chance(0.3) else pick_moment(dice, team)
        if office.day_of(at) <= last:
            return at


def answer_time(dice: Dice, team: str, fate: str, received: datetime) -> datetime | None:
    """When a person answered, or None. An answer is mostly sent in office hours."""
    office = OFFICES[team]
    due = office.due(received)
    if fate == "late":
        return due + timedelta(minutes=dice.whole(2, 400))
    if fate in ("ignored", "robot_only"):
        return None
    moments = [dice.between(received, due) for _ in range(12)]
    return next((at for at in moments if office.is_open(at)), office.next_open(received))


def written(
    dice: Dice, via: str, team: str, received: datetime, sent: datetime | None, fate: str = "", **more: Any
) -> Dated:
    """The row of a contact in writing. An automatic reply, if any, is in the reply columns, as help desks have it."""
    office, agent = OFFICES[team], pick_agent(dice, team)
    reply_by = "person" if sent else None
    events = list(more.pop("events", []))
    if fate == "robot_only" or (via == "E-Mail" and dice.chance(0.15)):
        if sent and seen(sent):
            events.append(event("responded", sent, office))
        sent, reply_by = received + timedelta(seconds=dice.whole(5, 40)), "robot"
    columns = {"via": via, "direction": "in", "requester_type": "Customer", "group": team, "assignee": agent}
    times = {"created": desk_time(received), "first_reply": desk_time(sent if seen(sent) else None)}
    by = reply_by if seen(sent) else None
    return received, row("Contact", **{**columns, **times, "reply_by": by, "events": events, **more})


def with_words(dice: Dice, dated: Dated, sent: datetime) -> Dated:
    """The same e-mail with its two texts, and perhaps with what a reviewer said of it."""
    received, mail = dated
    office = OFFICES[mail["group"]]
    daytime = "morning" if sent.astimezone(office.zone).hour < 12 else "afternoon"
    lines = w.REPLIES if dice.chance(0.92) else w.CURT_REPLIES
    text = dice.pick(lines).format(name=NAMES[mail["assignee"]], company=ORGANISATION, daytime=daytime)
    turns = [
        {"speaker": "customer", "text": dice.pick(w.MAILS), "at": stamp(received, office)},
        {"speaker": "agent", "text": text, "at": stamp(sent, office)},
    ]
    rules = ("external.listen", "external.act_appropriately", "external.greet_courteously")
    answers = reviews(dice, rules, sent, office) if dice.chance(0.4) else []
    extra: Row = {"language": "en", "transcript": "full", "turns": turns}
    return received, mail | extra | ({"reviews": answers} if answers else {})


def e_mails(dice: Dice) -> Iterator[Dated]:
    """Ordinary e-mails; one in three comes with its words."""
    for _ in range(70):
        team, fate = pick_team(dice), dice.weighted(FATES)
        received = receipt(dice, team)
        sent = answer_time(dice, team, fate, received)
        priority = dice.weighted({"Normal": 85, "Urgent": 10, "n/a": 5})
        mail = written(dice, "E-Mail", team, received, sent, fate, priority=priority)
        yield with_words(dice, mail, sent) if sent and seen(sent) and dice.chance(0.35) else mail


def odd_e_mails(dice: Dice) -> Iterator[Dated]:
    """At the limit to the second, no answer needed, taken back, sent by us, open at the end of the month."""
    for received in (NEW_YORK.local(date(2026, 3, 19), time(15, 30)), NEW_YORK.local(date(2026, 3, 12), time(16, 45))):
        yield written(dice, "E-Mail", "care", received, NEW_YORK.due(received))
    for _ in range(6):
        yield written(dice, "E-Mail", pick_team(dice), receipt(dice, "care"), None, no_reply_needed="Y")
    for _ in range(2):
        received = receipt(dice, "sales")
        taken_back = event("withdrawn", received + timedelta(minutes=dice.whole(5, 50)), NEW_YORK)
        yield written(dice, "E-Mail", "sales", received, None, events=[taken_back])
    for _ in range(4):
        received, mail = written(dice, "E-Mail", "sales", pick_moment(dice, "sales"), None, direction="out")
        first = event("responded", received, NEW_YORK)
        yield received, mail | {"created": "n/a", "first_reply": "n/a", "reply_by": "n/a", "events": [first]}
    for hour in (10, 14, 16):
        yield written(dice, "E-Mail", "care", NEW_YORK.local(LAST, time(hour, dice.whole(0, 29))), None)


def double_e_mails(dice: Dice) -> Iterator[Dated]:
    """Two messages, one answer: in time for both, or only for the second."""
    for in_time in (True, True, True, True, True, False):
        received = receipt(dice, "care", last=date(2026, 3, 27))
        due = NEW_YORK.due(received)
        second = dice.between(received, due)
        sent = max(second, due - timedelta(minutes=20)) if in_time else NEW_YORK.due(second) + timedelta(seconds=1)
        again = event("received", second, NEW_YORK)
        words = [
            {"speaker": "customer", "text": dice.pick(w.MAILS), "at": stamp(received, NEW_YORK)},
            {"speaker": "customer", "text": dice.pick(w.SECOND_MAILS), "at": stamp(second, NEW_YORK)},
        ]
        yield written(dice, "E-Mail", "care", received, sent, events=[again], turns=words)


def night_e_mails(dice: Dice) -> Iterator[Dated]:
    """Around the hour that is skipped on 8 March, and a clock that runs ahead.

    The second one carries a local time that never was: a web server that did not know of the change wrote it. The last
    answer seems to be sent before its question, by a mail server whose clock was wrong.
    """
    before = datetime(2026, 3, 8, 6, 59, 30, tzinfo=UTC)
    yield written(dice, "E-Mail", "care", before, NEW_YORK.due(before) - timedelta(minutes=5))
    gone = datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    received, mail = written(dice, "E-Mail", "care", gone, NEW_YORK.local(date(2026, 3, 9), time(11)))
    yield received, mail | {"created": "2026-03-08 02:30:00"}
    skewed = NEW_YORK.local(date(2026, 3, 17), time(11, 5))
    yield written(dice, "E-Mail", "care", skewed, skewed - timedelta(seconds=75))


def voice_mails(dice: Dice) -> Iterator[Dated]:
    """Messages on the machine; a call back that reaches nobody does not count."""
    for _ in range(22):
        team, fate = pick_team(dice), dice.weighted({"in_time": 86, "late": 8, "ignored": 6})
        received = receipt(dice, team)
        sent = answer_time(dice, team, fate, received)
        missed = []
        if sent and dice.chance(0.25):
            tried = dice.between(received, sent)
            missed = [event("responded", tried, OFFICES[team], reached=False)]
        yield written(dice, "Voicemail", team, received, sent, events=missed)


def web_requests(dice: Dice) -> Iterator[Dated]:
    """Forms filled in on the website."""
    for _ in range(24):
        team, fate = pick_team(dice), dice.weighted({"in_time": 90, "late": 10})
        received = receipt(dice, team)
        yield written(dice, "Website", team, received, answer_time(dice, team, fate, received))


def applicants(dice: Dice) -> Iterator[Dated]:
    """People who want to work for us: the reply tells them when to expect a decision and what may delay it."""
    for _ in range(12):
        received = receipt(dice, "care", last=date(2026, 3, 26))
        sent = answer_time(dice, "care", dice.weighted({"in_time": 91, "late": 9}), received)
        assert sent is not None
        late = dice.chance(0.3)
        events = [event("info_given", sent, NEW_YORK, topic="possible_delay")] if late and dice.chance(0.8) else []
        promised = NEW_YORK.business_day(NEW_YORK.day_of(sent), 10).isoformat() if dice.chance(0.9) else None
        more: dict[str, Any] = {
            "requester_type": "Applicant",
            "promised": promised,
            "delay_expected": "Y" if late else "N",
        }
        yield written(dice, dice.pick(("E-Mail", "Website")), "care", received, sent, events=events, **more)


def colleagues(dice: Dice) -> Iterator[Dated]:
    """Chats between colleagues, as a reviewer saw them."""
    for _ in range(10):
        team = pick_team(dice)
        at = pick_moment(dice, team)
        columns = {"via": "Chat", "direction": "in", "requester_type": "Colleague", "group": team}
        answers = reviews(dice, COLLEAGUE_RULES, at, OFFICES[team])
        ended = [event("ended", at + timedelta(minutes=dice.whole(2, 20)), OFFICES[team])]
        named = {"assignee": pick_agent(dice, team), "created": desk_time(at)}
        yield at, row("Contact", **columns, **named, events=ended, reviews=answers)


def written_contacts(dice: Dice) -> Iterator[Dated]:
    """All of the above."""
    for make in (e_mails, odd_e_mails, double_e_mails, night_e_mails):
        yield from make(dice)
    for make in (voice_mails, web_requests, applicants, colleagues):
        yield from make(dice)
