"""What a record must hold to reach a rule: the words that it reads, and the values that matter to it.

All is read from the rule as it was written, so that it holds for kinds of your own too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servstd.catalog import Catalog, Rule
from servstd.cues import CueFamily
from servstd.evaluate import Evaluator
from servstd.record import Record
from servstd.values import parse_instant

_OPTION, _CHOICE, _SLOT = re.compile(r"\[[^]]*\]"), re.compile(r"\(([^|)]*)[^)]*\)"), re.compile(r"<[^>]*>|\.\.\.")
_MOST_PHRASES = 6


@dataclass(frozen=True)
class Trial:
    """A record, and the instant to judge it at."""

    record: Record = field(repr=False)
    as_of: datetime


@dataclass(frozen=True)
class Aim:
    """A rule with the fields, event types, texts and values that it reads.

    `values` are those that its conditions name, by field or attribute; `seeds` are the records of its own tests.
    """

    rule_id: str
    rule: Rule = field(repr=False)
    fields: tuple[str, ...] = field(repr=False)
    events: tuple[str, ...] = field(repr=False)
    phrases: tuple[str, ...] = field(repr=False)
    values: Mapping[str, tuple[Any, ...]] = field(repr=False)
    numbers: tuple[float, ...] = field(repr=False)
    seeds: tuple[Trial, ...] = field(repr=False)

    def likely(self, name: str) -> tuple[Any, ...]:
        """Values of a field or attribute that may make a difference."""
        return (*self.values.get(name, ()), *self.numbers)


def aim_at(evaluator: Evaluator, rule_id: str) -> Aim:
    """What is known of one rule and of those that it asks about."""
    catalog = evaluator.catalog
    rule = catalog.rules[rule_id]
    asked = [catalog.rules[name] for name in _asked(catalog, rule_id)]
    words = frozenset[str]().union(*(words_of(one) for one in asked))
    vocabulary, specs = catalog.vocabulary, [one.spec for one in asked]
    return Aim(
        rule_id,
        rule,
        tuple(sorted(words & set(vocabulary.fields))),
        tuple(sorted(words & set(vocabulary.events), key=vocabulary.rank_of)),
        tuple(phrase for name in texts_in(specs) if name in catalog.cues for phrase in _phrases(catalog.cues[name])),
        _values(specs),
        tuple(sorted({near for number in _numbers(specs) for near in (number, number - 1, number + 1)})),
        tuple(_seeds(evaluator, rule)),
    )


def words_of(rule: Rule) -> frozenset[str]:
    """Every field and event type that a rule says it reads, in all its versions."""
    bodies = [rule.body, *(version.body for version in rule.versions)]
    return frozenset[str]().union(*(body.words() for body in bodies))


def _asked(catalog: Catalog, rule_id: str) -> list[str]:
    """A rule and those that it asks about, and so on."""
    found, todo = dict[str, None](), [rule_id]
    while todo:
        name = todo.pop()
        if name not in found and name in catalog.rules:
            found[name] = None
            todo += catalog.rules[name].asks
    return list(found)


def _seeds(evaluator: Evaluator, rule: Rule) -> Iterator[Trial]:
    """The records of the tests beside a rule."""
    for test in rule.tests:
        record = evaluator.reader.read({"id": "r", **test["given"]})
        as_of = parse_instant(test["as_of"]) if "as_of" in test else record.newest_at()
        if as_of is not None:
            yield Trial(record, as_of)


def texts_in(spec: Any) -> Iterator[str]:
    """Every text in something written in YAML."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for key, value in spec.items():
            if key != "tests":
                yield from texts_in(value)
    elif isinstance(spec, (list, tuple)):
        for value in spec:
            yield from texts_in(value)


def _numbers(spec: Any) -> Iterator[float]:
    if isinstance(spec, (int, float)) and not isinstance(spec, bool):
        yield spec
    elif isinstance(spec, Mapping):
        for key, value in spec.items():
            if key not in ("tests", "objective"):
                yield from _numbers(value)
    elif isinstance(spec, (list, tuple)):
        for value in spec:
            yield from _numbers(value)


def _values(specs: list[Any]) -> dict[str, tuple[Any, ...]]:
    """What stands beside each key: in a condition that is a field with the values wanted of it."""
    found: dict[str, list[Any]] = {}
    for key, value in (pair for spec in specs for pair in _pairs(spec)):
        kept = [one for one in (value if isinstance(value, (list, tuple)) else [value]) if _is_plain(one)]
        found.setdefault(key, []).extend(one for one in kept if one not in found.get(key, ()))
    return {key: tuple(values) for key, values in found.items() if values}


def _pairs(spec: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(spec, Mapping):
        for key, value in spec.items():
            if key != "tests":
                yield str(key), value
                yield from _pairs(value)
    elif isinstance(spec, (list, tuple)):
        for value in spec:
            yield from _pairs(value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, (str, bool, int, float))


def _phrases(family: CueFamily) -> list[str]:
    """Texts that say a cue, more or less: what may be left out is left out, the first of several is taken."""
    plain = [text for role, text in family.phrases if role != "not"][:_MOST_PHRASES]
    return [" ".join(_SLOT.sub("Sam", _CHOICE.sub(r"\1", _OPTION.sub("", text))).split()) for text in plain]
