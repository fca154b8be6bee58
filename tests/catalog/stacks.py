"""Catalogs that stand on each other, written into folders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from servstd import Catalog, Evaluator, load_catalog

Stack = Callable[..., Catalog]
BASE = """
catalog: {name: Base, version: "1", time_zone: America/New_York}
calendars:
  office: {time_zone: America/New_York, hours: {mon-fri: 09:00-17:00}}
  night: {time_zone: America/New_York, hours: {daily: 22:00-06:00}}
default_calendar: office
calendar_for: [{when: {team: london}, use: night}]
defaults: {audience: external, direction: inbound}
names: {organisation: [Acme], agents: {a7: [Sam], a8: [Ann]}}
waivers: [{rule: mail.answer, when: {team: care}, reason: a move}]
fields: {colour: {type: 'one of red, blue'}}
profiles:
  strict:
    disable: {mail.thanks: too small for it}
    use_reading: {mail.answer: elapsed}
    override: {mail.answer: {severity: info}, mail.greet: {severity: info}}
rules:
  mail.answer:
    title: An answer within a day
    statement: Whoever writes hears from us.
    severity: major
    applies_to: {channel: email}
    except: {outbound: {direction: outbound}, spam: {no_response_required: true}}
    check: {kind: deadline, from: received, to: responded, within: 1 business day, cycles: first}
    reading: day
    readings: {elapsed: {check: {within: 24 elapsed hours}}, hours: {check: {within: 24 business hours}}}
    warn: [50%, 80%]
    objective: {at_least: 95%, per: month, confirmed: false}
  mail.thanks: {title: Thanks, check: {kind: review}}
  mail.greet: {title: Greeting, check: {kind: cue, cue: greeting}}
"""


def write_stack(folder: Path, *layers: str) -> list[Path]:
    """Each layer in a folder of its own, one on the other; the first is the lowest."""
    names = ["base", "organisation", "team", "shift"]
    paths: list[Path] = []
    for name, text in zip(names, (BASE, *layers), strict=False):
        path = folder / name
        path.mkdir(exist_ok=True)
        head = f"extends: ../{paths[-1].name}\n" if paths else ""
        (path / f"{name}.yaml").write_text(head + text, "utf-8")
        paths.append(path)
    return paths


def stack(folder: Path, *layers: str) -> Catalog:
    """The topmost catalog."""
    return load_catalog(write_stack(folder, *layers)[-1])


def outcome(catalog: Catalog, rule_id: str, as_of: str = "2026-05-29T12:00-04:00", **record: Any) -> str:
    """The outcome and the reason of one rule on an e-mail of Monday 18 May 2026, 10:00."""
    given = {"id": "r", "channel": "email", "received_at": "2026-05-18T10:00-04:00", **record}
    verdict = Evaluator(catalog).check(given, as_of=datetime.fromisoformat(as_of))[rule_id]
    return f"{verdict.outcome} {verdict.reason}"
