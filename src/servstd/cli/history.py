"""`servstd history`: the versions of a rule or a calendar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.history import Change, calendar_changes, changes_of
from servstd.catalog.revision import as_named, folder_of
from servstd.catalog.source import SHIPPED
from servstd.cli.arguments import read_day
from servstd.cli.stop import stop, stopping
from servstd.cli.wrapping import wrap
from servstd.errors import Problem
from servstd.vocabulary import nearest
from servstd.yaml_reader import plain
from servstd.yaml_reader.write import write_flow

_INDENT = "  "


def run_history(name: str, where: str | None, today: str | None, style: str) -> None:
    """Print the versions in order of time."""
    with stopping(), folder_of(where or SHIPPED) as folder:
        catalog = load_catalog(folder, check_lock=False)
        changes = _find(catalog, name)
    is_rule = name in catalog.rules
    zone = catalog.zone if is_rule else catalog.calendars[name].zone
    day = read_day("--today", today) or datetime.now(zone).date()
    if style == "json":
        typer.echo(json.dumps(_as_json(name, changes, day), indent=2, ensure_ascii=False))
        return
    about = f"  {catalog.rules[name].title}" if is_rule else "  calendar"
    lines = [f"{name}{about}", *(line for change in changes for line in _lines(change, day))]
    typer.echo(as_named("\n".join(lines), folder, where))


def _find(catalog: Catalog, name: str) -> list[Change]:
    if name in catalog.rules:
        return changes_of(catalog.rules[name])
    if name in catalog.calendars:
        return calendar_changes(catalog.calendars[name])
    message = f"no rule or calendar is called {name!r}"
    raise stop(Problem("unknown-rule", message, ("RULE",), nearest(name, [*catalog.rules, *catalog.calendars])))


def _lines(change: Change, today: date) -> Iterator[str]:
    now = "" if not change.covers(today) else " (now)" if change.is_gap else " (in force)"
    place = "" if change.written is None or change.written.file is None else f"  {change.written.place}"
    yield f"{_INDENT}{_dates(change)}{now}{place}"
    if change.is_gap:
        yield f"{_INDENT * 2}no version holds: not applicable, outside_effective_dates"
    elif change.from_ is None and not change.changes:
        yield f"{_INDENT * 2}as written first" if change.until is not None else f"{_INDENT * 2}no other version"
    for one in change.changes:
        yield from wrap(f"{one.path}: {_shown(one.old)} -> {_shown(one.new)}", _INDENT * 2, _INDENT * 3)
    if change.from_ is not None and not change.changes and not change.is_gap:
        yield f"{_INDENT * 2}nothing changes"


def _dates(change: Change) -> str:
    if change.from_ is None:
        return "always" if change.until is None else f"before {change.until}"
    return f"from {change.from_}" if change.until is None else f"from {change.from_} until {change.until}"


def _shown(value: Any) -> str:
    return "(nothing)" if value is None else value if isinstance(value, str) else write_flow(value)


def _as_json(name: str, changes: list[Change], today: date) -> dict[str, Any]:
    return {
        "name": name,
        "today": today.isoformat(),
        "versions": [
            {
                "from": None if one.from_ is None else one.from_.isoformat(),
                "until": None if one.until is None else one.until.isoformat(),
                "is_in_force": one.covers(today) and not one.is_gap,
                "is_gap": one.is_gap,
                "changes": [{"path": c.path, "old": plain(c.old), "new": plain(c.new)} for c in one.changes],
            }
            for one in changes
        ],
    }
