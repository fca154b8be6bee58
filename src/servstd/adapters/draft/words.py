"""Which word of ours a column's name most likely means."""

from __future__ import annotations

import re
from collections.abc import Iterable

from servstd.spelling import find_nearest
from servstd.vocabulary import RECORD_ATTRIBUTES, Vocabulary, classify_key

Target = dict[str, str]
IDS = ("id", "number", "ticket", "ticket_id", "ticket_number", "case", "case_id", "case_number", "case_enquiry_id",
       "conversation_id", "interaction_id", "contact_id", "call_id", "incident", "issue", "key", "record_id", "ref",
       "reference", "uuid", "request_id")  # fmt: skip
# What help desks and telephone systems call what we call otherwise; each is used only where our word is declared.
_EVENTS = {
    **dict.fromkeys(
        ("created", "create", "received", "submitted", "reported", "arrived", "entered", "start"), "received"
    ),
    **dict.fromkeys(("opened", "open"), "opened"),
    **dict.fromkeys(
        ("first_response", "first_reply", "first_responded", "replied", "answered_mail", "response"), "responded"
    ),
    **dict.fromkeys(("solved", "resolved", "resolution", "fixed", "completed"), "resolved"),
    **dict.fromkeys(("closed", "close", "closure"), "closed"),
    **dict.fromkeys(("reopened", "reopen"), "reopened"),
    **dict.fromkeys(("answer", "answered", "picked_up", "connected"), "answered"),
    **dict.fromkeys(("hangup", "hung_up", "disconnected"), "hangup"),
    **dict.fromkeys(("ended", "end", "finished"), "ended"),
    **dict.fromkeys(("abandoned", "gave_up"), "abandoned"),
    **dict.fromkeys(("queued", "queue_start", "queue_entered"), "queued"),
    **dict.fromkeys(("ring", "ringing", "ring_start"), "ring_start"),
}
_FIELDS = {
    **dict.fromkeys(("assignee", "assigned_to", "owner", "handled_by", "agent_name", "agent_id", "user"), "agent"),
    **dict.fromkeys(("group", "assignment_group", "queue", "department", "team_name", "assigned_group"), "team"),
    **dict.fromkeys(("via", "source", "medium", "contact_type", "origin", "channel_type"), "channel"),
    **dict.fromkeys(("prio", "urgency", "severity_level"), "priority"),
    **dict.fromkeys(("record_type", "type"), "kind"),
    **dict.fromkeys(("lang", "locale"), "language"),
    **dict.fromkeys(("country", "country_code"), "region"),
    **dict.fromkeys(("csat", "rating", "stars", "satisfaction_rating", "satisfaction_score"), "satisfaction"),
    **dict.fromkeys(("nps", "recommend"), "likelihood_to_recommend"),
    **dict.fromkeys(("requester_type", "customer_type"), "audience"),
    **dict.fromkeys(("timezone", "time_zone", "requester_timezone"), "requester_time_zone"),
    **dict.fromkeys(("complaint", "is_complaint"), "is_complaint"),
}
# Times that are of no event of their own: when something is due, when a row was last touched.
_NO_EVENTS = frozenset(("promised", "due", "due_by", "target", "deadline", "sla", "sla_due", "updated", "modified"))
_TEXTS = {
    **dict.fromkeys(("in", "incoming"), "inbound"),
    **dict.fromkeys(("out", "outgoing"), "outbound"),
    **dict.fromkeys(("customer", "client", "consumer", "public"), "external"),
    **dict.fromkeys(("colleague", "employee", "staff"), "internal"),
    **dict.fromkeys(("website", "portal", "web_form", "self_service", "online"), "web"),
    **dict.fromkeys(("mail", "e_mail"), "email"),
    **dict.fromkeys(("telephone", "voice", "phone_call"), "phone"),
    **dict.fromkeys(("contact", "ticket"), "interaction"),
    "survey": "survey_answer",
}
_LISTS = ("events", "turns", "reviews", "complete_for", "tracked", "agent_names")
_TIMES = re.compile(r"^(?:date|time|sys)_|_(?:at|on|dt|ts|date|time|datetime|timestamp|utc)$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NEAR = 0.85


def snake(name: str) -> str:
    """`First Reply-Date` and `firstReplyDate` as `first_reply_date`."""
    return re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower()).strip("_")


def is_id(name: str) -> bool:
    """Whether a column of this name usually holds ids."""
    return snake(name) in IDS


def event_of(name: str, vocabulary: Vocabulary) -> Target | None:
    """The event, or the attribute of one, that a column of times gives."""
    plain = snake(name)
    what, event, attribute = classify_key(plain, vocabulary)
    if what == "event":
        return {"event": event}
    if what == "until":
        return {"event": event, "until": "true"}
    if what == "attribute":
        return {"event": event, "attribute": attribute}
    stem = plain
    while (shorter := _TIMES.sub("", stem)) != stem and shorter:
        stem = shorter
    if stem in _NO_EVENTS or plain in _NO_EVENTS:
        return None
    known = _EVENTS.get(stem) or _EVENTS.get(plain)
    if known not in vocabulary.events:
        known = find_nearest(stem, vocabulary.events, _NEAR)
    return None if known is None else {"event": known}


def field_of(name: str, vocabulary: Vocabulary) -> Target | None:
    """The field, the list or the attribute of an event that a column of anything else gives."""
    plain = snake(name)
    if plain in _LISTS:
        return {"list": plain}
    what, event, attribute = classify_key(plain, vocabulary)
    if what == "attribute":
        return {"event": event, "attribute": attribute}
    if plain in vocabulary.fields or plain in RECORD_ATTRIBUTES:
        return {"field": plain}
    known = _FIELDS.get(plain)
    if known is None or known not in vocabulary.fields:
        known = find_nearest(plain, vocabulary.fields, _NEAR)
    return None if known is None else {"field": known}


def word_of(text: str, known: Iterable[str]) -> str | None:
    """Which of some words a text in a cell means."""
    words = tuple(known)
    same = _TEXTS.get(snake(text))
    return same if same in words else find_nearest(text, words)
