"""The report in a browser: every chart drawn, tables that sort and filter, hostile records, light, dark, print."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.browser.conftest import NARROW, WIDE
from cli.browser.watching import Watched
from cli.running import Servstd

pytestmark = pytest.mark.browser

CENTRE = ("--mapping", "examples/contact_centre/mapping.yaml", "--catalog", "examples/contact_centre/policy")
Watch = Callable[..., Watched]


@pytest.fixture(scope="session")
def pages() -> dict[str, Path]:
    """Pages that were made once."""
    return {}


@pytest.fixture
def report(servstd: Servstd, pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the example month."""
    if "month" not in pages:
        assert servstd("report", "month.jsonl", "-o", "report.html", *CENTRE).code == 0
        pages["month"] = tmp_path_factory.mktemp("page") / "report.html"
        pages["month"].write_text(Path("report.html").read_text("utf-8"), "utf-8")
    return pages["month"]


def test_every_chart_is_drawn_and_nothing_is_asked_of_anybody(report: Path, watch: Watch) -> None:
    seen = watch(report)
    figures = seen.page.locator("figure")
    assert figures.count() >= 8
    for place in range(figures.count()):
        box = figures.nth(place).locator("svg").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) > 40
        assert figures.nth(place).get_attribute("aria-label")
    assert seen.is_quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_serious(report: Path, watch: Watch, viewport: dict[str, int], scheme: str) -> None:
    seen = watch(report, viewport, scheme)
    assert seen.faults() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_table_sorts_by_its_heads_with_mouse_and_keyboard(report: Path, watch: Watch) -> None:
    page = watch(report).page
    head = page.locator("#summary1 th", has_text="fail"), page.locator("#summary2 th", has_text="fail")
    found = next(one.first for one in head if one.count())
    table = found.locator("xpath=ancestor::table")
    place = found.evaluate("(cell) => cell.cellIndex")
    found.locator("button").click()
    assert found.get_attribute("aria-sort") == "ascending"
    assert column(table, place) == sorted(column(table, place))
    found.locator("button").press("Enter")
    assert found.get_attribute("aria-sort") == "descending"
    assert column(table, place) == sorted(column(table, place), reverse=True)


def column(table: object, place: int) -> list[int]:
    rows = table.evaluate(
        "(table, place) => [...table.tBodies[0].rows].map((row) => row.cells[place].textContent)", place
    )  # type: ignore[attr-defined]
    return [int(text.replace(" ", "")) for text in rows]


def test_a_table_shows_only_the_rows_with_some_words(report: Path, watch: Watch) -> None:
    page = watch(report).page
    page.locator("[data-filter]").first.fill("EMAIL response")
    shown = page.locator("table").first.locator("tbody tr:visible")
    assert shown.count() >= 1
    assert all("email" in text.lower() and "response" in text.lower() for text in shown.all_inner_texts())
    page.locator("[data-filter]").first.fill("no such rule")
    assert page.locator("table").first.locator("tbody tr:visible").count() == 0


def test_print_shows_whole_tables_and_no_fields(report: Path, watch: Watch) -> None:
    page = watch(report).page
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".filter").first.is_visible()
    assert page.evaluate(
        "[...document.querySelectorAll('.scroll')].every((one) => one.scrollHeight <= one.clientHeight + 1)"
    )


def test_a_hostile_record_stays_text(servstd: Servstd, watch: Watch, place: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    rows = [
        {
            "id": hostile if not number else f"E-{number}", "channel": "email", "audience": "external",
            "agent": hostile,
            "team": ("=HYPERLINK(1)", hostile)[number % 2], "received_at": f"2026-05-{4 + number // 5:02}T15:00-04:00",
            "responded_at": f"2026-05-{4 + number // 5 + 4 * (number % 3 == 0):02}T16:00-04:00", "category": hostile,
            "turns": [{"speaker": "agent", "text": "=HYPERLINK(1) <script>alert(2)</script>"}],
        }
        for number in range(60)
    ]  # fmt: skip
    (place / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert servstd("report", "log.jsonl", "-o", "report.html", "--rank-agents").code == 0
    seen = watch(place / "report.html")
    assert seen.is_quiet()
    assert seen.page.locator("img").count() == 0
    assert hostile in seen.page.inner_text("main")
