"""The draft itself: which column gives what, in which zone and form its times are, what its texts mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from servstd.adapters.draft.look import Column, Look
from servstd.adapters.draft.words import Target, event_of, field_of, is_id, snake, word_of
from servstd.spelling import find_nearest
from servstd.values import BadValue, ValueType
from servstd.vocabulary import Vocabulary

_WHEN = (
    "at",
    "when",
    "time",
    "timestamp",
    "updated",
    "updated_at",
    "sys_updated_at",
    "event_time",
    "date",
    "occurred_at",
)
_EVENT = ("event", "event_type", "action", "activity", "what", "type")
_SEQUENCE = ("sequence", "seq", "sys_mod_count", "mod_count", "revision", "event_number", "step")
_STATE = ("state", "status", "incident_state", "stage")
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column gives (None: nothing that could be guessed), the translation of its texts, and a remark."""

    column: str
    target: Target | None
    remark: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """The name under which `values` translates: the field, or event and attribute as in the flat form."""
        target = self.target or {}
        return target.get("field") or f"{target.get('event')}_{target.get('attribute')}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of a mapping. `keys` are those of the mapping but for `columns` and `values`, `remarks` are by key."""

    keys: dict[str, Any]
    guesses: tuple[Guess, ...]
    remarks: dict[str, str]
    is_flat: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The mapping, as `load_mapping` takes it; the columns that nothing is known of are left out."""
        columns = {one.column: one.target for one in self.guesses if one.target is not None}
        values = {one.word: one.values for one in self.guesses if one.target is not None and one.values}
        return {**self.keys, "columns": columns, **({"values": values} if values else {})}


def draft_mapping(look: Look, vocabulary: Vocabulary, zone: str) -> Draft:
    """A first mapping for a log, `zone` being that of the catalog, in which times without an offset are taken."""
    once = replace(look, columns=tuple(one for one in look.columns if not one.is_twice))
    times = {one.name: formats for one in once.columns if (formats := one.formats())}
    keys, remarks = _record_keys(once, times)
    taken = {value["column"] if isinstance(value, dict) else value for value in keys.values()}
    time_format = _time_format(list(times.values()))
    guesses = list(_guesses([one for one in look.columns if one.name not in taken], times, time_format, vocabulary))
    used = [look.column(name) for name in (*(one.column for one in guesses if one.target), *taken & set(times))]
    if any(one.name in times and one.has_naive_times() for one in used):
        keys["time_zone"], remarks["time_zone"] = zone, "guessed: that of the catalog; of times without an offset"
    if time_format is not None:
        keys["time_format"] = time_format
        other = next((one for one in _common(list(times.values())) if one != time_format), None)
        remarks["time_format"] = f"guessed: {other} fits as well" if other else ""
    if nothing := sorted({text for one in used for text in one.nothing}):
        keys["missing"], remarks["missing"] = ["", *nothing], "what stands for nothing"
    for column, key in ((keys.pop("event", None), "event"), (keys.pop("states", None), "states")):
        if column is not None:
            keys[key] = {
                "column": column["column"],
                "values": _own_events(look.column(column["column"]), key, vocabulary),
            }
    is_flat = keys.get("id") == "id" and all(_is_flat(one, times, time_format) for one in guesses)
    return Draft(keys, tuple(guesses), remarks, is_flat and "time_zone" not in keys)


def _is_flat(guess: Guess, times: dict[str, list[str | None]], time_format: str | None) -> bool:
    """Whether a column needs no mapping: it is named as in the flat form, and its texts are read as they are."""
    target = guess.target
    if target is None or guess.values or (guess.column in times and time_format is not None):
        return False
    flat = target.get("field") or target.get("list") or f"{target['event']}_{target.get('attribute', 'at')}"
    return guess.column == flat


def _record_keys(look: Look, times: dict[str, list[str | None]]) -> tuple[dict[str, Any], dict[str, str]]:
    """The column of the id; of a log with a row an event its case, time and event."""
    names = [one for one in look.columns if is_id(one.name) or snake(one.name).endswith("_id")]
    names.sort(key=lambda one: not is_id(one.name))
    unique = [one for one in look.columns if one.name not in times and one.is_unique(look.rows)]
    chosen = next((one for one in names if one in unique), None)
    repeated = next((one for one in names if one.given == look.rows and is_id(one.name)), None)
    if chosen is None and repeated is not None and times and look.rows:
        return _event_keys(look, repeated, times)
    if chosen is not None:
        odd = _odd_ids(chosen, look.rows)
        return {"id": chosen.name}, {"id": odd} if odd else {}
    if not unique:
        return {"id": "id"}, {"id": "no column has another value in every row: name the one that holds the id"}
    remark = _odd_ids(unique[0], look.rows) or "another value in every row"
    named = f", which {names[0].name!r} has not" if names and is_id(names[0].name) else ""
    return {"id": unique[0].name}, {"id": f"guessed: {remark}{named}"}


def _odd_ids(column: Column, rows: int) -> str:
    """What keeps a column from having another value in every row: `1 of 40 rows has a value that came before`."""
    repeats, empty = column.repeats(), rows - column.given
    parts = [f"{repeats} of {rows} rows {_have(repeats)} a value that came before"] if repeats else []
    if empty:
        parts.append(f"{empty} {_have(empty)} none" if parts else f"{empty} of {rows} rows {_have(empty)} no value")
    return ", ".join(parts)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _event_keys(look: Look, case: Column, times: dict[str, list[str | None]]) -> tuple[dict[str, Any], dict[str, str]]:
    at = next((name for name in times if snake(name) in _WHEN), None)
    at = at or max(times, key=lambda name: len(look.column(name).different))
    keys: dict[str, Any] = {"layout": "events", "case": case.name, "at": at}
    remarks = {"layout": "guessed: the same id stands in several rows", "at": "guessed: when the row came about"}
    for one in look.columns:
        if snake(one.name) in _SEQUENCE and one.seen and all(text.isdigit() for text in one.seen):
            keys["sequence"], remarks["sequence"] = one.name, "guessed: puts rows of one instant in order"
    for key, names in (("event", _EVENT), ("states", _STATE)):
        column = next((one for one in look.columns if snake(one.name) in names and not one.are_more), None)
        if column is not None:
            keys[key] = {"column": column.name}
            remarks[key] = "what each of these is to us; null is no event" if key == "event" else _STATES
            break
    return keys, remarks


_STATES = "say what coming into a state (enter) and going out of it (leave) means"


def _own_events(column: Column, key: str, vocabulary: Vocabulary) -> dict[str, Any]:
    near = {text: find_nearest(snake(text), vocabulary.events, 0.85) for text in column.texts}
    if key == "event":
        return dict(near)
    return {text: {} if event is None else {"enter": event} for text, event in near.items()}


def _common(formats: list[list[str | None]]) -> list[str]:
    """The formats that fit every column of times that is not in ISO 8601."""
    others = [[one for one in each if one is not None] for each in formats if None not in each]
    return [one for one in others[0] if all(one in each for each in others)] if others else []


def _time_format(formats: list[list[str | None]]) -> str | None:
    others = [each for each in formats if None not in each]
    common = _common(formats)
    return common[0] if common else others[0][0] if others else None


def _guesses(
    columns: list[Column], times: dict[str, list[str | None]], time_format: str | None, vocabulary: Vocabulary
) -> Iterator[Guess]:
    """A guess for each column; a word that one gives already is not given again."""
    found = [_guess(one, times.get(one.name), time_format, vocabulary) for one in columns]
    own = {one.target["event"] for one in found if one.target and set(one.target) == {"event"}}
    given: dict[tuple[tuple[str, str], ...], str] = {}
    for one in found:
        target = one.target
        if target is not None and "event" in target and target["event"] not in own:
            yield replace(one, target=None, remark=f"no column gives the time of {target['event']!r}")
            continue
        key = tuple(sorted((target or {}).items()))
        if key in given:
            yield replace(one, target=None, remark=f"{given[key]!r} gives {one.word.removesuffix('_None')} already")
            continue
        if target is not None:
            given[key] = one.column
        yield one


def _guess(column: Column, formats: list[str | None] | None, time_format: str | None, vocabulary: Vocabulary) -> Guess:
    if column.is_twice:
        return Guess(column.name, None, "the column is there twice: rename one in the export")
    if not column.given:
        return Guess(column.name, None, "empty")
    if formats:
        target = event_of(column.name, vocabulary)
        if target is None:
            return Guess(column.name, None, "times; of which event?")
        if None not in formats and time_format not in formats:
            return Guess(column.name, None, f"times in another form than {time_format}")
        return Guess(column.name, target)
    target = field_of(column.name, vocabulary)
    if target is None or ("list" in target) != bool(column.lists):
        return Guess(column.name, None, "lists" if column.lists else _why_no_times(column, vocabulary))
    if "list" in target:
        return Guess(column.name, target)
    return _typed(Guess(column.name, target), column, _type_of(target, vocabulary))


def _why_no_times(column: Column, vocabulary: Vocabulary) -> str:
    """Why a column that is named as an event gives none, where it seems to hold times."""
    found = column.no_time() if event_of(column.name, vocabulary) else None
    if found is None:
        return ""
    text, is_known = found
    what = "not all its times are in one known form" if is_known else "its times are in no known form"
    return f"{what}, such as {text[:_LONGEST_SHOWN]!r}"


def _type_of(target: Target, vocabulary: Vocabulary) -> ValueType:
    if "field" in target:
        word = vocabulary.fields.get(target["field"])
    else:
        word = vocabulary.events[target["event"]].attributes.get(target["attribute"])
    return ValueType("text") if word is None else word.type


def _typed(guess: Guess, column: Column, wanted: ValueType) -> Guess:
    """The guess with a translation of the texts that its type does not take; nothing where there are too many."""
    texts = [text for text in column.texts if text not in column.nothing]
    wrong = [text for text in texts if not _is_read(wanted, text)]
    if not wrong:
        return guess
    takes = f"takes {wanted.text}"
    if column.are_more or not (wanted.choices or wanted.text == "yes or no"):
        return replace(guess, target=None, remark=f"{guess.word} {takes}, and this holds something else")
    known = wanted.choices or ("true", "false")
    values: dict[str, Any] = {}
    for text in texts:
        near = text if text not in wrong and wanted.choices else word_of(text, known)
        if text not in wrong and not wanted.choices:
            near = "true" if wanted.read(text) else "false"
        values[text] = {"true": True, "false": False}.get(str(near), near)
    return replace(guess, values=values, remark="")


def _is_read(wanted: ValueType, text: str) -> bool:
    try:
        wanted.read(text)
    except BadValue:
        return False
    return True
