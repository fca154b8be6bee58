"""Examples of every kind: one check, and records at, below and above its limit, each with the verdict it gives.

They are judged by a calendar of Mon-Fri 09:00-17:00 UTC without holidays. docs/reference/kinds.md shows them and the
tests run them. `record` is in the flat form without an id; `as_of` is the newest instant of the record when left out;
`expect` is an outcome with its reason, and figures as in the tests beside rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HOURS = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}


@dataclass(frozen=True, slots=True)
class Example:
    """One record and what a check says of it. `for_each` is that of the rule around the check."""

    name: str
    check: Mapping[str, Any]
    record: Mapping[str, Any]
    expect: Mapping[str, Any]
    as_of: str | None = None
    for_each: str | None = field(default=None, kw_only=True)


def _is(outcome: str, reason: str, **figures: Any) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason, **figures}


def _event(kind: str, at: str, **attributes: Any) -> dict[str, Any]:
    return {"type": kind, "at": at, **attributes}


def _said(speaker: str, text: str, at: str) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "at": at}


_ANSWER = {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"}
_FRIDAY = {"received_at": "2026-05-15T16:00Z"}
_RESOLVE = {
    "kind": "deadline", "from": "received", "to": "resolved", "within": "4 business hours",
    "pauses": [{"from": "waiting_started", "until": "waiting_ended"}],
}  # fmt: skip
_WAITED = {
    "received_at": "2026-05-19T10:00Z",
    "waiting_started_at": "2026-05-19T11:00Z",
    "waiting_ended_at": "2026-05-19T14:00Z",
}
_DEADLINE = (
    Example(
        "at the limit: the same clock time on the next business day",
        _ANSWER,
        {**_FRIDAY, "responded_at": "2026-05-18T16:00Z"},
        _is("pass", "in_time", due_at="2026-05-18T16:00Z", elapsed_s=28800),
    ),
    Example("one second after it", _ANSWER, {**_FRIDAY, "responded_at": "2026-05-18T16:00:01Z"}, _is("fail", "late")),
    Example("no answer yet, with time left", _ANSWER, _FRIDAY, _is("pending", "clock_running"), "2026-05-18T16:00Z"),
    Example("no answer, and none left", _ANSWER, _FRIDAY, _is("fail", "overdue"), "2026-05-18T16:00:01Z"),
    Example(
        "three paused hours do not count",
        _RESOLVE,
        {**_WAITED, "resolved_at": "2026-05-20T09:00Z"},
        _is("pass", "in_time", due_at="2026-05-19T17:00Z", late_after="2026-05-20T09:00Z", elapsed_s=14400),
    ),
    Example(
        "a promised date, kept",
        {"kind": "deadline", "from": "promise", "to": "fulfilled", "due": "due_at"},
        {
            "promise_at": "2026-05-19T10:00Z",
            "promise_due_at": "2026-05-22T12:00Z",
            "fulfilled_at": "2026-05-22T12:00Z",
        },
        _is("pass", "in_time", due_at="2026-05-22T12:00Z"),
    ),
)

_GAP = {"kind": "interval", "event": "update_sent", "from": "received", "to": "resolved", "every": "2 business days"}
_DAILY = {**_GAP, "every": "each business day"}
_MONDAY = {"kind": "case", "received_at": "2026-05-18T10:00Z", "complete_for": ["update_sent"]}
_INTERVAL = (
    Example(
        "updates no more than two business days apart",
        _GAP,
        {
            **_MONDAY,
            "events": [_event("update_sent", "2026-05-20T10:00Z"), _event("update_sent", "2026-05-22T10:00Z")],
            "resolved_at": "2026-05-22T15:00Z",
        },
        _is("pass", "updates_made", opportunities=2),
    ),
    Example(
        "a gap one second too long",
        _GAP,
        {**_MONDAY, "update_sent_at": "2026-05-20T10:00:01Z", "resolved_at": "2026-05-20T15:00Z"},
        _is("fail", "update_missed"),
    ),
    Example(
        "Tuesday is owed, Monday and Wednesday are not whole days of the case",
        _DAILY,
        {**_MONDAY, "update_sent_at": "2026-05-19T23:59Z", "resolved_at": "2026-05-20T15:00Z"},
        _is("pass", "updates_made", opportunities=1),
    ),
    Example(
        "settled before a whole day had gone by",
        _DAILY,
        {**_MONDAY, "resolved_at": "2026-05-19T15:00Z"},
        _is("not_applicable", "nothing_owed"),
    ),
)

_RINGS = {"kind": "limit", "of": {"attribute": "ring_count", "event": "ring_start"}, "at_most": 2}
_RING = {"ring_start_at": "2026-05-19T10:00Z"}
_HOLDS = {"kind": "limit", "of": {"count": "hold_start"}, "at_most": 1}
_TWO_HOLDS = [_event("hold_start", "2026-05-19T10:01Z"), _event("hold_start", "2026-05-19T10:05Z")]
_LIMIT = (
    Example("two rings, at the bound", _RINGS, {**_RING, "ring_start_ring_count": 2}, _is("pass", "limit_kept")),
    Example("three rings", _RINGS, {**_RING, "ring_start_ring_count": 3}, _is("fail", "limit_broken")),
    Example("two holds break the bound in any log", _HOLDS, {"events": _TWO_HOLDS}, _is("fail", "limit_broken")),
    Example(
        "one hold keeps it only in a log that is complete",
        _HOLDS,
        {"events": _TWO_HOLDS[:1]},
        _is("unknown", "no_such_event"),
    ),
)

_ASK = {
    "kind": "permission", "asked": "hold_request", "agreed": "hold_consent", "refused": "hold_refusal", "act": "this",
}  # fmt: skip
_HOLD = {"hold_start_at": "2026-05-19T10:02Z", "hold_request_at": "2026-05-19T10:01Z"}
_ASKED = ["hold_request", "hold_consent", "hold_refusal"]
_PERMISSION = (
    Example(
        "a yes before the hold",
        _ASK,
        {**_HOLD, "hold_consent_at": "2026-05-19T10:01:30Z"},
        _is("pass", "agreed"),
        for_each="hold_start",
    ),
    Example(
        "a no before it",
        _ASK,
        {**_HOLD, "hold_refusal_at": "2026-05-19T10:01:30Z"},
        _is("fail", "refused"),
        for_each="hold_start",
    ),
    Example(
        "nobody asked, in a log that is complete",
        _ASK,
        {"hold_start_at": "2026-05-19T10:02Z", "complete_for": _ASKED},
        _is("fail", "not_asked"),
        for_each="hold_start",
    ),
    Example(
        "nothing is logged, which proves nothing",
        _ASK,
        {"hold_start_at": "2026-05-19T10:02Z"},
        _is("unknown", "no_such_event"),
        for_each="hold_start",
    ),
)

_DELAY = {"kind": "recorded", "event": "delay_notified", "from": "delay_known", "within": "1 business day"}
_KNOWN = {"kind": "case", "delay_known_at": "2026-05-19T10:00Z"}
_NEVER = {"kind": "recorded", "event": "abandoned", "never": True, "trust_silence": True}
_RECORDED = (
    Example("told at the limit", _DELAY, {**_KNOWN, "delay_notified_at": "2026-05-20T10:00Z"}, _is("pass", "done")),
    Example(
        "told one second after it",
        {**_DELAY, "trust_silence": True},
        {**_KNOWN, "delay_notified_at": "2026-05-20T10:00:01Z"},
        _is("fail", "not_done"),
    ),
    Example(
        "not told, in a log that need not show it",
        _DELAY,
        _KNOWN,
        _is("unknown", "no_such_event", lean="fail"),
        "2026-05-20T10:00:01Z",
    ),
    Example("what must never happen did", _NEVER, {"abandoned_at": "2026-05-19T10:00Z"}, _is("fail", "happened")),
)

_AWAY = {
    "kind": "notice", "event": {"event": "greeting_active", "where": {"purpose": "absence"}},
    "from": "absence_started", "to": "absence_ended", "lasting": "50% of a business day",
}  # fmt: skip
_ABSENCE = {
    "kind": "absence", "absence_started_at": "2026-05-19T09:00Z", "absence_ended_at": "2026-05-20T17:00Z",
    "greeting_active_purpose": "absence", "greeting_active_until": "2026-05-21T08:00Z",
}  # fmt: skip
_NOTICE = (
    Example(
        "in force for all open hours",
        _AWAY,
        {**_ABSENCE, "greeting_active_at": "2026-05-19T09:00Z"},
        _is("pass", "in_force"),
    ),
    Example(
        "put on one second after the opening",
        _AWAY,
        {**_ABSENCE, "greeting_active_at": "2026-05-19T09:00:01Z"},
        _is("fail", "not_in_force"),
    ),
    Example(
        "an absence of less than half a day",
        _AWAY,
        {"kind": "absence", "absence_started_at": "2026-05-19T13:00:01Z", "absence_ended_at": "2026-05-19T17:00Z"},
        _is("not_applicable", "too_short"),
    ),
)

_THANKS = {"kind": "cue", "cue": "thanks", "by": "agent", "last": 2}
_BYE = [
    _said("customer", "That was all.", "2026-05-19T10:04Z"),
    _said("agent", "Thank you for calling.", "2026-05-19T10:04:05Z"),
]
_SILENT = [_BYE[0], _said("agent", "Right.", "2026-05-19T10:04:05Z")]
_CUE = (
    Example("said in the last turns", _THANKS, {"turns": _BYE, "transcript_complete": True}, _is("pass", "said")),
    Example(
        "not found, which proves nothing",
        _THANKS,
        {"turns": _SILENT, "transcript_complete": True},
        _is("unknown", "cue_not_found", lean="fail"),
    ),
    Example(
        "not found where the wording is mandatory",
        {**_THANKS, "cue_policy": "strict"},
        {"turns": _SILENT, "transcript_complete": True},
        _is("fail", "not_said"),
    ),
    Example("the end of the words is missing", _THANKS, {"turns": _BYE}, _is("unknown", "incomplete_transcript")),
)


def _answers(*values: str) -> dict[str, Any]:
    return {
        "reviews": [{"rule": "example.rule", "value": value, "reviewer": f"r{n}"} for n, value in enumerate(values)]
    }


_REVIEW = (
    Example("a yes", {"kind": "review"}, _answers("yes"), _is("pass", "reviewer_yes")),
    Example("unsure gives way to a no", {"kind": "review"}, _answers("unsure", "no"), _is("fail", "reviewer_no")),
    Example("two reviewers disagree", {"kind": "review"}, _answers("yes", "no"), _is("unknown", "ambiguous")),
    Example("nobody has answered", {"kind": "review"}, {}, _is("unknown", "no_review")),
)

_BOTH = {"answer": _ANSWER, "priority": {"kind": "recorded", "fields": ["priority"], "trust_silence": True}}
_IN_TIME = {**_FRIDAY, "responded_at": "2026-05-18T16:00Z"}
_LATE = {**_FRIDAY, "responded_at": "2026-05-18T16:00:01Z"}
_ALL = {"kind": "all_of", "checks": _BOTH}
_ANY = {"kind": "any_of", "checks": _BOTH}
_FIRST = {"kind": "first_decided", "checks": {"cue": _THANKS, "review": {"kind": "review"}}}
EXAMPLES: dict[str, tuple[Example, ...]] = {
    "deadline": _DEADLINE,
    "interval": _INTERVAL,
    "limit": _LIMIT,
    "permission": _PERMISSION,
    "recorded": _RECORDED,
    "notice": _NOTICE,
    "cue": _CUE,
    "review": _REVIEW,
    "all_of": (
        Example("both pass", _ALL, {**_IN_TIME, "priority": "high"}, _is("pass", "in_time")),
        Example("one fails", _ALL, {**_IN_TIME}, _is("fail", "not_done")),
        Example("one is pending", _ALL, {**_FRIDAY, "priority": "high"}, _is("pending", "clock_running")),
    ),
    "any_of": (
        Example("one passes", _ANY, {**_LATE, "priority": "high"}, _is("pass", "done")),
        Example("both fail", _ANY, {**_LATE}, _is("fail", "late")),
    ),
    "first_decided": (
        Example("the words decide", _FIRST, {"turns": _BYE, "transcript_complete": True}, _is("pass", "said")),
        Example(
            "the words do not, a reviewer does",
            _FIRST,
            {"turns": _SILENT, "transcript_complete": True, **_answers("no")},
            _is("fail", "reviewer_no"),
        ),
    ),
}
