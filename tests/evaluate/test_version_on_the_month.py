"""A new version of a rule, or of the hours, leaves the verdicts of records before its date as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from examples.contact_centre.generate import lines

from servstd import Catalog, Evaluator, load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.batch import read_logs
from servstd.record import Record

pytestmark = pytest.mark.slow

CENTRE = "examples/contact_centre"
AS_OF = datetime(2026, 4, 15, tzinfo=UTC)
BEGINS = "2026-03-16"
MIDNIGHT = datetime.fromisoformat("2026-03-16T00:00-04:00")  # in the zone of the catalog
NEW_RULES = f"""
override:
  email.response_time: {{versions: [{{from: {BEGINS}, check: {{within: 2 business hours}}}}]}}
  telephone.speed_of_answer: {{versions: [{{from: {BEGINS}, enabled: false}}]}}
  telephone.hold_permission: {{versions: [{{from: {BEGINS}, check: {{kind: review}}}}]}}
  web.response_time: {{versions: [{{from: {BEGINS}, applies_to: {{kind: interaction, channel: [web, chat]}}}}]}}
  voicemail.response_time: {{versions: [{{from: {BEGINS}, until: 2026-03-23, check: {{within: 3 business days}}}}]}}
"""
NEW_HOURS = f"""
calendars:
  new_york:
    time_zone: America/New_York
    hours: {{mon-thu: "09:00-12:30, 13:30-17:00", fri: "09:00-16:00"}}
    holidays: {{country: US, subdivision: NY}}
    exceptions: {{"2026-03-20": closed}}
    versions: [{{from: {BEGINS}, hours: {{mon-fri: "11:00-15:00"}}}}]
"""


@dataclass(frozen=True)
class Month:
    """The records of the example month and the policy that judges them."""

    folder: Path
    policy: Catalog
    records: list[Record]

    def laid(self, text: str) -> Catalog:
        """The policy with a few lines more."""
        file = self.folder / "more.yaml"
        file.write_text(f"extends: policy\n{text}", "utf-8")
        return load_catalog(file)


@pytest.fixture(scope="module")
def month(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    folder = tmp_path_factory.mktemp("month")
    (folder / "policy").symlink_to(project_root / CENTRE / "policy")
    (folder / "month.jsonl").write_text("".join(f"{line}\n" for line in lines(7)), "utf-8")
    policy = load_catalog(folder / "policy")
    mapping = load_mapping(project_root / CENTRE / "mapping.yaml", policy.vocabulary)
    records = read_logs([folder / "month.jsonl"], mapping, policy.vocabulary, policy.defaults).records
    return Month(folder, policy, records)


def verdicts(catalog: Catalog, records: list[Record]) -> Iterator[tuple[Record, str, dict[str, Any]]]:
    """Every verdict with all its figures, but for the digest of the catalog."""
    for assessment in Evaluator(catalog).check_many(records, as_of=AS_OF):
        for rule_id in catalog.rules:
            row = assessment[rule_id].to_dict()
            del row["catalog_digest"]
            yield assessment.record, rule_id, row


def differing(month: Month, text: str) -> set[tuple[str, str]]:
    """(record, rule) of the verdicts that are not what they were."""
    before, after = verdicts(month.policy, month.records), verdicts(month.laid(text), month.records)
    return {(one[0].id, one[1]) for one, two in zip(before, after, strict=True) if one[2] != two[2]}


def begins(record: Record) -> datetime | None:
    return min((event.at for event in record.events), default=None)


def test_a_new_version_leaves_the_verdicts_of_records_before_its_date_untouched(month: Month) -> None:
    changed = differing(month, NEW_RULES)
    firsts = {record.id: begins(record) for record in month.records}
    lasts = {record.id: max((event.at for event in record.events), default=MIDNIGHT) for record in month.records}
    assert sum(last < MIDNIGHT for last in lasts.values()) > 100
    assert [one for one in changed if lasts[one[0]] < MIDNIGHT] == []
    since = {rule_id for record_id, rule_id in changed if (firsts[record_id] or MIDNIGHT) >= MIDNIGHT}
    assert since >= {"email.response_time", "telephone.speed_of_answer", "voicemail.response_time"}
    named = {line.strip().partition(":")[0] for line in NEW_RULES.splitlines()}
    assert {rule_id for _, rule_id in changed} <= named


def test_each_verdict_is_that_of_the_old_or_of_the_new_rule_by_the_date_of_its_clock(month: Month) -> None:
    """The versions judge as two catalogs would, one with the old and one with the new rule, split at midnight."""
    new = month.laid("override: {email.response_time: {check: {within: 2 business hours}}}")
    both = month.laid(NEW_RULES)
    asked = 0
    for record in month.records:
        old_one, new_one, one = (
            Evaluator(catalog).check(record, as_of=AS_OF)["email.response_time"]
            for catalog in (month.policy, new, both)
        )
        received = one.received_at
        if received is None or one.opportunities > 1:
            continue
        expected = old_one if received < MIDNIGHT else new_one
        assert (one.outcome, one.reason, one.due_at) == (expected.outcome, expected.reason, expected.due_at)
        asked += 1
    assert asked > 50


def test_new_hours_leave_what_was_due_before_their_date_untouched(month: Month) -> None:
    """A clock that runs beyond the date counts the new hours from there on; one that ended before never does."""
    keys = ("outcome", "reason", "due_at", "late_after")
    before, after = verdicts(month.policy, month.records), verdicts(month.laid(NEW_HOURS), month.records)
    pairs = [(one[2], two[2]) for one, two in zip(before, after, strict=True)]
    changed = [pair for pair in pairs if any(pair[0][key] != pair[1][key] for key in keys)]
    assert len(changed) > 10
    due = [datetime.fromisoformat(row["late_after"]) for pair in changed for row in pair if row["late_after"]]
    assert min(due) >= MIDNIGHT
    ended = [one for one, _ in pairs if one["late_after"] and datetime.fromisoformat(one["late_after"]) < MIDNIGHT]
    assert len(ended) > 30
