"""What was probably meant in a record whose events, turns or reviews are written in another shape."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.plain import is_missing
from servstd.spelling import nearest, shown
from servstd.values import is_mapping

NO_TYPE = "an event does not say its type; it is left out"
_EXAMPLES = {
    "events": "{type: received, at: 2026-05-22T15:00Z}",
    "turns": "{speaker: agent, text: Good morning}",
    "reviews": "{rule: telephone.greet, value: yes}",
}
_SAME = {
    **dict.fromkeys(("role", "author", "sender", "by", "who"), "speaker"),
    **dict.fromkeys(("content", "message", "body", "said"), "text"),
    **dict.fromkeys(("time", "timestamp", "date", "datetime", "when", "start", "occurred_at", "created_at"), "at"),
    **dict.fromkeys(("event", "name", "kind", "action", "event_type"), "type"),
    **dict.fromkeys(("answer", "score", "result", "outcome"), "value"),
    **dict.fromkeys(("rule_id", "question"), "rule"),
    **dict.fromkeys(("why", "comment"), "reason"),
}


def given(row: Mapping[str, Any], key: str) -> Any:
    """What stands under a key: a text, also an empty one, or another value; None for nothing."""
    value = row.get(key)
    return value if isinstance(value, str) or not is_missing(value) else None


def items_given(key: str, items: Any) -> Sequence[Mapping[str, Any]]:
    """A list of mappings; nothing is none. Raises `RecordError` for anything else."""
    if items is None or items == "":
        return ()
    if not isinstance(items, (list, tuple)) or not all(is_mapping(item) for item in items):
        raise RecordError([Problem("not-a-list", f"expected a list of {key}", (key,), list_meant(key, items))])
    return items


def names_given(key: str, given: Any) -> Iterable[str]:
    """Names in a list, or in one text with blanks or commas. Raises `RecordError` for anything else."""
    if isinstance(given, str):
        return given.replace(",", " ").split()
    if not isinstance(given, Iterable):
        hint = "write the names of events, such as [received]"
        raise RecordError([Problem("not-a-list", f"expected a list of events, got {shown(given)}", (key,), hint)])
    return given


def list_meant(key: str, given: Any) -> str:
    """How a list is written, for what is none or holds no mappings."""
    if is_mapping(given):
        return "put it into a list: [{...}]"
    return f"each of them is a mapping such as {_EXAMPLES[key]}"


def key_meant(key: object, known: Collection[str]) -> str | None:
    """The key that an unknown one stands for."""
    meant = _SAME.get(str(key).lower())
    return f"did you mean {meant!r}?" if meant in known else nearest(key, known)


def part_meant(lacking: str, body: Mapping[str, Any], example: str) -> str:
    """The key that was used for one that an event lacks, or how that is written."""
    used = next((key for key in body if _SAME.get(str(key).lower()) == lacking), None)
    return f"write {lacking}: {example}" if used is None else f"write {lacking!r} instead of {used!r}"
