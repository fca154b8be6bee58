"""From a model to the schema of its keys: what a field takes stands beside its type, so nothing is written twice."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, WithJsonSchema
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.fields import FieldInfo

from servstd.shape import ANY, Schema, closed, described, names_to, optional, when, words
from servstd.terms.context import Shapes, Takes


def check_shape(shapes: Shapes) -> Schema:
    """A check: the kind decides which keys there are, so a bad kind gives one message and a good one its keys."""
    kinds = shapes.context.kinds
    briefs = {name: (kind.__doc__ or "").strip().partition("\n")[0] for name, kind in kinds.items()}
    rules = [when("kind", [name], shapes.named(partial(kind_shape, kinds[name]), f"kind_{name}")) for name in kinds]
    kind = described(words(briefs, ""), "How it is decided.")
    return {"type": "object", "properties": {"kind": kind}, "required": ["kind"], "allOf": rules}


def kind_shape(kind: type[Any], shapes: Shapes) -> Schema:
    """The keys of one kind of check."""
    schema = model_shape(kind, shapes)
    schema["properties"]["kind"] = ANY
    return described({**schema, **kind.beside(shapes)}, _meaning(kind), kind.name)


def _meaning(kind: type[Any]) -> str:
    """The docstring of its module, which is its page, where that tells of this kind alone; else that of the class."""
    module = sys.modules.get(kind.__module__)
    siblings = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == kind.__module__]
    is_alone = [one for one in siblings if getattr(one, "name", "") and issubclass(one, BaseModel)] == [kind]
    text = (module.__doc__ if module and is_alone else None) or kind.__doc__ or ""
    return text.strip()


def checks_shape(shapes: Shapes) -> Schema:
    """Names with checks."""
    return {**names_to(shapes.named(check_shape)), "minProperties": 1}


_NEVER_COERCED = ("string", "null", "object", "array")


def model_shape(model: type[BaseModel], shapes: Shapes) -> Schema:
    """A mapping with the keys of a model; each key says what its field's description says."""
    properties = {
        info.alias or name: field_shape(info, shapes, is_strict=model.model_config.get("strict") is True)
        for name, info in model.model_fields.items()
    }
    required = [info.alias or name for name, info in model.model_fields.items() if info.is_required()]
    return closed(properties, required)


def field_shape(info: FieldInfo, shapes: Shapes, is_strict: bool) -> Schema:
    """What one field takes: by `Takes` or `WithJsonSchema` beside its type, else by the type itself."""
    schema = ANY
    for part in info.metadata:
        if isinstance(part, Takes):
            schema = shapes.named(part.shape)
            break
        if isinstance(part, WithJsonSchema):
            schema = part.json_schema or ANY
            break
    else:
        schema = _plain(info, shapes, is_strict)
    return described(schema, info.description or "")


def _plain(info: FieldInfo, shapes: Shapes, is_strict: bool) -> Schema:
    parts = get_args(info.annotation) or (info.annotation,)
    for part in parts:
        if isinstance(part, type) and issubclass(part, BaseModel):
            inner = model_shape(part, shapes)
            return optional(inner) if type(None) in parts else inner
    annotated: Any = info.annotation
    for part in info.metadata:
        annotated = Annotated[annotated, part]
    try:
        schema = TypeAdapter(annotated).json_schema()
    except PydanticInvalidForJsonSchema:
        return ANY
    schema = _joined(schema)
    return schema if is_strict or _is_never_coerced(schema) else ANY


def _joined(schema: Schema) -> Schema:
    """`number, or nothing` as one schema with two types instead of two alternatives."""
    parts = schema.get("anyOf", [])
    if len(parts) != 2 or {"type": "null"} not in parts:
        return schema
    [inner] = [part for part in parts if part != {"type": "null"}]
    return optional(inner)


def _is_never_coerced(schema: Schema) -> bool:
    """Whether a model that is not strict refuses all other types as well."""
    kinds = schema.get("type", ())
    listed = [kinds] if isinstance(kinds, str) else kinds
    return bool(listed) and all(kind in _NEVER_COERCED for kind in listed)
