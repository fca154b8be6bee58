"""Reviewers and disputes in a report: rates of a sample, few answers, and rules by their titles."""

from __future__ import annotations

import pytest

import servstd
from report.test_gathering import AS_OF
from servstd.record import Review
from servstd.report import Wishes, build_report, gather
from servstd.report.parts import Section, Table
from servstd.reviewing import Answer
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.disputes import Dispute

CATALOG = servstd.load_catalog(
    {
        "rules": {
            name: {"title": title, "applies_to": {"channel": channel}, "check": {"kind": "review"}}
            for name, title, channel in (
                ("call.never", "Nothing of this kind", "letter"),
                ("call.tone", "The tone is right", "phone"),
            )
        }
    }
)
TONE = "call.tone"


def answers(count: int, reviewer: str | None = "r1") -> list[Answer]:
    return [Answer(f"C-{n}", Review(TONE, "yes", reviewer), 0.5) for n in range(count)]


def section(given: list[Answer], *disputes: Dispute, key: str = "reviewers") -> Section:
    rows = [{"id": f"C-{n}", "channel": "phone"} for n in range(10)]
    assessments = servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF)
    found = gather(assessments, list(CATALOG.rules), Wishes(min_group=5))
    calibration = Calibration(given, CATALOG) if given else None
    made = build_report(found, CATALOG, as_of=AS_OF, title="May", calibration=calibration, disputes=disputes)
    return next(one for one in made.sections if one.key == key)


def texts(found: Section, caption: str) -> list[list[str]]:
    part = next(part for part in found.parts if isinstance(part, Table) and part.caption == caption)
    return [list(part.heads), *([cell.text for cell in row] for row in part.rows)]


def test_the_rate_of_the_sample_stands_beside_how_far_reviewers_agree() -> None:
    heads, row = texts(section(answers(6)), "Agreement of reviewers")
    assert heads[-1].startswith("rate of")
    assert row[-1].startswith("100.0% (")


@pytest.mark.parametrize(("count", "share"), [(4, "under 5"), (5, "100.0% (")])
def test_reviewers_with_few_answers_have_no_share(count: int, share: str) -> None:
    found = section(answers(count))
    [_, row] = texts(found, "Reviewers")
    assert (row[0], row[1]) == ("r1", str(count))
    assert row[3].startswith(share)
    assert any("not shown by person" in one for one in found.paragraphs) is (count < 5)


def test_answers_of_nobody_are_counted_apart() -> None:
    found = section([*answers(5), *answers(1, None)])
    assert "1 answer names no reviewer: left out of agreement." in found.paragraphs


def test_disputes_stand_by_title_and_those_of_other_records_are_told() -> None:
    disputes = [Dispute(record, TONE, servstd.Outcome("fail"), "a7", "no") for record in ("C-1", "X-9")]
    found = section([], *disputes)
    assert texts(found, "Disputes")[1][0] == "The tone is right"
    assert "Of 2 disputes 1 over records that are not in the log." in found.paragraphs


def test_what_did_not_come_up_stands_last_and_what_waits_says_for_whom() -> None:
    rows = texts(section([], key="coverage"), "Opportunities by rule: what could be decided")[1:]
    assert [(row[0], row[-2], row[-1]) for row in rows] == [
        ("The tone is right", "needs a reviewer", "a reviewer's answer"),
        ("Nothing of this kind", "did not come up", "-"),
    ]
