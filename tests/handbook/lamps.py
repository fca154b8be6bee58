"""A small catalog with one of everything that a handbook tells."""

from __future__ import annotations

from typing import Any

OFFICE = {
    "time_zone": "Europe/London",
    "hours": {"mon-fri": "09:00-17:00"},
    "holidays": {"country": "GB", "subdivision": "ENG", "add": {"2026-12-24": "Lamp day"}, "remove": ["Boxing Day"]},
    "exceptions": {"2026-12-31": "09:00-12:00"},
    "versions": [{"from": "2027-01-01", "hours": {"mon-fri": "08:00-16:00"}}],
}


def mail(**more: Any) -> dict[str, Any]:
    """A record that one of the tests gives."""
    return {"channel": "email", **more}


def lamps() -> dict[str, Any]:
    """Two families; a rule with readings, versions, waivers and tests; one that is off; one that a reviewer decides."""
    return {
        "catalog": {"name": "Lamps", "title": "Lamps: how we serve", "version": "7", "time_zone": "Europe/London"},
        "calendars": {"office": OFFICE, "night": {"time_zone": "UTC", "hours": {"daily": "22:00-06:00"}}},
        "default_calendar": "office",
        "calendar_for": [{"when": {"team": "night"}, "use": "night"}],
        "rules": {
            "mail.answered": {
                "title": "A mail is answered",
                "statement": "Every mail is answered\nin time.",
                "why": "Nobody likes to wait.",
                "owner": "Ann",
                "source": {"document": "Lamps, our promise", "section": "Mail"},
                "severity": "major",
                "applies_to": {"kind": "interaction", "channel": "email"},
                "except": {"outbound": {"direction": "outbound"}},
                "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
                "reading": "one_day",
                "readings": {
                    "hours": {"check": {"within": "8 business hours"}},
                    "not_at_all": {"enabled": False},
                    "any_channel": {"applies_to": {"kind": "interaction"}, "except": {"outbound": None}},
                },
                "warn": ["50%", "1 business hour before"],
                "objective": {
                    "at_least": "95%",
                    "confirmed": True,
                    "confirmed_by": "the board",
                    "confirmed_on": "2026-01-31",
                },
                "review_by": "2027-06-01",
                "report_by": "team",
                "min_group": 5,
                "versions": [
                    {"from": "2026-07-01", "check": {"within": "4 business hours"}},
                    {"from": "2026-09-01", "until": "2026-10-01", "title": "A mail is answered soon"},
                ],
                "tests": [
                    {
                        "name": "answered at the limit",
                        "given": mail(received_at="2026-05-11T10:00Z", responded_at="2026-05-12T10:00Z"),
                        "expect": "pass",
                    },
                    {
                        "name": "late",
                        "given": mail(received_at="2026-05-11T10:00Z", responded_at="2026-05-12T10:01Z"),
                        "expect": "fail",
                    },
                    {
                        "name": "a test that is wrong",
                        "given": mail(received_at="2026-05-11T10:00Z", responded_at="2026-05-12T10:01Z"),
                        "expect": "pass",
                    },
                    {
                        "name": "in the other reading",
                        "use_reading": "hours",
                        "given": mail(received_at="2026-05-11T10:00Z", responded_at="2026-05-11T11:00Z"),
                        "expect": "pass",
                    },
                ],
            },
            "mail.polite": {
                "title": "A mail is polite",
                "question": "Was it polite?",
                "applies_to": {"channel": "email"},
                "check": {"kind": "review"},
            },
            "call.old": {
                "title": "An old rule",
                "enabled": False,
                "replaced_by": "mail.answered",
                "check": {"kind": "review"},
            },
            "call.off": {"title": "A rule that we do not use", "check": {"kind": "review"}},
        },
        "disable": {"call.off": "nobody calls"},
        "waivers": [
            {
                "rule": "mail.answered",
                "when": {"team": "night"},
                "from": "2026-05-01",
                "until": "2026-05-15",
                "reason": "moving house",
                "approved_by": "Bea",
            },
            {"rule": "mail.answered", "when": {"team": "day"}, "reason": "for ever"},
        ],
    }
