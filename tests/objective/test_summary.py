"""Summaries: figures by group, their order, and how a rate is written."""

from __future__ import annotations

import json
import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.errors import RecordError
from servstd.objective import Band, Counts, Objective, Summary, Tally, format_rate, summarize, summarize_tally
from servstd.outcome import Outcome


def rows(rule: str, outcome: str, reason: str, times: int, **more: Any) -> list[dict[str, Any]]:
    one = {"record_id": "x", "rule_id": rule, "outcome": outcome, "reason": reason, "opportunities": 1}
    return [one | more] * times


MAIL = [
    *rows("email.response_time", "pass", "in_time", 388),
    *rows("email.response_time", "fail", "late", 12),
    *rows("email.response_time", "fail", "overdue", 5),
    *rows("email.response_time", "pending", "clock_running", 4),
    *rows("email.response_time", "unknown", "missing_field", 3),
    *rows("email.response_time", "not_applicable", "out_of_scope", 7),
]
AT_95 = Objective(at_least=0.95, confirmed=True)


def rate_of(passed: int, decided: int) -> Summary:
    tally = Tally()
    tally.add_counts(("r",), Counts(passed=passed, failed=decided - passed))
    return summarize_tally(tally)[0]


def test_a_month_of_mail_has_these_figures() -> None:
    (mail,) = summarize(MAIL, objectives={"email.response_time": AT_95})
    assert mail.key == {"rule_id": "email.response_time"}
    assert (mail.passed, mail.failed, mail.pending, mail.unknown, mail.opportunities) == (388, 17, 4, 3, 412)
    assert (mail.records_passed, mail.records_failed, mail.records_pending, mail.records_unknown) == (388, 17, 4, 3)
    assert (mail.records, mail.not_applicable, mail.decided) == (419, 7, 405)
    assert mail.rate == 388 / 405 == mail.record_rate
    assert mail.coverage == 405 / 408
    assert mail.band is Band.GREEN
    assert mail.reasons == {
        "in_time": 388,
        "late": 12,
        "out_of_scope": 7,
        "overdue": 5,
        "clock_running": 4,
        "missing_field": 3,
    }
    assert format_rate(mail) == "95.8% (93.4-97.4)"


def test_opportunities_and_records_are_two_figures() -> None:
    calls = [
        *rows("hold", "fail", "not_asked", 1, passed_count=2, failed_count=1, pending_count=0, unknown_count=0),
        *rows("hold", "pass", "agreed", 1, passed_count=1, failed_count=0, pending_count=0, unknown_count=0),
    ]
    (hold,) = summarize(calls)
    assert (hold.rate, hold.record_rate) == (3 / 4, 1 / 2)


def test_nothing_decided_has_no_rate() -> None:
    (one,) = summarize(rows("r", "pending", "clock_running", 2), objectives={"r": AT_95})
    assert (one.rate, one.low, one.high, one.coverage, one.record_rate) == (None, None, None, None, None)
    assert one.band is Band.TOO_FEW
    assert format_rate(one) == "-"


def test_unknown_lowers_coverage_and_leaves_the_rate_alone() -> None:
    (one,) = summarize(rows("r", "pass", "done", 3) + rows("r", "unknown", "no_review", 1))
    assert (one.rate, one.coverage) == (1.0, 0.75)


def test_rules_come_as_first_seen_and_other_columns_sorted() -> None:
    given_rows = [
        *rows("web", "pass", "done", 1, team="sales", region=10),
        *rows("email", "pass", "done", 1, team=None, region=9),
        *rows("email", "pass", "done", 1, team="sales", region=9),
        *rows("web", "pass", "done", 1, team="care", region="north"),
        *rows("web", "pass", "done", 1, team="care", region=9),
    ]
    found = summarize(given_rows, by=("team", "rule_id", "region"))
    assert [tuple(one.key.values()) for one in found] == [
        ("care", "web", 9),
        ("care", "web", "north"),
        ("sales", "web", 10),
        ("sales", "email", 9),
        (None, "email", 9),
    ]


def test_without_the_rule_all_columns_are_sorted_and_no_objective_applies() -> None:
    given_rows = rows("a", "pass", "done", 1, team="sales") + rows("b", "fail", "late", 1, team="care")
    found = summarize(given_rows, by="team", objectives={"a": AT_95})
    assert [one.key for one in found] == [{"team": "care"}, {"team": "sales"}]
    assert [one.band for one in found] == [None, None]


