"""The queue: service level by five named formulas, answered within, abandonment, speed of answer, blocked calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.figure import Figure, share_figure
from servstd.objective.measures.items import (
    EVERYTHING,
    Basis,
    Gathered,
    Left,
    choose,
    events_in_order,
    first_event,
    gather,
    names_of,
    seconds,
)
from servstd.objective.measures.times import Times, times_of
from servstd.record import Record

MIN_OFFERED = 30
SHORT_S = 5.0
# What decides how a call ended, of what a log may give.
ENDING = ("answered", "abandoned", "rerouted")
ENDS = ("answered", "abandoned", "waiting", "left", "blocked")

# T is the limit; 'late' is after T, 'early' is at T or before, 'short' is within the short limit (5 s).
SERVICE_LEVEL_FORMULAS = {
    "answered_in_T_over_answered_plus_all_abandons": "every caller who gives up counts against it",
    "answered_in_T_over_answered_plus_abandons_not_short": "who gives up within 5 s does not count",
    "answered_in_T_over_answered_plus_late_abandons": "who gives up within T does not count (the default)",
    "answered_in_T_plus_early_abandons_over_answered_plus_all_abandons": "who gives up within T counts as answered",
    "answered_in_T_over_answered": "callers who give up do not count at all",
}
STRICT, NOT_SHORT, LATE_ONLY, EARLY_MET, ANSWERED_ONLY = SERVICE_LEVEL_FORMULAS
ABANDONMENT_FORMULAS = ("abandoned_over_offered", "abandoned_not_short_over_offered_not_short")


@dataclass(frozen=True, slots=True)
class QueueCall:
    """One call in a queue: how it ended and how long it waited.

    `end` is `answered`, `abandoned`, `waiting` (still in the queue), `left` (went elsewhere) or `blocked` (refused
    before the queue). `wait_s` is the wait in seconds, needed for the first two; `at` is when it joined the queue.
    """

    end: str
    wait_s: float | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse an end that is none, and a negative wait."""
        if self.end not in ENDS:
            raise RecordError([Problem("unknown-value", f"{self.end!r} is not one of {', '.join(ENDS)}", ("end",))])
        if self.wait_s is not None and not self.wait_s >= 0:
            raise RecordError([Problem("not-a-number", f"{self.wait_s!r} is not a length of time", ("wait_s",))])


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The five counts that every formula of a service level is made of.

    Of those who gave up: `abandoned_early` within the limit of the service level, `abandoned_short` within 5 s.
    Raises `ValueError` when a part is larger than its whole, or negative.
    """

    answered: int
    answered_in_time: int
    abandoned: int = 0
    abandoned_early: int = 0
    abandoned_short: int = 0

    def __post_init__(self) -> None:
        """Refuse a part that is larger than its whole."""
        for part, whole in _PARTS:
            count, limit = getattr(self, part), getattr(self, whole)
            if not 0 <= count <= limit:
                raise ValueError(f"expected 0 <= {part} <= {whole}, got {count!r} of {limit!r}")

    def terms(self, formula: str) -> tuple[int, int]:
        """Numerator and denominator by one of the five formulas."""
        choose(formula, SERVICE_LEVEL_FORMULAS)
        met = self.answered_in_time + (self.abandoned_early if formula == EARLY_MET else 0)
        counted = {
            NOT_SHORT: self.abandoned - self.abandoned_short,
            LATE_ONLY: self.abandoned - self.abandoned_early,
            ANSWERED_ONLY: 0,
        }
        return met, self.answered + counted.get(formula, self.abandoned)


_PARTS = (
    ("answered_in_time", "answered"),
    ("abandoned_early", "abandoned"),
    ("abandoned_short", "abandoned"),
)


def service_level(
    items: Iterable[Any] | QueueCounts,
    within: timedelta | float,
    formula: str = LATE_ONLY,
    *,
    short: timedelta | float = SHORT_S,
    begin: str | Iterable[str] = "received",
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of calls answered `within` a limit (a length, or seconds), by one of `SERVICE_LEVEL_FORMULAS`.

    `items` are records, `QueueCall` rows or mappings, or the `QueueCounts` of an interval. `begin` names the event by
    which a call joins the queue, or several, of which the first that a call has is taken: ringing at an agent's own
    telephone is not it. An answer or an abandonment exactly at
    a limit is within it. There is no default limit: the sources give none. Raises `ValueError` for an unknown formula.
    """
    limit, shortest = seconds(within), seconds(short)
    gathered, counts = _counted(items, limit, shortest, begin, basis)
    met, decided = counts.terms(formula)
    out = counts.answered + counts.abandoned - decided
    gathered.leave({NOT_SHORT: "abandoned_short", LATE_ONLY: "abandoned_early"}.get(formula, "abandoned"), out)
    parts = {name: getattr(counts, name) for name in QueueCounts.__slots__}
    settings = {"within_s": limit, "short_s": shortest, "begin": names_of(begin)}
    return _guarded("service_level", formula, met, decided, gathered, parts, settings)


