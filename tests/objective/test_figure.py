"""Figures: what is printed beside the number, and the guards."""

from __future__ import annotations

import json

import pytest

from servstd.objective import Figure, format_figure, wilson
from servstd.objective.figure import GUARDS, format_length, guarded, share_figure


def test_a_share_carries_its_formula_its_count_and_its_interval() -> None:
    figure = share_figure("reopen_rate", "reopened_over_resolved", 9, 100, pending=3, excluded={"spam": 2})
    assert (figure.value, figure.count, figure.interval) == (0.09, 100, "wilson")
    assert (figure.low, figure.high) == wilson(9, 100)
    text = format_figure(figure)
    assert text == "reopen_rate: 9.0% (4.8 to 16.2), n = 100; reopened_over_resolved; pending 3; without 2 spam"
    assert str(figure) == text


def test_nothing_to_count_has_no_value_and_no_interval() -> None:
    figure = guarded(share_figure("x", "f", 0, 0), 20)
    assert (figure.value, figure.low, figure.high, figure.interval, figure.coverage) == (None,) * 5
    assert figure.guards == ("no_data",)
    assert format_figure(figure) == "x: -, n = 0; f; nothing to count"


@pytest.mark.parametrize(("count", "guards"), [(19, ("too_few",)), (20, ()), (21, ())])
def test_under_the_least_number_it_says_too_few(count: int, guards: tuple[str, ...]) -> None:
    figure = guarded(share_figure("x", "f", count, count), 20)
    assert figure.guards == guards
    assert figure.value == 1.0


@pytest.mark.parametrize(("count", "is_shown"), [(29, False), (30, True), (31, True)])
def test_a_figure_may_be_hidden_instead(count: int, is_shown: bool) -> None:
    figure = guarded(share_figure("x", "f", 10, count, parts={"top": 10}), 30, suppress=True)
    assert (figure.value is not None, bool(figure.parts), figure.low is not None) == (is_shown,) * 3
    assert figure.guards == (() if is_shown else ("suppressed",))
    assert figure.count == count


@pytest.mark.parametrize(("missing", "guards"), [(5, ()), (6, ("data_missing",))])
def test_more_than_5_percent_of_missing_data_is_said(missing: int, guards: tuple[str, ...]) -> None:
    figure = guarded(share_figure("x", "f", 95, 95, missing={"no_wait": missing}), 20)
    assert figure.guards == guards
    assert figure.coverage == 95 / (95 + missing)


def test_a_period_that_is_not_over_is_said() -> None:
    assert guarded(share_figure("x", "f", 95, 95), 20, is_over=False).guards == ("period_not_over",)


def test_every_guard_has_words() -> None:
    assert set(GUARDS) == {"no_data", "too_few", "suppressed", "period_not_over", "data_missing"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (5.44, "5.44 s"),
        (119, "119 s"),
        (120, "2.0 min"),
        (7199, "120.0 min"),
        (7200, "2.0 h"),
        (1e6, "277.8 h"),
    ],
)
def test_lengths_are_written_in_a_unit_that_can_be_read(seconds: float, text: str) -> None:
    assert format_length(seconds) == text


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [("points", 24.2, "+24"), ("points", -0.4, "0"), ("count", 4.125, "4.125"), ("share", 0.99999, "99.9%")],
)
def test_each_unit_is_written_in_its_own_way(unit: str, value: float, text: str) -> None:
    assert format_figure(Figure("x", "f", unit, value, 50)) == f"x: {text}, n = 50; f"  # type: ignore[arg-type]


def test_a_figure_is_plain_json() -> None:
    figure = share_figure(
        "x", "f", 1, 2, settings={"matter": ("case",), "within_s": 5.0, "other": object}, guards=("too_few",)
    )
    pairs = json.loads(json.dumps(figure.to_dict()))
    assert pairs["settings"]["matter"] == ["case"]
    assert pairs["guards"] == ["too_few"]
    assert pairs["coverage"] == 1.0
