"""What was probably meant where a condition, an event, a target or a pause is written in another shape.

Each function gives a hint, or None when nothing is certain.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from servstd.spelling import AS_GOOD_AS, find_nearest
from servstd.terms.context import Context
from servstd.units import UnitError, parse_duration
from servstd.values import BadValue
from servstd.vocabulary import Word
from servstd.yaml_reader.one_line import REST, on_one_line, write_hint

_NAME_AND_VALUE = re.compile(r"(\w+)\s*(?::|=|==|\bis\b)\s*(\S.*)")
_ALL_OTHERS = ("default", "else", "other", "others", "otherwise", "rest")


def condition_meant(given: Any, context: Context, attributes: Mapping[str, Word] | None = None) -> str | None:
    """The condition for a value, a name, or a list of conditions; one that may mean three things is not certain."""
    if isinstance(given, (list, tuple)) and given and all(isinstance(item, Mapping) for item in given):
        return _joined(given)
    found = [on_one_line(condition) for condition in _conditions(given, context, attributes)]
    return f"write {' or '.join(map(str, found))}" if 1 <= len(found) <= 2 and None not in found else None


def _joined(conditions: Sequence[Any]) -> str | None:
    if len(conditions) == 1:
        return write_hint(conditions[0]) or "write the condition without the list"
    whole = on_one_line({"all": conditions}) or "{all: [...]}"
    return f"write {whole} when all of them have to hold, {{any: [...]}} when one is enough"


def _conditions(given: Any, context: Context, attributes: Mapping[str, Word] | None) -> Iterator[dict[str, Any]]:
    """Every condition that a word or a list of words may stand for."""
    texts = texts_of(given)
    if not texts:
        return
    value = texts[0] if len(texts) == 1 else texts
    words = context.vocabulary.fields if attributes is None else attributes
    yield from ({name: value} for name in fields_with(texts, words))
    if attributes is None:
        known: tuple[tuple[str, Collection[str]], ...]
        known = (("happened", context.vocabulary.events), ("said", context.cues))
        yield from ({key: value} for key, names in known if set(texts) <= set(names))
    if len(texts) == 1:
        yield from _of_a_field(texts[0], words)


def texts_of(given: Any) -> list[str]:
    """A text, or a list of nothing but texts, as a list; else an empty one."""
    items = list(given) if isinstance(given, (list, tuple)) else [given]
    return items if all(isinstance(item, str) for item in items) else []


def fields_with(values: Collection[str], words: Mapping[str, Word]) -> list[str]:
    """The fields that can have all of these values, by what they declare."""
    return [name for name, word in words.items() if set(values) <= set(word.type.choices)]


def _of_a_field(text: str, words: Mapping[str, Word]) -> Iterator[dict[str, Any]]:
    """A field of yes or no by its name alone, and a field with its value in one text."""
    if text in words and words[text].type.text == "yes or no":
        yield {text: True}
    parted = _NAME_AND_VALUE.fullmatch(text.strip())
    if parted is None or parted[1] not in words:
        return
    try:
        value = words[parted[1]].type.read(parted[2])
    except BadValue:
        return
    if isinstance(value, (str, bool, int, float)):
        yield {parted[1]: value}


def is_said(given: Any) -> bool:
    """True for what refers to a turn by what is said in it, also when that key is misspelt."""
    if not isinstance(given, Mapping) or "event" in given:
        return isinstance(given, Mapping) and "said" in given
    return any(find_nearest(key, ("said", "event", "where"), AS_GOOD_AS) == "said" for key in given)


def event_meant(given: Mapping[str, Any], context: Context) -> str | None:
    """The reference to an event whose name stands where the key `event` should."""
    names = list(given)
    if not names or not set(names) <= set(context.vocabulary.events):
        return None
    where = given[names[0]]
    if len(names) == 1 and isinstance(where, Mapping) and where:
        return write_hint({"event": names[0], "where": where})
    if all(value is None or value == {} for value in given.values()):
        return write_hint(names[0] if len(names) == 1 else names)
    return None


def target_meant(given: Mapping[str, Any], context: Context) -> str | None:
    """The table or the duration for a mapping that names no field."""
    if not given or "field" in given:
        return None
    if set(given) <= {"when", "use"}:
        return write_hint([given, {"use": REST}] if "when" in given else given["use"])
    for unit, count in given.items() if len(given) == 1 else ():
        if (hint := _duration_of(str(unit), count)) is not None:
            return hint
    if not all(map(_is_duration, given.values())):
        return None
    values = [key for key in given if key not in _ALL_OTHERS]
    others = [given[key] for key in given if key in _ALL_OTHERS]
    fields = fields_with(values, context.vocabulary.fields) if values else []
    if len(fields) != 1 and len(values) < 2:
        return None
    field = fields[0] if len(fields) == 1 else "FIELD"
    rows = [{"when": {field: value}, "use": given[value]} for value in values]
    hint = write_hint([*rows, {"use": others[0] if others else REST}])
    if hint is None or len(fields) == 1:
        return hint or "write rows: [{when: ..., use: ...}, {use: ...}]"
    return f"{hint}, with the name of the field for FIELD"


def _duration_of(unit: str, count: Any) -> str | None:
    """The duration of `{business_hours: 4}`."""
    if isinstance(count, bool) or not isinstance(count, (int, float)):
        return None
    clock = unit.replace("_", " ")
    try:
        return f"write {parse_duration(f'{count} {clock}')}"
    except UnitError as error:
        return error.hint


def _is_duration(value: Any) -> bool:
    try:
        parse_duration(value)
    except UnitError:
        return False
    return True


def row_of(given: Any) -> dict[str, Any] | None:
    """A row of `when` and `use`, for a condition that stands beside `use`."""
    if not isinstance(given, Mapping) or "use" not in given or len(given) < 2 or "when" in given:
        return None
    return {"when": {key: value for key, value in given.items() if key != "use"}, "use": given["use"]}


def row_meant(given: Any) -> str | None:
    """The same as a hint."""
    row = row_of(given)
    return None if row is None else write_hint(row)


def target_row_meant(given: Mapping[str, Any], context: Context) -> str | None:
    """A row of a table of targets, also for the value of a field with its duration: `{gold: 2 business hours}`."""
    if len(given) != 1 or not all(map(_is_duration, given.values())):
        return row_meant(given)
    [value, duration] = next(iter(given.items()))
    fields = fields_with([value], context.vocabulary.fields)
    if value in _ALL_OTHERS:
        return write_hint({"use": duration})
    return write_hint({"when": {fields[0]: value}, "use": duration}) if len(fields) == 1 else None


def rows_meant(given: Sequence[Any]) -> str | None:
    """The table for a list of nothing but durations, or the only one of them."""
    if not given or not all(map(_is_duration, given)):
        return None
    *conditional, last = given
    rows = [{"when": REST, "use": duration} for duration in conditional]
    return write_hint([*rows, {"use": last}] if rows else last)


def pauses_meant(given: Any, context: Context) -> str:
    """Pauses for one that stands outside a list, and for the names of events."""
    events = context.vocabulary.events
    pause: Any = None
    if isinstance(given, Mapping):
        [begin, until] = next(iter(given.items())) if len(given) == 1 else ("", "")
        is_pair = begin in events and isinstance(until, str) and until in events
        pause = {"from": begin, "until": until} if is_pair else given if "from" in given and "until" in given else None
    elif (names := texts_of(given)) and len(names) <= 2 and set(names) <= set(events):
        pause = {"from": names[0], "until": names[1] if len(names) == 2 else _end_of(names[0], events)}
    hint = write_hint([pause]) if pause is not None else None
    return hint or "write pauses such as [{from: waiting_started, until: waiting_ended}]"


def _end_of(begin: str, events: Collection[str]) -> str:
    """`waiting_ended` for `waiting_started`: the only other event whose name begins as this one's does."""
    stem = begin.rpartition("_")[0]
    others = [name for name in events if stem and name != begin and name.rpartition("_")[0] == stem]
    return others[0] if len(others) == 1 else REST


def listed(given: Any) -> str | None:
    """A list of the one mapping that stands where a list of such is wanted."""
    if not isinstance(given, Mapping) or not given:
        return None
    return f"put it in a list: {on_one_line([given]) or 'a dash before its first line, the others below that one'}"
