"""pydantic's errors in our words: one slip gives one problem, at the path that a policy owner wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from servstd.errors import Problem
from servstd.terms.context import Path
from servstd.vocabulary import nearest

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
    extra = [str(item["loc"][-1]) for item in errors if item["type"] == "extra_forbidden"]
    return [problem for item in errors for problem in _problems(item, model, path, extra)]


def _problems(item: Any, model: type[BaseModel], path: Path, extra: list[str]) -> Iterator[Problem]:
    place = (*path, *item["loc"])
    what, given = item["type"], item["input"]
    if what == "problems":
        for problem in item["ctx"]["problems"]:
            yield replace(problem, keys=(*place, *problem.keys))
    elif what == "extra_forbidden":
        keys = key_names(model)
        message = f"unknown key {item['loc'][-1]!r}; allowed: {', '.join(keys)}"
        yield Problem("unknown-key", message, place, nearest(item["loc"][-1], keys))
    elif what == "missing":
        if nearest(item["loc"][-1], extra) is None:
            yield Problem("missing-key", f"missing key {item['loc'][-1]!r}", place[:-1])
    elif what == "literal_error":
        allowed = item["ctx"]["expected"].replace(" or ", ", ").replace("'", "")
        message = f"{given!r} is not one of {allowed}"
        yield Problem("unknown-value", message, place, nearest(given, allowed.split(", ")))
    elif what in _EXPECTED:
        yield Problem("wrong-type", f"expected {_EXPECTED[what]}, got {given!r}", place)
    else:
        yield Problem("wrong-value", f"{given!r}: {item['msg'].removeprefix('Value error, ')}", place)


def key_names(model: type[BaseModel]) -> list[str]:
    """The keys of a model as they are written in YAML."""
    return [info.alias or name for name, info in model.model_fields.items()]
