"""Small catalogs and records for the tests of comparisons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import servstd
from servstd.catalog import Catalog

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CALENDAR = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
REPLY: Mapping[str, Any] = {
    "title": "An answer in time",
    "applies_to": {"channel": "email"},
    "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "4 business hours"},
}
MANNER: Mapping[str, Any] = {"title": "Well done", "check": {"kind": "review"}}


def catalog(rules: Mapping[str, Any], **keys: Any) -> Catalog:
    """A catalog with these rules; `keys` are other keys of the top level."""
    return servstd.load_catalog({"calendars": {"uk": CALENDAR}, "default_calendar": "uk", "rules": rules, **keys})


def evaluator(rules: Mapping[str, Any], **keys: Any) -> servstd.Evaluator:
    """Judges by such a catalog; made once, for properties ask for the same ones again and again."""
    return _made(json.dumps([rules, keys]))


@lru_cache(maxsize=500)
def _made(text: str) -> servstd.Evaluator:
    rules, keys = json.loads(text)
    return servstd.Evaluator(catalog(rules, **keys))


def reply(within: str, **keys: Any) -> dict[str, Any]:
    """The rule about an answer, with another limit and other keys."""
    return {**REPLY, "check": {**REPLY["check"], "within": within}, **keys}


def mail(name: str, answered: str | None, **fields: Any) -> dict[str, Any]:
    """An e-mail of Monday 4 May 2026 at 10:00, answered at a time such as `05-04T12:00`."""
    at = {} if answered is None else {"responded_at": f"2026-{answered}Z"}
    return {"id": name, "channel": "email", "received_at": "2026-05-04T10:00Z", **at, **fields}


MAILS = [
    mail("quick", "05-04T11:00", team="care"),
    mail("at-two", "05-04T12:00", team="care"),
    mail("after-two", "05-04T12:01", team="sales"),
    mail("at-four", "05-04T14:00", team="sales"),
    mail("after-four", "05-04T14:01", team="care"),
    mail("never", None, team="sales"),
    {"id": "call", "channel": "phone", "received_at": "2026-05-04T10:00Z"},
]
