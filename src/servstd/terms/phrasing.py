"""The shared words in plain English: events, conditions, targets and pauses, with what the vocabulary says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from servstd.cues import CueFamily
from servstd.outcome import Outcome
from servstd.terms.anchor import Anchor
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, FieldMissing, FieldWithin, Not, RuleOutcome
from servstd.terms.event_ref import EventRef
from servstd.terms.happening import Happened, Open, SaidCue
from servstd.terms.pauses import Pause
from servstd.terms.target import Target
from servstd.terms.told import counted_word, listed
from servstd.units import Clock, Duration, Span
from servstd.vocabulary import Vocabulary, Word

_HOUR_US = 3_600_000_000
_ASIDE = re.compile(r"\s*\([^()]*\)$")  # a brief in brackets has none of its own
_PLACES = {"this": "this one", "previous": "the one before", "next": "the next one"}
OUTCOMES = {
    Outcome.PASS: "passes",
    Outcome.FAIL: "fails",
    Outcome.PENDING: "is pending",
    Outcome.NOT_APPLICABLE: "does not apply",
    Outcome.UNKNOWN: "is unknown",
}


def spaced(name: str) -> str:
    """A declared word as people write it: `hold start`."""
    return name.replace("_", " ")


def explained(name: str, brief: str) -> str:
    """`withdrawn (requester withdrew it)`; the brief alone when it holds all words of the name."""
    words, brief = spaced(name), spaced(_ASIDE.sub("", brief))
    if not brief or brief.lower() == words:
        return words
    return brief if set(words.split()) <= set(brief.lower().split()) else f"{words} ({brief})"


def _in_full(name: str, brief: str) -> str:
    """As `explained`, and the name always stands first."""
    return f"{spaced(name)} ({_ASIDE.sub('', brief)})" if brief and brief != spaced(name) else spaced(name)


class Phrasing:
    """Says things in the words of one catalog. `titles` are those of its rules by id."""

    def __init__(
        self, vocabulary: Vocabulary, cues: Mapping[str, CueFamily], titles: Mapping[str, str] | None = None
    ) -> None:
        self.vocabulary, self.cues, self.titles = vocabulary, cues, titles or {}

    def event(self, ref: EventRef, last: str = "or") -> str:
        """`ring start (began to ring at the agent)`, with what is demanded of its attributes."""
        if ref.is_this:
            return "this one"
        demanded = "" if ref.where is None else self.attributes(ref)
        if len(ref.types) == 1:
            return self._one_event(ref.types[0], demanded)
        named = listed([self._one_event(name) for name in ref.types], last)
        return f"{named} ({demanded})" if demanded else named

    def _one_event(self, name: str, demanded: str = "") -> str:
        """One event with its brief, in the same brackets as what is demanded of it."""
        known = self.vocabulary.events.get(name)
        text = explained(name, known.brief if known else "")
        if not demanded:
            return text
        return f"{text[:-1]}; {demanded})" if text.endswith(")") else f"{text} ({demanded})"

    def attributes(self, ref: EventRef, condition: Condition | None = None) -> str:
        """A condition on the attributes of an event: `who began the hold: agent`."""
        words: dict[str, Word] = {}
        for name in ref.types or tuple(self.vocabulary.events):
            known = self.vocabulary.events.get(name)
            words = {**(known.attributes if known else {}), **words}
        return self._condition(ref.where if condition is None else condition, words)

    def attribute(self, ref: EventRef, name: str) -> str:
        """One attribute of an event with its brief."""
        known = [self.vocabulary.events[event].attributes.get(name) for event in ref.types]
        return explained(name, next((word.brief for word in known if word is not None), ""))

    def field(self, name: str) -> str:
        """One field with its brief."""
        known = self.vocabulary.fields.get(name)
        return explained(name, known.brief if known else "")

    def condition(self, condition: Condition) -> str:
        """A condition on the record."""
        return self._condition(condition, None)

    def scope(self, condition: Condition | None) -> str:
        """What a rule judges: `every interaction (one contact) where channel is email`."""
        parts = list(flat(condition)) if condition is not None else []
        kinds = [part for part in parts if isinstance(part, FieldIs) and part.name == "kind" and part.wanted]
        rest = [self._inside(part, None) for part in parts if part not in kinds[:1]]
        names = sorted(str(name) for name in kinds[0].wanted) if kinds else []
        known = self.vocabulary.record_kinds
        text = listed([_in_full(name, known[name].brief if name in known else "") for name in names]) or "record"
        return f"every {text}" + (f", where {listed(rest, 'and')}" if rest else "")

    def _condition(self, condition: Any, attributes: Mapping[str, Word] | None) -> str:
        match condition:
            case AllOf():
                return listed([self._inside(part, attributes) for part in flat(condition)], "and") or "always"
            case AnyOf(parts=parts):
                return listed([self._inside(part, attributes) for part in parts])
            case Not(parts=parts):
                text = self._inside(parts[0], attributes)
                return _denied(parts[0], text)
            case RuleOutcome(rule=rule, outcomes=outcomes):
                named = f'"{self.titles[rule]}"' if rule in self.titles else rule
                return f"{named} {listed([OUTCOMES[one] for one in Outcome if one in outcomes])}"
            case FieldIs():
                return self._field(condition, attributes)
            case Happened() | SaidCue() | Open():
                return self._happening(condition)
        return str(condition.describe())

    def _inside(self, condition: Condition, attributes: Mapping[str, Word] | None) -> str:
        """A part of a group; a group in a group stands in brackets."""
        text = self._condition(condition, attributes)
        is_group = isinstance(condition, (AllOf, AnyOf)) and len(condition.parts) > 1
        return f"({text})" if is_group else text

    def _field(self, condition: FieldIs, attributes: Mapping[str, Word] | None) -> str:
        known = (self.vocabulary.fields if attributes is None else attributes).get(condition.name)
        brief = known.brief if known else ""
        is_flag = any(isinstance(value, bool) for value in condition.wanted)
        if attributes is not None and brief:
            return f"{brief}: {_wanted(condition)}"
        if is_flag:
            return f"{explained(condition.name, brief)}: {_wanted(condition)}"
        if condition.name == "kind" and condition.wanted:
            return f"it is about: {_wanted(condition)}"
        return f"{spaced(condition.name)} is {_wanted(condition)}"

    def _happening(self, condition: Happened | SaidCue | Open) -> str:
        if isinstance(condition, Open):
            return f"the office was open at {self.event(condition.event)}"
        if isinstance(condition, SaidCue):
            text = f"the {self.speaker(condition.cues, condition.by)} says {self.cue(condition.cues)}"
        else:
            text = f"the log shows {self.event(condition.event)}"
        between = (("after", condition.after), ("before", condition.before))
        return text + "".join(f", {word} {self.anchor(anchor)}" for word, anchor in between if anchor is not None)

    def cue(self, names: tuple[str, ...]) -> str:
        """What is listened for: `"please hold"`-like words, by the brief of each family."""
        briefs = [self.cues[name].brief if name in self.cues else "" for name in names]
        return listed([explained(name, brief) for name, brief in zip(names, briefs, strict=True)])

    def speaker(self, cues: tuple[str, ...], by: str | None) -> str:
        """Who says it."""
        return by or next((self.cues[name].by for name in cues if name in self.cues), "agent")

    def anchor(self, anchor: Anchor) -> str:
        """A point of the record."""
        if anchor.kind == "said":
            return f"the {self.speaker(anchor.cues, anchor.by)} says {self.cue(anchor.cues)}"
        return self.event(anchor.event) if anchor.event is not None else _PLACES[anchor.kind]

    def stretch(self, from_: Anchor | None, until: Anchor | None) -> str:
        """`from ... until ...`; nothing without bounds."""
        parts = [f"from {self.anchor(from_)}"] if from_ is not None else []
        parts += [f"until {self.anchor(until)}"] if until is not None else []
        return " ".join(parts)

    def target(self, target: Target) -> str:
        """A duration with what it means, or a table of them."""
        if target.duration is not None:
            return duration(target.duration)
        if target.field is not None:
            return self.field(target.field)
        texts, meanings = [], set[str]()
        for when, one in target.rows:
            text = one.text if _meaning(one) in meanings else duration(one)
            meanings.add(_meaning(one))
            texts.append(f"otherwise {text}" if when is None else f"{text} when {self.condition(when)}")
        return "; ".join(texts)

    def pauses(self, pauses: tuple[Pause, ...]) -> str:
        """When the clock stands still."""
        return "; ".join(f"from {self.event(one.from_)} until {self.event(one.until)}" for one in pauses)

    def automatic(self, ref: EventRef, counts: bool) -> str | None:
        """What becomes of events made by a machine, where the vocabulary knows such."""
        if counts:
            return "count"
        if ref.where is not None and "automated" in ref.where.fields():
            return None
        can_be = any("automated" in self.vocabulary.events[name].attributes for name in ref.types)
        return "do not count" if can_be else None

    def silence(self, ref: EventRef) -> str:
        """What leaves a check undecided when an event is not in the log."""
        return f"the log does not show {listed([spaced(name) for name in ref.types])}, and may have holes"

    def untracked(self, ref: EventRef) -> str:
        """What leaves a deadline undecided."""
        return f"the system that keeps the log can not show {listed([spaced(name) for name in ref.types])}"


def _denied(condition: Condition, text: str) -> str:
    if isinstance(condition, Happened):
        return text.replace("the log shows", "the log does not show", 1)
    start = f"{spaced(condition.name)} is " if isinstance(condition, FieldIs) else ""
    return text.replace(start, f"{start}not ", 1) if start and text.startswith(start) else f"not: {text}"


def flat(condition: Condition) -> Iterator[Condition]:
    """The parts of a condition that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from flat(part)
    else:
        yield condition


