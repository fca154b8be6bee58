"""Phone calls: answered, abandoned, sent elsewhere, made by us; with holds, transfers and people who are not there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from examples.clock import Dice
from examples.contact_centre import wording as w
from examples.contact_centre.people import (
    EXTENSIONS,
    LONDON,
    NAMES,
    NEW_YORK,
    REVIEWERS,
    TEAM_LABELS,
    pick_agent,
    pick_moment,
    pick_team,
)
from examples.contact_centre.rows import Dated, Row, override, reviews, row, stamp
from examples.contact_centre.talk import CONSOLE_EVENTS, Talk

REVIEWED = (
    "external.greet_courteously",
    "telephone.listen",
    "telephone.assist",
    "telephone.end_courteously",
    "general.tone_of_voice",
    "general.audible_voice",
    "general.professional_communication",
)
HOLDS = {"yes": 70, "mind_no": 14, "told": 6, "rushed": 3, "refused": 4, "mind_yes": 2, "forced": 1}
RING_S = {"care": 6, "sales": 6, "london": 3}  # seconds from one ring to the next


def ring(talk: Talk, rings: int) -> None:
    """It rings and is answered before the next ring; New York's switch also counts the rings."""
    cycle = RING_S[talk.team]
    counted = {"ring_count": rings} if talk.has_console and talk.dice.chance(0.7) else {}
    talk.note("ring_start", **counted)
    talk.wait((rings - 1) * cycle + 1, rings * cycle - 1)
    talk.note("answered")


def greet(talk: Talk) -> None:
    style = talk.dice.weighted({"full": 92, "nameless": 5, "none": 3})
    lines = {"full": w.GREETINGS, "nameless": w.GREETINGS_WITHOUT_NAME, "none": w.NO_GREETING}
    talk.wait(0, 2)
    talk.say("agent", lines[style])


def hold(talk: Talk) -> None:
    """A hold, asked for or told, agreed to or not."""
    how = talk.dice.weighted(HOLDS)
    if how == "told":
        talk.say("agent", w.HOLD_TELL)
        talk.say("customer", w.GRUMBLE)
    else:
        talk.say("agent", w.HOLD_MIND if how.startswith("mind") else w.HOLD_ASK)
        talk.note("hold_request")
        reply(talk, how)
    if how not in ("refused", "mind_yes"):
        talk.note("hold_start")
        talk.wait(20, 170)
        talk.note("hold_end")
        talk.say("agent", w.BACK)


def reply(talk: Talk, how: str) -> None:
    """The caller's answer to the question whether to hold; `rushed` leaves no time for one."""
    lines = {"yes": w.YES, "mind_no": w.MIND_NO, "mind_yes": w.MIND_YES}.get(how, w.REFUSAL)
    if how != "rushed":
        talk.say("customer", lines)
        talk.note("hold_consent" if how in ("yes", "mind_no") else "hold_refusal")


def transfer(talk: Talk) -> bool:
    """A transfer to a person of another team; whether it was made."""
    team = talk.dice.pick([name for name in TEAM_LABELS if name != talk.team])
    target = pick_agent(talk.dice, team)
    how = talk.dice.weighted({"yes": 84, "caller": 6, "told": 6, "refused": 4})
    if how == "caller":
        talk.say("customer", w.TRANSFER_ME, team=TEAM_LABELS[team])
        talk.note("transfer_request", by="customer")
    elif how == "told":
        talk.say("agent", w.TRANSFER_TELL, target=TEAM_LABELS[team])
    else:
        talk.say("agent", w.TRANSFER_ASK, target=TEAM_LABELS[team])
        talk.note("transfer_request", by="agent")
        talk.say("customer", w.REFUSAL if how == "refused" else w.YES)
        talk.note("transfer_refusal" if how == "refused" else "transfer_consent")
    if how != "refused":
        introduce(talk, target)
        pass_on(talk)
    return how != "refused"


def introduce(talk: Talk, target: str) -> None:
    """Who will help, and on which extension."""
    told = talk.dice.weighted({"full": 86, "name": 8, "team": 6})
    lines = {"full": w.INFO_FULL, "name": w.INFO_NAME, "team": w.INFO_TEAM}
    if talk.dice.chance(0.7):
        talk.note("transfer_info", name_given=told != "team", team_given=True, extension_given=told == "full")
    talk.say("agent", lines[told], name=NAMES[target], extension=EXTENSIONS[target])


