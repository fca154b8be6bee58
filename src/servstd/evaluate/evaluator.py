"""The evaluator: a compiled catalog that judges records. Immutable, thread-safe, picklable; no clock of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.body import BY_KEY
from servstd.errors import CatalogError, Problem, RecordError
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.scope import Scope, scope_of
from servstd.evaluate.verdict import Verdict
from servstd.facts import Facts
from servstd.flat import FlatReader
from servstd.objective import Tally
from servstd.outcome import NOT_APPLICABLE, PENDING, Outcome
from servstd.record import Record
from servstd.values import BadValue, local, parse_instant, to_us
from servstd.vocabulary import Vocabulary, read_defaults

if TYPE_CHECKING:
    from servstd.evaluate.plan import Plan

FIRST_YEAR, LAST_YEAR = 1800, 2399
_MAX_SCOPES = 10_000


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something owed: by which rule, since when and until when.

    `due_at` and `late_after` are None while the clock is paused. `warn_at` are the rule's warnings, in order.
    """

    rule_id: str
    received_at: datetime | None
    due_at: datetime | None
    late_after: datetime | None
    remaining: timedelta | None
    is_paused: bool
    warn_at: tuple[datetime, ...] = ()


class Evaluator:
    """Judges records by a catalog.

    `defaults` are assumed where a record does not say; every verdict lists what was assumed. They are laid over those
    of the catalog, and None takes one away. To reload a catalog, build a new evaluator. Raises `CatalogError` for
    defaults that a catalog could not have, and `TypeError` for what is no catalog.
    """

    def __init__(
        self, catalog: Catalog | None = None, *, defaults: Mapping[str, Any] | None = None, strict: bool = False
    ) -> None:
        self.catalog = load_catalog() if catalog is None else _checked(catalog)
        self.defaults = {**self.catalog.defaults, **_read(defaults or {}, self.catalog.vocabulary)}
        self.strict = strict
        self.reader = FlatReader(self.catalog.vocabulary)
        self.reported = tuple(self.catalog.enabled_rules)
        self.all_out_of_scope: dict[str, Outcome] = dict.fromkeys(self.reported, NOT_APPLICABLE)
        self._scopes: dict[tuple[Any, ...], Scope] = {}
        self._asked: tuple[datetime | None, int] = (None, 0)  # records are judged in many at one instant
        self._plan: Plan | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """An evaluator travels as its plan, which is made once."""
        from servstd.evaluate.plan import Plan, restore

        if self._plan is None:
            self._plan = Plan.of(self)
        return restore, (self._plan,)

    def check(self, record: Record | Mapping[str, Any], *, as_of: datetime) -> Assessment:
        """The verdicts of one record, given full or flat, as seen at an aware instant.

        Raises `RecordError` for a record that can not be judged at all, and under `strict` for anything odd.
        """
        last, instant = self._asked
        if last is not as_of:
            instant = _instant(as_of)
            self._asked = as_of, instant
        record = self.reader.typed(record) if isinstance(record, Record) else self.reader.read(record)
        assessment = Assessment(self, Facts(record, instant, self.catalog, self.defaults))
        if self.strict and assessment.problems:
            raise RecordError(assessment.problems)
        return assessment

    def check_many(self, records: Iterable[Record | Mapping[str, Any]], *, as_of: datetime) -> Iterator[Assessment]:
        """One assessment a record, lazily. The first record that can not be judged raises `RecordError` and ends it."""
        return (self.check(record, as_of=as_of) for record in records)

    def check_table(self, table: Any, *, as_of: datetime, full: bool = False) -> Any:
        """A whole table of records in the flat form, as a `pyarrow.Table`.

        `table` is anything with `__arrow_c_stream__` (pyarrow, polars, duckdb, pandas), a reader or a dataset. The
        answer is the compact table, a row a record and a column a rule, or with `full` the verdict table, a row a
        record and rule. Raises `RecordError` for a table without ids, and `ImportError` without the extra `bulk`.
        """
        from servstd.evaluate.table.run import concat

        return concat(self.iter_tables(table, as_of=as_of, full=full))

    def iter_tables(self, table: Any, *, as_of: datetime, full: bool = False) -> Iterator[Any]:
        """The same as record batches, one after the other: for tables of any length."""
        from servstd.evaluate.table.run import TableRun

        _instant(as_of)
        run = TableRun(self, table, as_of)
        return run.full() if full else run.compact()

    def tally_table(self, table: Any, *, as_of: datetime, by: str | Sequence[str] = ("rule_id",)) -> Tally:
        """The verdicts of a whole table counted, without making any: what `summarize` makes figures of.

        `table` is as for `check_table`, of any length: what is kept grows with the groups alone. `by` names
        `rule_id`, `reading`, `outcome`, `reason`, `record_id`, attributes and fields of the records, and `day`, `week`,
        `month`, `quarter` or `year` by when they began. The figures are those of the same verdicts one by one. Raises
        `RecordError` as `check_table` does, and for other columns.
        """
        from servstd.evaluate.table.run import TableRun
        from servstd.evaluate.table.tally import tally_run

        _instant(as_of)
        return tally_run(TableRun(self, table, as_of), by)

    def deadlines(self, record: Record | Mapping[str, Any], *, as_of: datetime) -> list[Deadline]:
        """What is owed and until when, the soonest first; paused clocks last."""
        found = [deadline for verdict in self.check(record, as_of=as_of) for deadline in _deadlines(verdict)]
        return sorted(found, key=lambda one: (one.late_after is None, one.late_after or as_of, one.rule_id))

    def scope(self, facts: Facts) -> Scope:
        """The rules that may be about a record by its kind, channel, audience and direction; remembered."""
        key = tuple(map(facts.values.get, BY_KEY))
        known = self._scopes.get(key)
        if known is None:
            known = scope_of(self.catalog, dict(zip(BY_KEY, key, strict=True)))
            if len(self._scopes) < _MAX_SCOPES:
                self._scopes[key] = known
        return known


