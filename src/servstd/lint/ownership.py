"""Which catalog of a chain wrote what stands at a path: what is inherited is its owner's business."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servstd.catalog import Catalog
from servstd.catalog.source import LISTED_KEYS
from servstd.terms.context import Path

Layer = Mapping[str, Any]


def owner_of(path: Path, layers: Sequence[Layer]) -> int:
    """The place in the chain, 0 the lowest, of the last catalog that wrote it; -1 for words that are always there."""
    if not path:
        return len(layers) - 1
    if path[0] in LISTED_KEYS:
        return _owner_of_row(path, layers)
    for index in range(len(layers) - 1, -1, -1):
        if _writes(layers[index], path):
            return index
    return -1


def _writes(layer: Layer, path: Path) -> bool:
    section = layer.get(str(path[0]))
    if len(path) == 1:
        return section is not None
    if isinstance(section, Mapping) and path[1] in section:
        return path[0] != "catalog" or _holds(section, path[1:])
    return path[0] == "rules" and any(_holds(changes, path[1:3]) for changes in _overrides(layer) if len(path) > 2)


def _overrides(layer: Layer) -> list[Any]:
    """What a layer changes in inherited rules: by name, and in the profiles that it uses."""
    profiles = layer.get("profiles") or {}
    used = [profiles.get(name) for name in layer.get("use_profiles") or ()]
    return [layer.get("override"), *(profile.get("override") for profile in used if isinstance(profile, Mapping))]


def _holds(value: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True


def _owner_of_row(path: Path, layers: Sequence[Layer]) -> int:
    """The lists of all catalogs follow one another; of choices of a calendar the topmost come first."""
    left = path[1] if len(path) > 1 else 0
    rows = list(enumerate(layers))
    for index, layer in reversed(rows) if path[0] == "calendar_for" else rows:
        length = len(layer.get(str(path[0])) or ())
        if isinstance(left, int) and left < length:
            return index
        left = left - length if isinstance(left, int) else left
    return len(layers) - 1


def layers_of(catalog: Catalog) -> tuple[Layer, ...]:
    """The chain of a catalog; one put together by a program counts as one layer."""
    return catalog.layers or (catalog.tree,)
