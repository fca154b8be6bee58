"""A rolling monitor for live use: verdicts come in one by one, and each tells where its group stands.

It holds no clock of its own: the newest instant that it was told is its now. So the same verdicts give the same
statuses, today and when they are replayed, and what it says equals what `summarize` says of the same window.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.bands import ALERT_PROBABILITY, alert_label, is_alert, tail_of
from servstd.objective.counts import Counts
from servstd.objective.measures.items import seconds
from servstd.objective.period import read_columns, verdict_at
from servstd.objective.summary import Summary, summarize_tally
from servstd.objective.tally import Key, Tally
from servstd.objective.target import Objective
from servstd.outcome import Outcome
from servstd.values import EPOCH, parse_instant, to_us

FORMAT = 1
_RULE = "rule_id"


@dataclass(frozen=True, slots=True)
class MonitorStatus:
    """Where one group stands after a verdict.

    `summary` are the figures of the window (since, until], as `summarize` gives them. `is_alert`: the rate is under
    its floor, and were the target kept in truth so few passes would have a probability under 2%: `chance`, None
    without an objective or anything decided. `label` is the alert in words, which say when nobody has confirmed the
    objective; empty without one. `is_new_alert` and `is_over` say that this is the first status with an
    alert, or the first without: what a host sends a message for. `is_counted` is False for a verdict that is older than
    the window, or has no instant.
    """

    summary: Summary
    since: datetime
    until: datetime
    is_alert: bool
    chance: float | None
    is_new_alert: bool = False
    is_over: bool = False
    is_counted: bool = True

    @property
    def label(self) -> str:
        """What to write beside an alert."""
        objective = self.summary.objective
        return alert_label(objective) if self.is_alert and objective is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        pairs: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        instants = {"since": self.since.isoformat(), "until": self.until.isoformat()}
        return pairs | instants | {"summary": self.summary.to_dict(), "label": self.label}


@dataclass(slots=True)
class _Entry:
    """What one verdict counted."""

    at_us: int
    group: Key
    counts: Counts


@dataclass(slots=True)
class ObjectiveMonitor:
    """Figures over a rolling window, by group, kept up to date verdict by verdict.

    `objectives` are by rule id. `window` is how far back it looks from the newest instant. `by` are the columns of a
    group, `rule_id` among them. A verdict of the same record and rule takes the place of the one before it: a pending
    one becomes a pass. Verdicts may come in any order; which are counted depends only on their instants, by receipt.

    Not for several threads at once. `to_dict` and `from_dict` carry it over a restart.
    """

    objectives: Mapping[str, Objective]
    window: timedelta
    by: tuple[str, ...] = (_RULE,)
    confidence: float = 0.95
    threshold: float = ALERT_PROBABILITY
    _entries: dict[tuple[str, str], _Entry] = field(default_factory=dict, repr=False)
    _tally: Tally = field(init=False, repr=False)
    _alerts: set[Key] = field(default_factory=set, repr=False)
    _now_us: int | None = None
    _by_age: list[tuple[int, tuple[str, str]]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Refuse a window of nothing and a grouping without the rule."""
        self.by = tuple(self.by)
        if _RULE not in self.by:
            raise ValueError(f"a monitor groups by {_RULE!r} and what else is named, got {', '.join(self.by)}")
        if seconds(self.window) == 0:
            raise ValueError(f"expected a window longer than 0, got {self.window!r}")
        self._tally = Tally(self.by)

    def add(self, verdict: Any) -> MonitorStatus:
        """Count a `Verdict`, or a row of the verdict table, and tell where its group stands now.

        Raises `RecordError` for one that cannot be read or that names neither its record nor its rule.
        """
        read = read_columns(verdict)
        key = _key_of(read("record_id"), read(_RULE))
        one = Tally(self.by)
        one.add(verdict)
        ((group, counts),) = one.groups.items()
        at = verdict_at(read)
        self._forget(key)
        is_counted = at is not None and self._count(key, _Entry(to_us(at), group, counts))
        return self._status(group, is_counted)

    def advance(self, now: datetime) -> list[MonitorStatus]:
        """Move on to an instant without a verdict, as a timer does: what is too old falls out.

        Gives the status of every group, in order. An instant in the past is no news.
        """
        self._move(to_us(now))
        return self.statuses()

    def statuses(self) -> list[MonitorStatus]:
        """Where every group stands that has something in the window or whose alert is not known to be over."""
        groups = {*self._tally.groups, *self._alerts}
        return [self._status(group, True) for group in sorted(groups, key=_rank)]

    def _count(self, key: tuple[str, str], entry: _Entry) -> bool:
        self._move(entry.at_us)
        if entry.at_us <= self._horizon():
            return False
        self._entries[key] = entry
        heapq.heappush(self._by_age, (entry.at_us, key))
        self._tally.add_counts(entry.group, entry.counts)
        return True

    def _move(self, now_us: int) -> None:
        if self._now_us is None or now_us > self._now_us:
            self._now_us = now_us
        while self._by_age and self._by_age[0][0] <= self._horizon():
            at_us, key = heapq.heappop(self._by_age)
            if key in self._entries and self._entries[key].at_us == at_us:  # else it was replaced since
                self._forget(key)

    def _horizon(self) -> int:
        """What happened at this instant or before is too old."""
        return (self._now_us or 0) - round(self.window.total_seconds() * 1e6)

    def _forget(self, key: tuple[str, str]) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        rest = _less(self._tally.groups[entry.group], entry.counts)
        if rest.cells:
            self._tally.groups[entry.group] = rest
        else:
            del self._tally.groups[entry.group]

    def _status(self, group: Key, is_counted: bool) -> MonitorStatus:
        only = Tally(self.by, {group: self._tally.groups.get(group, Counts())})
        (summary,) = summarize_tally(only, self.objectives, self.confidence)
        alert, before = is_alert(summary, self.threshold), group in self._alerts
        (self._alerts.add if alert else self._alerts.discard)(group)
        until = EPOCH + timedelta(microseconds=self._now_us or 0)
        chance = chance_of(summary)
        return MonitorStatus(
            summary, until - self.window, until, alert, chance, alert and not before, before and not alert, is_counted
        )

    def to_dict(self) -> dict[str, Any]:
        """All that it knows, as plain JSON values."""
        return {
            "format": FORMAT,
            "objectives": {rule_id: one.to_dict() for rule_id, one in self.objectives.items()},
            "window_s": self.window.total_seconds(),
            "by": list(self.by),
            "confidence": self.confidence,
            "threshold": self.threshold,
            "now": None if self._now_us is None else (EPOCH + timedelta(microseconds=self._now_us)).isoformat(),
            "alerts": [list(group) for group in sorted(self._alerts, key=str)],
            "entries": [_entry_dict(key, entry) for key, entry in self._entries.items()],
        }

    @classmethod
    def from_dict(cls, pairs: Mapping[str, Any]) -> ObjectiveMonitor:
        """The monitor that `to_dict` described. Raises `ValueError` for another format."""
        if pairs.get("format") != FORMAT:
            raise ValueError(f"expected a monitor of format {FORMAT}, got {pairs.get('format')!r}")
        objectives = {rule_id: _objective(one) for rule_id, one in pairs["objectives"].items()}
        window = timedelta(seconds=pairs["window_s"])
        found = cls(objectives, window, tuple(pairs["by"]), pairs["confidence"], pairs["threshold"])
        found._now_us = None if pairs["now"] is None else to_us(parse_instant(pairs["now"]))
        for one in pairs["entries"]:
            found._count((one["record_id"], one[_RULE]), _entry(one))
        found._alerts = {tuple(group) for group in pairs["alerts"]}
        return found


