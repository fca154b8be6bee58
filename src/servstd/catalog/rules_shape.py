"""What `rules` and `override` take: whole rules, and changes of rules that know which kind of check they change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from servstd.catalog.change_shape import changed, check_change_shape
from servstd.catalog.rule_model import READING_KEYS, RULE_ID, VERSION_KEYS, RuleModel
from servstd.catalog.rule_shape import date_shape
from servstd.shape import Schema, closed, described, keyed, list_of, names_to, optional
from servstd.terms.context import Shapes
from servstd.terms.read_shape import rule_id_shape
from servstd.terms.shapes import model_shape

if TYPE_CHECKING:
    from servstd.catalog.catalog import Catalog

_NO_OTHER_KIND: Schema = {"properties": {"check": {"not": {"required": ["kind"]}}}}
NO_RULE = "no rule of the catalog has this id"
_FROM = "The date from which the version holds; midnight in the catalog's zone."
_UNTIL = "The date from which it no longer holds."


def rules_shape(shapes: Shapes, catalog: Catalog) -> Schema:
    """Rules by id."""
    says = "an id is family.words in small letters, such as email.response_time"
    names = {"pattern": f"^{RULE_ID.pattern}$", "patternErrorMessage": says, "title": "family.words"}
    return {**names_to(shapes.named(rule_shape)), "propertyNames": names}


def rule_shape(shapes: Shapes) -> Schema:
    """One rule; its readings and versions are changes of it, of the keys of its own kind."""
    schema = _model(shapes)
    keys = schema["properties"]
    overlays = [_overlays(kind, shapes) for kind in shapes.context.kinds]
    keys["readings"] = {**keys["readings"], **names_to(_change("reading_change", None, shapes))}
    keys["versions"] = {**keys["versions"], **list_of(_change("version_change", None, shapes))}
    return {**schema, "allOf": overlays}


def _model(shapes: Shapes) -> Schema:
    schema = model_shape(RuleModel, shapes)
    keys = schema["properties"]
    rule_id = shapes.named(rule_id_shape)
    keys["replaced_by"] = {**optional(rule_id, rule_id), "description": keys["replaced_by"]["description"]}
    return schema


def _overlays(kind: str, shapes: Shapes) -> Schema:
    """Readings and versions of a rule with one kind of check, as long as none of them brings another kind."""
    own = {"type": "object", "properties": {"kind": {"const": kind}}, "required": ["kind"]}
    test = {
        "type": "object",
        "properties": {
            "check": own,
            "readings": {"additionalProperties": _NO_OTHER_KIND},
            "versions": {"items": _NO_OTHER_KIND},
        },
        "required": ["check"],
    }
    keys = {
        "readings": {"additionalProperties": _change("reading_change", kind, shapes)},
        "versions": {"items": _change("version_change", kind, shapes)},
    }
    return {"if": test, "then": {"properties": keys}}


def _change(what: str, kind: str | None, shapes: Shapes) -> Schema:
    """A change of a rule of one kind; without, of a kind that is not known."""
    base = shapes.named({"reading_change": _reading, "version_change": _version, "rule_change": _rule}[what], what)
    check = shapes.named(partial(check_change_shape, kind=kind), f"check_change_{kind}" if kind else "check_change")
    said = described(check, "How it is decided; what is left out stays as it is.")
    own = {"properties": {"check": said}}
    return shapes.named(lambda _: {"allOf": [base, own]}, f"{what}_of_{kind}" if kind else f"{what}_of_any")


def _rule(shapes: Shapes) -> Schema:
    schema: dict[str, Any] = changed(_model(shapes), shapes)
    for key in ("check", "readings", "versions"):
        told = schema["properties"][key].get("description", "")
        schema["properties"][key] = described({"type": ["array", "object", "null"]}, told)
    return schema


def _reading(shapes: Shapes) -> Schema:
    keys = _rule(shapes)["properties"]
    return closed({key: keys[key] for key in READING_KEYS})


def _version(shapes: Shapes) -> Schema:
    dates = {
        "from": described(shapes.named(date_shape), _FROM),
        "until": described(optional(shapes.named(date_shape)), _UNTIL),
    }
    keys = _rule(shapes)["properties"]
    return closed({**dates, **{key: keys[key] for key in VERSION_KEYS}}, ("from",))


def changes_shape(shapes: Shapes, catalog: Catalog, is_certain: bool = True) -> Schema:
    """Changes of the rules that there are; `is_certain` says that the kind of check below a change is known."""
    known = {}
    for rule_id, rule in catalog.rules.items():
        change = _change("rule_change", rule.check.name if is_certain else None, shapes)
        known[rule_id] = described(change, rule.title)
    return keyed(known, NO_RULE)
