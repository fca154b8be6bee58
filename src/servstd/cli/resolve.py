"""`servstd resolve`: what a catalog comes to, and where each value was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from os.path import exists
from typing import Any

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.flatten import flatten
from servstd.catalog.origins import Origin, Origins, Written
from servstd.catalog.revision import as_named, folder_of
from servstd.catalog.rule_model import RULE_ID
from servstd.catalog.source import SHIPPED
from servstd.cli.stop import stop, stopping
from servstd.cli.wrapping import count_of, wrap
from servstd.errors import Problem
from servstd.vocabulary import nearest
from servstd.yaml_reader import plain
from servstd.yaml_reader.write import write_flow, write_yaml

_WIDEST = 44
_MOST = 3
_PART = "# A part of a catalog, resolved: it does not stand alone.\n"
_STALE = "the title and the statement are older than the last change of what it demands: do they still say it?"


def run_resolve(where: str | None, rule_id: str | None, is_changed: bool, style: str) -> None:
    """Print one rule key by key, or every rule on a line."""
    if rule_id is None and where is not None and RULE_ID.fullmatch(where) and not exists(where):
        where, rule_id = None, where
    with stopping(), folder_of(where or SHIPPED) as folder:
        catalog = load_catalog(folder, check_lock=False)
        if rule_id is not None and rule_id not in catalog.rules:
            message = f"no rule is called {rule_id!r}"
            raise stop(Problem("unknown-rule", message, ("RULE",), nearest(rule_id, catalog.rules)))
        origins = Origins(catalog)
        lines = _output(origins, rule_id, is_changed, style)
        shown = as_named("\n".join(lines), folder, where)
    typer.echo(shown)


def _output(origins: Origins, rule_id: str | None, is_changed: bool, style: str) -> Iterator[str]:
    if style == "yaml":
        yield _as_yaml(origins, rule_id, is_changed).rstrip("\n")
    elif style == "json":
        yield json.dumps(_as_json(origins, rule_id, is_changed), indent=2, ensure_ascii=False)
    elif rule_id is None:
        yield from _all_lines(origins, is_changed)
    else:
        yield from _rule_lines(origins, rule_id)


def _as_yaml(origins: Origins, rule_id: str | None, is_changed: bool) -> str:
    catalog = origins.catalog
    if rule_id is not None:
        spec = catalog.rules[rule_id].effective_spec
        return _PART + write_yaml(
            {"rules": {rule_id: {key: value for key, value in spec.items() if value not in ({}, [])}}}
        )
    flat = flatten(catalog)
    if is_changed:
        flat = {"rules": {one: rule for one, rule in flat["rules"].items() if origins.is_changed_here(one)}}
        return _PART + write_yaml(flat)
    name = f" {catalog.name}" if catalog.name else ""
    head = f"# The catalog{name} with all that it extends, without tests. Digest {catalog.digest}\n"
    return head + write_yaml(flat)


def _as_json(origins: Origins, rule_id: str | None, is_changed: bool) -> dict[str, Any]:
    catalog = origins.catalog
    names = [rule_id] if rule_id is not None else _names(origins, is_changed)
    return {
        "catalog": {"name": catalog.name, "version": catalog.version, "digest": catalog.digest},
        "layers": origins.names,
        "rules": {name: _rule_json(origins, name) for name in names},
        "calendars": {} if rule_id is not None else {name: _places(origins, name) for name in catalog.calendars},
    }


def _rule_json(origins: Origins, rule_id: str) -> dict[str, Any]:
    rule = origins.catalog.rules[rule_id]
    return {
        "title": rule.title,
        "is_reported": rule.enabled,
        "has_stale_wording": origins.has_stale_wording(rule_id),
        "switches": [_origin_json(origin) for origin in origins.of_switches(rule_id)],
        "keys": [_origin_json(origin) for origin in origins.of_rule(rule_id)],
    }


def _origin_json(origin: Origin) -> dict[str, Any]:
    return {"path": origin.path, **_written_json(origin.final), "replaced": [*map(_written_json, origin.replaced)]}


def _written_json(written: Written) -> dict[str, Any]:
    return {"value": plain(written.value), "layer": written.layer, "file": written.file, "line": written.line}


def _places(origins: Origins, name: str) -> dict[str, Any]:
    return _written_json(origins.calendar_written(name))


def _names(origins: Origins, is_changed: bool) -> list[str]:
    return [name for name in origins.catalog.rules if not is_changed or origins.is_changed_here(name)]


def _rule_lines(origins: Origins, rule_id: str) -> Iterator[str]:
    """The rule, what was switched, then a line a key: value, place, what it replaced."""
    rule = origins.catalog.rules[rule_id]
    yield f"{rule_id}  {rule.title}"
    yield f"  written by {origins.names[origins.first_layer(rule_id)]}{'' if rule.enabled else '; not reported'}"
    rows = [*origins.of_switches(rule_id), *origins.of_rule(rule_id)]
    width = max(len(origin.path) for origin in rows)
    places = max((len(_shown(one.value)) for one in rows if len(_shown(one.value)) <= _WIDEST), default=0)
    for origin in rows:
        yield from _row(origin, width, places)
    if origins.has_stale_wording(rule_id):
        yield from wrap(f"note: {_STALE}", "  ", "  ")


def _row(origin: Origin, width: int, value_width: int) -> Iterator[str]:
    text, place = _shown(origin.value), _place(origin)
    head = f"  {origin.path:{width}}  "
    if len(text) <= _WIDEST:
        yield f"{head}{text:{value_width}}  {place}".rstrip()
        return
    yield f"{head}{place}"
    yield from wrap(text, "      ", "      ")


def _place(origin: Origin) -> str:
    """`policy/mail.yaml:7   was 1 business day, servstd email.yaml:23`."""
    was = "".join(f"; was {_short(_shown(one.value))}, {one.place}" for one in origin.replaced)
    return f"{origin.final.place}{was}"


def _shown(value: Any) -> str:
    return "(taken away)" if value is None else value if isinstance(value, str) else write_flow(value)


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3].rstrip()}..."


def _all_lines(origins: Origins, is_changed: bool) -> Iterator[str]:
    catalog = origins.catalog
    names = _names(origins, is_changed)
    calendars = [name for name in catalog.calendars if not is_changed or origins.is_calendar_changed_here(name)]
    if names or calendars:
        width = max(map(len, [*names, *calendars]))
        at = origins.changed_at if is_changed else origins.written_at
        places = {name: at(name).place for name in names}
        places |= {name: origins.calendar_written(name).place for name in calendars}
        place_width = max(map(len, places.values()))
        for name in [*names, *calendars]:
            note = _calendar_note(name, catalog) if name in calendars else _changes(origins, name)
            yield f"{name:{width}}  {places[name]:{place_width}}  {note}".rstrip()
    yield from wrap(_summary(origins), "", "")


def _changes(origins: Origins, rule_id: str) -> str:
    """What became of a rule after it was written."""
    switches = origins.of_switches(rule_id)
    told = [f"{one.path}: {_short(_shown(one.value))} ({one.final.place})" for one in switches]
    changed = [
        origin for origin in origins.of_rule(rule_id) if origin.is_changed or origin.layer != origins.home(rule_id)
    ]
    told += [f"{one.path}: {_short(_shown(one.value))} ({one.final.place})" for one in changed[:_MOST]]
    if len(changed) > _MOST:
        told.append(f"{len(changed) - _MOST} more")
    return "; ".join(told) or ("its tests" if origins.has_own_tests(rule_id) else "")


def _calendar_note(name: str, catalog: Catalog) -> str:
    return "calendar, the default" if name == catalog.default_calendar else "calendar"


def _summary(origins: Origins) -> str:
    catalog = origins.catalog
    by_layer = dict.fromkeys(origins.names, 0)
    for rule_id in catalog.rules:
        by_layer[origins.names[origins.first_layer(rule_id)]] += 1
    parts = [f"{count_of(count, 'rule')} of {name}" for name, count in by_layer.items() if count]
    off = len(catalog.rules) - len(catalog.enabled_rules)
    changed = sum(origins.is_changed_here(rule_id) for rule_id in catalog.rules) if len(origins.names) > 1 else 0
    told = [", ".join(parts) or "no rules", f"{off} not reported"]
    told += [f"{origins.names[-1]} writes or changes {changed}"] if len(origins.names) > 1 else []
    return "; ".join(told)