def _wanted(condition: FieldIs) -> str:
    if isinstance(condition, FieldWithin):
        return condition.describe().partition(" is ")[2]
    if isinstance(condition, FieldMissing):
        return "not given" if condition.is_missing else "given"
    words = {True: "yes", False: "no"}
    shown = (words[one] if isinstance(one, bool) else spaced(str(one)) for one in condition.wanted)
    return listed(sorted(shown))


def duration(one: Duration | Span) -> str:
    """`1 business day: by the same time on the next business day`."""
    meaning = _meaning(one)
    return f"{one.text} ({meaning})" if meaning else one.text


def _meaning(one: Duration | Span) -> str:
    if not isinstance(one, Duration):
        return ""
    if one.is_time:
        if one.amount < _HOUR_US:
            return ""
        counts_all = one.clock is Clock.ELAPSED_TIME
        return "nights, weekends and holidays count too" if counts_all else "only opening hours count"
    what = "business day" if one.clock is Clock.BUSINESS_DAYS else "day"
    which = f"the next {what}" if one.amount == 1 else f"the {counted_word(one.amount)} {what} after"
    if one.at_end:
        return f"by the end of {which}" + ("" if what == "business day" else "; weekends and holidays count")
    return f"by the same time on {which}" + ("" if what == "business day" else "; weekends and holidays count")
