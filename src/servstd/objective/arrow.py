"""Verdicts and tallies as Arrow tables: counted by columns, with the same answers and errors as row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import repeat
from typing import Any

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("a table needs pyarrow and numpy: pip install 'servstd[bulk]'") from error

from servstd.errors import Problem, RecordError
from servstd.objective.counts import AMOUNTS, COUNTED, Counts
from servstd.objective.grouping import Ints, group_rows, period_codes
from servstd.objective.period import CALENDAR_PERIODS, INSTANTS, as_zone
from servstd.objective.tally import COUNT_COLUMNS, OUTCOMES, Tally, tidy, zone_for
from servstd.outcome import NOT_APPLICABLE, Outcome

BATCH_ROWS = 1 << 17


def count_table(tally: Tally, source: Any, time_zone: str | tzinfo | None = None) -> None:
    """Add every row of a verdict table to a tally. What is odd in a batch is counted, or refused, row by row.

    Periods that are no column are made in `time_zone`, as `Tally.add` does.
    """
    wanted = {*tally.by, "outcome", "reason", *COUNT_COLUMNS, *INSTANTS}
    for batch in _batches(source):
        if isinstance(batch, pa.RecordBatch):
            _require_verdicts(batch.schema.names)
            chosen = batch.select([name for name in batch.schema.names if name in wanted])
            if _Columns(chosen, time_zone).count_into(tally):
                continue
        for row in batch.to_pylist():
            tally.add(row, time_zone)


def _require_verdicts(names: Sequence[str]) -> None:
    """Raise `RecordError` for a compact table, which has a column a rule."""
    if "record_id" in names and "rule_id" not in names and "outcome" not in names:
        hint = "a compact table goes through expand(table) first; tally_table counts without making one"
        raise RecordError([Problem("missing-column", "the table has no column 'outcome'", ("outcome",), hint)])


def _batches(source: Any) -> Iterator[Any]:
    """Batches of a moderate size, of whatever holds a table."""
    if hasattr(source, "to_batches"):
        batches = source.to_batches()
    elif isinstance(source, pa.RecordBatch):
        batches = [source]
    else:
        batches = pa.RecordBatchReader.from_stream(source)
    for batch in batches:
        if isinstance(batch, pa.RecordBatch):
            yield from (batch.slice(begin, BATCH_ROWS) for begin in range(0, batch.num_rows, BATCH_ROWS))
        else:
            yield batch


class _Columns:
    """One batch of a verdict table."""

    def __init__(self, batch: Any, time_zone: str | tzinfo | None) -> None:
        self.batch, self.time_zone = batch, time_zone
        self.names = frozenset(batch.schema.names)

    def count_into(self, tally: Tally) -> bool:
        """Count the rows; False, and nothing counted, when a cell needs a closer look."""
        encoded = [self._encoded(name) for name in ("outcome", "reason", *tally.by)]
        amounts = [self._amounts(name) for name in COUNT_COLUMNS]
        if any(one is None for one in (*encoded, *amounts)):
            return False
        outcome, reason, *keys = (one for one in encoded if one is not None)
        outcomes = [OUTCOMES.get(value) if isinstance(value, str) else None for value in outcome[1]]
        is_bad = np.array([one is None for one in outcomes])
        if is_bad[outcome[0]].any():
            return False
        groups = group_rows([(codes, len(values)) for codes, values in (*keys, outcome, reason)], self.batch.num_rows)
        sums = _summed(groups.number, len(groups.first), self._counted(outcome[0], outcomes, amounts))
        for place, row in enumerate(groups.first.tolist()):
            key = tuple([tidy(values[codes[row]]) for codes, values in keys])
            counts = tally.groups.get(key)
            if counts is None:
                counts = tally.groups[key] = Counts()
            counts.add(OUTCOMES[outcome[1][outcome[0][row]]], str(reason[1][reason[0][row]] or ""), sums[place])
        return True

    def _encoded(self, name: str) -> tuple[Any, list[Any]] | None:
        """The place of each value among the different ones; None for a column that can not be taken apart so."""
        if name not in self.names:
            if name in CALENDAR_PERIODS and self.batch.num_rows:
                return self._periods(name)
            return np.zeros(self.batch.num_rows, np.int64), [None]
        column = self.batch.column(name)
        if pa.types.is_nested(column.type) or pa.types.is_null(column.type):
            return None if self.batch.num_rows and column.null_count < len(column) else self._encoded("")
        try:
            column = _with_dictionary(column)
        except pa.lib.ArrowException:
            return None
        values = [*column.dictionary.to_pylist(), None]
        codes = column.indices.cast(pa.int64()).fill_null(len(values) - 1).to_numpy(zero_copy_only=False)
        return codes, values if column.null_count else values[:-1] or [None]

    def _periods(self, per: str) -> tuple[Any, list[Any]] | None:
        """The period of each row; None when its instants are no timestamps with a zone."""
        given = [self.batch.column(name) for name in INSTANTS if name in self.names]
        given = [column for column in given if not pa.types.is_null(column.type)]
        if not given or not all(pa.types.is_timestamp(one.type) and one.type.tz for one in given):
            return None
        at = pc.coalesce(*(one.cast(pa.timestamp("us", "UTC"), safe=False) for one in given))
        is_there = at.is_valid().to_numpy(zero_copy_only=False)
        instants = at.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
        codes, labels = period_codes(instants, is_there, per, as_zone(zone_for(per, self.time_zone)))
        return np.where(is_there, codes, len(labels)), [*labels, None]

    def _amounts(self, name: str) -> Ints | None:
        """A column of counts; None when one of them is no plain count."""
        if name not in self.names or pa.types.is_null(self.batch.column(name).type):
            return np.zeros(self.batch.num_rows, np.int64)
        column = self.batch.column(name)
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            return None
        try:
            numbers = column.fill_null(0).cast(pa.int64()).to_numpy(zero_copy_only=False)
        except pa.lib.ArrowException:
            return None
        return numbers if not len(numbers) or numbers.min() >= 0 else None

    def _counted(self, codes: Ints, outcomes: Sequence[Outcome | None], amounts: Sequence[Any]) -> list[Ints]:
        """Opportunities of each row: as given, else one of its outcome, none where it is not applicable."""
        is_applicable = np.array([one is not NOT_APPLICABLE for one in outcomes])[codes]
        is_given = np.zeros(len(codes), np.bool_)
        for one in amounts:
            is_given |= one > 0
        found = []
        for outcome, given in zip(COUNTED, amounts, strict=True):
            is_it = np.array([one is outcome for one in outcomes])[codes]
            found.append(np.where(is_given, given, is_it) * is_applicable)
        return found


def _with_dictionary(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_run_end_encoded(column.type):
        column = pc.run_end_decode(column)
    return pc.dictionary_encode(column.cast(pa.large_string()) if column.type == pa.string_view() else column)


def _summed(number: Ints, count: int, amounts: Sequence[Ints]) -> list[list[int]]:
    """For each group its rows, the sums of the amounts, and those of the squares of what was decided."""
    sums = np.zeros((count, len(AMOUNTS)), np.int64)
    sums[:, 0] = np.bincount(number, minlength=count)
    for place, one in enumerate([*amounts, (amounts[0] + amounts[1]) ** 2], 1):
        np.add.at(sums[:, place], number, one)
    found: list[list[int]] = sums.tolist()
    return found


def table_of_tally(tally: Tally) -> Any:
    """See `Tally.to_table`."""
    own = [name for name in tally.by if name not in ("outcome", "reason")]
    if taken := sorted({*own} & {*AMOUNTS}):
        message = f"the table of a tally has a column {taken[0]!r} of its own, so it can not be by one"
        raise RecordError([Problem("duplicate-column", message, ("by",))])
    columns: dict[str, list[Any]] = {name: [] for name in (*own, "outcome", "reason", *AMOUNTS)}
    places = [tally.by.index(name) for name in own]
    for key, counts in tally.groups.items():
        texts = [_text(key[place]) for place in places]
        for (outcome, reason), cell in counts.cells.items():
            row = (*texts, outcome.value, reason, *cell)
            for values, value in zip(columns.values(), row, strict=True):
                values.append(value)
    types = {name: pa.int64() if name in AMOUNTS else pa.string() for name in columns}
    by = {b"servstd.by": ",".join(tally.by).encode()}
    schema = pa.schema(list(types.items()), metadata=by)
    return pa.table([pa.array(values, types[name]) for name, values in columns.items()], schema=schema)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def tally_of_table(source: Any) -> Tally:
    """See `Tally.from_table`."""
    table = _table_of(source)
    names = table.schema.names
    lacking = [name for name in ("outcome", "reason", *AMOUNTS[:-1]) if name not in names]
    if lacking:
        message = f"the table of a tally has no column {lacking[0]!r}"
        raise RecordError([Problem("missing-column", message, (lacking[0],))])
    given = (table.schema.metadata or {}).get(b"servstd.by")
    own = [name for name in names if name not in ("outcome", "reason", *AMOUNTS)]
    by = tuple(own) if given is None else tuple(name for name in given.decode().split(",") if name)
    tally = Tally(by)
    keys = zip(*(map(tidy, table.column(name).to_pylist()) for name in by), strict=True) if by else repeat(())
    outcomes, amounts = map(_read_outcome, table.column("outcome").to_pylist()), _read_amounts(table)
    for key, outcome, reason, cell in zip(keys, outcomes, table.column("reason").to_pylist(), amounts, strict=False):
        counts = tally.groups.get(key)
        if counts is None:
            counts = tally.groups[key] = Counts()
        counts.add(outcome, reason or "", cell)
    return tally


def _table_of(source: Any) -> Any:
    if isinstance(source, pa.RecordBatch):
        return pa.Table.from_batches([source])
    if isinstance(source, pa.Table):
        return source
    return source.to_table() if hasattr(source, "to_table") else pa.RecordBatchReader.from_stream(source).read_all()


def _read_outcome(value: Any) -> Outcome:
    outcome = OUTCOMES.get(value)
    if outcome is None:
        message = f"{value!r} is not one of {', '.join(Outcome)}"
        raise RecordError([Problem("unknown-outcome", message, ("outcome",))])
    return outcome


def _read_amounts(table: Any) -> list[tuple[int, ...]]:
    columns = []
    for name in AMOUNTS:
        if name not in table.schema.names:  # the squares, which `Counts.add` takes the largest of
            continue
        values = table.column(name).to_pylist()
        odd = [value for value in values if type(value) is not int or value < 0]
        if odd:
            raise RecordError([Problem("not-a-number", f"{odd[0]!r} is not a count", (name,))])
        columns.append(values)
    return list(zip(*columns, strict=True))
