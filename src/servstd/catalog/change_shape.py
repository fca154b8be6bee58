"""What may be laid over a value: `override`, readings and versions change a rule by key, and null takes a key away."""

from __future__ import annotations

from typing import Any

from servstd.catalog.merge import WHOLE
from servstd.shape import ANY, NOTHING, Schema, described, optional
from servstd.terms.context import Shapes

_SCALARS = frozenset(("string", "number", "integer", "boolean", "null"))


def changed(schema: Schema, shapes: Shapes) -> Schema:
    """The same, with no key required, and null for every key but those that are replaced as a whole."""
    if "$ref" in schema:
        name = _name_of(schema)
        if _is_scalar(shapes.pieces[name]):
            return schema
        return {**schema, **shapes.named(lambda inner: changed(inner.pieces[name], inner), f"{name}_change")}
    out: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {name: _removable(name, part, shapes) for name, part in value.items()}
        elif key == "additionalProperties" and isinstance(value, dict):
            out[key] = _removable("", value, shapes)
        elif key in ("then", "else"):
            out[key] = changed(value, shapes)
        elif key == "allOf":
            out[key] = [changed(part, shapes) for part in value]
        elif key not in ("required", "minProperties"):
            out[key] = value
    return out


def _removable(name: str, schema: Any, shapes: Shapes) -> Any:
    if not isinstance(schema, dict):
        return schema
    return optional(schema if name in WHOLE else changed(schema, shapes), offered(schema, shapes))


def offered(schema: Schema, shapes: Shapes) -> Schema | None:
    """The single values that an editor shows for a value of this sort; None when there are none."""
    if "$ref" in schema:
        found = offered(shapes.pieces[_name_of(schema)], shapes)
        return None if found is None else {"$ref": schema["$ref"]} if "enum" in found else found
    if "anyOf" in schema:
        return {"anyOf": schema["anyOf"]}
    return schema if "enum" in schema or _is_scalar(schema) else None


def _is_scalar(schema: Schema) -> bool:
    kinds = schema.get("type", "string" if "enum" in schema else [])
    listed = {kinds} if isinstance(kinds, str) else set(kinds)
    return bool(listed) and listed <= _SCALARS


def _name_of(schema: Schema) -> str:
    name: str = schema["$ref"].rpartition("/")[2]
    return name


def check_change_shape(shapes: Shapes, kind: str | None = None) -> Schema:
    """What may be laid over a check: one with a `kind` replaces it; without, the keys of the kind below.

    Where that kind is not known, the keys of all kinds are offered and none is refused.
    """
    keys: dict[str, Schema] = {"kind": {**shapes.pieces["check"]["properties"]["kind"]}}
    if kind is None:
        for name in shapes.context.kinds:
            for key, part in shapes.pieces[f"kind_{name}"]["properties"].items():
                keys.setdefault(key, described(ANY, part.get("markdownDescription") or part.get("description", "")))
        below: Schema = {"properties": keys}
    else:
        below = changed({"$ref": f"#/$defs/kind_{kind}"}, shapes)
    test = {"type": "object", "required": ["kind"]}
    other = {"if": NOTHING, "else": below}
    return {"type": ["object", "null"], "if": test, "then": {"$ref": "#/$defs/check"}, "else": other}
