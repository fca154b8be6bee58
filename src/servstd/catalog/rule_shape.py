"""What the keys of a rule take that only rules have: exemptions, readings, versions, tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from servstd.outcome import REASONS
from servstd.shape import (
    ANY,
    TEXT,
    Schema,
    closed,
    described,
    forms,
    names_to,
    offered_text,
    one_or_list,
    optional,
    pattern,
    words,
)
from servstd.terms.context import Shapes
from servstd.terms.read_shape import condition_shape, outcome_shape, value_of
from servstd.vocabulary import RECORD_ATTRIBUTES

_DATE = r"^\d{4}-?(?:\d{2}-?\d{2}|W\d{2}(?:-?\d)?)$"
_TEST = {
    "rule": "The rule that is tested.",
    "name": "What is shown, as a sentence.",
    "fixture": "A record of `fixtures`, or a list of them, each laid over the one before; `given` is laid over them.",
    "given": "A record in the flat form; `id` may be left out.",
    "as_of": "The instant asked about; left out: the newest of the record.",
    "calendar": "Judge by this calendar.",
    "use_reading": "Judge under this reading.",
    "expect": "The outcome, or a mapping with what else is expected of the verdict.",
}
_FINDING = {
    "outcome": "What the rule concludes.",
    "reason": "Why.",
    "due_at": "When the target is used up.",
    "late_after": "The last instant that passes.",
    "lean": "What an unknown verdict leans to.",
    "conflict": "Whether the evidence disagrees.",
    "opportunities": "How many opportunities the record has.",
    "passed_count": "How many passed.",
    "failed_count": "How many failed.",
    "pending_count": "How many are pending.",
    "unknown_count": "How many are unknown.",
    "elapsed_s": "Seconds used of the target.",
    "late_by_s": "Seconds over the target, on the rule's clock.",
    "assumed": "Fields that were assumed.",
}


def date_shape(shapes: Shapes) -> Schema:
    """A date."""
    return {**pattern(_DATE, "expected a date such as 2027-01-01"), "type": ["string", "integer"]}


def except_shape(shapes: Shapes) -> Schema:
    """Names with conditions."""
    return names_to(shapes.named(condition_shape))


def lean_shape(shapes: Shapes) -> Schema:
    """Conditions under which an unknown verdict leans to pass or fail."""
    condition = shapes.named(condition_shape)
    told = {
        name: described(condition, f"An unknown verdict leans to {name} where this holds.") for name in ("pass", "fail")
    }
    return closed(told)


def silence_shape(shapes: Shapes) -> Schema:
    """Codes of findings, each with the reason why it is meant to be."""
    reason = pattern(r"\S", "say why the finding is silenced")
    known = {code: described(reason, brief) for code, brief in shapes.names.get("findings", {}).items()}
    return optional(names_to(reason, known))


def expect_shape(shapes: Shapes) -> Schema:
    """An outcome, or what is expected of the verdict."""
    outcome = outcome_shape()
    known: dict[str, Schema] = {"outcome": outcome, "reason": optional(shapes.named(reason_shape))}
    finding = closed({key: described(known.get(key, ANY), text) for key, text in _FINDING.items()})
    return forms(outcome, mapping={**finding, "minProperties": 1})


def reason_shape(shapes: Shapes) -> Schema:
    """A reason of a verdict."""
    return words({name: sentence for name, (_, sentence) in REASONS.items()}, "no reason is called this")


def tests_shape(shapes: Shapes) -> Schema:
    """Tests beside a rule."""
    return {"type": "array", "items": shapes.named(test_shape)}


def test_shape(shapes: Shapes) -> Schema:
    """One test beside a rule."""
    return _test(shapes, [key for key in _TEST if key != "rule"])


def listed_test_shape(shapes: Shapes) -> Schema:
    """One test that names its rule."""
    return _test(shapes, _TEST)


def _test(shapes: Shapes, keys: Iterable[str]) -> Schema:
    known: Mapping[str, Schema] = {
        "rule": name_shape(shapes, "rules", "no rule of the catalog has this id"),
        "fixture": optional(one_or_list(_some_fixture(shapes))),
        "given": shapes.named(given_shape),
        "calendar": _or_nothing(name_shape(shapes, "calendars", "no calendar has this name")),
        "expect": shapes.named(expect_shape),
    }
    schema = closed({key: described(known.get(key, ANY), _TEST[key]) for key in keys}, ("expect",))
    return {**schema, "anyOf": [{"required": ["given"]}, {"required": ["fixture"]}]}


def _or_nothing(name: Schema) -> Schema:
    return optional(name, name)


def _some_fixture(shapes: Shapes) -> Schema:
    """Fixtures are offered; another may have been written since the schema was made."""
    return offered_text(shapes.names.get("fixtures", {}))


def name_shape(shapes: Shapes, what: str, says: str) -> Schema:
    """The name of one of the catalog's own things."""
    known = shapes.names.get(what)
    return shapes.named(lambda _: words(known, says), f"name_of_{what}") if known else TEXT


def given_shape(shapes: Shapes) -> Schema:
    """A record in the flat form. Other keys are fields that nobody declared, so everything passes."""
    vocabulary = shapes.context.vocabulary
    keys: dict[str, Schema] = dict.fromkeys(RECORD_ATTRIBUTES, ANY)
    for field in vocabulary.fields.values():
        keys[field.name] = described(_offered(value_of(field.type, shapes)), field.brief)
    for event in vocabulary.events.values():
        keys[f"{event.name}_at"] = described(ANY, event.brief)
        keys[f"{event.name}_until"] = described(ANY, f"Until when: {event.brief}")
        for word in event.attributes.values():
            keys[f"{event.name}_{word.name}"] = described(_offered(value_of(word.type, shapes)), word.brief)
    return {"type": ["object", "null"], "properties": keys | _LISTS}


def _offered(schema: Schema) -> Schema:
    return {"anyOf": [schema, {}]}


_LISTS: dict[str, Any] = {
    "turns": described(ANY, "What was said: a list of `{speaker, text, at}`."),
    "events": described(ANY, "Events in full: a list of `{type, at, until, actor, ref}` with their attributes."),
    "reviews": described(ANY, "Answers of reviewers: a list of `{rule, value, reviewer}`."),
    "complete_for": described(ANY, "Events whose absence is evidence that they did not happen."),
    "tracked": described(ANY, "The only events that the source can give."),
    "agent_names": described(ANY, "Names by which the agent may say who they are."),
}
