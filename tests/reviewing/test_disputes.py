"""Disputes: read with every slip at its line, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

import servstd
from servstd.errors import CatalogError
from servstd.reviewing.disputes import Dispute, dispute_figures, read_disputes

CATALOG = servstd.load_catalog()
GOOD = """disputes:
  - {record: C-1, rule: external.greet, verdict: fail, by: a7, reason: I did greet, outcome: upheld, on: 2026-06-03,
     decided_by: lead}
  - record: C-2
    rule: external.greet
    verdict: fail
    by: a7
    reason: the line was bad
"""


def read(tmp_path: Path, text: str) -> list[Dispute]:
    path = tmp_path / "disputes.yaml"
    path.write_text(text, "utf-8")
    return read_disputes(path, CATALOG)


def test_a_dispute_says_what_who_and_why_and_is_open_until_it_is_decided(tmp_path: Path) -> None:
    one, other = read(tmp_path, GOOD)
    assert (one.record_id, one.rule_id, one.verdict, one.outcome) == ("C-1", "external.greet", "fail", "upheld")
    assert str(one.on) == "2026-06-03"
    assert (other.outcome, other.on, other.decided_by) == ("open", None, None)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("rule: external.greet\n", "rule: external.gret\n", ":5:11: disputes[1].rule: no rule is called"),
        ("verdict: fail\n", "verdict: failed\n", ":6:14: disputes[1].verdict: 'failed' is not one of pass, fail"),
        ("outcome: upheld", "outcome: uphold", "'uphold' is not one of upheld, rejected, withdrawn, open"),
        ("2026-06-03", "3 June", "'3 June' is not a date such as 2026-06-01"),
        ("    reason: the line was bad\n", "", ":4:5: disputes[1]: the key 'reason' is missing"),
        ("    by: a7\n", "    bye: a7\n", "'bye'"),
        ("disputes:", "dispute:", "expected 'disputes:' with a list"),
    ],
)  # fmt: skip
def test_a_slip_is_told_at_its_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    with pytest.raises(CatalogError) as told:
        read(tmp_path, GOOD.replace(before, after))
    assert message in str(told.value)


def test_the_share_upheld_is_of_those_that_were_decided() -> None:
    outcomes = ("upheld", "upheld", "rejected", "withdrawn", "open")
    disputes = [Dispute("C", "external.greet", servstd.Outcome("fail"), "a7", "why", one) for one in outcomes]
    disputes.append(Dispute("C", "external.close", servstd.Outcome("fail"), "a7", "why"))
    first, second = dispute_figures(disputes)
    assert (first.name, first.upheld.value, first.upheld.count) == ("external.greet", pytest.approx(2 / 3), 3)
    assert dict(first.counts) == {"upheld": 2, "rejected": 1, "withdrawn": 1, "open": 1}
    assert (second.name, second.upheld.value) == ("external.close", None)
    assert [one.name for one in dispute_figures(disputes, "decided_by")] == ["-"]


def test_the_same_dispute_twice_is_told(tmp_path: Path) -> None:
    third = GOOD + "  - {record: C-2, rule: external.greet, verdict: fail, by: a7, reason: again"
    with pytest.raises(CatalogError, match=r"'a7' disputes external.greet of 'C-2' twice; the first is disputes\[1\]"):
        read(tmp_path, third + "}\n")
    assert len(read(tmp_path, third + ", on: 2026-06-05}\n")) == 3
