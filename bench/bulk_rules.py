"""The catalogs that bench/bulk.py measures: twenty rules on wide rows, and four on logs of events."""

from __future__ import annotations

from typing import Any

import servstd

_PHONE = {"channel": "phone"}
_WEB_AND_MAIL = ["email", "web"]


def _office(zone: str, hours: str) -> dict[str, Any]:
    return {"time_zone": zone, "hours": {"mon-fri": hours}, "holidays": {"dates": ["2026-01-01", "2026-05-25"]}}


CALENDARS: dict[str, Any] = {
    "calendars": {
        "new_york": _office("America/New_York", "09:00-17:00"),
        "london": _office("Europe/London", "08:30-12:30, 13:30-17:30"),
        "tokyo": _office("Asia/Tokyo", "09:00-18:00"),
    },
    "default_calendar": "new_york",
    "calendar_for": [{"when": {"team": "london"}, "use": "london"}, {"when": {"team": "tokyo"}, "use": "tokyo"}],
}
_WORDS: dict[str, Any] = {
    "fields": {
        "vip": {"type": "yes or no"},
        "rings": {"type": "number"},
        "wait_s": {"type": "number"},
        "greeted": {"type": "yes or no"},
        "hung_up_by": {"type": "one of agent, customer"},
        "passed_up": {"type": "yes or no"},
    },
    "events": {"announced": {}, "effective": {}},
}


def _deadline(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"kind": "deadline", "from": start, "to": end, **more}


def _limit(**of: Any) -> dict[str, Any]:
    return {"kind": "limit", **of}


def _notice(least: str) -> dict[str, Any]:
    return _limit(of={"elapsed": ["announced", "effective"]}, at_least=least)


def _is_so(field: str, value: Any) -> dict[str, Any]:
    return {"kind": "recorded", "fields": [field], "with": {field: value}}


_RULES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "mail.answered": ({"channel": "email"}, _deadline("received", "responded", within="24 business hours")),
    "voicemail.answered": ({"channel": "voicemail"}, _deadline("received", "responded", within="4 business hours")),
    "web.answered": ({"channel": "web"}, _deadline("received", "responded", within="8 business hours")),
    "web.closed": ({"channel": "web"}, _deadline("responded", "closed", within="40 business hours")),
    "vip.answered": ({"vip": True, "channel": ["email", "web", "voicemail"]},
                     _deadline("received", "responded", within="2 business hours")),
    "mail.answered_next_day": ({"channel": "email"}, _deadline("received", "responded", within="1 business day")),
    "hold.short": ({"happened": "hold_start"}, _deadline("hold_start", "hold_end", within="2 elapsed minutes")),
    "transfer.closed": ({"happened": "transfer_start"},
                        _deadline("transfer_start", "closed", within="8 business hours")),
    "promise.kept": ({}, _deadline("promise", "fulfilled", due="due_at")),
    "notice.two_days": ({"happened": "effective"}, _notice("48 elapsed hours")),
    "notice.open_hours": ({"happened": "effective"}, _notice("16 business hours")),
    "phone.rings": (_PHONE, _limit(of={"field": "rings"}, at_most=3)),
    "phone.wait": (_PHONE, _limit(of={"field": "wait_s"}, at_most=120)),
    "survey.satisfied": ({"satisfaction": {"missing": False}}, _limit(of={"field": "satisfaction"}, at_least=3)),
    "survey.satisfied_vip": ({"satisfaction": {"missing": False}, "vip": True},
                             _limit(of={"field": "satisfaction"}, at_least=4)),
    "hold.asked": ({"happened": "hold_start"}, {"kind": "recorded", "event": "hold_request", "until": "hold_start"}),
    "transfer.asked": ({"happened": "transfer_start"},
                       {"kind": "recorded", "event": "transfer_request", "until": "transfer_start"}),
    "greeting.given": ({"channel": ["phone", "voicemail"]}, _is_so("greeted", True)),
    "phone.caller_hangs_up": (_PHONE, _is_so("hung_up_by", "customer")),
    "vip.not_passed_up": ({"vip": True, "channel": _WEB_AND_MAIL}, _is_so("passed_up", False)),
}  # fmt: skip

_EVENT_RULES: dict[str, dict[str, Any]] = {
    "case.resolved": {
        "check": _deadline("opened", "resolved", within="40 business hours",
                           pauses=[{"from": "waiting_started", "until": "waiting_ended"}]),
    },
    "hold.each_short": {"check": _deadline("hold_start", "hold_end", within="2 elapsed minutes")},
    "hold.few": {"check": _limit(of={"count": "hold_start"}, at_most=3)},
    "case.updated": {
        "check": {"kind": "interval", "event": "update_sent", "from": "opened", "to": "resolved",
                  "every": "16 business hours"},
    },
}  # fmt: skip


def twenty() -> servstd.Catalog:
    """Twenty rules about one row each, with three calendars in three zones."""
    rules = {
        name: {"title": name, "check": check} | ({"applies_to": applies} if applies else {})
        for name, (applies, check) in _RULES.items()
    }
    return servstd.load_catalog({**CALENDARS, **_WORDS, "rules": rules})


def of_events() -> servstd.Catalog:
    """A clock with pauses, holds one by one and counted, and updates: four rules about cases of many events."""
    rules = {name: {"title": name, **rule} for name, rule in _EVENT_RULES.items()}
    return servstd.load_catalog({**CALENDARS, "rules": rules})
