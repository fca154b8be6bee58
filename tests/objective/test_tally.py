"""Tallies: what a verdict adds, and that parts add up to the whole."""

from __future__ import annotations

import pickle
import random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.errors import RecordError
from servstd.objective import Counts, Tally
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Outcome

COUNTS = ("passed_count", "failed_count", "pending_count", "unknown_count")


def row(outcome: str, reason: str = "custom", amounts: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    pairs = {"record_id": "E-1", "rule_id": "r", "outcome": outcome, "reason": reason}
    return pairs | dict(zip(COUNTS, amounts, strict=False)) | more


rows = st.lists(
    st.builds(
        row,
        st.sampled_from([outcome.value for outcome in Outcome]),
        st.sampled_from(["in_time", "late", "custom"]),
        st.tuples(*[st.integers(0, 4)] * 4),
        rule_id=st.sampled_from(["a", "b"]),
        team=st.sampled_from(["care", "sales", None]),
    ),
    max_size=30,
)


def count(given_rows: list[dict[str, Any]], *by: str) -> Tally:
    tally = Tally(by or ("rule_id", "team"))
    for one in given_rows:
        tally.add(one)
    return tally


@given(rows, st.integers(0, 30))
def test_parts_add_up_to_the_whole(given_rows: list[dict[str, Any]], cut: int) -> None:
    assert count(given_rows[:cut]) + count(given_rows[cut:]) == count(given_rows)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_verdicts_does_not_matter(given_rows: list[dict[str, Any]], chance: random.Random) -> None:
    shuffled = chance.sample(given_rows, len(given_rows))
    assert count(shuffled) == count(given_rows)


@given(rows, rows)
def test_addition_is_the_same_both_ways_and_leaves_its_parts_alone(
    left: list[dict[str, Any]], right: list[dict[str, Any]]
) -> None:
    one, other = count(left), count(right)
    assert one + other == other + one
    assert (one, other) == (count(left), count(right))


@given(rows)
def test_coarser_groups_hold_the_same_opportunities(given_rows: list[dict[str, Any]]) -> None:
    fine, coarse = count(given_rows, "rule_id", "team"), count(given_rows, "rule_id")
    for name in ("passed", "failed", "pending", "unknown", "records", "opportunities"):
        sums = [sum(getattr(counts, name) for counts in tally.groups.values()) for tally in (fine, coarse)]
        assert sums[0] == sums[1], name


def test_a_record_with_three_holds_counts_three_opportunities_and_one_record() -> None:
    counts = count([row("fail", "not_asked", (2, 1, 0, 0))], "rule_id").groups["r",]
    assert (counts.passed, counts.failed, counts.decided, counts.opportunities) == (2, 1, 3, 3)
    assert (counts.records, counts.records_with(FAIL), counts.records_with(PASS)) == (1, 1, 0)


@pytest.mark.parametrize("amounts", [(), (0, 0, 0, 0), ("", "", "", ""), (None, None, None, None)])
@pytest.mark.parametrize("outcome", ["pass", "fail", "pending", "unknown"])
def test_a_verdict_without_counts_is_one_opportunity(outcome: str, amounts: tuple[Any, ...]) -> None:
    counts = count([row(outcome, amounts=amounts)], "rule_id").groups["r",]
    assert counts.opportunities == 1
    assert counts.decided == (outcome in ("pass", "fail"))


def test_a_waived_fail_adds_no_opportunity() -> None:
    counts = count([row("not_applicable", "waived", (0, 1, 0, 0))], "rule_id").groups["r",]
    assert (counts.opportunities, counts.records, counts.records_with(NOT_APPLICABLE)) == (0, 1, 1)


def test_reasons_are_counted_a_record_the_most_frequent_first() -> None:
    given_rows = [row("fail", "overdue"), row("fail", "late"), row("pass", "in_time"), row("pass", "in_time")]
    counts = count([*given_rows, row("pass", "")], "rule_id").groups["r",]
    assert list(counts.reasons().items()) == [("in_time", 2), ("late", 1), ("overdue", 1)]


def test_counts_may_be_text_as_in_csv_or_floats_as_in_pandas() -> None:
    written = count([row("fail", amounts=("2", "1", "0", "")), row("pass", amounts=(3.0, 0.0, None, 0))], "rule_id")
    assert (written.groups["r",].passed, written.groups["r",].failed) == (5, 1)


def test_missing_values_make_one_group_however_they_are_written() -> None:
    given_rows = [row("pass", team=""), row("pass", team=None), row("pass", team=float("nan")), row("pass")]
    assert list(count(given_rows).groups) == [("r", None)]


def test_a_verdict_object_is_counted_as_its_row() -> None:
    record = SimpleNamespace(team="care", fields={"priority": "high"})
    figures = dict(zip(COUNTS, (1, 2, 0, 0), strict=True))
    verdict = SimpleNamespace(rule_id="r", outcome=FAIL, reason="late", record=record, **figures)
    by = ("rule_id", "team", "priority", "absent")
    as_row = row("fail", "late", (1, 2, 0, 0), team="care", priority="high")
    tally = Tally(by)
    tally.add(verdict)
    assert tally == count([as_row], *by)


def test_a_verdict_object_may_know_its_own_groups() -> None:
    verdict = SimpleNamespace(rule_id="r", outcome="pass", reason="done", group=lambda name: f"the {name}")
    tally = Tally(("rule_id", "team", "group"))
    tally.add(verdict)
    assert list(tally.groups) == [("r", "the team", "the group")]


def test_a_verdict_object_without_a_record_has_no_team() -> None:
    tally = Tally(("team",))
    tally.add(SimpleNamespace(rule_id="r", outcome=UNKNOWN, reason="no_review"))
    assert list(tally.groups) == [(None,)]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row("passed"), "E-1.r.outcome: 'passed' is not one of pass, fail, pending, not_applicable, unknown"),
        ({"rule_id": "r"}, "r.outcome: the outcome is missing"),
        (row(["pass"]), "E-1.r.outcome: ['pass'] is not one of"),  # type: ignore[arg-type]
        (row("pass", amounts=("many",)), "E-1.r.passed_count: 'many' is not a count [not-a-number]"),
        (row("pass", amounts=(0, -1)), "E-1.r.failed_count: -1 is not a count"),
        (row("pass", amounts=(1.5,)), "E-1.r.passed_count: 1.5 is not a count"),
        (row("pass", amounts=(float("nan"),)), "nan is not a count"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(bad: dict[str, Any], message: str) -> None:
    tally = Tally()
    with pytest.raises(RecordError) as caught:
        tally.add(bad)
    assert message in str(caught.value)
    assert tally.groups == {}


def test_a_verdict_object_that_cannot_be_read_is_named() -> None:
    with pytest.raises(RecordError, match=r"r\.outcome: 'pas' is not one of"):
        Tally().add(SimpleNamespace(rule_id="r", outcome="pas", reason="x"))


def test_tallies_by_other_columns_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="by rule_id and by team do not add up"):
        Tally(("rule_id",)) + Tally(("team",))


