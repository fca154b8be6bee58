"""Findings that are meant to be: silenced in place, each with its reason.

`silence: {code: reason}` on a rule or a calendar silences what is found there, and under `catalog` what is found
anywhere in the same catalog. A catalog does not silence for those that extend it: their findings are their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.catalog.silence import SILENCE
from servstd.errors import Level, Problem
from servstd.lint.ownership import Layer, owner_of
from servstd.terms.context import Path
from servstd.vocabulary import nearest

UNKNOWN, UNUSED = "silence-unknown", "silence-unused"
LEVELS: Mapping[str, Level] = {UNKNOWN: "error", UNUSED: "warning"}


@dataclass
class Silences:
    """The silences of a catalog and of all below it, and which of them silenced something."""

    tree: Mapping[str, Any]
    layers: tuple[Layer, ...]
    used: set[tuple[int, Path]] = field(default_factory=set)

    def silenced(self, problem: Problem, layer: int) -> bool:
        """True when a reason is given for a finding, where it is or for the whole catalog that wrote it."""
        is_silenced = False
        for place in ((layer, (*problem.keys[:2], SILENCE, problem.code)), (layer, ("catalog", SILENCE, problem.code))):
            if self._is_given(*place):
                self.used.add(place if place[1][0] == "catalog" else (-1, place[1]))
                is_silenced = True
        return is_silenced

    def _is_given(self, layer: int, path: Path) -> bool:
        value: Any = self.layers[layer] if path[0] == "catalog" else self.tree
        for part in path:
            if not isinstance(value, Mapping) or part not in value:
                return False
            value = value[part]
        return True

    def entries(self) -> Iterator[tuple[int, Path]]:
        """Every silence that is written, with the layer that wrote those about a whole catalog."""
        for section in ("rules", "calendars"):
            for name, body in (self.tree.get(section) or {}).items():
                for code in _codes(body):
                    yield -1, (section, name, SILENCE, code)
        for index, layer in enumerate(self.layers):
            for code in _codes(layer.get("catalog")):
                yield index, ("catalog", SILENCE, code)

    def faults(self, known: Collection[str], sometimes: Collection[str]) -> Iterator[tuple[int, Problem]]:
        """Silences of codes that there are not, and of findings that there are not, each with the layer it stands in.

        Codes among `sometimes` are looked for in some runs only. What a catalog below silences may rightly be gone from
        the one above.
        """
        for layer, path in self.entries():
            code = str(path[-1])
            owner = layer if layer >= 0 else owner_of(path, self.layers)
            if code not in known and code not in sometimes:
                yield owner, _fault(UNKNOWN, f"no finding is called {code!r}", path, nearest(code, known))
            elif code in known and owner == len(self.layers) - 1 and (layer, path) not in self.used:
                yield owner, _fault(UNUSED, f"nothing is found here that {code!r} would silence", path)


def _fault(code: str, message: str, path: Path, hint: str | None = None) -> Problem:
    return Problem(code, message, path, hint, level=LEVELS[code])


def _codes(body: Any) -> Iterable[str]:
    given = body.get(SILENCE) if isinstance(body, Mapping) else None
    return given if isinstance(given, Mapping) else ()