def _checked(catalog: object) -> Catalog:
    """A catalog as it is; raises `TypeError` for anything else, most often where one is still to be loaded."""
    if isinstance(catalog, Catalog):
        return catalog
    if isinstance(catalog, (str, PurePath)):
        where = repr(str(catalog))
        raise TypeError(f"expected a Catalog, got {where}; pass load_catalog({where})")
    if isinstance(catalog, Mapping):
        raise TypeError("expected a Catalog, got a mapping; pass load_catalog(...) of it")
    raise TypeError(f"expected a Catalog, got {type(catalog).__name__}; pass what load_catalog gives")


def _read(defaults: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """The defaults given, read like those of a catalog; None stays, to take one of the catalog away."""
    read, problems = read_defaults({name: value for name, value in defaults.items() if value is not None}, vocabulary)
    if problems:
        raise CatalogError(problems)
    return {**defaults, **read}


def _instant(as_of: datetime) -> int:
    """The instant to judge at, in UTC microseconds; raises `RecordError`."""
    try:
        instant = parse_instant(as_of)
    except BadValue as error:
        raise RecordError([Problem(error.code, str(error), ("as_of",), error.hint)]) from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        message = f"{instant.isoformat()} is beyond the years that calendars reach, {FIRST_YEAR} to {LAST_YEAR}"
        raise RecordError([Problem("bad-time", message, ("as_of",))])
    return to_us(instant)


def _deadlines(verdict: Verdict) -> Iterator[Deadline]:
    for opportunity, finding in verdict.parts():
        if finding.outcome is not PENDING or finding.received is None:
            continue
        zone = opportunity.calendar.zone
        body = verdict.body_of(opportunity, finding)
        warnings = [warn.instant(finding, opportunity.calendar) for warn in body.warn]
        yield Deadline(
            verdict.rule_id,
            local(finding.received, zone),
            None if finding.due is None else local(finding.due, zone),
            None if finding.late_after is None else local(finding.late_after, zone),
            None if finding.remaining is None else timedelta(microseconds=finding.remaining),
            finding.reason == "clock_paused",
            tuple(local(at, zone) for at in sorted(at for at in warnings if at is not None)),
        )
