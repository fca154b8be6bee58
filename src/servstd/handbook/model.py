"""What a handbook holds: plain text throughout, so that each way of writing it can escape it in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from servstd.outcome import Outcome
from servstd.terms.told import Row, Told


@dataclass(frozen=True, slots=True)
class Example:
    """One test beside a rule: what happened, what came of it, and how."""

    sentence: str
    outcome: Outcome
    explanation: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Another way to read the rule; `differences` are the rows that it changes."""

    name: str
    differences: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a version changed; `until` is the first date on which it no longer holds, None is open."""

    from_: date
    until: date | None
    differences: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Exemption:
    """A waiver: fails that it covers do not count. The dates are local, `until` is exclusive."""

    reason: str
    when: str
    from_: date | None
    until: date | None
    approved_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule. `scope` says what is judged, `decided` how; `off_because` why it is not in use, None when it is."""

    id: str
    title: str
    statement: tuple[str, ...]
    why: str
    scope: tuple[Row, ...]
    decided: Told
    examples: tuple[Example, ...]
    facts: tuple[Row, ...]
    reading: str
    readings: tuple[Reading, ...]
    changes: tuple[Change, ...]
    exemptions: tuple[Exemption, ...]
    off_because: str | None = None


@dataclass(frozen=True, slots=True)
class Family:
    """The rules whose ids begin with the same word."""

    name: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class OddDay:
    """A date on which the hours are not those of its weekday."""

    day: str
    hours: str
    note: str


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar: `facts` are its zone, hours and holidays, `odd_days` those of the handbook's year."""

    name: str
    facts: tuple[Row, ...]
    year: int | None
    odd_days: tuple[OddDay, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the rules use, with what it means."""

    name: str
    what: str
    brief: str


@dataclass(frozen=True, slots=True)
class Handbook:
    """The whole of it. Without `as_of` the rules are as their last version leaves them, and no year is shown."""

    title: str
    version: str
    as_of: date | None
    families: tuple[Family, ...]
    off: tuple[Entry, ...]
    calendars: tuple[Hours, ...]
    terms: tuple[Term, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The rules that are described in full."""
        return tuple(entry for family in self.families for entry in family.entries)
