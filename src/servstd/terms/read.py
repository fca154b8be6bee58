"""Reading the shared words from YAML: event references, anchors and conditions refer to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from servstd.flat import SPEAKERS
from servstd.outcome import Outcome
from servstd.spelling import AS_GOOD_AS, find_nearest, flag_hint, rename, shown
from servstd.terms.anchor import Anchor
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, FieldMissing, FieldWithin, Not, RuleOutcome
from servstd.terms.context import OWN_FIELD, Path, Reading, Takes, read_with
from servstd.terms.event_ref import EventRef
from servstd.terms.happening import Happened, Open, SaidCue
from servstd.terms.meant import condition_meant, event_meant, is_said, listed
from servstd.terms.read_shape import (
    anchor_shape,
    condition_shape,
    cue_names_shape,
    event_or_this_shape,
    event_shape,
    field_names_shape,
    same_shape,
    speaker_shape,
)
from servstd.values import BadValue
from servstd.vocabulary import RECORD_ATTRIBUTES, EventType, Word, nearest


def parse_event_ref(spec: Any, reading: Reading, path: Path = (), allow_this: bool = False) -> EventRef:
    """Read `responded`, `[opened, received]` or `{event: responded, where: {substantive: true}}`."""
    where_spec, where_path = None, (*path, "where")
    if isinstance(spec, Mapping):
        spec = reading.keys(spec, ("event", "where"), path, partial(event_meant, context=reading.context))
        where_spec = spec.get("where")
        if "event" not in spec:
            reading.report("missing-key", "missing key 'event'", path)
            return EventRef(())
        spec, path = spec["event"], (*path, "event")
    if spec == "this" and allow_this:
        return EventRef((), None, True)
    names = spec if isinstance(spec, (list, tuple)) else [spec]
    types = tuple(
        name for index, name in enumerate(names) if reading.event_name(name, (*path, index) if names is spec else path)
    )
    if where_spec is None:
        return EventRef(types)
    if len(types) < len(names):  # what an event that is not known has for attributes is not known either
        return EventRef(types, parse_condition(where_spec, reading, where_path, attributes=all_attributes(reading)))
    return EventRef(types, parse_attribute_condition(where_spec, types, reading, where_path))


def parse_attribute_condition(spec: Any, types: tuple[str, ...], reading: Reading, path: Path) -> Condition:
    """Read a condition on the attributes of these event types."""
    events = [reading.context.vocabulary.events[name] for name in types]
    return parse_condition(spec, reading, path, attributes=_attributes(events))


def _attributes(events: list[EventType]) -> dict[str, Word]:
    words: dict[str, Word] = {}
    for event in events:
        words |= event.attributes
    return words


def all_attributes(reading: Reading) -> dict[str, Word]:
    """The attributes of all events, for a condition on `this`, whose type the rule's `for_each` names."""
    return _attributes(list(reading.context.vocabulary.events.values()))


def parse_fields(spec: Any, reading: Reading, path: Path = ()) -> tuple[str, ...]:
    """Read a list of field names."""
    names = spec if isinstance(spec, (list, tuple)) else [spec]
    return tuple(str(name) for index, name in enumerate(names) if reading.field_name(name, (*path, index)))


def parse_anchor(spec: Any, reading: Reading, path: Path = ()) -> Anchor:
    """Read `this`, `previous`, `next`, an event reference, or `{said: cue, by: speaker}`."""
    if isinstance(spec, str) and spec in ("this", "previous", "next"):
        return Anchor(spec)
    if is_said(spec):
        spec = reading.keys(spec, ("said", "by"), path)
        cues = parse_cues_named(spec["said"], reading, (*path, "said"))
        return Anchor("said", None, cues, parse_speaker(spec.get("by"), reading, (*path, "by")))
    return Anchor("event", parse_event_ref(spec, reading, path))


def parse_speaker(spec: Any, reading: Reading, path: Path = ()) -> str | None:
    """Read who speaks; None leaves it to the cue family."""
    if spec is None or spec in SPEAKERS:
        return None if spec is None else str(spec)
    reading.report(
        "unknown-speaker", f"{shown(spec)} is not one of {', '.join(SPEAKERS)}", path, nearest(spec, SPEAKERS)
    )
    return None


def parse_cues_named(spec: Any, reading: Reading, path: Path = ()) -> tuple[str, ...]:
    """Read the name of a cue family or a list of names."""
    names = spec if isinstance(spec, (list, tuple)) else [spec]
    return tuple(
        str(name)
        for index, name in enumerate(names)
        if reading.cue_name(name, (*path, index) if names is spec else path)
    )


