"""Something said, or written in a text.

`cue` names one or more cue families, `by` the speaker; `first` or `last` limits the search to that many turns of the
speaker, `from` and `until` to a stretch of the record, `in` to the text of an event such as a greeting. A hit passes.
A miss proves nothing: it is unknown with lean fail, unless `cue_policy: strict` (the wording is mandatory and the words
are complete). `last` and a miss need a complete transcript; `first` and a hit do not.

`reply: any` asks for an answer of the other side before the end of the stretch, `reply: agrees` for a yes; the last
clear answer wins, and after "would you mind" a no is a yes. `no_reply: fail` fails an ask that was not answered, and
`silence_counts_after` lets so long a silence count as an answer. `names_date_of` compares a date in the text with the
first open day after an event: a date that is over is stale.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from servstd.cues import Hit, classify_reply, find_dates
from servstd.errors import Problem
from servstd.facts import Opportunity, Said
from servstd.finding import Finding, earliest, not_applicable, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, UNKNOWN
from servstd.record import Event, Turn
from servstd.steps import Step
from servstd.terms.anchor import OPEN, Bound
from servstd.terms.cue_words import cue_words
from servstd.terms.event_ref import EventRef
from servstd.terms.happening import is_inside
from servstd.terms.read import AnchorField, CuesField, EventField, SpeakerField
from servstd.terms.target import TargetField
from servstd.terms.words import families, find_hit
from servstd.values import local

if TYPE_CHECKING:
    from servstd.columns import Columns
    from servstd.columns.columns import Bytes

UNCLEAR_ORDER_US = 500_000


_IN = "Look in the text of this event instead of in the turns."
_NAMES_DATE = "The text must name the first open day after this event."
_POLICY = "`accept_hit`: a hit passes. `lean_only`: it is only a hint. `strict`: a miss fails."


class Cue(Check):
    """Something said."""

    name: ClassVar[str] = "cue"

    kind: Literal["cue"] = "cue"
    cue: CuesField = Field(description="What is looked for: one cue family or a list of them.")
    by: SpeakerField = Field(default=None, description="Who says it; when left out, whom the family names.")
    in_: EventField = Field(default=None, alias="in", description=_IN)
    first: int | None = Field(default=None, ge=1, description="Only the first n turns of the speaker.")
    last: int | None = Field(default=None, ge=1, description="Only the last n.")
    from_: AnchorField = Field(default=None, alias="from", description="Where the stretch begins.")
    until: AnchorField = Field(default=None, description="Where it ends.")
    reply: Literal["none", "any", "agrees"] = Field(default="none", description="What the other side must answer.")
    no_reply: Literal["unknown", "fail"] = Field(default="unknown", description="What no answer means.")
    silence_counts_after: TargetField = Field(default=None, description="So long a silence counts as an answer.")
    names_date_of: EventField = Field(default=None, description=_NAMES_DATE)
    cue_policy: Literal["accept_hit", "lean_only", "strict"] = Field(default="accept_hit", description=_POLICY)
    describe: ClassVar[Any] = cue_words

    def lacking(self) -> Iterable[Problem]:
        """One end of the talk, not both."""
        if self.first is not None and self.last is not None:
            yield Problem("wrong-combination", "'first' and 'last' do not go together; write two checks under any_of")

    def check(self, opportunity: Opportunity) -> Finding:
        """Look for the cue in the turns or in the texts of an event."""
        known = families(self.cue, opportunity)
        language = opportunity.values.get("language")
        if language is not None and all(_base(family.language) != _base(language) for family in known):
            return unknown("language_not_supported", "language")
        finding = self._check_turns(opportunity) if self.in_ is None else self._check_texts(opportunity)
        # A hit needs no settings; only without one does it matter that nothing could have been found.
        is_open = finding.outcome is UNKNOWN or finding.reason == "not_said"
        if is_open and not any(family.is_configured(opportunity.names) for family in known):
            return unknown("not_configured", *self.cue)
        return finding

    def check_columns(self, columns: Columns) -> Bytes:
        """The same for a batch of records."""
        from servstd.columns.cue_checks import cue_codes

        return cue_codes(self, columns)

    def _speaker(self, opportunity: Opportunity) -> str:
        return self.by or families(self.cue, opportunity)[0].by

    def _check_turns(self, opportunity: Opportunity) -> Finding:
        facts, speaker = opportunity.facts, self._speaker(opportunity)
        turns = facts.turns
        if not turns and facts.values.get("transcript_complete") is not True:
            return unknown("no_transcript", "turns")
        spoken = [said for said in turns if said.speaker == speaker]
        if not spoken:
            if facts.is_transcript_complete:
                return not_applicable("no_opportunity")
            return unknown("incomplete_transcript", "turns")
        start = (self.from_.start(opportunity) if self.from_ else None) or OPEN
        end = (self.until.end(opportunity, start) if self.until else None) or OPEN
        if _is_untimed(spoken, start, end):
            return unknown("incomplete_transcript", "turns.at")
        with_end = self.until is not None and not self.until.is_relative
        inside = [said for said in spoken if is_inside(said, start, end, with_end)]
        if self.last is not None and not facts.is_transcript_complete:
            return unknown("incomplete_transcript", "transcript_complete")
        inside = inside[: self.first] if self.first else inside[-self.last :] if self.last else inside
        hits = [(said, hit) for said in inside if (hit := find_hit(self.cue, said, opportunity))]
        if not hits:
            return self._miss(opportunity, facts.is_transcript_complete)
        if self.reply != "none":
            return self._check_reply(opportunity, hits, end)
        return self._hit(opportunity, hits[0][0].turn, hits[0][0].at_us)

    def _hit(self, opportunity: Opportunity, evidence: Any, at: int | None) -> Finding:
        """A hit passes, unless the rule or the family says that it is only a hint."""
        is_hint = all(family.policy == "lean_only" for family in families(self.cue, opportunity))
        if is_hint or self.cue_policy == "lean_only":
            return unknown("cue_not_found", lean="pass", evidence=(evidence,))
        return Finding(PASS, "said", evidence=(evidence,), decided=at)

    def _miss(self, opportunity: Opportunity, is_complete: bool) -> Finding:
        if not is_complete:
            return unknown("incomplete_transcript", "transcript_complete")
        if self.cue_policy == "strict":
            return Finding(FAIL, "not_said")
        return unknown("cue_not_found", *self.cue, lean="fail")

    def _check_reply(self, opportunity: Opportunity, hits: list[tuple[Said, Hit]], end: Bound) -> Finding:
        """What the other side answered between the ask and the end of the stretch."""
        first = hits[0][0]
        replies = [
            said
            for said in opportunity.facts.turns
            if said.speaker != first.speaker and said.speaker != "system" and said.index > first.index
        ]
        if self.reply == "any":
            return self._any_reply(opportunity, hits, replies, end)
        answer, evidence = None, first
        for said in (reply for reply in replies if is_inside(reply, OPEN, end)):
            asked = [hit for ask, hit in hits if ask.index < said.index][-1]
            read = classify_reply(said.prepared(), asked.no_means_yes, opportunity.setting.replies)
            if read != "unclear":
                answer, evidence = read, said
        figures: dict[str, Any] = {"evidence": (first.turn, evidence.turn), "decided": evidence.at_us}
        if answer == "agreed":
            return Finding(PASS, "agreed", **figures)
        if answer == "refused":
            return Finding(FAIL, "refused", **figures)
        return unknown("ambiguous", lean="fail", evidence=(first.turn,))

    def _any_reply(
        self, opportunity: Opportunity, hits: list[tuple[Said, Hit]], replies: list[Said], end: Bound
    ) -> Finding:
        ask, act = hits[-1][0], end.at_us
        for said in (reply for reply in replies if reply.index > hits[0][0].index):
            near = act is not None and said.at_us is not None and abs(said.at_us - act) < UNCLEAR_ORDER_US
            if near:
                return unknown("ambiguous", "turns", evidence=(ask.turn, said.turn))
            if is_inside(said, OPEN, end):
                return Finding(PASS, "answered", evidence=(ask.turn, said.turn), decided=said.at_us)
        if self._is_long_silence(opportunity, ask, act):
            return Finding(PASS, "answered", evidence=(ask.turn,), decided=act)
        if self.no_reply == "fail" and opportunity.facts.is_transcript_complete:
            return Finding(FAIL, "not_answered", evidence=(ask.turn,), decided=act)
        return unknown("cue_not_found", "turns", lean="fail", evidence=(ask.turn,))

    def _is_long_silence(self, opportunity: Opportunity, ask: Said, act: int | None) -> bool:
        if self.silence_counts_after is None or act is None:
            return False
        duration, _ = self.silence_counts_after.resolve(opportunity)
        begin = ask.until_us if ask.until_us is not None else ask.at_us
        return duration is not None and begin is not None and act - begin >= duration.amount

    def _check_texts(self, opportunity: Opportunity) -> Finding:
        """The texts of the events named by `in`; a text is whole."""
        ref: EventRef = self.in_
        events = ref.seen(opportunity)
        if not events:
            tracked = ref.is_tracked(opportunity.facts)
            return unknown("no_such_event" if tracked else "event_not_tracked", *ref.types)
        given = [(event, event.values["text"]) for event in events if event.values.get("text")]
        if not given:
            return unknown("no_transcript", f"{ref.types[0]}.text")
        findings = [self._check_text(opportunity, event, str(text)) for event, text in given]
        order = [finding for finding in findings if finding.outcome is FAIL]
        order += [finding for finding in findings if finding.outcome is PASS]
        chosen = (order or findings)[0]
        chosen.change_at = earliest(finding.change_at for finding in findings)
        return chosen

    def _check_text(self, opportunity: Opportunity, event: Event, text: str) -> Finding:
        said = Said(0, Turn("agent", text))
        if find_hit(self.cue, said, opportunity) is None:
            return self._miss(opportunity, is_complete=True)
        if self.names_date_of is not None:
            return self._check_date(opportunity, event, said)
        return self._hit(opportunity, event, event.at_us)

    def _check_date(self, opportunity: Opportunity, event: Event, said: Said) -> Finding:
        """The date that the text names against the first open day after the event."""
        calendar = opportunity.calendar
        dates = find_dates(said.prepared(), calendar.local_date(event.at_us))
        if not dates:
            return unknown("ambiguous", "text", lean="pass", evidence=(event,))
        ends = self.names_date_of.seen(opportunity)
        if not ends:
            if max(dates) < calendar.local_date(opportunity.facts.as_of):
                return Finding(FAIL, "stale_date", evidence=(event,))
            over_at = calendar.midnight_us(max(dates) + timedelta(days=1))
            return Finding(PASS, "said", evidence=(event,), decided=event.at_us, change_at=over_at)
        back: date = calendar.local_date(calendar.next_open_us(ends[0].at_us))
        if back in dates:
            return Finding(PASS, "said", evidence=(event,), decided=event.at_us)
        if max(dates) < back:
            return Finding(FAIL, "stale_date", evidence=(event,))
        return unknown("ambiguous", "text", lean="fail", evidence=(event,))

    def event_refs(self) -> tuple[EventRef, ...]:
        """The events with the texts, the date, and the ends of the stretch."""
        anchors = (anchor.event for anchor in (self.from_, self.until) if anchor is not None)
        return tuple(ref for ref in (self.in_, self.names_date_of, *anchors) if ref is not None)

    def events(self) -> frozenset[str]:
        """Every event type that the cue reads, and the turns."""
        return super().events() | (frozenset() if self.in_ is not None else frozenset(("turns",)))

    def fields_read(self) -> frozenset[str]:
        """The language, whether the words are whole, and the fields of the length of a silence."""
        silence = self.silence_counts_after.fields() if self.silence_counts_after is not None else frozenset[str]()
        return super().fields_read().union(("language", "transcript_complete"), silence)

    def takes_time(self) -> bool:
        """False."""
        return False

    def reads_only_its_words(self) -> bool:
        """True."""
        return True

    def steps(self, opportunity: Opportunity, finding: Finding) -> list[Step]:
        """Which turns or texts decided, by place, never by content."""
        zone, steps = opportunity.calendar.zone, []
        for item in finding.evidence:
            if isinstance(item, Turn):
                at = None if item.at_us is None else local(item.at_us, zone)
                index = next(i for i, turn in enumerate(opportunity.facts.record.turns) if turn is item)
                steps.append(Step("turn", {"speaker": item.speaker, "turn": index, "at": at}))
            else:
                steps.append(Step("event", {"event": item.type, "at": local(item.at_us, zone)}))
        if not steps and finding.reason not in ("cue_not_found", "not_said"):
            return []
        return steps or [Step("absent", {"what": " or ".join(self.cue), "names": list(finding.names)})]


def _base(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]


def _is_untimed(spoken: list[Said], start: Bound, end: Bound) -> bool:
    """True when the stretch is bounded by instants and no turn has one."""
    is_bounded = (start.turn is None and start.at_us is not None) or (end.turn is None and end.at_us is not None)
    return is_bounded and all(said.at_us is None for said in spoken)
