"""How a rule is decided, in words: the check with what stands around it, and what one wording changes of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.catalog import Rule
from servstd.catalog.body import make_body
from servstd.catalog.rule import read_rule, reading_spec
from servstd.catalog.rule_model import RuleModel
from servstd.terms.phrasing import Phrasing, spaced
from servstd.terms.told import Row, Told, rows

_GONE = "no longer"


def used_spec(rule: Rule) -> Mapping[str, Any]:
    """What a rule says under the reading in use, before any of its versions."""
    if rule.reading is not None and rule.reading in rule.model.readings:
        return reading_spec(rule.spec, rule.reading)
    return rule.spec


def read(rule: Rule, spec: Mapping[str, Any]) -> RuleModel:
    """The model of one version or reading of a rule."""
    return read_rule(spec, rule.id, rule.context)


def scope(model: RuleModel, words: Phrasing) -> tuple[Row, ...]:
    """What is judged, what is left out, and by whose clocks."""
    body = make_body(model)
    each = None if body.for_each is None else words.anchor(body.for_each)
    zone = None if body.calendar is None or body.calendar.time_zone is None else words.field(body.calendar.time_zone)
    hours = None if body.calendar is None or body.calendar.use is None else f"the calendar {body.calendar.use}"
    return rows(
        ("What is judged", words.scope(body.applies_to)),
        ("Each time", each),
        *((f"Left out ({spaced(name)})", words.condition(condition)) for name, condition in body.excepts),
        ("Opening hours", hours),
        ("Local time of", zone),
        *((f"A hint of a {name}, where nothing decides", words.condition(when)) for name, when in body.lean),
        ("A reviewer is asked", " ".join((model.question or "").split())),
    )


def decided(model: RuleModel, words: Phrasing) -> Told:
    """How it is decided."""
    told: Told = model.check.told(words)
    return told


def warnings(model: RuleModel) -> str:
    """When somebody is warned before the limit."""
    texts = [warn.text for warn in model.warn]
    return ", ".join(f"at {text} of the time" if text.endswith("%") else text for text in texts)


def differences(old: RuleModel, new: RuleModel, words: Phrasing) -> tuple[Row, ...]:
    """What `new` says otherwise than `old`, row by row; a row that is gone is named where it says something."""
    before, after = dict(scope(old, words)), dict(scope(new, words))
    changed = [row for row in after.items() if before.get(row[0]) != row[1]]
    changed += [(label, _GONE) for label in before if label not in after]
    told, now = _flat(decided(old, words)), _flat(decided(new, words))
    for path, (kind, inside) in now.items():
        was_kind, was = told.get(path, ("", {}))
        changed += [(path + label, text) for label, text in inside.items() if was.get(label) != text]
        changed += [(path + label, _GONE) for label in was if label not in inside and kind == was_kind]
    return tuple(changed)


def _flat(told: Told, path: str = "") -> dict[str, tuple[str, dict[str, str]]]:
    """By the way to each check inside: its kind and its rows."""
    flat = {path: (told.kind, dict(told.rows))}
    for name, part in told.parts:
        flat |= _flat(part, f"{path}{spaced(name).capitalize()}: ")
    return flat


def text_differences(old: RuleModel, new: RuleModel) -> tuple[Row, ...]:
    """What the words, the target and the switch of a rule have become."""
    pairs = (
        ("Title", old.title, new.title),
        ("Statement", old.statement, new.statement),
        ("Target", target(old), target(new)),
        ("Switched", _on(old), _on(new)),
    )
    return tuple((label, " ".join(after.split())) for label, before, after in pairs if before != after and after)


def _on(model: RuleModel) -> str:
    return "on" if model.enabled else "off"


def target(model: RuleModel) -> str:
    """The objective, and whether anybody stands behind it."""
    objective = model.objective
    if objective is None:
        return "none; the figures are only reported"
    share = f"{'most' if objective.is_at_most else 'least'} {objective.target * 100:.10g}%"
    text = f"at {share} of what was decided in a {objective.per}"
    if not objective.confirmed:
        return f"{text} (a suggestion: nobody has confirmed it)"
    by = f" by {objective.confirmed_by}" if objective.confirmed_by else ""
    on = f" on {objective.confirmed_on.isoformat()}" if objective.confirmed_on else ""
    return f"{text} (confirmed{by}{on})"
