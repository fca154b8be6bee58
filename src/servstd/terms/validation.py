"""pydantic's errors in our words: one slip gives one problem, at the path that a policy owner wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from servstd.errors import Problem
from servstd.spelling import flag_hint, nearest, one_a_slip, shown, unknown_key
from servstd.terms.context import MeantBy, Path

_EXPECTED = {
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "string_type": "a text",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "greater_than_equal": "a larger number",
}


def problems_of(error: ValidationError, model: type[BaseModel], path: Path = ()) -> list[Problem]:
    """Every problem of a validation error, with its path under `path`."""
    errors = error.errors(include_url=False)
    return one_a_slip([problem for item in errors for problem in _problems(item, model, path)])


def _problems(item: Any, model: type[BaseModel], path: Path) -> Iterator[Problem]:
    place = (*path, *item["loc"])
    what, given = item["type"], item["input"]
    if what == "problems":
        for problem in item["ctx"]["problems"]:
            yield replace(problem, keys=(*place, *problem.keys))
    elif what == "extra_forbidden":
        yield unknown_key(item["loc"][-1], key_names(model), place[:-1])
    elif what == "missing":
        yield Problem("missing-key", f"missing key {item['loc'][-1]!r}", place[:-1])
    elif what == "literal_error":
        allowed = item["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        message = f"{shown(given)} is not one of {allowed}"
        yield Problem("unknown-value", message, place, nearest(given, allowed.split(", ")))
    elif what in _EXPECTED:
        hint = flag_hint(given) if what.startswith("bool") else _quoted(given) if what == "string_type" else None
        hint = hint or _meant(item, model)
        yield Problem("wrong-type", f"expected {_EXPECTED[what]}, got {shown(given)}", place, hint)
    else:
        yield Problem("wrong-value", f"{given!r}: {item['msg'].removeprefix('Value error, ')}", place)


def _quoted(given: Any) -> str | None:
    """The hint for a number where a text belongs."""
    return f"put it in quotes: '{given}'" if type(given) in (int, float) else None


def _meant(item: Any, model: type[BaseModel]) -> str | None:
    """What the field says of a value of another type than its own."""
    [key, *inner] = item["loc"] or ("",)
    fields = (info for name, info in model.model_fields.items() if key in (name, info.alias) and not inner)
    says = (part.hint(item["input"]) for info in fields for part in info.metadata if isinstance(part, MeantBy))
    return next(says, None)


@cache
def key_names(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a model as they are written in YAML."""
    return tuple(info.alias or name for name, info in model.model_fields.items())