def pass_on(talk: Talk) -> None:
    """The transfer itself; one in twelve goes on to somebody else for the same reason."""
    for _ in range(2 if talk.dice.chance(0.08) else 1):
        talk.note("transfer_start", by="agent")
        talk.wait(4, 15)
        talk.note("transfer_answered")
        talk.wait(15, 200)


def ask_for_person(talk: Talk) -> None:
    """The caller wants somebody who is not there."""
    person = NAMES[pick_agent(talk.dice, talk.team, but=talk.agent)]
    said = talk.dice.weighted({"all": 84, "no_urgency": 8, "no_message": 5, "blunt": 3})
    talk.say("customer", w.WANTS_PERSON, person=person)
    talk.note("unavailable_notice")
    lines = [talk.dice.pick(w.UNAVAILABLE)]
    lines += [talk.dice.pick(w.ASK_URGENT)] if said in ("all", "no_message") else []
    lines += [talk.dice.pick(w.OFFER_MESSAGE)] if said in ("all", "no_urgency") else []
    lines += [talk.dice.pick(w.BLUNT)] if said == "blunt" else []
    talk.say("agent", [" ".join(lines)], person=person)
    if said in ("all", "no_urgency"):
        talk.say("customer", w.MESSAGE)
        talk.note("message_taken")
    talk.columns |= {"person_wanted": "yes", "person_took_call": "no"}


def help_caller(talk: Talk) -> None:
    talk.say("customer", w.REQUESTS)
    talk.say("agent", w.UNDERSTOOD)
    talk.say("customer", w.ASKS_AGAIN if talk.dice.chance(0.03) else w.NUMBERS)
    talk.columns |= {"person_wanted": "no"}


def finish(talk: Talk) -> None:
    """The last words and who hangs up first."""
    talk.say("agent", w.CLOSINGS if talk.dice.chance(0.93) else w.CLOSINGS_WITHOUT_THANKS)
    talk.say("customer", w.CUSTOMER_BYE)
    talk.wait(1, 4)
    talk.note("hangup", by=talk.dice.weighted({"customer": 90, "agent": 9, "system": 1}))


def converse(talk: Talk) -> None:
    """From the greeting to the end."""
    greet(talk)
    if talk.dice.chance(0.09):
        ask_for_person(talk)
        finish(talk)
        return
    help_caller(talk)
    for _ in range(int(talk.dice.weighted({"0": 60, "1": 33, "2": 7}))):
        hold(talk)
    passed_on = talk.dice.chance(0.2) and transfer(talk)
    talk.columns |= {"could_help": "no" if passed_on else "yes", "transferred": "yes" if passed_on else "no"}
    if not passed_on:
        talk.say("agent", w.ANSWERS)
        finish(talk)


def answered_call(dice: Dice) -> Dated:
    """An inbound call that somebody takes, within two rings nine times in ten and more."""
    team = pick_team(dice)
    start = pick_moment(dice, team)
    talk = Talk(dice, team, pick_agent(dice, team), start)
    ring(talk, int(dice.weighted({"1": 45, "2": 49, "3": 5, "4": 1})))
    converse(talk)
    presence = dice.weighted({"available": 88, "wrap_up": 4, "n/a": 8})
    return start, written_down(talk, presence=presence)


def written_down(talk: Talk, **columns: str) -> Row:
    """The row of a call. About half of the calls are transcribed, a few of those in part; one in four is reviewed."""
    dice = talk.dice
    talk.note("ended")
    transcript = dice.weighted({"full": 48, "partial": 4, "n/a": 48})
    turns = talk.turns if transcript == "full" else talk.turns[2:] if transcript == "partial" else []
    chosen = tuple(dice.shuffled(REVIEWED)[: dice.whole(2, 5)])
    answers = reviews(dice, chosen, talk.now, talk.office) if dice.chance(0.25) else []
    call = {"via": "Phone", "direction": "in", "requester_type": "Customer", "group": talk.team, "assignee": talk.agent}
    extra = {"country": "GB" if talk.team == "london" else "US", "language": "en", "transcript": transcript}
    console = list(CONSOLE_EVENTS) if talk.has_console else []
    lists = {"console_log": console, "events": talk.events, "turns": turns, "reviews": answers}
    return row("Contact", **{**call, **extra, **talk.columns, **columns, **lists})