def test_counts_from_elsewhere_can_be_added() -> None:
    tally = count([row("pass")], "rule_id")
    tally.add_counts(("r",), Counts(passed=2, failed=1))
    tally.add_counts(("s",), Counts(failed=1))
    assert [(key, counts.passed, counts.failed) for key, counts in tally.groups.items()] == [
        (("r",), 3, 1),
        (("s",), 0, 1),
    ]


def test_a_tally_travels_between_processes() -> None:
    tally = count([row("pass", team="care"), row("fail", team="sales")])
    assert pickle.loads(pickle.dumps(tally)) == tally


@pytest.mark.parametrize(
    ("given_rows", "effective"),
    [
        ([], 0),
        ([row("pass")] * 7, 7),  # one opportunity each: all are independent
        ([row("pass", amounts=(1, 0)), row("fail", amounts=(0, 1))], 2),
        ([row("fail", amounts=(24, 76))], 1),  # one call is one call, whatever happened in it
        ([row("fail", amounts=(2, 2))] * 25, 25),
        ([row("pass", amounts=(30, 0)), *[row("pass")] * 30], 60 * 60 / 930),
        ([row("pending", amounts=(3, 0, 9, 0)), row("unknown", amounts=(1, 0, 0, 9))], 16 / 10),
        ([row("not_applicable", amounts=(3, 3))], 0),
    ],
)
def test_opportunities_of_one_record_are_taken_to_be_alike(given_rows: list[dict[str, Any]], effective: float) -> None:
    counts = sum(count(given_rows, "rule_id").groups.values(), Counts())
    assert counts.effective == effective


_OWN = {"pass": "passed_count", "fail": "failed_count", "not_applicable": "failed_count"}


@pytest.mark.parametrize(
    ("outcome", "amounts", "squares"),
    [
        (FAIL, (1, 3, 2, 0, 0), 25),
        (FAIL, (5, 3, 2, 0, 0), 5),  # each of five decided one
        (FAIL, (4, 3, 2, 0, 0), 4 + 3),
        (PASS, (2, 10, 0, 0, 0), 81 + 1),
        (UNKNOWN, (5, 3, 2, 0, 4), 25),  # four of them may have decided nothing
        (PASS, (0, 10, 0, 0, 0), 10),  # sums that are given alone are each on their own
        (NOT_APPLICABLE, (5, 0, 0, 0, 0), 0),
    ],
)
def test_squares_that_nobody_knows_are_the_largest_there_can_be(
    outcome: Outcome, amounts: tuple[int, ...], squares: int
) -> None:
    counts = Counts()
    counts.add(outcome, "x", amounts)
    assert counts.cells[outcome, "x"][5] == squares


@given(
    rows.map(
        lambda every: [one for one in every if one["outcome"] in ("pending", "unknown") or one[_OWN[one["outcome"]]]]
    )
)
def test_what_is_guessed_without_squares_never_says_more_than_is_known(given_rows: list[dict[str, Any]]) -> None:
    for counts in count(given_rows).groups.values():
        guessed = Counts()
        for (outcome, reason), cell in counts.cells.items():
            guessed.add(outcome, reason, cell[:5])
        assert guessed.effective <= counts.effective <= counts.decided
        assert (guessed.passed, guessed.decided) == (counts.passed, counts.decided)
