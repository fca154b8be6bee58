"""The page of a report: its sections, what it hides, and that nothing in a record becomes markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

import servstd
from report.test_gathering import AS_OF, CATALOG, RULE, mail
from servstd.report import Report, Wishes, build_report, gather, render_report
from servstd.report.parts import Section, Table

KEYS = [
    "coverage", "summary", "measures", "trend", "pareto", "groups", "funnel", "contacts", "reviewers", "readings",
    "open", "health",
]  # fmt: skip


def report(*rows: dict[str, Any], **wishes: Any) -> Report:
    objectives = {rule_id: rule.objective for rule_id, rule in CATALOG.rules.items() if rule.objective}
    assessments = servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF)
    found = gather(assessments, [RULE], Wishes(**wishes))
    return build_report(found, CATALOG, as_of=AS_OF, title="May", objectives=objectives)


def section(made: Report, key: str) -> Section:
    return next(one for one in made.sections if one.key == key)


def cells(made: Report, key: str) -> list[list[str]]:
    return [
        [cell.text for cell in row] for part in section(made, key).parts if isinstance(part, Table) for row in part.rows
    ]


def mails(count: int, failed: int, team: str, first: int = 0) -> list[dict[str, Any]]:
    return [mail(first + n, hours=200 if n < failed else 2, team=team, agent=f"{team}1") for n in range(count)]


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]


def test_sections_come_in_the_order_in_which_they_are_read() -> None:
    assert [one.key for one in report(*mails(5, 1, "care")).sections] == KEYS
    assert "people" in [one.key for one in report(*mails(5, 1, "care"), is_ranking=True).sections]


def test_a_log_in_which_nothing_came_up_still_has_a_page() -> None:
    made = report({"id": "C", "channel": "phone"})
    assert cells(made, "coverage")[0][-2] == "did not come up"
    assert "<h2" in render_report(made)


@pytest.mark.parametrize(("count", "shown"), [(4, "under 5"), (5, "80.0% of 5"), (6, "83.3% of 6")])
def test_small_groups_are_not_shown(count: int, shown: str) -> None:
    made = report(*mails(30, 3, "care"), *mails(count, 1, "sales", first=100))
    assert cells(made, "groups") == [["A mail is answered", "90.0% of 30", shown]]


def test_one_group_is_no_comparison() -> None:
    made = report(*mails(10, 1, "care"))
    assert section(made, "groups").paragraphs == ("The log names fewer than two groups in 'team'.",)
    assert section(made, "funnel").parts == ()


def test_a_change_says_whether_it_can_be_told_from_chance() -> None:
    before = gather(servstd.Evaluator(CATALOG).check_many(mails(100, 40, "care"), as_of=AS_OF), [RULE]).figures
    now = gather(servstd.Evaluator(CATALOG).check_many(mails(100, 2, "care"), as_of=AS_OF), [RULE])
    made = build_report(now, CATALOG, as_of=AS_OF, title="May", before=before)
    assert cells(made, "summary")[0][-1] == "+38.0 points: higher than before"


def test_ranks_of_people_leave_open_what_chance_leaves_open() -> None:
    rows = [*mails(30, 3, "care"), *mails(30, 4, "sales", first=100)]
    made = report(*rows, is_ranking=True)
    assert [row[0] for row in cells(made, "people")] == ["1-2", "1-2"]
    assert "people" not in [one.key for one in report(*rows).sections]


def test_the_same_log_gives_the_same_page() -> None:
    rows = [*mails(30, 3, "care"), *mails(30, 9, "sales", first=100)]
    assert render_report(report(*rows)) == render_report(report(*rows))


def test_nothing_in_a_record_becomes_markup() -> None:
    hostile = "<img src=x onerror=alert(1)>\"'</script>"

    def page(team: str) -> Tags:
        rows = [*mails(30, 3, "care"), *mails(30, 9, team, first=100)]
        rows[0] |= {"id": team, "cause": "system", "category": team}
        return Tags(render_report(report(*rows, is_ranking=True)))

    assert page(hostile).tags == page("harmless").tags
    assert page(hostile).links == page("harmless").links
    assert all(link.startswith("#") for link in page(hostile).links)


def test_pictures_take_their_colours_from_the_page_and_have_ids_of_their_own() -> None:
    page = render_report(report(*mails(30, 3, "care"), *mails(30, 9, "sales", first=100)))
    assert "#0101" not in page
    assert 'fill="var(--' in page
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_thousand_groups_make_a_page_of_moderate_size() -> None:
    start = datetime(2026, 6, 1, 10, tzinfo=UTC)
    rows = [
        mail(n, team=f"team {n % 1000}") | {"received_at": start, "responded_at": start + timedelta(hours=2)}
        for n in range(6000)
    ]
    assert len(render_report(report(*rows)).encode()) < 5_000_000