def chance_of(summary: Summary) -> float | None:
    """The probability of so few passes (for `at_most`, so many) were the target kept; None without either."""
    objective = summary.objective
    if objective is None or not summary.decided:
        return None
    return tail_of(summary.passed, summary.decided, objective, summary.effective)


def watch(monitor: ObjectiveMonitor, verdicts: Iterable[Any]) -> list[MonitorStatus]:
    """Add many; gives only the statuses with which an alert began or ended."""
    found = (monitor.add(verdict) for verdict in verdicts)
    return [status for status in found if status.is_new_alert or status.is_over]


def _key_of(record_id: Any, rule_id: Any) -> tuple[str, str]:
    for name, value in (("record_id", record_id), (_RULE, rule_id)):
        if value is None:
            raise RecordError([Problem("missing-key", f"a verdict without {name!r} can not be followed", (name,))])
    return str(record_id), str(rule_id)


def _less(whole: Counts, part: Counts) -> Counts:
    """What is left of a group without one verdict, and without cells in which nothing is left."""
    rest = Counts()
    for pair, cell in whole.cells.items():
        left = [a - b for a, b in zip(cell, part.cells.get(pair, (0,) * len(cell)), strict=True)]
        if any(left):
            rest.add(*pair, left)
    return rest


def _entry_dict(key: tuple[str, str], entry: _Entry) -> dict[str, Any]:
    (((outcome, reason), cell),) = entry.counts.cells.items()
    return {
        "record_id": key[0],
        _RULE: key[1],
        "at": (EPOCH + timedelta(microseconds=entry.at_us)).astimezone(UTC).isoformat(),
        "group": [_plain(value) for value in entry.group],
        "outcome": outcome.value,
        "reason": reason,
        "counts": cell[1:5],  # opportunities that passed, failed, are pending, are unknown
    }


def _entry(one: Mapping[str, Any]) -> _Entry:
    counts = Counts()
    counts.add(Outcome(one["outcome"]), one["reason"], [1, *one["counts"], sum(one["counts"][:2]) ** 2])
    return _Entry(to_us(parse_instant(one["at"])), tuple(one["group"]), counts)


def _objective(pairs: Mapping[str, Any]) -> Objective:
    day = pairs.get("confirmed_on")
    return Objective(**{**pairs, "confirmed_on": None if day is None else date.fromisoformat(day)})


def _rank(group: Key) -> tuple[tuple[bool, str], ...]:
    """Groups by their values, missing ones last."""
    return tuple((value is None, str(value)) for value in group)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, type(None))) else str(value)
