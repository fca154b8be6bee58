"""Whole logs: the examples, and public data where it is at hand."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from servstd.adapters import BadRow, load_mapping, read_log
from servstd.record import Record
from servstd.vocabulary import Vocabulary

from .conftest import split


@pytest.fixture
def boston(project_root: Path) -> Path:
    return project_root / "examples" / "boston311"


def of_boston(log: Path, mapping: Path, vocabulary: Vocabulary) -> tuple[list[Record], list[BadRow]]:
    return split(read_log(log, load_mapping(mapping, vocabulary), vocabulary))


def test_boston_is_the_same_in_every_form(shared_data: Path, boston: Path, vocabulary: Vocabulary) -> None:
    folder = shared_data / "boston311"
    comma, bad = of_boston(folder / "boston311-100.csv", boston / "mapping.yaml", vocabulary)
    assert (len(comma), bad) == (100, [])
    assert (comma, []) == of_boston(folder / "boston311-100.jsonl", boston / "mapping.yaml", vocabulary)
    assert (comma, []) == of_boston(folder / "boston311-dmy-100.csv", boston / "mapping_day_first.yaml", vocabulary)
    promised = [record for record in comma if any(event.type == "promise" for event in record.events)]
    assert len(promised) == 89


def test_the_broken_table_of_boston_loses_its_broken_line_only(
    shared_data: Path, boston: Path, vocabulary: Vocabulary
) -> None:
    folder = shared_data / "boston311"
    records, [bad] = of_boston(folder / "boston311-100-bad.tsv", boston / "mapping.yaml", vocabulary)
    assert bad.render() == f"{bad.file}:41: 30 cells where the header has 29 [cell-count]"
    comma, _ = of_boston(folder / "boston311-100.csv", boston / "mapping.yaml", vocabulary)
    assert records == [record for record in comma if record.id != "101004113615"]


@pytest.mark.slow
def test_incidents_are_the_same_from_rows_in_any_order(
    shared_data: Path, project_root: Path, desk_vocabulary: Vocabulary, tmp_path: Path
) -> None:
    log = shared_data / "uci_incident" / "incidents_890.csv"
    mapping = load_mapping(project_root / "examples" / "servicenow" / "mapping.yaml", desk_vocabulary)
    records, bad = split(read_log(log, mapping, desk_vocabulary))
    assert (len(records), bad) == (890, [])
    header, *rows = log.read_text().splitlines()
    random.Random(3).shuffle(rows)
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([header, *rows]))
    assert split(read_log(shuffled, mapping, desk_vocabulary)) == (records, [])
    kinds = [event.type for record in records for event in record.events]
    assert kinds.count("worked_on") == len(rows) == 5998
    assert kinds.count("opened") == 890
    reopened = {record.id for record in records for event in record.events if event.type == "reopened"}
    assert (kinds.count("reopened"), len(reopened)) == (12, 11)


@pytest.mark.slow
def test_of_the_example_month_only_the_six_broken_rows_are_bad(
    project_root: Path, vocabulary: Vocabulary, tmp_path: Path
) -> None:
    centre, log = project_root / "examples" / "contact_centre", tmp_path / "month.jsonl"
    command = [sys.executable, str(centre / "generate.py"), "--seed", "7", "-o", str(log)]
    subprocess.run(command, check=True, capture_output=True)
    mapping = load_mapping(centre / "mapping.yaml", vocabulary)
    records, bad = split(read_log(log, mapping, vocabulary))
    assert len(records) == 426
    assert not [problem for record in records for problem in record.problems]
    assert [(one.problem.code, one.record_id) for one in bad] == [
        ("bad-json", None),
        ("bad-time", "T-900002"),
        ("unknown-value", "T-900003"),
        ("missing-id", None),
        ("duplicate-id", "T-100004"),
        ("unknown-event", "T-900004"),
    ]


def test_the_example_e_mails_need_no_mapping(project_root: Path, vocabulary: Vocabulary) -> None:
    records, bad = split(read_log(project_root / "examples" / "policy" / "may.csv", None, vocabulary))
    assert (len(records), bad) == (412, [])
    assert {record.tracked for record in records} == {frozenset(("received", "responded"))}
