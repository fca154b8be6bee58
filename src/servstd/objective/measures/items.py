"""What all measures share: which records count, as of when, and why the others do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from servstd.errors import Problem, RecordError
from servstd.objective.figure import Figure, guarded
from servstd.objective.period import Period
from servstd.record import Event, Record
from servstd.values import to_us
from servstd.vocabulary import nearest

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = TypeVar("Row", bound="DataclassInstance")
DEFAULT_MIN_N = 20


@dataclass(frozen=True, slots=True)
class Basis:
    """On what a figure is based.

    `period`: only what began in it counts. `as_of`: nothing later is seen; left out, it is the newest instant in the
    records. `min_n`: under so many a figure is marked `too_few`; each measure has its own when left out. `confidence`
    is that of the intervals.
    """

    period: Period | None = None
    as_of: datetime | None = None
    confidence: float = 0.95
    min_n: int | None = None


EVERYTHING = Basis()


@dataclass(frozen=True, slots=True)
class Left:
    """A record that does not count, and why; `is_missing` when it belonged in and could not be read."""

    reason: str
    is_missing: bool = False


@dataclass(slots=True)
class Gathered(Generic[Row]):
    """The rows that count, and the reasons of the others."""

    basis: Basis
    rows: list[Row] = field(default_factory=list)
    excluded: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    pending: int = 0

    @property
    def confidence(self) -> float:
        """The confidence of the intervals."""
        return self.basis.confidence

    def leave(self, reason: str, count: int = 1) -> None:
        """Count what the formula leaves out."""
        if count:
            self.excluded[reason] += count

    def left_out(self) -> dict[str, Any]:
        """The attributes of a figure that tell what it leaves out."""
        return {"pending": self.pending, "excluded": _sorted(self.excluded), "missing": _sorted(self.missing)}

    def guard(self, figure: Figure, min_n: int = DEFAULT_MIN_N, *, suppress: bool = False) -> Figure:
        """The figure with its guards, `basis.min_n` before that of the measure."""
        basis = self.basis
        is_over = basis.period is None or basis.as_of is None or basis.period.is_over(basis.as_of)
        return guarded(figure, min_n if basis.min_n is None else basis.min_n, is_over, suppress=suppress)


def gather(
    items: Iterable[Any],
    row_type: type[Row],
    read: Callable[[Record], Row | Left | Iterable[Row] | None],
    basis: Basis,
    words: Iterable[str] = (),
) -> Gathered[Row]:
    """The rows of some records, or plain rows as they are.

    `read` turns a record as it was at `basis.as_of` into a row, several, the reason why it does not count, or None
    when the figure is about something else. `words` are the fields and events that decide: a record in which one of
    them could not be read is missing, `unreadable`, for what stands there may be the answer. What began outside
    `basis.period` is not even counted; a row without an instant is missing `no_time` when there is a period.
    """
    items = list(items)
    basis = with_as_of(items, basis)
    found: Gathered[Row] = Gathered(basis)
    for item in items:
        given = _given(item, row_type, read, basis, frozenset(words))
        if given is None:
            continue
        if isinstance(given, Left):
            _note(found, began_at(item) if isinstance(item, Record) else None, given)
            continue
        for row in given if isinstance(given, (list, tuple)) else (given,):
            _place(found, row)
    return found


def _given(
    item: Any,
    row_type: type[Row],
    read: Callable[[Record], Row | Left | Iterable[Row] | None],
    basis: Basis,
    words: frozenset[str],
) -> Row | Left | Iterable[Row] | None:
    if not isinstance(item, Record):
        return _row_or_left(item, row_type)
    given = read(_seen(item, basis.as_of))
    is_row = given is not None and not isinstance(given, Left)
    return Left("unreadable", is_missing=True) if is_row and item.unreadable & words else given


def with_as_of(items: Iterable[Any], basis: Basis) -> Basis:
    """The basis with the newest instant in the records as its `as_of`, when it has none."""
    if basis.as_of is not None:
        return basis
    instants = [at for item in items if isinstance(item, Record) and (at := item.newest_at(PLANNED)) is not None]
    newest = max(instants, key=to_us, default=None)
    return Basis(basis.period, newest, basis.confidence, basis.min_n)


PLANNED = ("process_step_due", "absence_ended", "employed_until")


def _seen(record: Record, as_of: datetime | None) -> Record:
    """The record without what happened after `as_of`."""
    if as_of is None or all(event.at_us <= to_us(as_of) for event in record.events):
        return record
    limit = to_us(as_of)
    events = tuple(event for event in record.events if event.at_us <= limit)
    return Record(
        record.id, record.kind, record.channel, record.audience, record.direction, record.agent, record.team,
        events, record.fields, complete_for=record.complete_for, tracked=record.tracked, defaults=record.defaults,
    )  # fmt: skip


def _row_or_left(item: Any, row_type: type[Row]) -> Row | Left:
    return item if isinstance(item, Left) else plain_row(item, row_type)


def plain_row(item: Any, row_type: type[Row]) -> Row:
    """A row as it is, or the row that a mapping with its names describes.

    Raises `RecordError` for a name that the row has not, for one that it needs, and for anything else.
    """
    if isinstance(item, row_type):
        return item
    if not isinstance(item, Mapping):
        message = f"expected a record, a {row_type.__name__} or a mapping, got {type(item).__name__}"
        raise RecordError([Problem("not-a-mapping", message)])
    known = {one.name: one for one in fields(row_type)}
    for name in item:
        if name not in known:
            message = f"{name!r} is not one of {', '.join(known)}"
            raise RecordError([Problem("unknown-key", message, (str(name),), nearest(name, known))])
    for name, one in known.items():
        if one.default is MISSING and name not in item:
            raise RecordError([Problem("missing-key", f"missing key {name!r}")])
    return row_type(**item)


def _note(found: Gathered[Any], at: datetime | None, left: Left) -> None:
    period = found.basis.period
    if period is None or at is None or at in period:
        (found.missing if left.is_missing else found.excluded)[left.reason] += 1


def _place(found: Gathered[Any], row: Any) -> None:
    period = found.basis.period
    if period is None or (row.at is not None and row.at in period):
        found.rows.append(row)
    elif row.at is None:
        found.missing["no_time"] += 1


def began_at(record: Record) -> datetime | None:
    """The first instant of a record."""
    return min((event.at for event in record.events), key=to_us, default=None)


def first_event(record: Record, names: Iterable[str]) -> Event | None:
    """The earliest event of the first of some types that the record has: `received` only when there is no `opened`."""
    for name in names:
        found = next((event for event in events_in_order(record) if event.type == name), None)
        if found is not None:
            return found
    return None


def events_in_order(record: Record) -> Iterator[Event]:
    """The events by time, then by their place in the source."""
    return iter(sorted(record.events, key=lambda event: (event.at_us, event.sequence)))


def names_of(event: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several, as several."""
    return (event,) if isinstance(event, str) else tuple(event)


def seconds(length: timedelta | float) -> float:
    """A length in seconds. Raises `ValueError` for one below 0."""
    value = length.total_seconds() if isinstance(length, timedelta) else float(length)
    if not value >= 0:
        raise ValueError(f"expected a length of at least 0, got {length!r}")
    return value


def choose(formula: str, known: Iterable[str]) -> str:
    """The formula, when it is known. Raises `ValueError` with the nearest name else."""
    names = tuple(known)
    if formula not in names:
        hint = nearest(formula, names)
        raise ValueError(f"{formula!r} is not one of {', '.join(names)}" + (f"; {hint}" if hint else ""))
    return formula


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    """The most frequent first, then by name; without zeros."""
    return {name: n for name, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n}
