"""Where a rule comes from, and whether its words still say what it demands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from servstd.catalog.origins import DEMANDS, Origins
from servstd.lint.base import Found, lint_check
from servstd.lint.scene import Scene
from servstd.terms.context import Path


@lint_check("warning")
def source_missing(scene: Scene) -> Iterator[Found]:
    """A rule without a source: nobody can look up what was agreed, or with whom.

    Name the document, and the section if it has any: `source: {document: Service promise, section: E-mail}`.
    """
    for rule in scene.rules:
        if not any(text.strip() for text in rule.model.source.values()):
            yield Found(("rules", rule.id), "has no 'source'")


@lint_check("info")
def statement_missing(scene: Scene) -> Iterator[Found]:
    """A rule without a `statement`: its title is all that staff are told."""
    for rule in scene.rules:
        if not rule.statement.strip():
            yield Found(("rules", rule.id), "has no 'statement'")


@lint_check("info")
def wording_stale(scene: Scene) -> Iterator[Found]:
    """A catalog changes what an inherited rule demands and leaves its title and statement as they were.

    Staff read the old promise in every report and in the handbook. Give the rule its title and statement beside the
    change.
    """
    origins = Origins(scene.catalog)
    for rule in scene.rules:
        if origins.has_stale_wording(rule.id):
            message = "what is demanded is changed here, and the title and the statement are still those from below"
            yield Found(_change_of(rule.id, scene), message)


def _change_of(rule_id: str, scene: Scene) -> Path:
    """The topmost change of what a rule demands: a key of an override, else the reading that is chosen."""
    for layer in reversed(scene.catalog.layers):
        changes = (layer.get("override") or {}).get(rule_id)
        for key in changes if isinstance(changes, Mapping) else ():
            if key in DEMANDS:
                return "rules", rule_id, key
        if rule_id in (layer.get("use_reading") or {}):
            return "use_reading", rule_id
    return "rules", rule_id
