"""The compact table: a row a record, a dictionary column of `outcome/reason` a rule, and the grouping columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.columns import Codes
from servstd.columns.columns import Bytes
from servstd.errors import Problem, RecordError
from servstd.evaluate.figures import GROUPING

SHORT_SCHEMA = pa.schema([("record_id", pa.string()), ("rule_id", pa.string()), ("outcome", pa.string()),
                          ("reason", pa.string()), *((name, pa.string()) for name in GROUPING)])  # fmt: skip


def compact_batch(batch: Any, codes: Mapping[str, Bytes], known: Codes, first_row: int = 0) -> Any:
    """The codes of a batch as a record batch: `record_id`, the grouping columns, a column a rule.

    `first_row` is the place of the batch in the table, for messages.
    """
    ids = _texts(batch.column("id"))
    if ids.null_count or pc.any(pc.equal(ids, "")).as_py():
        row = first_row + pc.index(pc.fill_null(ids, ""), "").as_py()
        raise RecordError([Problem("missing-id", f"row {row} of the table has no id (rows count from 0)", ("id",))])
    texts = pa.array(known.texts(), pa.string())
    arrays = {"record_id": ids, **_groups(batch)}
    for name, column in codes.items():
        arrays[name] = pa.DictionaryArray.from_arrays(pa.array(column, pa.uint8()), texts)
    return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))


def _groups(batch: Any) -> dict[str, Any]:
    return {name: _texts(batch.column(name)) for name in GROUPING if name in batch.schema.names}


def _texts(column: Any) -> Any:
    """A column as texts, the same as a record holds."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_integer(kind):
        return column.cast(kind).cast(pa.string())
    return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def expand(table: Any) -> Any:
    """The compact table as one row a record and rule: `record_id, rule_id, outcome, reason` and the grouping columns.

    What a compact table does not hold (instants, lengths, counts) `check_table(full=True)` has. Rows are in the order
    of the records, then of the catalog. Raises `RecordError` when it is no compact table.
    """
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if "record_id" not in table.schema.names:
        raise RecordError([Problem("not-a-table", "expected a compact table with a column 'record_id'")])
    parts = [_expanded(batch) for batch in table.to_batches()]
    return pa.Table.from_batches(parts, _short_schema(table.schema.names))


def _short_schema(names: list[str]) -> Any:
    return pa.schema([one for one in SHORT_SCHEMA if one.name not in GROUPING or one.name in names])


def _expanded(batch: Any) -> Any:
    rules = [name for name in batch.schema.names if name != "record_id" and name not in GROUPING]
    count, width = batch.num_rows, len(rules)
    rows = pa.array(np.repeat(np.arange(count), width))
    arrays = {"record_id": batch.column("record_id").take(rows)}
    arrays["rule_id"] = pa.array(rules * count, pa.string())
    arrays |= dict(_split(batch, rules))
    for name in GROUPING:
        if name in batch.schema.names:
            arrays[name] = batch.column(name).take(rows)
    schema = _short_schema(batch.schema.names)
    return pa.RecordBatch.from_arrays([arrays[name] for name in schema.names], schema=schema)


def _split(batch: Any, rules: list[str]) -> Iterator[tuple[str, Any]]:
    """Outcome and reason of every rule, row by row."""
    for place, name in enumerate(("outcome", "reason")):
        columns = []
        for rule in rules:
            column = batch.column(rule)
            halves = pa.array([text.partition("/")[2 * place] for text in column.dictionary.to_pylist()], pa.string())
            columns.append(np.array(halves.take(column.indices).to_pylist(), object))
        yield name, pa.array(np.stack(columns, 1).reshape(-1) if columns else [], pa.string())
