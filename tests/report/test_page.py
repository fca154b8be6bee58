"""The page of a report: its sections, what it hides, and that nothing in a record becomes markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

import servstd
from report.test_gathering import AS_OF, CATALOG, RULE, mail
from servstd.objective import Objective
from servstd.report import Report, Wishes, build_report, gather, render_report
from servstd.report.drawing import Picture
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


@pytest.mark.parametrize(
    ("count", "shown", "other"),
    [
        (4, "under 5", "not shown"),  # or the total less 30 would be the other
        (5, "80.0% of 5, too few to tell", "90.0% of 30, met so far"),
        (6, "83.3% of 6, too few to tell", "90.0% of 30, met so far"),
    ],
)
def test_small_groups_are_not_shown(count: int, shown: str, other: str) -> None:
    made = report(*mails(30, 3, "care"), *mails(count, 1, "sales", first=100))
    assert cells(made, "groups") == [["care", other], ["sales", shown]]
    assert bool(section(made, "funnel").parts) is (count >= 5)


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


def mixed(count: int, known: int) -> list[dict[str, Any]]:
    """Mails of which only some say when they came."""
    rows = [mail(number) for number in range(count)]
    return [row if place < known else row | {"received_at": None} for place, row in enumerate(rows)]


@pytest.mark.parametrize(("known", "standing"), [(4, "judged in part"), (5, "judged")])
def test_under_half_of_what_came_up_is_judged_in_part(known: int, standing: str) -> None:
    made = report(*mixed(10, known))
    [row] = cells(made, "coverage")
    assert row[-2] == standing
    assert cells(made, "summary")[0][4] == f"{known * 10}.0%"
    assert section(made, "coverage").paragraphs[0] == f"Of 1 rule: 1 {standing}."


def test_what_has_no_begin_is_counted_beside_the_trend() -> None:
    rows = [*mails(10, 1, "care")]
    whole = report(*rows)
    assert "Without a begin" not in " ".join(section(whole, "trend").paragraphs)
    assessments = servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF)
    found = gather(assessments, [RULE])
    groups = found.figures.tally.groups
    for key in [key for key in groups if key[-1] == "2026-W23"]:
        groups[*key[:-1], None] = groups.pop(key)
        found.figures.by_group[*key[1:-1], None] = found.figures.by_group.pop(key[1:])
    made = build_report(found, CATALOG, as_of=AS_OF, title="May")
    assert section(made, "trend").paragraphs[-1] == "Without a begin, and not shown: A mail is answered (4)."


@pytest.mark.parametrize(("is_confirmed", "signal"), [(True, "alert"), (False, "alert, unconfirmed")])
def test_table_and_picture_name_the_same_signals(is_confirmed: bool, signal: str) -> None:
    rows = [mail(number, hours=200 if number % 3 != 1 or number < 30 else 2) for number in range(90)]
    found = gather(servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF), [RULE])
    objective = Objective(at_least=0.9, confirmed=is_confirmed)
    made = build_report(found, CATALOG, as_of=AS_OF, title="May", objectives={RULE: objective})
    picture = next(part for part in section(made, "trend").parts if isinstance(part, Picture))
    words = {row[0]: row[-1] for row in cells(made, "trend")}
    assert words["2026-W23"] == signal
    assert f"2026-W23 {signal};" in picture.text
    assert "missed" not in "".join(words.values())


def test_a_funnel_of_small_groups_says_that_nobody_can_tell() -> None:
    made = report(*mails(19, 5, "care"), *mails(19, 9, "sales", first=100))
    picture = next(part for part in section(made, "funnel").parts if isinstance(part, Picture))
    assert picture.text.endswith("none has enough to tell.")
    made = report(*mails(19, 5, "care"), *mails(20, 9, "sales", first=100))
    picture = next(part for part in section(made, "funnel").parts if isinstance(part, Picture))
    assert picture.text.endswith("all judged within what chance explains (1 judged, 1 with too few).")


def test_what_may_be_chance_is_said_of_a_funnel_too() -> None:
    made = report(*mails(100, 4, "care"), *mails(100, 18, "sales", first=300))
    picture = next(part for part in section(made, "funnel").parts if isinstance(part, Picture))
    assert "low, may be chance" in picture.text


def test_an_unconfirmed_objective_is_never_red() -> None:
    rows = mails(100, 60, "care")
    found = gather(servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF), [RULE])
    for is_confirmed, style, label in (
        (True, "fail", "clearly not met"),
        (False, "pending", "clearly not met, unconf"),
    ):
        objective = Objective(at_least=0.9, confirmed=is_confirmed)
        made = build_report(found, CATALOG, as_of=AS_OF, title="May", objectives={RULE: objective})
        table = next(part for part in section(made, "summary").parts if isinstance(part, Table))
        assert table.rows[0][-1].style == style
        assert table.rows[0][-1].text.startswith(label)


def test_a_rate_from_a_sample_has_no_band() -> None:
    found = gather(servstd.Evaluator(CATALOG).check_many(mails(30, 20, "care"), as_of=AS_OF), [RULE])
    objectives = {RULE: Objective(at_least=0.9, confirmed=True)}
    made = build_report(found, CATALOG, as_of=AS_OF, title="May", objectives=objectives, sampled=[RULE])
    assert cells(made, "summary")[0][-1] == "from a sample, not weighted"


@pytest.mark.parametrize(("groups", "head"), [(2, "care"), (1, None)])
def test_the_longer_of_rules_and_groups_goes_down(groups: int, head: str | None) -> None:
    rows = [row for number in range(groups) for row in mails(10, 1, ("care", "sales")[number], first=100 * number)]
    made = report(*rows)
    assert [row[0] for row in cells(made, "groups")] == ([head, "sales"] if head else [])


def test_nobody_is_ranked_and_the_page_says_why() -> None:
    few = report(*mails(19, 3, "care"), is_ranking=True)
    assert section(few, "people").paragraphs[-1].endswith("no agent has 20 decided or more.")
    unnamed = report(*(row | {"agent": None} for row in mails(30, 3, "care")), is_ranking=True)
    assert section(unnamed, "people").paragraphs[-1].endswith("no record that was judged names its agent.")
    assert len(section(report(*mails(20, 3, "care"), is_ranking=True), "people").paragraphs) == 1


def phone(number: int, wait: int | None) -> dict[str, Any]:
    start = datetime(2026, 6, 1, 10, tzinfo=UTC)
    row = {"id": f"P-{number}", "channel": "phone", "received_at": start}
    return row if wait is None else row | {"answered_at": start + timedelta(seconds=wait)}


def test_the_service_level_stands_by_five_formulas_when_its_limit_is_known() -> None:
    rows = [phone(1, 20), phone(2, 21)]
    found = gather(servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF), [RULE])
    made = build_report(found, CATALOG, as_of=AS_OF, title="May", service_level=timedelta(seconds=20))
    values = [row[1] for row in cells(made, "measures") if row[0] == "service level"]
    assert len(values) == 5
    assert all(value.startswith("50.0%") for value in values)
    without = build_report(found, CATALOG, as_of=AS_OF, title="May")
    assert "--service-level" in section(without, "measures").paragraphs[-1]
    assert not [row for row in cells(without, "measures") if row[0] == "service level"]
    assert not [row for row in cells(without, "measures") if row[2] == "mean"]


def test_measures_without_a_value_stand_last() -> None:
    made = report(*mails(5, 1, "care"), phone(1, 20), {"id": "C", "kind": "case", "resolved_at": "2026-06-02T10:00Z"})
    values = [row[1] == "-" for row in cells(made, "measures")]
    assert values == sorted(values)
    assert any(values)


def test_where_records_hold_several_opportunities_records_are_compared() -> None:
    evaluator = servstd.Evaluator(CATALOG)
    rows = [*mails(30, 9, "care"), *mails(30, 3, "sales", first=100)]
    found, before = (gather(evaluator.check_many(rows, as_of=AS_OF), [RULE]) for _ in range(2))
    for share in (found.shares[RULE], *found.fair[RULE].values()):
        share.passed, share.decided, share.squares = 4 * share.passed, 4 * share.decided, 16 * share.squares
    objectives = {RULE: Objective(at_least=0.9, confirmed=True)}
    made = build_report(found, CATALOG, as_of=AS_OF, title="May", objectives=objectives, before=before.figures)
    [row] = cells(made, "summary")
    assert row[3] == "60"
    assert row[-1] == "+0.0 points of whole records: no more than chance"
    tables = [part for key in ("trend", "funnel") for part in section(made, key).parts if isinstance(part, Table)]
    assert [part.caption.partition(":")[0] for part in tables] == ["A mail is answered, whole records"] * 2
    assert [row[1] for row in cells(made, "funnel")] == ["30", "30"]
    assert cells(made, "groups")[0][1] == "70.0% of 120 in 30 records, clearly not met"
