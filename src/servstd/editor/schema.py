"""The schemas: the pieces that stand beside the readers, filled with the words of one catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servstd.adapters.shape import mapping_properties
from servstd.catalog import Catalog
from servstd.catalog.shape import catalog_properties
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.shape import Schema, closed
from servstd.terms.context import Context, Shapes

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def catalog_schema(
    catalog: Catalog, *, kinds: Sequence[type[Check]] = (), findings: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """JSON Schema (2020-12) of a file of this catalog, with its own words and kinds of check.

    What the schema refuses, `load_catalog` refuses too; the other way round not everything can be seen in one file.
    `kinds` are kinds of check of your own, as for `load_catalog`; those that a rule uses are known anyhow. `findings`
    are the codes of the linter with what they mean, for `silence`.
    """
    shapes = _shapes(catalog, kinds, findings or {})
    properties = catalog_properties(shapes, catalog)
    return _whole(f"A file of the catalog {catalog.name}".rstrip(), closed(properties), shapes)


def mapping_schema(catalog: Catalog) -> dict[str, Any]:
    """JSON Schema (2020-12) of a mapping, which says how a log becomes records in the words of this catalog."""
    shapes = _shapes(catalog, (), {})
    schema = mapping_properties(shapes)
    return _whole("A mapping: how a log becomes records", schema, shapes)


def _shapes(catalog: Catalog, own: Sequence[type[Check]], findings: Mapping[str, str]) -> Shapes:
    kinds: dict[str, Any] = {**KINDS, **{kind.name: kind for kind in own}}
    for rule in catalog.rules.values():
        kinds |= rule.context.kinds if rule.context else {}
    tree = catalog.tree
    names = {
        "rules": {rule_id: rule.title for rule_id, rule in catalog.rules.items()},
        "calendars": dict.fromkeys(catalog.calendars, ""),
        "profiles": {name: str((body or {}).get("brief", "")) for name, body in (tree.get("profiles") or {}).items()},
        "fixtures": dict.fromkeys(tree.get("fixtures") or (), ""),
        "findings": findings,
    }
    return Shapes(Context(catalog.vocabulary, catalog.cues, kinds), names)


def _whole(title: str, schema: Schema, shapes: Shapes) -> dict[str, Any]:
    return {"$schema": DIALECT, "title": title, **schema, "$defs": dict(sorted(shapes.pieces.items()))}
