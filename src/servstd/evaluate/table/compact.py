"""The compact table: a row a record, a dictionary column of `outcome/reason` a rule, and the grouping columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns import Codes
from servstd.columns.columns import Bytes
from servstd.errors import Problem, RecordError
from servstd.evaluate.figures import GROUPING
from servstd.plain import is_missing

_TEXTS = (pa.string(), pa.large_string(), pa.string_view(), pa.null())
_ROWS = 1 << 16  # so that the texts of a batch stay within what an array of them can hold
SHORT_SCHEMA = pa.schema([("record_id", pa.string()), ("rule_id", pa.string()), ("outcome", pa.string()),
                          ("reason", pa.string()), *((name, pa.string()) for name in GROUPING)])  # fmt: skip


def compact_batch(batch: Any, codes: Mapping[str, Bytes], known: Codes, first_row: int = 0) -> Any:
    """The codes of a batch as a record batch: `record_id`, the grouping columns, a column a rule.

    `first_row` is the place of the batch in the table, for messages.
    """
    ids, groups = checked_ids(batch, first_row), _groups(batch)
    texts = pa.array(known.texts(), pa.string())
    arrays = {"record_id": ids, **groups}
    for name, column in codes.items():
        arrays[name] = pa.DictionaryArray.from_arrays(pa.array(column, pa.uint8()), texts)
    # a record has an id and verdicts, always: whoever writes them need not say so row by row
    schema = pa.schema([pa.field(name, array.type, nullable=name in groups) for name, array in arrays.items()])
    return pa.RecordBatch.from_arrays(list(arrays.values()), schema=schema)


def checked_ids(batch: Any, first_row: int = 0) -> Any:
    """The ids of a batch as texts; raises `RecordError` for a row without one."""
    ids = _texts(batch.column("id"))
    bounds = np.frombuffer(ids.buffers()[1], np.int32, len(ids) + 1, 4 * ids.offset) if len(ids) else np.empty(0)
    if ids.null_count or not (bounds[1:] > bounds[:-1]).all():
        row = first_row + pc.index(pc.fill_null(ids, ""), "").as_py()
        raise RecordError([Problem("missing-id", f"row {row} of the table has no id (rows count from 0)", ("id",))])
    return ids


def _groups(batch: Any) -> dict[str, Any]:
    return {name: _texts(batch.column(name)) for name in GROUPING if name in batch.schema.names}


def _texts(column: Any) -> Any:
    """A column as texts, the same as a record holds."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return column.cast(kind).cast(pa.string())
    return pa.array([None if is_missing(value) else str(value) for value in column.to_pylist()], pa.string())


def expand(table: Any) -> Any:
    """The compact table as one row a record and rule: `record_id, rule_id, outcome, reason` and the grouping columns.

    It may also be a batch, or anything with `__arrow_c_stream__` that holds the same. What a compact table does not
    hold (instants, lengths, counts) `check_table(full=True)` has. Rows are in the order of the records, then of the
    catalog. Raises `RecordError` when it is no compact table.
    """
    table = _compact_table(table)
    parts = [_expanded(batch) for batch in table.to_batches(max_chunksize=_ROWS)]
    return pa.Table.from_batches(parts, _short_schema(table.schema.names))


def _compact_table(given: Any) -> Any:
    """A table of texts and dictionaries of texts; raises `RecordError` when it is no compact one."""
    table = _as_table(given)
    names = table.schema.names
    if "record_id" not in names:
        raise _not_compact(" with a column 'record_id'")
    if "rule_id" in names and "outcome" in names:
        raise _not_compact(", got one with a row a record and rule", "it needs no expanding")
    columns = []
    for name, column in zip(names, table.columns, strict=True):
        coded = pa.types.is_dictionary(column.type)
        if (column.type.value_type if coded else column.type) not in _TEXTS:
            raise _not_compact(f", but {name!r} holds {column.type}")
        columns.append(column if coded else column.cast(pa.string()))
    return pa.table(columns, names)


def _as_table(given: Any) -> Any:
    if isinstance(given, pa.Table):
        return given
    if isinstance(given, pa.RecordBatch):
        return pa.Table.from_batches([given])
    if hasattr(given, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(given).read_all()
    raise _not_compact(f", got {type(given).__name__}")


def _not_compact(what: str, hint: str | None = None) -> RecordError:
    return RecordError([Problem("not-a-table", f"expected a compact table{what}", hint=hint)])


def _short_schema(names: list[str]) -> Any:
    return pa.schema([one for one in SHORT_SCHEMA if one.name not in GROUPING or one.name in names])


def _expanded(batch: Any) -> Any:
    rules = [name for name in batch.schema.names if name != "record_id" and name not in GROUPING]
    count, width = batch.num_rows, len(rules)
    rows = pa.array(np.repeat(np.arange(count), width))
    arrays = {"record_id": batch.column("record_id").take(rows)}
    arrays["rule_id"] = pa.array(rules, pa.string()).take(pa.array(np.tile(np.arange(width), count)))
    arrays["outcome"], arrays["reason"] = _split(batch, rules)
    for name in GROUPING:
        if name in batch.schema.names:
            arrays[name] = batch.column(name).take(rows)
    schema = _short_schema(batch.schema.names)
    return pa.RecordBatch.from_arrays([arrays[name].cast(pa.string()) for name in schema.names], schema=schema)


def _split(batch: Any, rules: list[str]) -> tuple[Any, Any]:
    """Outcome and reason of every rule, row by row: the texts of all rules in one list, and a place in it for each."""
    texts: dict[str | None, int] = {}
    places = np.empty((batch.num_rows, len(rules)), np.int32)
    for number, rule in enumerate(rules):
        column = batch.column(rule)
        column = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        known = [texts.setdefault(text, len(texts)) for text in (*column.dictionary.to_pylist(), None)]
        indices = column.indices.cast(pa.int32()).fill_null(len(known) - 1).to_numpy(zero_copy_only=False)
        places[:, number] = np.array(known, np.int32)[indices]
    halves = [(None, None) if text is None else tuple(text.partition("/")[::2]) for text in texts]
    taken = pa.array(places.reshape(-1))
    outcomes, reasons = (pa.array(half, pa.string()) for half in (zip(*halves, strict=True) if halves else ((), ())))
    return outcomes.take(taken), reasons.take(taken)
