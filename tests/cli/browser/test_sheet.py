"""The reviewer's form in a browser: from the sample to the verdicts, and with hostile records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli.browser.conftest import NARROW, WIDE
from cli.browser.watching import Watched, wait_until
from cli.running import Servstd

pytestmark = pytest.mark.browser

CENTRE = ("--mapping", "examples/contact_centre/mapping.yaml", "--catalog", "examples/contact_centre/policy")
Watch = Callable[..., Watched]


def drawn(servstd: Servstd, size: int = 3) -> None:
    assert servstd("sample", "month.jsonl", "-o", "s.json", "--seed", "7", "--size", str(size), *CENTRE).code == 0


def sheet(servstd: Servstd, *options: str) -> Path:
    assert servstd("sheet", "month.jsonl", "--sample", "s.json", "-o", "sheet.html", *options, *CENTRE).code == 0
    return Path("sheet.html")


def answer_all(page: Any, value: str) -> int:
    """Choose one answer everywhere; how many there were."""
    boxes = page.locator(f'fieldset input[value="{value}"]')
    for place in range(boxes.count()):
        boxes.nth(place).check()
    return int(boxes.count())


def until_answered(page: Any) -> None:
    """Wait for the first answer of a file that was opened."""
    wait_until(page, lambda: bool(page.locator("fieldset input:checked").count()))


def message(page: Any) -> str:
    """What the page says, once it says something."""
    wait_until(page, lambda: page.inner_text("#message") != "")
    return str(page.inner_text("#message"))


def saved(page: Any, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_form_starts_unanswered_and_asks_nothing_of_anybody(servstd: Servstd, watch: Watch) -> None:
    drawn(servstd)
    seen = watch(sheet(servstd))
    assert seen.page.locator("fieldset input:checked").count() == 0
    assert seen.page.inner_text("#progress").startswith("0 of ")
    assert seen.is_quiet()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_serious(servstd: Servstd, watch: Watch, viewport: dict[str, int], scheme: str) -> None:
    drawn(servstd)
    seen = watch(sheet(servstd, "--quote"), viewport, scheme)
    answer_all(seen.page, "yes")
    assert seen.faults() == []
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_answers_can_be_given_by_keyboard_alone(servstd: Servstd, watch: Watch) -> None:
    drawn(servstd)
    page = watch(sheet(servstd)).page
    page.focus("#next")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert page.inner_text("#progress").startswith("1 of ")
    page.keyboard.press("ArrowRight")
    assert page.locator("fieldset input:checked").first.get_attribute("value") == "no"


def test_answers_are_saved_and_opened_again(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd)
    path = sheet(servstd)
    page = watch(path).page
    page.click("#save")
    assert page.inner_text("#message") == "Write your id first."
    page.fill("#reviewer", "r1")
    count = answer_all(page, "no")
    page.locator("textarea").first.fill('He said "no", twice')
    assert "not saved" in page.inner_text("#progress")
    file = saved(page, "#save", place)
    assert "not saved" not in page.inner_text("#progress")
    assert file.name == "answers-r1.json"
    again = watch(path).page
    again.set_input_files("#load", str(file))
    until_answered(again)
    assert again.locator('fieldset input[value="no"]:checked').count() == count
    assert again.input_value("#reviewer") == "r1"
    assert again.locator("textarea").first.input_value() == 'He said "no", twice'
    again.set_input_files("#load", {"name": "x.json", "mimeType": "application/json", "buffer": b"[]"})
    assert message(again) == "This file holds no answers."


def test_a_comment_without_an_answer_is_kept_and_told(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd)
    path = sheet(servstd, "--reviewer", "r1")
    page = watch(path).page
    page.locator("textarea").first.fill("the line was bad")
    file = saved(page, "#save", place)
    [row] = json.loads(file.read_text("utf-8"))["answers"]
    assert (row["value"], row["reason"]) == (None, "the line was bad")
    assert page.inner_text("#message").startswith("Saved. 1 comment stands without an answer")
    assert page.inner_text("#progress").startswith("0 of ")
    again = watch(path).page
    again.set_input_files("#load", str(file))
    wait_until(again, lambda: again.locator("textarea").first.input_value() != "")
    assert again.locator("fieldset input:checked").count() == 0


def test_the_answers_of_another_reviewer_do_not_become_mine(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd)
    path = sheet(servstd)
    page = watch(path).page
    page.fill("#reviewer", "r2")
    answer_all(page, "no")
    file = saved(page, "#save", place)
    mine = watch(path).page
    mine.fill("#reviewer", "r1")
    mine.set_input_files("#load", str(file))
    assert message(mine) == "This file holds answers of r2, not of r1. Nothing was taken."
    assert mine.locator("fieldset input:checked").count() == 0
    nobody = watch(path).page
    answer_all(nobody, "yes")
    nobody.set_input_files("#load", str(file))
    assert message(nobody) == "Write your id first."
    assert nobody.locator('fieldset input[value="no"]:checked').count() == 0
    theirs = watch(path).page
    theirs.set_input_files("#load", str(file))
    until_answered(theirs)
    assert (theirs.input_value("#reviewer"), theirs.is_editable("#reviewer")) == ("r2", False)


def test_a_saved_table_is_opened_again(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd)
    path = sheet(servstd, "--reviewer", "r1")
    page = watch(path).page
    count = answer_all(page, "unsure")
    said = '=He said "no", twice\nthen hung up'
    page.locator("textarea").first.fill(said)
    file = saved(page, "#save-csv", place)
    again = watch(path).page
    again.set_input_files("#load", str(file))
    until_answered(again)
    assert again.inner_text("#message") == ""
    assert again.locator('fieldset input[value="unsure"]:checked').count() == count
    assert again.locator("textarea").first.input_value() == said


def test_an_answer_can_be_taken_back(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd)
    page = watch(sheet(servstd, "--reviewer", "r1")).page
    assert page.locator(".clear:visible").count() == 0
    page.locator('fieldset input[value="yes"]').first.check()
    page.locator(".clear:visible").click()
    assert page.inner_text("#progress").startswith("0 of ")
    assert page.locator(".clear:visible").count() == 0
    assert json.loads(saved(page, "#save", place).read_text("utf-8"))["answers"] == []


@pytest.mark.parametrize("button", ["#save", "#save-csv"])
def test_the_unknowns_fall_when_the_answers_come_back(servstd: Servstd, watch: Watch, place: Path, button: str) -> None:
    drawn(servstd, 20)
    page = watch(sheet(servstd)).page
    page.fill("#reviewer", "r1")
    asked = answer_all(page, "yes")
    file = saved(page, button, place)
    before, after = (figures(servstd, *more) for more in ((), ("--reviews", file.name)))
    assert after["unknown"] == before["unknown"] - asked
    assert after["passed"] == before["passed"] + asked
    assert after["failed"] == before["failed"]


def test_two_reviewers_answer_and_are_held_against_each_other(servstd: Servstd, watch: Watch, place: Path) -> None:
    drawn(servstd, 5)
    path, files = sheet(servstd), list[str]()
    for reviewer, answer in (("r1", "yes"), ("r2", "no")):
        page = watch(path).page
        page.fill("#reviewer", reviewer)
        answer_all(page, answer)
        files.append(saved(page, "#save", place).name)
    ran = servstd("calibrate", *files, "--sample", "s.json", *CENTRE[2:])
    assert ran.code == 0
    assert "of 2 reviewers" in ran.out.splitlines()[0]
    assert "0.0% (0.0-" in ran.out


def figures(servstd: Servstd, *more: str) -> dict[str, int]:
    rules = json.loads(servstd("check", "month.jsonl", *CENTRE, *more, "--format", "json", "--fail-on", "none").out)
    return {name: sum(one[name] for one in rules["rules"]) for name in ("passed", "failed", "unknown")}


def test_nothing_in_a_record_becomes_markup_or_a_formula(servstd: Servstd, watch: Watch, place: Path) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    row = {
        "id": hostile, "channel": "phone", "audience": "external", "agent": hostile, "team": "=HYPERLINK(1)",
        "answered_at": "2026-05-22T15:00-04:00",
        "turns": [{"speaker": "agent", "text": "</script><script>alert(2)</script>", "at": "2026-05-22T15:00-04:00"}],
    }  # fmt: skip
    formula = {**row, "id": '=HYPERLINK("x")'}
    (place / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in (row, formula)))
    assert servstd("sample", "log.jsonl", "-o", "s.json", "--seed", "7").code == 0
    assert servstd("sheet", "log.jsonl", "--sample", "s.json", "-o", "sheet.html", "--quote").code == 0
    seen = watch(place / "sheet.html")
    assert seen.is_quiet()
    assert seen.page.locator("img").count() == 0
    assert hostile in seen.page.inner_text("main")
    seen.page.fill("#reviewer", "r1")
    answer_all(seen.page, "yes")
    text = saved(seen.page, "#save-csv", place).read_text()
    assert '"\'=HYPERLINK(""x"")"' in text
    ran = servstd("check", "log.jsonl", "--reviews", "answers-r1.csv", "--format", "json", "--fail-on", "none")
    assert "no record has the id" not in ran.err
