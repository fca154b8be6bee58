"""A deadline told to people: what starts its clock, what ends it, how long there is, and what leaves it open."""

from __future__ import annotations

from typing import Any

from servstd.terms.event_ref import EventRef
from servstd.terms.phrasing import Phrasing, explained, spaced
from servstd.terms.target import DueAttribute
from servstd.terms.told import Told, rows
from servstd.units import Clock

_CYCLES = {
    "each": "each start by itself; one answer counts for every start before it",
    "first": "the first start only",
    "last": "the last start only",
    "sum": "all exchanges added up",
    "longest": "the longest exchange",
}
_OPEN_CLOCKS = (Clock.BUSINESS_TIME, Clock.BUSINESS_DAYS)


def deadline_words(check: Any, words: Phrasing) -> Told:
    """The parameters of a `deadline` in words."""
    within = check.within
    opens = within is not None and any(one.clock in _OPEN_CLOCKS for one in within.durations())
    told = rows(
        ("The clock starts", words.event(check.from_)),
        ("If that is out of hours", "the clock starts at the next opening" if opens else None),
        ("It ends with", words.event(check.to)),
        ("Within", None if within is None else words.target(within)),
        ("Due", None if check.due is None else _due(check, words)),
        ("A new date", None if check.moved_by is None else f"counts when agreed in time: {_moved(check, words)}"),
        ("No longer owed after", None if check.released_by is None else words.event(check.released_by)),
        ("The clock stands still", words.pauses(check.pauses)),
        ("Which are judged", _CYCLES[check.cycles]),
        ("Must agree on", None if check.same is None else words.attribute(check.from_, check.same)),
        ("Automatic ones", words.automatic(check.to, check.automated_counts)),
        ("Without an answer in time", None if check.trust_silence is False else "it fails"),
    )
    return Told(told, (), tuple(_undecided(check, words)))


def _due(check: Any, words: Phrasing) -> str:
    due: DueAttribute = check.due
    types = (due.event,) if due.event is not None else check.from_.types
    known = [words.vocabulary.events[name].attributes.get(due.attribute) for name in types]
    brief = next((word.brief for word in known if word is not None), "")
    text = f"by the {explained(due.attribute, brief)} of {words.event(EventRef(types))}"
    return text if check.within is None else f"{text}, when that is earlier"


def _moved(check: Any, words: Phrasing) -> str:
    return f"{words.attribute(check.moved_by.event, check.moved_by.to)} of {words.event(check.moved_by.event)}"


def _undecided(check: Any, words: Phrasing) -> list[str]:
    texts = [words.untracked(check.to), "the only answer lies before the start"]
    if check.trust_silence is False:
        texts[0] = words.silence(check.to)
    if check.within is not None and check.within.field is not None:
        texts.append(f"nobody recorded {spaced(check.within.field)}")
    if check.due is not None and check.within is None:
        texts.append(f"nobody recorded {spaced(check.due.attribute)}")
    return texts
