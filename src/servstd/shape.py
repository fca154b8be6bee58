"""What a value may be, as JSON Schema: the pieces that readers keep beside what they read.

They are made for editors. Where a type or a word can decide, it does, by if and then: alternatives would be
complained of all at once. Names come with what they mean. A schema never refuses what its reader takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]

ANY: Schema = {}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NOTHING: Schema = {"type": "null"}
# One value of any sort, neither a list nor a mapping.
SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}
_MANY = 24  # more words than this are not listed in a message
_MARKDOWN = re.compile(r"[`*_\[]")


def words(known: Mapping[str, str] | Iterable[str], what: str, more: Iterable[Any] = ()) -> Schema:
    """One of some words, each with what it means; `what` is said of another word when there are many."""
    meanings = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "")
    schema: Schema = {"enum": [*meanings, *more] or [None]}  # older editors refuse a schema with an empty list
    if any(meanings.values()):
        schema["markdownEnumDescriptions"] = [*meanings.values(), *("" for _ in more)]
    if len(meanings) > _MANY:
        schema["errorMessage"] = what
    return schema


def closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A mapping of these keys and no others. A key that is told of has itself as its title."""
    told = {key: {"title": key, **schema} if "description" in schema else schema for key, schema in properties.items()}
    schema: Schema = {"type": "object", "properties": told, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


def names_to(value: Schema, known: Mapping[str, Schema] | None = None) -> Schema:
    """A mapping of free names; `known` are those that an editor can offer."""
    return {"type": "object", **({"properties": dict(known)} if known else {}), "additionalProperties": value}


def keyed(known: Mapping[str, Schema], says: str) -> Schema:
    """A mapping whose keys are known names; `says` is said of another one, for there are many."""
    names: Schema = {"enum": list(known) or [None], "errorMessage": says}
    return {"type": "object", "properties": dict(known), "propertyNames": names}


def list_of(item: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": item}


def one_or_list(item: Schema) -> Schema:
    """A value, or a list of such."""
    return forms(item, list_of(item))


def forms(one: Schema, listed: Schema | None = None, mapping: Schema | None = None) -> Schema:
    """A value that may be written as a list or as a mapping too.

    The type decides. What is offered where nothing is written yet are the single values: editors do not look into
    `then` and `else` for them, and the empty alternative keeps the offer from refusing anything.
    """
    schema = one
    if listed is not None:
        schema = {"if": {"type": "array"}, "then": listed, "else": schema}
    if mapping is not None:
        schema = {"if": {"type": "object"}, "then": mapping, "else": schema}
    return {**schema, "anyOf": [one, {}]}


def optional(schema: Schema, offer: Schema | None = None) -> Schema:
    """The same, or nothing; `offer` are the values that an editor shows."""
    kinds = schema.get("type")
    known = {"enum": [value for value in schema["enum"] if value is not None] + [None]} if "enum" in schema else {}
    if kinds is not None:
        listed = kinds if isinstance(kinds, list) else [kinds]
        return {**schema, "type": listed if "null" in listed else [*listed, "null"], **known}
    if known:
        return {**schema, **known}
    told: Schema = {key: schema[key] for key in ("title", "description", "markdownDescription") if key in schema}
    shown: Schema = {"anyOf": [offer, {}]} if offer else {}
    return {"if": NOTHING, "else": schema, **told, **shown}


def offering(schema: Schema, *examples: str) -> Schema:
    """With examples that an editor offers."""
    return {**schema, "defaultSnippets": [{"label": text, "bodyText": text} for text in examples]}


def pattern(expression: str, what: str, *examples: str) -> Schema:
    """A text of a form; `what` is said of another text."""
    return offering({"type": "string", "pattern": expression, "patternErrorMessage": what}, *examples)


def in_any_case(text: str) -> str:
    """A pattern of words in small or capital letters, with any blanks between them."""
    return "".join(
        r"\s+" if letter == " " else f"[{letter}{letter.upper()}]" if letter.isalpha() else letter for letter in text
    )


def offered_text(known: Mapping[str, str] | Iterable[str]) -> Schema:
    """Any text; these words are offered."""
    offer = words(known, "")
    return TEXT if offer["enum"] == [None] else {**TEXT, "anyOf": [offer, {}]}


def described(schema: Schema, text: str, title: str | None = None) -> Schema:
    """With what it means, for hover and completion; Markdown where the text holds any."""
    told: Schema = {"title": title} if title else {}
    if text:
        told["description"] = text.replace("`", "")
        if _MARKDOWN.search(text):
            told["markdownDescription"] = text
    return {**schema, **told}


def when(key: str, values: Iterable[str], then: Schema) -> Schema:
    """`then` holds where a key has one of these values."""
    allowed = list(values)
    test: Schema = {"const": allowed[0]} if len(allowed) == 1 else {"enum": allowed}
    return {"if": {"type": "object", "properties": {key: test}, "required": [key]}, "then": then}