def test_no_columns_give_one_total() -> None:
    assert [(one.key, one.decided) for one in summarize(MAIL, by=())] == [({}, 405)]
    assert summarize([]) == []


def test_verdicts_assessments_and_tables_are_all_read() -> None:
    first = SimpleNamespace(rule_id="r", outcome=Outcome.PASS, reason="done", passed_count=1)
    second = SimpleNamespace(rule_id="r", outcome=Outcome.FAIL, reason="late", failed_count=1)
    assessments = [SimpleNamespace(verdicts=(first,)), SimpleNamespace(verdicts=(second,))]
    batch = SimpleNamespace(to_pylist=lambda: rows("r", "pass", "done", 1) + rows("r", "fail", "late", 1))
    expected = summarize(rows("r", "pass", "done", 1) + rows("r", "fail", "late", 1))
    assert summarize(iter([first, second])) == expected
    assert summarize(assessments) == expected
    assert summarize(SimpleNamespace(verdicts=(first, second))) == expected
    assert summarize(SimpleNamespace(to_batches=lambda: [batch])) == expected


def test_an_arrow_table_is_read_as_its_rows() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    assert summarize(pyarrow.Table.from_pylist(MAIL)) == summarize(MAIL)


def test_a_slip_in_a_column_is_reported() -> None:
    with pytest.raises(RecordError) as caught:
        summarize(rows("r", "pass", "done", 1), by=("rule_id", "teem"))
    assert str(caught.value) == "by: no verdict has a value for 'teem' [unknown-column]\nhint: did you mean 'team'?"


def test_a_field_that_no_record_has_is_one_group() -> None:
    assert [one.key for one in summarize(MAIL, by=("priority",))] == [{"priority": None}]
    assert [one.key for one in summarize(MAIL, by=("team",))] == [{"team": None}]
    assert summarize([], by=("teem",)) == []


@pytest.mark.parametrize(
    ("passed", "decided", "text"),
    [
        (388, 405, "95.8% (93.4-97.4)"),
        (10, 10, "100.0% (72.2-100.0)"),
        (0, 10, "0.0% (0.0-27.8)"),
        (2999, 3000, "99.9% (99.8-99.9)"),
        (1, 30_000, "0.1% (0.1-0.1)"),
    ],
)
def test_a_rate_is_written_with_one_decimal(passed: int, decided: int, text: str) -> None:
    assert format_rate(rate_of(passed, decided)) == text


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_only_a_perfect_rate_is_written_as_100(pair: tuple[int, int]) -> None:
    text = format_rate(rate_of(*pair))
    assert text.startswith("100.0%") == (pair[0] == pair[1])
    assert text.startswith("0.0%") == (pair[0] == 0)


def test_the_confidence_is_used_and_kept() -> None:
    (wide,) = summarize(MAIL, confidence=0.99)
    (usual,) = summarize(MAIL)
    assert wide.confidence == 0.99
    assert wide.low is not None
    assert usual.low is not None
    assert wide.low < usual.low


def test_a_summary_has_plain_values() -> None:
    found = summarize(MAIL, by=("rule_id", "outcome"), objectives={"email.response_time": AT_95})
    first = json.loads(json.dumps(found[0].to_dict()))
    assert first["key"] == {"rule_id": "email.response_time", "outcome": "fail"}
    assert first["objective"] == {"at_least": 0.95, "per": "month", "confirmed": True, "min_n": 20}
    assert (first["band"], first["band_label"], first["is_missed"]) == ("too_few", "too few to tell", True)
    assert (first["records"], first["records_failed"], first["record_rate"]) == (17, 17, 0.0)
    plain = summarize(rows("r", "pass", "done", 1))[0].to_dict()
    assert (plain["objective"], plain["band"], plain["band_label"], plain["is_missed"]) == (None, None, None, False)


def test_a_summary_can_be_hashed_and_travels_between_processes() -> None:
    (one,) = summarize(MAIL, objectives={"email.response_time": AT_95})
    assert pickle.loads(pickle.dumps(one)) == one
    assert len({one, summarize(MAIL, objectives={"email.response_time": AT_95})[0]}) == 1


def test_parts_of_a_log_give_the_figures_of_the_whole() -> None:
    parts = []
    for start in range(0, len(MAIL), 100):
        part = Tally(("rule_id",))
        for one in MAIL[start : start + 100]:
            part.add(one)
        parts.append(part)
    assert summarize_tally(sum(parts[1:], parts[0])) == summarize(MAIL)