def answered_within(
    items: Iterable[Any] | QueueCounts,
    within: timedelta | float,
    *,
    begin: str | Iterable[str] = "received",
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of all offered calls that were answered `within` a limit: who gives up was not answered."""
    limit = seconds(within)
    gathered, counts = _counted(items, limit, SHORT_S, begin, basis)
    offered = counts.answered + counts.abandoned
    parts = {"answered_in_time": counts.answered_in_time, "offered": offered}
    settings = {"within_s": limit, "begin": names_of(begin)}
    formula = "answered_in_X_over_offered"
    return _guarded("answered_within", formula, counts.answered_in_time, offered, gathered, parts, settings)


def abandonment(
    items: Iterable[Any] | QueueCounts,
    formula: str = ABANDONMENT_FORMULAS[0],
    *,
    short: timedelta | float = SHORT_S,
    begin: str | Iterable[str] = "received",
    basis: Basis = EVERYTHING,
) -> Figure:
    """The share of calls offered to the queue whose caller gave up; show it with and without short ones."""
    choose(formula, ABANDONMENT_FORMULAS)
    shortest = seconds(short)
    gathered, counts = _counted(items, shortest, shortest, begin, basis)
    left_out = counts.abandoned_short if formula == ABANDONMENT_FORMULAS[1] else 0
    gathered.leave("abandoned_short", left_out)
    abandoned = counts.abandoned - left_out
    parts = {"abandoned": counts.abandoned, "abandoned_short": counts.abandoned_short, "answered": counts.answered}
    settings = {"short_s": shortest, "begin": names_of(begin)}
    return _guarded("abandonment", formula, abandoned, counts.answered + abandoned, gathered, parts, settings)


def blocked(items: Iterable[Any], *, basis: Basis = EVERYTHING) -> Figure:
    """The share of attempts that were refused before the queue (a busy signal); belongs beside every service level."""
    gathered = gather(items, QueueCall, _reader(("received",)), basis, ENDING)
    refused = sum(call.end == "blocked" for call in gathered.rows)
    return _guarded("blocked", "blocked_over_attempts", refused, len(gathered.rows), gathered, {"blocked": refused}, {})


def speed_of_answer(
    items: Iterable[Any], *, begin: str | Iterable[str] = "received", basis: Basis = EVERYTHING
) -> Times:
    """How long answered calls waited: mean, median and 90th percentile. It hides those who gave up."""
    gathered = gather(items, QueueCall, _reader(names_of(begin)), basis, (*names_of(begin), *ENDING))
    waits = [call.wait_s for call in _known(gathered) if call.end == "answered" and call.wait_s is not None]
    gathered.leave("abandoned", sum(call.end == "abandoned" for call in gathered.rows))
    settings = {"begin": names_of(begin)}
    return times_of("speed_of_answer", "wait_of_answered_calls", waits, gathered, settings, min_n=MIN_OFFERED)


def queue_counts(
    items: Iterable[Any],
    within: timedelta | float,
    *,
    short: timedelta | float = SHORT_S,
    begin: str | Iterable[str] = "received",
    basis: Basis = EVERYTHING,
) -> QueueCounts:
    """The counts of some calls; counts of intervals may be added up, shares may not."""
    return _counted(items, seconds(within), seconds(short), begin, basis)[1]


def _counted(
    items: Iterable[Any] | QueueCounts, limit: float, short: float, begin: str | Iterable[str], basis: Basis
) -> tuple[Gathered[QueueCall], QueueCounts]:
    if isinstance(items, QueueCounts):
        return Gathered(basis), items
    gathered = gather(items, QueueCall, _reader(names_of(begin)), basis, (*names_of(begin), *ENDING))
    calls = _known(gathered)
    answers = [call.wait_s or 0.0 for call in calls if call.end == "answered"]
    given_up = [call.wait_s or 0.0 for call in calls if call.end == "abandoned"]
    in_time = sum(wait <= limit for wait in answers)
    early, brief = sum(wait <= limit for wait in given_up), sum(wait <= short for wait in given_up)
    return gathered, QueueCounts(len(answers), in_time, len(given_up), early, brief)


def _known(gathered: Gathered[QueueCall]) -> list[QueueCall]:
    """The calls that were answered or abandoned after a known wait; the others are counted where they belong."""
    found = []
    for call in gathered.rows:
        if call.end == "waiting":
            gathered.pending += 1
        elif call.end in ("left", "blocked"):
            gathered.leave(call.end)
        elif call.wait_s is None:
            gathered.missing["no_wait"] += 1
        else:
            found.append(call)
    return found


def _reader(begin: tuple[str, ...]) -> Any:
    return lambda record: queue_call(record, begin)


def queue_call(record: Record, begin: str | Iterable[str] = "received") -> QueueCall | Left | None:
    """What became of a call, by the first of its events after `begin`; None when the record is no telephone call."""
    if record.kind != "interaction" or record.channel != "phone":
        return None
    if record.direction == "outbound":
        return Left("outbound")
    if record.fields.get("consult_leg") is True:
        return Left("consult_leg")
    joined = first_event(record, names_of(begin))
    if joined is None:
        return Left("no_queue_entry", is_missing=True)
    for event in events_in_order(record):
        if event.at_us >= joined.at_us and event.type in ("answered", "abandoned"):
            return QueueCall(event.type, (event.at_us - joined.at_us) / 1e6, joined.at)
        if event.at_us >= joined.at_us and event.type in ("rerouted", "ended", "hangup", "closed"):
            return QueueCall("left", None, joined.at)
    return QueueCall("waiting", None, joined.at)


def _guarded(
    name: str, formula: str, met: int, of: int, gathered: Gathered[Any], parts: dict[str, Any], settings: dict[str, Any]
) -> Figure:
    more = {"parts": parts, "settings": settings, **gathered.left_out()}
    return gathered.guard(share_figure(name, formula, met, of, gathered.confidence, **more), MIN_OFFERED)