_GROUPS = ("all", "any", "not")
_ASKING = ("happened", "said", "rule")
_BESIDE = ("before", "after", "by", "where", "outcome")
_COMPARE = ("at_least", "at_most", "missing")


def parse_condition(
    spec: Any, reading: Reading, path: Path = (), attributes: Mapping[str, Word] | None = None
) -> Condition:
    """Read a condition; with `attributes` its names are attributes of an event instead of fields."""
    if not isinstance(spec, Mapping):
        report_no_condition(spec, reading, path, condition_meant(spec, reading.context, attributes))
        return AllOf(())
    parts: list[Condition] = []
    rest = _read_names(spec, reading, path, attributes)
    for read in _SPECIAL:
        parts += read(rest, reading, path, attributes)
    parts += [_parse_field(name, rest[name], reading, (*path, name), attributes) for name in rest]
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def report_no_condition(spec: Any, reading: Reading, path: Path, hint: str | None) -> None:
    """Note what stands where a condition belongs."""
    reading.report("not-a-condition", f"expected a condition such as channel: email, got {shown(spec)}", path, hint)


def condition_words(reading: Reading) -> tuple[str, ...]:
    """The keys that a condition on a record may have."""
    fields = dict.fromkeys((*RECORD_ATTRIBUTES, *reading.context.vocabulary.fields))
    return (*fields, *_ASKING, *_BESIDE, "open", *_GROUPS)


def _read_names(
    spec: Mapping[str, Any], reading: Reading, path: Path, attributes: Mapping[str, Word] | None
) -> dict[str, Any]:
    """The names of a condition with what they ask; those that are not known are reported and left out.

    One that is nearly a known one is read as that.
    """
    is_own = attributes is None
    known = condition_words(reading) if attributes is None else (*attributes, "actor", "ref", *_GROUPS)
    unknown = [name for name in spec if name not in known]
    read = {name: wanted for name, wanted in spec.items() if name in known}
    for name in unknown:
        what = (
            ("unknown-field", "no field is called") if is_own else ("unknown-attribute", "the event has no attribute")
        )
        hint = nearest(name, known) or (OWN_FIELD if is_own and name not in ("and", "or", "not") else None)
        reading.report(what[0], f"{what[1]} {shown(name)}", (*path, name), hint)
        meant = find_nearest(name, known, AS_GOOD_AS)
        if meant is not None and meant not in read:
            read[meant] = spec[name]
            rename(spec, name, meant)
    if unknown and "outcome" not in read:
        read.pop("rule", None)
    if unknown and not read.keys() & set(_ASKING):  # what stands beside the unknown one can not be judged
        return {name: wanted for name, wanted in read.items() if name not in _BESIDE}
    return read


def _parse_groups(
    rest: dict[str, Any], reading: Reading, path: Path, attributes: Mapping[str, Word] | None
) -> Iterable[Condition]:
    for key, group in (("all", AllOf), ("any", AnyOf)):
        if key in rest:
            items = rest.pop(key)
            if not isinstance(items, (list, tuple)) or not items:
                reading.report("not-a-list", f"{key!r} takes a list of conditions", (*path, key), listed(items))
                continue
            yield group(
                tuple(
                    parse_condition(item, reading, (*path, key, index), attributes) for index, item in enumerate(items)
                )
            )
    if "not" in rest:
        yield Not((parse_condition(rest.pop("not"), reading, (*path, "not"), attributes),))


def _parse_rule(
    rest: dict[str, Any], reading: Reading, path: Path, attributes: Mapping[str, Word] | None
) -> Iterable[Condition]:
    if "rule" not in rest or attributes is not None:
        return
    rule, wanted = rest.pop("rule"), rest.pop("outcome", None)
    outcomes = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    for outcome in outcomes:
        if outcome not in tuple(Outcome):
            message = f"{shown(outcome)} is not one of {', '.join(Outcome)}"
            reading.report("unknown-outcome", message, (*path, "outcome"), nearest(outcome, tuple(Outcome)))
            return
    yield RuleOutcome(str(rule), frozenset(Outcome(outcome) for outcome in outcomes))


