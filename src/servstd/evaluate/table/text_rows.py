"""A batch of the verdict table as the rows that are written as text: the same that single verdicts give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from servstd.catalog import Catalog
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.table.flat_source import FlatSource
from servstd.evaluate.table.run import TableRun
from servstd.terms.story import local


def text_rows(batch: Any, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    """The rows as plain JSON values, instants in one zone, lengths as whole numbers where they are."""
    columns = [_values(column, zone) for column in batch.columns]
    names = batch.schema.names
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _values(column: Any, zone: ZoneInfo) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        texts: dict[int | None, str | None] = {None: None}
        return [texts[at] if at in texts else _keep(texts, at, zone) for at in column.cast(pa.int64()).to_pylist()]
    values: list[Any] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [int(value) if value is not None and value == int(value) else value for value in values]
    return values


def _keep(texts: dict[int | None, str | None], at: int, zone: ZoneInfo) -> str:
    """One instant as text, remembered: many rules look at the same."""
    text = texts[at] = local(at, zone).isoformat()
    return text


def one_zone(catalog: Catalog) -> ZoneInfo | None:
    """The zone in which all verdicts of a catalog show their instants; None when they differ."""
    asks_zone = any(
        body.calendar is not None and body.calendar.time_zone is not None
        for rule in catalog.rules.values()
        for body in rule.bodies
    )
    zones = {calendar.zone for calendar in (*catalog.calendars.values(), catalog.calendar())}
    return None if asks_zone or len(zones) != 1 else zones.pop()


def each_assessment(run: TableRun, source: FlatSource) -> Iterator[Assessment]:
    """Every record of a batch judged by itself, for catalogs whose verdicts show several zones."""
    return (assessment for _, assessment in run.assessed(source, np.arange(source.batch.num_rows)))
