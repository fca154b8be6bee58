"""Records that hold several opportunities, samples and half-judged rules: one figure, one colour in every command."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import servstd as library
from cli.running import Ran, Servstd
from servstd.objective import ObjectiveMonitor

NOW = "2026-07-01T00:00Z"
RULES = """catalog: {time_zone: UTC}
calendars: {office: {time_zone: UTC, hours: {mon-fri: 09:00-17:00}}}
default_calendar: office
rules:
  mail.reply:
    title: Every message is answered
    check: {kind: deadline, from: received, to: responded, within: 1 elapsed hours, cycles: each}
    objective: {at_least: 90%, confirmed: true}
  mail.polite:
    title: Politely
    question: Was it polite?
    check: {kind: review}
    objective: {at_least: 90%, confirmed: true}
"""


def mail(number: int, minutes: int, messages: int = 4) -> dict[str, Any]:
    """A record of so many messages, each answered after so many minutes."""
    events = []
    for hour in range(messages):
        at = datetime(2026, 6, 1, 2 * hour, tzinfo=UTC)
        events += [{"type": "received", "at": at.isoformat()}]
        events += [{"type": "responded", "at": (at + timedelta(minutes=minutes)).isoformat()}]
    return {"id": f"m{number}", "channel": "email", "team": f"t{number % 2}", "events": events}


@pytest.fixture
def log(place: Path) -> Path:
    """A hundred messages in 25 records, of which five missed all theirs."""
    (place / "own.yaml").write_text(RULES.replace("90%", '"90%"'))
    path = place / "log.jsonl"
    path.write_text("".join(json.dumps(mail(one, 61 if one < 5 else 60)) + "\n" for one in range(25)))
    return path


def rows_of(ran: Ran) -> list[str]:
    """The lines, with one blank between words."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


CHECK = ("check", "log.jsonl", "--catalog", "own.yaml", "--as-of", NOW)


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_a_record_with_four_fails_is_one_piece_of_evidence(bulk: str, servstd: Servstd, log: Path) -> None:
    ran = servstd(*CHECK, "--rules", "mail.reply", "--bulk", bulk)
    assert ran.code == 0
    assert "mail.reply 80 20 0 0 80.0% (60.9-91.1) 100 90% not met, may be chance" in rows_of(ran)
    said = "counted are opportunities, of which a record may hold several, and intervals allow for it"
    assert f"{said}: mail.reply 100 in 25 records\n" in ran.out
    assert "objective missed" not in ran.out
    found = json.loads(servstd(*CHECK, "--rules", "mail.reply", "--bulk", bulk, "--format", "json").out)
    [one] = found["rules"]
    assert (one["effective"], one["band"], one["is_missed"], found["missed"]) == (25, "orange", False, [])


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_as_many_records_of_one_message_are_missed_for_certain(bulk: str, servstd: Servstd, log: Path) -> None:
    log.write_text("".join(json.dumps(mail(one, 61 if one < 20 else 60, 1)) + "\n" for one in range(100)))
    ran = servstd(*CHECK, "--rules", "mail.reply", "--bulk", bulk)
    assert ran.code == 1
    assert "mail.reply 80 20 0 0 80.0% (71.1-86.7) 100 90% clearly not met" in rows_of(ran)
    assert "objective missed: mail.reply 80.0% (71.1-86.7) is all under 90%" in ran.out
    assert "counted are opportunities" not in ran.out


def test_check_summarize_a_tally_and_a_monitor_say_the_same(log: Path) -> None:
    catalog = library.load_catalog("own.yaml")
    evaluator, as_of = library.Evaluator(catalog), datetime.fromisoformat(NOW)
    objectives = {"mail.reply": catalog.rules["mail.reply"].objective}
    assessments = [evaluator.check(json.loads(line), as_of=as_of) for line in log.read_text().splitlines()]
    verdicts = [one["mail.reply"] for one in assessments]
    tables = pytest.importorskip("pyarrow")
    table = tables.Table.from_pylist([{"id": "x"}])  # the extra is there
    assert table.num_rows == 1
    records = tables.Table.from_pylist([json.loads(line) for line in log.read_text().splitlines()])
    full = evaluator.check_table(records, as_of=as_of, full=True)
    of_rule = full.filter(tables.compute.equal(full["rule_id"].cast("string"), "mail.reply"))
    tally = evaluator.tally_table(records, as_of=as_of)
    monitor = ObjectiveMonitor(objectives, timedelta(days=60))
    ways = [
        library.summarize(verdicts, objectives=objectives)[0],
        library.summarize([one.to_dict() for one in verdicts], objectives=objectives)[0],
        library.summarize(of_rule, objectives=objectives)[0],
        next(one for one in library.summarize(tally, objectives=objectives) if one.key["rule_id"] == "mail.reply"),
        [monitor.add(one) for one in verdicts][-1].summary,
    ]
    assert {(one.band, one.low, one.high, one.effective) for one in ways} == {("orange", ways[0].low, ways[0].high, 25)}


def test_the_report_shows_the_same_interval_and_band(servstd: Servstd, log: Path) -> None:
    pytest.importorskip("altair")
    assert servstd("report", *CHECK[1:], "--rules", "mail.reply", "-o", "page.html").code == 0
    page = (log.parent / "page.html").read_text()
    assert "80.0% (60.9-91.1)" in page
    assert "not met, may be chance" in page
    assert "clearly not met</td>" not in page


def test_diff_says_that_changes_are_of_records_and_rates_of_opportunities(servstd: Servstd, log: Path) -> None:
    text = (log.parent / "own.yaml").read_text()
    (log.parent / "new.yaml").write_text(text.replace("within: 1 elapsed hours", "within: 2 elapsed hours"))
    ran = servstd("diff", "own.yaml", "new.yaml", "log.jsonl", "--as-of", NOW)
    assert "changes are of records, rates of opportunities: mail.reply 100 in 25 records\n" in ran.out


def reviewed(place: Path, count: int, **more: Any) -> None:
    rows = [
        {"record_id": f"m{one}", "rule": "mail.polite", "value": "no", "reviewer": "r", **more} for one in range(count)
    ]
    (place / "answers.json").write_text(json.dumps(rows))


POLITE = (*CHECK, "--rules", "mail.polite", "--reviews", "answers.json")


@pytest.mark.parametrize(("count", "is_in_part"), [(12, True), (13, False)])
def test_a_rule_that_was_judged_in_part_says_so(count: int, is_in_part: bool, servstd: Servstd, log: Path) -> None:
    reviewed(log.parent, count)
    ran = servstd(*POLITE)
    assert (f"90% too few to tell{', judged in part' * is_in_part}\n" in ran.out) is True
    assert ("judged in part: under 50% of what came up could be decided" in ran.out) is is_in_part
    [one] = json.loads(servstd(*POLITE, "--format", "json").out)["rules"]
    assert one["is_in_part"] is is_in_part


def test_a_rate_from_a_sample_has_no_band_and_is_not_missed(servstd: Servstd, log: Path) -> None:
    reviewed(log.parent, 25)
    assert servstd(*POLITE).code == 1  # the whole log
    reviewed(log.parent, 25, probability=0.5)
    ran = servstd(*POLITE)
    assert ran.code == 0
    assert "90% from a sample, not weighted\n" in ran.out
    assert "objective missed" not in ran.out
    assert json.loads(servstd(*POLITE, "--format", "json").out)["missed"] == []
