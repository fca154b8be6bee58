"""Reading a mapping: from YAML or a dict to a checked `LogMapping`, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from servstd.adapters.cells import Dialect, as_text, time_format_fault
from servstd.adapters.load_columns import ColumnReader
from servstd.adapters.load_events import EVENT_KEYS, made_types, read_event_rows
from servstd.adapters.mapping import LogMapping
from servstd.adapters.plan import RowPlan
from servstd.adapters.spec import Spec
from servstd.calendar.zones import find_zone
from servstd.errors import CatalogError, Problem
from servstd.slips import time_format_meant, zone_hint
from servstd.spelling import find_nearest, one_a_slip, read_keys
from servstd.values import BadValue
from servstd.vocabulary import Vocabulary, nearest
from servstd.yaml_reader import place, read_yaml_file

_SHARED_KEYS = (
    *("layout", "kind", "time_zone", "time_format", "missing", "constants", "defaults"),
    *("complete_for", "tracked", "exported_at", "columns", "values"),
)
_KEYS = {"wide": (*_SHARED_KEYS, "id"), "events": (*_SHARED_KEYS, *EVENT_KEYS)}
_EVERY_KEY = (*_KEYS["wide"], *_KEYS["events"])


def load_mapping(source: str | Path | Mapping[str, Any], vocabulary: Vocabulary) -> LogMapping:
    """The mapping in a YAML file, or in a dict of the same shape.

    Raises `CatalogError` with every slip, each with its place when `source` is a file.
    """
    if isinstance(source, Mapping):
        return _checked(source, vocabulary, {}, None)
    tree, problems, lines = read_yaml_file(source)
    if not problems and not isinstance(tree, Mapping):
        problems = [Problem("not-a-mapping", "expected the keys of a mapping", file=str(source), line=1, column=1)]
    if problems:
        raise CatalogError(problems)
    return _checked(tree, vocabulary, {str(source): lines}, str(source))


def _checked(
    body: Mapping[str, Any], vocabulary: Vocabulary, sources: Mapping[str, list[str]], file: str | None
) -> LogMapping:
    spec = Spec(body, vocabulary)
    mapping = replace(_read(spec), file=file)
    if spec.problems:
        raise CatalogError(place(problem, body, sources) for problem in one_a_slip(spec.problems))
    return mapping


def _read(spec: Spec) -> LogMapping:
    layout = _read_layout(spec)
    body = spec.body
    dialect = _read_dialect(spec)
    rows = read_event_rows(spec) if layout == "events" else None
    made = made_types(rows, spec) if rows else frozenset[str]()
    columns = ColumnReader(spec, made if rows and rows.event_column else frozenset())
    is_flat = rows is None and body.get("columns") is None
    plan = None if is_flat else columns.plan()
    complete_for = spec.events(body.get("complete_for"), ("complete_for",))
    return LogMapping(
        layout="events" if rows else "wide",
        id_column=spec.text(body.get("id"), ("id",)) or "id",
        dialect=dialect,
        constants=_read_constants(spec),
        defaults=spec.fields("defaults"),
        complete_for=complete_for,
        tracked=_read_tracked(spec, plan, made, complete_for),
        exported_at=_read_exported_at(spec, dialect),
        plan=plan,
        values=columns.flat_values() if is_flat else {},
        event_rows=replace(rows, row_cells=columns.row_cells) if rows else None,
        begins={name: kind.begins for name, kind in spec.vocabulary.record_kinds.items()},
    )


def _written_layout(body: Mapping[str, Any]) -> Any:
    """What stands under `layout`, or under an unknown key that must have been meant to be it."""
    if "layout" in body:
        return body["layout"]
    unknown = [key for key in body if key not in _EVERY_KEY]
    written = find_nearest("layout", unknown) or next((key for key in unknown if body[key] in ("wide", "events")), "")
    return body.get(written, "wide")


def _read_layout(spec: Spec) -> str:
    layout = _written_layout(spec.body)
    if not isinstance(layout, str) or layout not in _KEYS:
        spec.report("unknown-layout", f"{layout!r} is not one of wide, events", ("layout",), nearest(layout, _KEYS))
        return "wide"
    other = "events" if layout == "wide" else "wide"
    misplaced = [key for key in spec.body if key in _KEYS[other] and key not in _KEYS[layout]]
    for key in misplaced:
        message = f"{key!r} goes with 'layout: {other}'"
        spec.report("unknown-key", message, (key,), "use 'case'" if key == "id" else None)
    spec.body, problems = read_keys(spec.body, _KEYS[layout], ())
    spec.problems += [problem for problem in problems if problem.keys[0] not in misplaced]
    return layout


def _read_dialect(spec: Spec) -> Dialect:
    body = spec.body
    time_format = spec.text(body.get("time_format"), ("time_format",))
    if time_format and (fault := time_format_fault(time_format)):
        spec.report("time-format", fault, ("time_format",), _time_format_hint(time_format))
        time_format = None
    missing = body.get("missing")
    marks = missing if isinstance(missing, list) else [] if missing is None else [missing]
    return Dialect(_read_zone(spec), time_format, frozenset(("", *(as_text(mark) for mark in marks))))


def _time_format_hint(written: str) -> str:
    meant = time_format_meant(written)
    if meant is not None and time_format_fault(meant) is None:
        return f"did you mean {meant!r}?"
    return "write it as '%Y-%m-%d %H:%M:%S'"


def _read_zone(spec: Spec) -> tzinfo | None:
    name = spec.text(spec.body.get("time_zone"), ("time_zone",))
    if name is None:
        return None
    zone = find_zone(name)
    if zone is None:
        spec.report("unknown-zone", f"no time zone is called {name!r}", ("time_zone",), zone_hint(name))
    return zone


def _read_constants(spec: Spec) -> dict[str, Any]:
    """The constant fields; `kind: case` is short for `constants: {kind: case}`."""
    constants = spec.fields("constants")
    kind = spec.body.get("kind")
    if kind is None:
        return constants
    if "kind" in constants:
        spec.report("given-twice", "'kind' is under constants too", ("kind",))
    return {**constants, "kind": spec.read(spec.field_type("kind", ("kind",)), kind, ("kind",))}


def _read_tracked(
    spec: Spec, plan: RowPlan | None, made: frozenset[str], complete_for: frozenset[str]
) -> frozenset[str] | None:
    """What the mapping says, else what its columns and rows can give; None: any."""
    if spec.body.get("tracked") is not None:
        return spec.events(spec.body["tracked"], ("tracked",))
    types = plan.event_types() if plan else None
    return None if types is None else types | made | complete_for


def _read_exported_at(spec: Spec, dialect: Dialect) -> datetime | None:
    written = spec.body.get("exported_at")
    if written is None:
        return None
    try:
        return dialect.instant(written)
    except BadValue as error:
        spec.report(error.code, str(error), ("exported_at",), error.hint)
        return None
