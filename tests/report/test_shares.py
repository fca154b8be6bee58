"""Bands as a report shows them: opportunities of one record are no independent ones, and nothing unconfirmed is red."""

from __future__ import annotations

import pytest

from servstd.objective import Objective
from servstd.report.shares import Share, shown_band

CONFIRMED = Objective(at_least=0.9, confirmed=True)


def share(*records: tuple[int, int]) -> Share:
    made = Share()
    for passed, failed in records:
        made.add(passed, failed)
    return made


def test_a_record_that_decided_nothing_is_no_record() -> None:
    assert share((0, 0), (2, 1), (1, 0)) == Share(passed=3, decided=4, records=2, whole=1, squares=10)
    assert share((0, 0)).effective == 0


@pytest.mark.parametrize(
    ("records", "effective"),
    [(((1, 0),) * 9, 9), (((2, 1),) * 9, 9), (((30, 0), *((1, 0),) * 30), 60 * 60 / 930), (((30, 30),), 1)],
)
def test_opportunities_count_as_were_all_of_a_record_alike(
    records: tuple[tuple[int, int], ...], effective: float
) -> None:
    assert share(*records).effective == effective


@pytest.mark.parametrize(
    ("records", "label", "colour"),
    [
        (((0, 1),) * 24 + ((1, 0),) * 76, "clearly not met", "red"),
        (((76, 24),), "too few to tell", "grey"),  # one call with 24 fails is one call
        (((0, 4),) * 4 + ((4, 0),) * 21, "not met, may be chance", "orange"),
        (((0, 4),) * 24 + ((4, 0),) * 76, "clearly not met", "red"),
        (((1, 0),) * 100, "clearly met", "green"),
        (((10, 0),) * 19, "too few to tell", "grey"),  # of 20 records or more colours are given
        (((10, 0),) * 20, "met so far", "green"),
        (((0, 19),), "too few to tell", "grey"),
    ],
)
def test_a_band_goes_by_how_many_independent_ones_there_are(
    records: tuple[tuple[int, int], ...], label: str, colour: str
) -> None:
    shown = shown_band(share(*records), CONFIRMED)
    assert (shown.label, shown.colour) == (label, colour)


def test_an_at_most_is_the_mirror() -> None:
    most = Objective(at_most=0.1, confirmed=True)
    assert shown_band(share(*((1, 0),) * 24, *((0, 1),) * 76), most).colour == "red"
    assert shown_band(share(*((1, 4),) * 20), most).colour == "orange"


@pytest.mark.parametrize(
    ("passed", "label", "colour", "sign"),
    [
        (70, "clearly not met, unconfirmed", "orange", "--*"),
        (88, "not met, may be chance, unconfirmed", "orange", "-*"),
        (90, "met so far, unconfirmed", "green", "+*"),
        (100, "clearly met, unconfirmed", "green", "++*"),
    ],
)
def test_what_nobody_confirmed_is_never_red(passed: int, label: str, colour: str, sign: str) -> None:
    shown = shown_band(share(*((1, 0),) * passed, *((0, 1),) * (100 - passed)), Objective(at_least=0.9))
    assert (shown.label, shown.colour, shown.sign) == (label, colour, sign)


def test_among_many_groups_red_asks_for_more() -> None:
    bad = share(*((1, 0),) * 40, *((0, 1),) * 10)
    assert shown_band(bad, CONFIRMED).colour == "red"
    assert shown_band(bad, CONFIRMED, 20).colour == "orange"