def unanswered_call(dice: Dice, end: str) -> Dated:
    """A call that nobody took: `abandoned` by the caller, or `rerouted` because the agent was busy or away."""
    team = pick_team(dice)
    start = pick_moment(dice, team)
    talk = Talk(dice, team, pick_agent(dice, team), start)
    talk.note("ring_start")
    if end == "abandoned":
        talk.wait(3, 16)
        presence = dice.weighted({"available": 80, "on_call": 20})
    else:
        talk.wait(8, 14)
        presence = dice.weighted({"on_call": 60, "away": 30, "wrap_up": 10})
    talk.note(end)
    return start, written_down(talk, presence=presence, transcript="n/a", person_wanted="no")


def outbound_call(dice: Dice) -> Dated:
    """A call back; one in three reaches the customer's voice mail."""
    team = pick_team(dice)
    start = pick_moment(dice, team)
    talk = Talk(dice, team, pick_agent(dice, team), start)
    reached = dice.chance(0.67)
    talk.wait(6, 20)
    talk.say("agent", w.OUTBOUND if reached else w.MESSAGE_LEFT)
    if reached:
        talk.say("customer", w.YES)
        talk.say("agent", w.ANSWERS)
        finish(talk)
    else:
        talk.note("message_left")
        talk.note("hangup", by="agent")
    return start, written_down(talk, direction="out", person_wanted="no")


def night_calls(dice: Dice) -> Iterator[Dated]:
    """An emergency across the hour that New York skips on 8 March; a caller at the one London skips on 29 March."""
    start = datetime.combine(date(2026, 3, 8), time(1, 58, 20), NEW_YORK.zone).astimezone(UTC)
    talk = Talk(dice, "care", "a6", start)
    ring(talk, 2)
    talk.say("agent", w.GREETINGS[:1])
    talk.say("customer", ["There's smoke coming from the transformer of the new ceiling light."])
    talk.say("agent", ["Please switch off the fuse now. May I put you on hold while I get our engineer?"])
    talk.note("hold_request")
    talk.say("customer", w.YES)
    talk.note("hold_consent")
    talk.note("hold_start")
    talk.now += timedelta(seconds=95)
    talk.note("hold_end")
    talk.say("agent", ["Thank you for holding. The engineer says that it is safe once the fuse is off."])
    finish(talk)
    yield start, written_down(talk, presence="available", emergency="yes", transcript="full")
    start = datetime.combine(date(2026, 3, 29), time(0, 59, 55), LONDON.zone).astimezone(UTC)
    talk = Talk(dice, "london", "a12", start)
    talk.note("ring_start")
    talk.wait(9, 9)
    talk.note("abandoned")
    yield start, written_down(talk, presence="offline", transcript="n/a", person_wanted="no")


def reviewed_call(dice: Dice, values: tuple[str, ...]) -> Dated:
    """A call that two people judged, each with one of the values; a third value is the team lead's last word."""
    start = NEW_YORK.local(date(2026, 3, 10 + len(values)), time(14, 20))
    talk = Talk(dice, "care", "a3", start)
    ring(talk, 1)
    greet(talk)
    help_caller(talk)
    talk.say("agent", w.ANSWERS)
    finish(talk)
    rule, next_day = "telephone.assist", talk.now + timedelta(days=1)
    answers = [
        {"rule": rule, "value": value, "reviewer": reviewer, "at": stamp(next_day, NEW_YORK)}
        for value, reviewer in zip(values, REVIEWERS, strict=False)
    ]
    if len(values) > len(REVIEWERS):
        answers.append(override(rule, values[-1], "sent the right part", next_day + timedelta(days=1), NEW_YORK))
    return start, written_down(talk, presence="available", transcript="full") | {"reviews": answers}


def calls(dice: Dice) -> Iterator[Dated]:
    """All calls of the month."""
    for _ in range(128):
        yield answered_call(dice)
    for _ in range(7):
        yield unanswered_call(dice, "abandoned")
    for _ in range(6):
        yield unanswered_call(dice, "rerouted")
    for _ in range(9):
        yield outbound_call(dice)
    yield from night_calls(dice)
    yield reviewed_call(dice, ("yes", "no"))
    yield reviewed_call(dice, ("yes", "no", "yes"))
