"""What a report counts: the same as the verdicts, with people left out of what they had no hand in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import servstd
from servstd.report import Gathered, Wishes, gather
from servstd.report.gather import sheets_of
from servstd.report.shares import Share

AS_OF = datetime(2026, 6, 30, tzinfo=UTC)
RULE = "mail.reply"
CATALOG = servstd.load_catalog(
    {
        "calendars": {"office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}},
        "default_calendar": "office",
        "rules": {
            RULE: {
                "title": "A mail is answered",
                "applies_to": {"channel": "email"},
                "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
                "reading": "day",
                "readings": {"hour": {"check": {"within": "1 elapsed hours"}}},
                "objective": {"at_least": "90%", "confirmed": True},
            }
        },
    }
)


def mail(number: int, hours: float = 2, **more: Any) -> dict[str, Any]:
    received = datetime(2026, 6, 1, 10, tzinfo=UTC) + timedelta(days=7 * (number % 3))
    fields = {"channel": "email", "team": "care", "agent": "a7", "received_at": received, **more}
    return {"id": f"E-{number}", **fields, "responded_at": received + timedelta(hours=hours)}


def gathered(*rows: dict[str, Any], **wishes: Any) -> Gathered:
    assessments = servstd.Evaluator(CATALOG).check_many(rows, as_of=AS_OF)
    return gather(assessments, [RULE], Wishes(**wishes))


def test_counts_are_those_of_the_verdicts() -> None:
    found = gathered(mail(1), mail(2, hours=200), mail(3), {"id": "C", "channel": "phone"})
    [summary] = found.figures.summaries()
    assert (summary.passed, summary.failed, summary.not_applicable) == (2, 1, 1)
    assert found.fair == {RULE: {"care": Share(2, 3, 3, 2, 3)}}
    assert found.shares == {RULE: Share(2, 3, 3, 2, 3)}
    assert dict(found.reasons) == {(RULE, "late"): 1}
    assert dict(found.kinds) == {("interaction", ""): 4}


@pytest.mark.parametrize(
    ("cause", "pair", "removed"),
    [(None, (1, 2), {}), ("frontline", (1, 2), {}), ("system", (1, 1), {"system": 1})],
)  # fmt: skip
def test_groups_are_not_held_to_account_for_what_others_caused(
    cause: str | None, pair: tuple[int, int], removed: dict[str, int]
) -> None:
    found = gathered(mail(1), mail(2, hours=200, cause=cause))
    assert found.fair[RULE]["care"].pair() == pair
    assert dict(found.removed) == removed
    assert found.figures.summaries()[0].failed == 1  # the rule was missed all the same


def test_people_are_only_counted_when_somebody_asks_to_rank_them() -> None:
    assert gathered(mail(1)).people == {}
    assert gathered(mail(1), is_ranking=True).people == {RULE: {"a7": Share(1, 1, 1, 1, 1)}}


def test_other_readings_say_what_would_change() -> None:
    found = gathered(mail(1), mail(2, hours=0.5), mail(3, hours=200)).readings[RULE]
    assert found.looked_at == 3
    assert {name: dict(changes) for name, changes in found.changed.items()} == {"hour": {("pass", "fail"): 1}}


def test_the_newest_fails_come_first_with_pointers_to_their_evidence() -> None:
    found = gathered(*(mail(number, hours=200) for number in range(6)))
    sheets = sheets_of(found, RULE)
    assert len(sheets) == 3
    assert sheets[0].record_id in ("E-2", "E-5")
    assert [what for what, _ in sheets[0].where] == ["event 2: responded"]
    assert "late" in sheets[0].sentence


def test_periods_are_those_in_which_contacts_began() -> None:
    periods = {key[2] for key in gathered(mail(0), mail(1), mail(2)).figures.tally.groups}
    assert periods == {"2026-W23", "2026-W24", "2026-W25"}


def test_fails_of_one_instant_come_by_id_whatever_the_order_of_the_log() -> None:
    rows = [mail(number, hours=200) for number in (9, 0, 6, 3, 12)]
    names = [sheet.record_id for sheet in sheets_of(gathered(*rows), RULE)]
    assert names == [sheet.record_id for sheet in sheets_of(gathered(*reversed(rows)), RULE)] == ["E-0", "E-12", "E-3"]


def test_a_blank_group_is_none() -> None:
    assert set(gathered(mail(1, team=" "), mail(2, team="care ")).fair[RULE]) == {None, "care"}


def test_all_clocks_of_a_fail_are_those_of_its_calendar() -> None:
    row = mail(0) | {"responded_at": "2026-06-09T12:00:00+09:00"}
    [sheet] = sheets_of(gathered(row), RULE)
    assert "03:00" in sheet.sentence
    assert sheet.where == (("event 2: responded", "Tue 2026-06-09 03:00 UTC"),)


def test_reviewers_are_not_named_beside_a_fail() -> None:
    reviews = [{"rule": RULE, "value": "no", "reviewer": "r1", "override": True, "reason": "the wrong one"}]
    [sheet] = sheets_of(gathered(mail(0) | {"reviews": reviews}), RULE)
    assert "r1" not in sheet.sentence + str(sheet.where)
    assert "reviewer" in sheet.sentence + str(sheet.where)