def _parse_event_parts(
    rest: dict[str, Any], reading: Reading, path: Path, attributes: Mapping[str, Word] | None
) -> Iterable[Condition]:
    if attributes is not None:
        return
    anchors = {key: rest.pop(key) for key in ("before", "after") if key in rest}
    read = {key: parse_anchor(value, reading, (*path, key)) for key, value in anchors.items()}
    if "happened" in rest:
        spec, where = rest.pop("happened"), rest.pop("where", None)
        whole = spec if where is None or isinstance(spec, Mapping) else {"event": spec, "where": where}
        place = (*path, "happened") if whole is spec else path
        yield Happened(parse_event_ref(whole, reading, place), read.get("before"), read.get("after"))
    elif "said" in rest:
        cues = parse_cues_named(rest.pop("said"), reading, (*path, "said"))
        by = parse_speaker(rest.pop("by", None), reading, (*path, "by"))
        yield SaidCue(cues, by, read.get("before"), read.get("after"))
    elif anchors:
        reading.report("anchor-alone", "'before' and 'after' go with 'happened' or 'said'", path)
    if "open" in rest:
        yield Open(parse_event_ref(rest.pop("open"), reading, (*path, "open")))


_SPECIAL = (_parse_groups, _parse_rule, _parse_event_parts)


def _parse_field(
    name: str, wanted: Any, reading: Reading, path: Path, attributes: Mapping[str, Word] | None
) -> Condition:
    word = (reading.context.vocabulary.fields if attributes is None else attributes).get(name)
    if word is None and not _is_known(name, reading, path, attributes):
        return AllOf(())
    if isinstance(wanted, Mapping):
        return _parse_compare(name, wanted, reading, path)
    values = wanted if isinstance(wanted, (list, tuple)) else [wanted]
    read: list[Any] = []
    for index, value in enumerate(values):
        place = (*path, index) if values is wanted else path
        if isinstance(value, (list, tuple, Mapping)):
            reading.report("unknown-value", f"expected a single value, got {shown(value)}", place)
            continue
        try:
            read.append(word.type.read(value) if word else value)
        except BadValue as error:
            reading.report(error.code, str(error), place, error.hint)
    return FieldIs(name, frozenset(read))


def _is_known(name: str, reading: Reading, path: Path, attributes: Mapping[str, Word] | None) -> bool:
    """False for a word such as `by` that stands alone; other unknown names are reported before."""
    return attributes is not None or name in RECORD_ATTRIBUTES or reading.field_name(name, path)


def _parse_compare(name: str, wanted: Mapping[str, Any], reading: Reading, path: Path) -> Condition:
    wanted = reading.keys(wanted, _COMPARE, path)
    if "missing" in wanted:
        if not isinstance(wanted["missing"], bool):
            message = f"expected true or false, got {shown(wanted['missing'])}"
            reading.report("wrong-type", message, (*path, "missing"), flag_hint(wanted["missing"]))
        return FieldMissing(name, frozenset(), wanted["missing"] is True)
    bounds: dict[str, float | None] = {}
    for key in ("at_least", "at_most"):
        value = wanted.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            reading.report("not-a-number", f"{shown(value)} is not a number", (*path, key))
            value = None
        bounds[key] = value
    return FieldWithin(name, frozenset(), bounds["at_least"], bounds["at_most"])


def _read_condition(spec: Any, reading: Reading, path: Path) -> Condition:
    return parse_condition(spec, reading, path)


def _read_event(spec: Any, reading: Reading, path: Path) -> EventRef:
    return parse_event_ref(spec, reading, path)


def _read_event_or_this(spec: Any, reading: Reading, path: Path) -> EventRef:
    return parse_event_ref(spec, reading, path, allow_this=True)


def _read_anchor(spec: Any, reading: Reading, path: Path) -> Anchor:
    return parse_anchor(spec, reading, path)


ConditionField = Annotated[Any, read_with(_read_condition), Takes(condition_shape)]
EventField = Annotated[Any, read_with(_read_event), Takes(event_shape)]
EventOrThisField = Annotated[Any, read_with(_read_event_or_this), Takes(event_or_this_shape)]
AnchorField = Annotated[Any, read_with(_read_anchor), Takes(anchor_shape)]
FieldsField = Annotated[Any, read_with(parse_fields), Takes(field_names_shape)]
CuesField = Annotated[Any, read_with(parse_cues_named), Takes(cue_names_shape)]
SpeakerField = Annotated[Any, read_with(parse_speaker), Takes(speaker_shape)]
SameField = Annotated[
    str | None, Takes(same_shape), Field(description="An attribute on which both events must agree, such as `ref`.")
]
