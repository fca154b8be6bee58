"""Which columns of a log say who somebody is, by the words that they give: the rules for `servstd pseudonymise`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from typing import Any

from servstd.adapters.cells import INSTANT, Cell, Dialect, as_text
from servstd.adapters.mapping import EventRows, LogMapping
from servstd.flat import SPEAKERS, FlatReader
from servstd.privacy.redact import is_name
from servstd.privacy.rows import LEAVE, LISTS, Fate, RowRules
from servstd.record import Record
from servstd.values import BadValue, ValueType, whole_number
from servstd.vocabulary import EVENT_ATTRIBUTES, RECORD_ATTRIBUTES, Vocabulary, Word

# Who somebody is; of agent_names, which are the names themselves, nothing stays.
_NAMES = frozenset(("id", "case", "agent", "customer", "ref"))
_FACTS = ("complete_for", "tracked")
_LISTED = "agent_names"
_TEXT = "text"
_ANSWER = frozenset(("record_id", "rule", "value"))
_SCALARS = (str, int, float, date)
# Types that read any text: what a value of them looks like.
_CODES = {
    "language code": re.compile(r"[a-z]{2,3}([-_][a-z]{4})?([-_]([a-z]{2}|\d{3}))?", re.IGNORECASE),
    "country code": re.compile(r"[a-z]{2}([-_][a-z0-9]{1,3})?", re.IGNORECASE),
}
_PLAIN = Dialect(UTC)
_DATE = ValueType("instant or date")
_FLAG = ValueType("yes or no")
_SHARE = ValueType("number 0 to 1", low=0, high=1)
Takes = Callable[[Any], bool]


@dataclass(frozen=True)
class Known:
    """What the catalog knows: its words, the ids of its rules, and the answers that reviewers may give."""

    vocabulary: Vocabulary
    rules: Container[str] = ()
    answers: Container[str] = field(default_factory=frozenset)

    def kept(self, words: Iterable[ValueType], cells: Iterable[Cell] = (), dialect: Dialect = _PLAIN) -> Fate:
        """What stays of a place that gives words of these types: what one of them takes."""
        types, read = tuple(words), tuple(cells)
        types += tuple(cell.type for cell in read if cell.values is None)
        dialect = replace(dialect, zone=dialect.zone or UTC)  # a time without a zone says nothing of anybody either

        def takes(value: Any) -> bool:
            if not isinstance(value, _SCALARS):
                return False
            return any(self._holds(one, value) for one in types) or any(_reads(cell, value, dialect) for cell in read)

        return Fate("keep", takes, any(one.text == _TEXT for one in types))

    def _holds(self, one: ValueType, value: Any) -> bool:
        if one.text == "rule":
            return value in self.rules
        if one.text in _CODES:
            return isinstance(value, str) and _CODES[one.text].fullmatch(value.strip()) is not None
        return _is_read(lambda: (_DATE if one.text == _TEXT else one).read(value, UTC))

    def is_answer(self, value: Any) -> bool:
        """Whether a reviewer may say so; true and false are yes and no."""
        return isinstance(value, bool) or (isinstance(value, (str, int)) and str(value).strip() in self.answers)

    def are_words(self, value: Any) -> bool:
        """Whether a list, or a text with commas or spaces, names events and fields and nothing else."""
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return False
        names = value.replace(",", " ").split() if isinstance(value, str) else value
        words = self.vocabulary
        return isinstance(names, list) and all(
            isinstance(name, str) and (name in words.events or name in words.fields) for name in names
        )


def private_rules(
    known: Known,
    mapping: LogMapping | None = None,
    given: Mapping[str, str] | None = None,
    is_answers: bool = False,
) -> RowRules:
    """The rules for a log, in flat form or under a mapping, or for a file of answers.

    Declared words stay as far as their types take the values, but for those that name people (pseudonyms) and those
    that hold what was said (redacted); a column that gives no declared word is left out. `given` are fates of places
    (`name`, `text`, `keep`) that somebody named: they win over what the words say.
    """
    fates = _part_fates(known)
    reader: FlatReader | None = None
    if mapping is not None and mapping.plan is not None:
        fates |= _mapped_fates(known, mapping)
    elif is_answers:
        fates |= _answer_fates(known)
    else:
        reader = FlatReader(known.vocabulary)
        fates |= {} if mapping is None else _translated_fates(known, mapping)

    def find(place: str) -> Fate:
        return fates.get(place) or (LEAVE if reader is None else _flat_fate(place, reader, known))

    rules = RowRules(find, given or {})
    if mapping is None:
        return rules
    case = None if mapping.event_rows is None else mapping.event_rows.case
    return replace(rules, is_missing=_missing_in(mapping.dialect), case=case)


def _missing_in(dialect: Dialect) -> Takes:
    """Lists are looked into part by part and not written out only to see whether they stand for nothing."""
    return lambda value: not isinstance(value, (list, Mapping)) and dialect.is_missing(value)


def is_answer_file(columns: Container[str]) -> bool:
    """Whether a table or a row holds answers of reviewers."""
    return all(name in columns for name in _ANSWER)


def names_in(record: Record) -> Iterator[str]:
    """The values of a record that say who somebody is and can be looked for in its texts."""
    found = [record.id, record.agent, *record.agent_names, *(record.fields.get(name) for name in _NAMES)]
    for event in record.events:
        found += [event.ref, None if event.actor in SPEAKERS else event.actor]
        found += [event.attributes.get(name) for name in _NAMES]
    found += [review.reviewer for review in record.reviews]
    return (str(value) for value in found if is_name(value))


def _part_fates(known: Known) -> dict[str, Fate]:
    """The keys within lists."""
    words = known.vocabulary
    types: dict[str, list[ValueType]] = {"at": [INSTANT], "until": [INSTANT]}
    for event in words.events.values():
        for name, word in event.attributes.items():
            types.setdefault(name, []).append(word.type)
    fates = {f"events.{name}": _word_fate(name, known.kept(found)) for name, found in types.items()}
    fates |= {f"{what}.{key}": known.kept([INSTANT]) for what in ("turns", "reviews") for key in ("at", "until")}
    role = Fate("name", _is_in(SPEAKERS))
    fates |= {"events.type": Fate("keep", _is_in(words.events)), "events.actor": role, "events.ref": Fate("name")}
    fates |= {"events.sequence": Fate("keep", _is_whole), "events.agent": Fate("name"), "events.text": Fate("text")}
    fates |= {"turns.speaker": Fate("keep", _is_in(SPEAKERS)), "turns.text": Fate("text")}
    return fates | {f"reviews.{key}": fate for key, fate in _answer_fates(known).items() if key != "record_id"}


def _answer_fates(known: Known) -> dict[str, Fate]:
    """What an answer of a reviewer says."""
    return {
        "record_id": Fate("name"),
        "reviewer": Fate("name"),
        "reason": Fate("text"),
        "rule": known.kept([ValueType("rule")]),
        "value": Fate("keep", known.is_answer),
        "at": known.kept([INSTANT]),
        "opportunity": Fate("keep", _is_whole),
        "override": known.kept([_FLAG]),
        "probability": known.kept([_SHARE]),
    }


def _flat_fate(column: str, reader: FlatReader, known: Known) -> Fate:
    """A column in flat form, by the word that it gives."""
    words = known.vocabulary
    what, name, attribute = reader.meaning(column)
    if column in LISTS:
        return Fate(column)
    if column in (*_FACTS, _LISTED):
        return _list_fate(column, known)
    if what in ("event", "until"):
        return known.kept([INSTANT])
    if what == "attribute":
        word = words.events[name].attributes.get(attribute)
        return _part_fate(attribute, known, word)
    word = words.fields.get(name)
    if word is None and name in RECORD_ATTRIBUTES:  # a catalog of its own need not declare them
        word = Word(name, ValueType(_TEXT))
    return _word_fate(column, LEAVE if word is None else known.kept([word.type]))


def _part_fate(attribute: str, known: Known, word: Word | None) -> Fate:
    """An attribute of an event in a column of its own."""
    if word is None and attribute in EVENT_ATTRIBUTES:
        return _part_fates(known)[f"events.{attribute}"]
    return _word_fate(attribute, LEAVE if word is None else known.kept([word.type]))


def _mapped_fates(known: Known, mapping: LogMapping) -> dict[str, Fate]:
    """Columns that a mapping reads, by the words that they give; any other is nothing."""
    plan, rows = mapping.plan, mapping.event_rows
    cells: dict[str, list[Cell]] = {}
    if plan is not None:
        found = [*plan.fields, *(cell for event in plan.events for cell in event.attributes)]
        found += [event.at for event in plan.events if event.at is not None]
        found += [cell for many in (rows.row_cells.values() if rows else ()) for cell in many]
        for cell in found:
            cells.setdefault(cell.column, []).append(cell)
    fates = {} if rows is None else _row_fates(known, rows, mapping.dialect)
    for column, several in cells.items():
        kept = known.kept((), several, mapping.dialect)
        special = [fate for cell in several if (fate := _word_fate(cell.name, kept)) is not kept]
        fates[column] = min(special, key=lambda fate: fate.what) if special else kept  # a name before a text
    fates |= {column: _list_fate(word, known) for word, column in (plan.lists if plan else ())}
    fates[mapping.id_column if rows is None else rows.case] = Fate("name")
    return fates


def _row_fates(known: Known, rows: EventRows, dialect: Dialect) -> dict[str, Fate]:
    """Columns that make events of rows."""
    events: Container[str] = known.vocabulary.events if rows.events is None else rows.events
    fates = {rows.at.column: known.kept((), [rows.at], dialect)}
    fates |= {} if rows.sequence is None else {rows.sequence: Fate("keep", _is_whole)}
    fates |= {} if rows.event_column is None else {rows.event_column: Fate("keep", _is_listed(events))}
    return fates | ({} if rows.state_column is None else {rows.state_column: Fate("keep", _is_listed(rows.states))})


def _translated_fates(known: Known, mapping: LogMapping) -> dict[str, Fate]:
    """Flat columns that a mapping translates, and the column of the id."""
    fates = {
        column: _word_fate(column, known.kept((), [cell], mapping.dialect)) for column, cell in mapping.values.items()
    }
    return {**fates, mapping.id_column: Fate("name")}


def _word_fate(word: str, otherwise: Fate) -> Fate:
    if word in _NAMES:
        return Fate("name")
    return Fate("text") if word == _TEXT else otherwise


def _list_fate(word: str, known: Known) -> Fate:
    if word in LISTS:
        return Fate(word)
    return Fate("listed") if word == _LISTED else Fate("keep", known.are_words)


def _is_in(known: Container[str]) -> Takes:
    return lambda value: isinstance(value, str) and value in known


def _is_listed(known: Container[str]) -> Takes:
    """As a mapping lists what a cell may say."""
    return lambda value: isinstance(value, (str, int, float)) and as_text(value) in known


def _reads(cell: Cell, value: Any, dialect: Dialect) -> bool:
    if cell.values is None and cell.type.text not in ("instant", "instant or date"):
        return False  # the type says it
    return _is_read(lambda: cell.read(value, dialect))


def _is_whole(value: Any) -> bool:
    return isinstance(value, (str, int)) and _is_read(lambda: whole_number(value))


def _is_read(read: Callable[[], Any]) -> bool:
    try:
        read()
    except (BadValue, TypeError, ValueError, OverflowError):
        return False
    return True
