"""Effective dates: what is in force when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from servstd.catalog import Rule
from servstd.lint.base import Found, lint_check
from servstd.lint.canonical import canonical
from servstd.lint.scene import Scene

Dated = tuple[int, date, date | None]


def _dated(rule: Rule) -> list[Dated]:
    """Index as written, first day and end of each version, by date."""
    found = [(index, version["from"], version["until"]) for index, version in enumerate(rule.model.versions)]
    return sorted(found, key=lambda version: version[1])


@lint_check("warning")
def version_gap(scene: Scene) -> Iterator[Found]:
    """A version ends before the next one begins: on the days between the rule is not in force at all.

    Nothing falls back to what held before. Without `until` a version holds until the next one begins.
    """
    for rule in scene.rules:
        for (index, _, until), (_, begin, _) in pairwise(_dated(rule)):
            if until is not None and until < begin:
                message = f"the rule is not in force from {until} until {begin}, when the next version begins"
                yield Found(("rules", rule.id, "versions", index, "until"), message)


@lint_check("warning")
def version_overlap(scene: Scene) -> Iterator[Found]:
    """A version says that it holds until after the next one begins; the next one holds from its first day on.

    One of the two dates is wrong. Leave `until` out when a version simply follows another.
    """
    for rule in scene.rules:
        for (index, _, until), (_, begin, _) in pairwise(_dated(rule)):
            if until is not None and until > begin:
                message = f"ends {until}, but the next version begins {begin} and holds from then on"
                yield Found(("rules", rule.id, "versions", index, "until"), message)


@lint_check("warning")
def version_without_effect(scene: Scene) -> Iterator[Found]:
    """A version that decides nothing otherwise than the one before it.

    Texts such as `statement` may have versions too, but often a version was copied and its change forgotten.
    """
    for rule in scene.rules:
        written = [version["from"] for version in rule.model.versions]
        for before, after in pairwise(rule.versions):
            index = written.index(after.from_)
            overlay = rule.model.versions[index]["overlay"]
            is_text = bool(overlay) and overlay.keys().isdisjoint(_DECIDING)
            is_gap = before.until is not None and before.until != after.from_
            if not is_text and not is_gap and _content(before.body) == _content(after.body):
                yield Found(("rules", rule.id, "versions", index), "changes nothing of what was in force before")


_DECIDING = ("applies_to", "except", "for_each", "calendar", "check", "lean", "enabled", "warn")


def _content(body: object) -> object:
    return tuple(canonical(getattr(body, name)) for name in ("check", *_OTHERS))


_OTHERS = ("applies_to", "excepts", "for_each", "calendar", "lean", "warn", "is_enabled")
