"""A word that could not be read is missing data: it is neither silence nor a fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from made_records import call, record
from servstd.objective import (
    Figure,
    first_contact_resolution,
    hold_time,
    misroute_rate,
    reopen_rate,
    resolution_time,
    response_time,
    satisfaction,
    service_level,
    transfer_rate,
)
from servstd.record import Record

CALL = call(("received", 0), ("answered", 5), ("hold_start", 6), ("hold_end", 9), ("transfer_start", 20))
CASE = record("case", None, ("opened", 0), ("resolved", 5))
MAIL = record("interaction", "email", ("received", 0), ("resolved", 5), case="k")
CASES: list[tuple[Callable[[list[Record]], Figure], Record, str]] = [
    (lambda records: service_level(records, 20), CALL, "abandoned"),
    (transfer_rate, CALL, "transfer_start"),
    (misroute_rate, CALL, "answered"),
    (lambda records: hold_time(records).median, CALL, "hold_end"),
    (lambda records: response_time(records).median, MAIL, "responded"),
    (lambda records: resolution_time(records).median, CASE, "reopened"),
    (reopen_rate, CASE, "resolved"),
    (first_contact_resolution, MAIL, "outcome"),
    (satisfaction, record("survey_answer", None, ("received", 0)), "satisfaction"),
]


@pytest.mark.parametrize(("measure", "given", "word"), CASES, ids=[word for *_, word in CASES])
def test_a_word_that_could_not_be_read_is_missing(measure: Any, given: Record, word: str) -> None:
    found = measure([replace(given, unreadable=frozenset({word}))])
    assert (found.missing, found.count, found.pending) == ({"unreadable": 1}, 0, 0)
    assert "unreadable" not in measure([replace(given, unreadable=frozenset({"priority"}))]).missing


def test_what_is_left_out_anyway_is_left_out_for_its_own_reason() -> None:
    away = replace(CALL, direction="outbound", unreadable=frozenset({"answered"}))
    found = service_level([away], 20)
    assert (found.missing, found.excluded) == ({}, {"outbound": 1})
