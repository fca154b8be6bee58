"""Service requests of the City of Boston, which says itself which of them were late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from .conftest import Example, Judged

RULE = "boston.closed_by_target"
BOSTON = ZoneInfo("America/New_York")
WINTER, SPRING = datetime(2022, 2, 1, tzinfo=BOSTON), datetime(2022, 5, 20, 13, 4, tzinfo=BOSTON)
BROKEN_LINE, BROKEN_ID = 41, "101004113615"


@pytest.fixture(scope="session")
def boston(example: Callable[[str], Example]) -> Example:
    return example("boston311")


@pytest.fixture(scope="session")
def folder(shared_data: Path) -> Path:
    return shared_data / "boston311"


@pytest.fixture(scope="session")
def comma(boston: Example, folder: Path) -> Judged:
    return boston.read(folder / "boston311-100.csv")


def outcomes(log: Judged, as_of: datetime) -> dict[str, tuple[str, str]]:
    return {record_id: verdicts[RULE] for record_id, verdicts in log.verdicts(as_of).items()}


@pytest.mark.parametrize(
    ("as_of", "counts"),
    [
        (WINTER, {"pass": 72, "fail": 9, "pending": 8, "not_applicable": 11}),
        (SPRING, {"pass": 72, "fail": 17, "not_applicable": 11}),
    ],
    ids=["in winter", "in spring"],
)
def test_the_requests_are_counted_as_the_city_does(comma: Judged, as_of: datetime, counts: dict[str, int]) -> None:
    assert Counter(outcome for outcome, _ in outcomes(comma, as_of).values()) == counts


def test_the_fails_are_closed_late_or_still_open(comma: Judged) -> None:
    fails = [reason for outcome, reason in outcomes(comma, SPRING).values() if outcome == "fail"]
    assert Counter(fails) == {"late": 5, "overdue": 12}


def test_in_winter_three_of_the_fails_are_closed_later(comma: Judged) -> None:
    fails = [name for name, (outcome, _) in outcomes(comma, WINTER).items() if outcome == "fail"]
    assert Counter(outcomes(comma, SPRING)[name] for name in fails) == {("fail", "late"): 3, ("fail", "overdue"): 6}


def test_each_request_with_a_target_is_judged_as_the_city_judged_it(comma: Judged) -> None:
    found = outcomes(comma, SPRING)
    labels = {record.id: record.fields["label"] for record in comma.records}
    judged = {name: outcome for name, (outcome, _) in found.items() if outcome in ("pass", "fail")}
    assert len(judged) == 89
    assert judged == {name: "pass" if labels[name] == "ONTIME" else "fail" for name in judged}


@pytest.mark.parametrize("as_of", [WINTER, SPRING], ids=["in winter", "in spring"])
@pytest.mark.parametrize(
    ("name", "mapping"),
    [("boston311-dmy-100.csv", "mapping_day_first.yaml"), ("boston311-100.jsonl", "mapping.yaml")],
)
def test_other_forms_of_the_log_give_the_same_verdicts(
    boston: Example, folder: Path, comma: Judged, name: str, mapping: str, as_of: datetime
) -> None:
    log = boston.read(folder / name, mapping)
    assert log.bad_rows == []
    assert outcomes(log, as_of) == outcomes(comma, as_of)


def test_the_broken_table_names_its_broken_line_and_the_rest_is_judged_alike(
    boston: Example, folder: Path, comma: Judged
) -> None:
    log = boston.read(folder / "boston311-100-bad.tsv")
    assert [(row.line, row.problem.code) for row in log.bad_rows] == [(BROKEN_LINE, "cell-count")]
    assert outcomes(log, SPRING) == {
        name: verdict for name, verdict in outcomes(comma, SPRING).items() if name != BROKEN_ID
    }


def test_where_the_log_holds_dates_alone_a_target_is_the_whole_of_its_day(
    boston: Example, folder: Path, comma: Judged
) -> None:
    log, exact = boston.read(folder / "boston311-100-notime.csv"), outcomes(comma, SPRING)
    found = outcomes(log, SPRING)
    assert log.bad_rows == []
    assert {name: (exact[name], found[name]) for name in exact if exact[name] != found[name]} == {
        "101004113717": (("fail", "late"), ("pass", "in_time")),  # closed on the day of its target, later in the day
        "101004141848": (("fail", "overdue"), ("pending", "clock_running")),  # its target is that very day
    }
    next_day = outcomes(log, SPRING + timedelta(days=1))
    assert next_day["101004141848"] == ("fail", "overdue")


def test_columns_that_the_mapping_does_not_name_do_no_harm(boston: Example, folder: Path, comma: Judged) -> None:
    log = boston.read(folder / "boston311-10-boolean-tf.csv")
    found = outcomes(log, SPRING)
    assert (len(found), log.bad_rows) == (10, [])
    assert found == {name: outcomes(comma, SPRING)[name] for name in found}
