"""Which columns of a log say who somebody is, by the words that they give: the rules for `servstd pseudonymise`."""

from __future__ import annotations

from collections.abc import Iterable

from servstd.adapters.mapping import LogMapping
from servstd.flat import FlatReader
from servstd.privacy.rows import LISTS, RowRules
from servstd.vocabulary import EVENT_ATTRIBUTES, RECORD_ATTRIBUTES, Vocabulary

_FACTS = frozenset((*RECORD_ATTRIBUTES, "complete_for", "tracked"))
_PARTS = {
    "turns": ("speaker", "at", "until"),
    "reviews": ("rule", "value", "at", "opportunity", "override"),
}
# Who somebody is; of agent_names, which are the names themselves, nothing stays.
_NAMES = frozenset(("id", "case", "agent", "customer", "ref"))
_PART_NAMES = ("reviews.reviewer", "events.ref", "events.agent")
_PART_TEXTS = ("turns.text", "reviews.reason", "events.text")
_TEXT = "text"


def private_rules(
    vocabulary: Vocabulary,
    mapping: LogMapping | None = None,
    names: Iterable[str] = (),
    texts: Iterable[str] = (),
    keep: Iterable[str] = (),
) -> RowRules:
    """The rules for a log, in flat form or under a mapping.

    Declared words stay, but for those that name people (pseudonyms) and those that hold what was said (redacted); a
    column that gives no declared word is left out. `names`, `texts` and `keep` are places that somebody named: they
    win over what the words say.
    """
    fates = _part_fates(vocabulary)
    if mapping is not None and mapping.plan is not None:
        fates |= _mapped_fates(mapping)
        flat = None
    else:
        flat = FlatReader(vocabulary)
        fates |= {} if mapping is None else {mapping.id_column: "name"}
    given = {**dict.fromkeys(keep, "keep"), **dict.fromkeys(texts, "text"), **dict.fromkeys(names, "name")}
    return RowRules(lambda place: fates.get(place) or _flat_fate(place, flat), given)


def _part_fates(vocabulary: Vocabulary) -> dict[str, str]:
    """The keys within lists."""
    attributes = {name for event in vocabulary.events.values() for name in event.attributes}
    parts = {**_PARTS, "events": (*EVENT_ATTRIBUTES, "attributes", *sorted(attributes))}
    fates = {f"{what}.{key}": "keep" for what, keys in parts.items() for key in keys}
    return {**fates, **dict.fromkeys(_PART_NAMES, "name"), **dict.fromkeys(_PART_TEXTS, "text")}


def _flat_fate(column: str, reader: FlatReader | None) -> str:
    """A column in flat form, by the word that it gives; under a mapping a column that it does not read is nothing."""
    if reader is None or "." in column:
        return "leave"
    if column in LISTS:
        return column
    what, name, attribute = reader.meaning(column)
    if what != "field":
        return {_TEXT: "text", "ref": "name"}.get(attribute or "", "keep")
    if column in _NAMES:
        return "name"
    return "keep" if name in reader.vocabulary.fields or column in _FACTS else "leave"


def _mapped_fates(mapping: LogMapping) -> dict[str, str]:
    """Columns that a mapping reads, by the words that they give."""
    plan = mapping.plan
    fates = dict.fromkeys(mapping.columns(), "keep")
    if plan is not None:
        words = [(cell.name, cell.column) for cell in plan.fields]
        words += [(cell.name, cell.column) for event in plan.events for cell in event.attributes]
        for word, column in (*words, *plan.lists):
            fates[column] = _word_fate(word, fates[column])
    fates[mapping.id_column if mapping.event_rows is None else mapping.event_rows.case] = "name"
    return fates


def _word_fate(word: str, otherwise: str) -> str:
    if word in LISTS:
        return word
    if word in _NAMES:
        return "name"
    return {_TEXT: "text", "agent_names": "leave"}.get(word, otherwise)
