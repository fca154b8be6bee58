"""The page of a comparison: complete, self-contained, and safe with hostile values."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from compare.building import MAILS, MANNER, NOW, evaluator, mail, reply
from servstd.compare import Comparison, compare
from servstd.compare.explained import Explained, explain_both
from servstd.compare.page import render_diff

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>&'{{ 7*7 }}"


class Elements(HTMLParser):
    """Every element with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.found)


def rendered(records: list[dict[str, Any]], old: Any, new: Any, **settings: Any) -> tuple[str, Comparison]:
    sides = evaluator(old), evaluator(new)
    comparison = compare(*sides, records, as_of=NOW, **settings)
    examples: dict[tuple[str, str], Explained] = {}
    by_id = {record["id"]: record for record in records}
    for rule in comparison.changed_rules:
        for transition in rule.transitions:
            for record_id in transition.ids[:2]:
                one = by_id[record_id]
                [explained] = explain_both(*sides, (one, one), [rule.pair], NOW)
                examples[rule.rule_id, record_id] = explained
    return render_diff(comparison, examples, "as of then"), comparison


def usual(records: list[dict[str, Any]] = MAILS, **settings: Any) -> str:
    objective = {"objective": {"at_least": "90%", "min_n": 1}}
    readings = {"strict": {"check": {"within": "1 business hour"}}}
    old = {"mail.reply": reply("4 business hours", **objective), "mail.manner": MANNER}
    new = {"mail.reply": reply("2 business hours", readings=readings, **objective), "mail.manner": MANNER}
    return rendered(records, old, new, readings=True, **settings)[0]


def test_the_page_holds_what_the_table_does() -> None:
    page = usual(by=("team",))
    text = re.sub(r"\s+", " ", " ".join(Elements(page).text))
    for piece in (
        "2 of 6 verdicts of mail.reply change: 2 pass to fail",
        "4 business hours",
        "2 business hours",
        "pass to fail: 2 records",
        "Due Mon 4 May 14:00 (4 business hours)",
        "Due Mon 4 May 12:00 (2 business hours)",
        "By team",
        "strict",
        "1 rule is unchanged",
    ):
        assert piece in text


def test_every_table_and_drawing_has_its_words() -> None:
    found = Elements(usual(by=("team",)))
    assert found.count("caption") == found.count("table") > 3
    assert found.count("svg") == 1
    drawing = next(attributes for tag, attributes in found.found if tag == "svg")
    assert drawing["role"] == "img"
    ids = {attributes.get("id") for _, attributes in found.found}
    assert set((drawing["aria-labelledby"] or "").split()) <= ids
    assert all(attributes.get("scope") for tag, attributes in found.found if tag == "th")


def test_nothing_is_fetched() -> None:
    found = Elements(usual(by=("team",)))
    assert not [tag for tag, _ in found.found if tag in ("img", "link", "iframe", "object")]
    references = [value for _, attributes in found.found for key, value in attributes.items() if key in ("src", "href")]
    assert all(value and value.startswith("#") for value in references)


def test_hostile_values_can_not_become_markup() -> None:
    records = [
        mail(f"{HOSTILE}{number}", at, team=f"{HOSTILE}team", agent=HOSTILE)
        for number, at in enumerate(["05-04T13:00", "05-04T11:00", "05-04T13:30", "05-04T13:40"])
    ]
    old = {"mail.reply": reply("4 business hours", title=HOSTILE, why=HOSTILE)}
    new = {
        "mail.reply": {
            **reply("2 business hours", title=f"{HOSTILE}!", why=f"{HOSTILE}?"),
            "except": {"safe": {"agent": HOSTILE + "?"}},
        }
    }
    tame = usual()
    page, comparison = rendered(records, old, new, by=("team",))
    assert comparison.is_changed
    found = Elements(page)
    assert found.count("script") == Elements(tame).count("script") == 1
    assert found.count("img") == 0
    assert not [key for _, attributes in found.found for key in attributes if key.startswith("on")]
    text = "".join(found.text)
    assert f"{HOSTILE}0" in text
    assert "{{ 7*7 }}" in text
    assert "49" not in re.findall(r"\b49\b", text)


def test_a_comparison_without_change_has_a_page_too() -> None:
    rules = {"mail.reply": reply("4 business hours")}
    page, _ = rendered(MAILS, rules, rules)
    assert "No verdict changes." in page
    assert "<svg" not in page


def test_rules_that_only_one_catalog_has_are_shown_with_one_rate() -> None:
    page, _ = rendered(MAILS, {"mail.manner": MANNER}, {"mail.reply": reply("4 business hours")})
    text = re.sub(r"\s+", " ", " ".join(Elements(page).text))
    assert "mail.reply is new: it gives 4 pass, 2 fail" in text
    assert "before -, nothing; after 66.7%" in text


@pytest.mark.parametrize("records", [[], [MAILS[-1]]])
def test_a_log_that_decides_nothing_draws_nothing(records: list[dict[str, Any]]) -> None:
    assert "<svg" not in usual(records)
