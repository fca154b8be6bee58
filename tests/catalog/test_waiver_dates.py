"""Waivers by date: at midnight in the zone of the catalog, by the instant that governs, never by that of today."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from servstd import Catalog, Evaluator, load_catalog

DAY = {"kind": "deadline", "from": "received", "to": "responded", "within": "1 elapsed hour"}


def catalog(zone: str, **waiver: Any) -> Catalog:
    return load_catalog(
        {
            "catalog": {"time_zone": zone},
            "rules": {"mail.answer": {"title": "An answer", "check": DAY}},
            "waivers": [{"rule": "mail.answer", "reason": "a move", **waiver}],
        }
    )


def judged(own: Catalog, received: datetime | str, as_of: str = "2026-12-31T00:00Z") -> str:
    """The reason for a message that was answered after two hours."""
    start = received if isinstance(received, datetime) else datetime.fromisoformat(received)
    given = {"id": "r", "received_at": start, "responded_at": start + timedelta(hours=2)}
    return Evaluator(own).check(given, as_of=datetime.fromisoformat(as_of))["mail.answer"].reason


MIDNIGHTS = [
    ("UTC", "2026-07-01T00:00+00:00"),
    ("America/New_York", "2026-03-08T00:00-05:00"),  # the day on which the clocks go forward
    ("America/New_York", "2026-03-09T00:00-04:00"),
    ("Europe/London", "2026-10-25T00:00+01:00"),  # the day on which they go back
    ("Europe/London", "2026-10-26T00:00+00:00"),
    ("Africa/Cairo", "2026-04-24T01:00+03:00"),  # there is no midnight: the date begins at 01:00
    ("America/Havana", "2026-11-01T00:00-04:00"),  # midnight comes twice: the date begins with the first
    ("Pacific/Apia", "2026-07-01T00:00+13:00"),
]


@pytest.mark.parametrize(("zone", "midnight"), MIDNIGHTS)
def test_a_waiver_begins_with_its_first_date(zone: str, midnight: str) -> None:
    first = datetime.fromisoformat(midnight)
    own = catalog(zone, **{"from": midnight[:10]})
    assert judged(own, first - timedelta(microseconds=1)) == "late"
    assert judged(own, first) == "waived"


@pytest.mark.parametrize(("zone", "midnight"), MIDNIGHTS)
def test_a_waiver_ends_before_the_date_of_its_end(zone: str, midnight: str) -> None:
    last = datetime.fromisoformat(midnight)
    own = catalog(zone, until=midnight[:10])
    assert judged(own, last - timedelta(microseconds=1)) == "waived"
    assert judged(own, last) == "late"


@pytest.mark.parametrize("as_of", ["2026-07-02T00:00Z", "2026-07-31T00:00Z", "2027-01-01T00:00Z", "2050-01-01T00:00Z"])
def test_what_was_waived_stays_waived_whenever_it_is_asked(as_of: str) -> None:
    own = catalog("UTC", **{"from": "2026-07-01", "until": "2026-07-10"})
    assert judged(own, "2026-07-01T10:00Z", as_of) == "waived"


@pytest.mark.parametrize("as_of", ["2026-07-10T12:00Z", "2050-01-01T00:00Z"])
def test_an_expired_waiver_covers_nothing_that_began_after_it(as_of: str) -> None:
    own = catalog("UTC", **{"from": "2026-07-01", "until": "2026-07-10"})
    assert judged(own, "2026-07-10T08:00Z", as_of) == "late"


def test_a_clock_that_began_under_a_waiver_and_ran_out_after_it_is_covered() -> None:
    own = catalog("UTC", until="2026-07-10")
    assert judged(own, "2026-07-09T23:30Z") == "waived"


def test_an_instant_in_the_past_sees_neither_the_answer_nor_a_fail() -> None:
    own = catalog("UTC", **{"from": "2026-07-01"})
    assert judged(own, "2026-07-01T10:00Z", "2026-07-01T10:30Z") == "clock_running"
    assert judged(own, "2026-07-01T10:00Z", "2026-07-01T09:00Z") == "not_started"
    assert judged(own, "2026-07-01T10:00Z", "2026-07-01T11:30Z") == "waived"
