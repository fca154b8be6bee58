"""`servstd explain`: what it says, and what it must never say."""

from __future__ import annotations

import json
from pathlib import Path

from cli.running import Servstd

MAY = ("explain", "examples/policy/may.csv", "E-17")
POLICY = ("--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z")
CENTRE = (
    *("--catalog", "examples/contact_centre/policy", "--mapping", "examples/contact_centre/mapping.yaml"),
    *("--as-of", "2026-04-01T00:00Z"),
)


def test_the_sentence_of_the_readme(servstd: Servstd) -> None:
    text = " ".join(servstd(*MAY, *POLICY).out.split())
    assert (
        "Received Fri 22 May 15:00. Mon 25 May skipped: Memorial Day. Due Tue 26 May 15:00 (1 business day)."
        " Responded 15:30: 30 min late."
    ) in text


def test_full_adds_the_details(servstd: Servstd) -> None:
    assert "weekend" not in servstd(*MAY, *POLICY).out
    assert "Sat 23 May skipped: weekend." in servstd(*MAY, *POLICY, "--full").out


def test_all_shows_the_rules_that_do_not_apply(servstd: Servstd) -> None:
    assert "telephone.hold_ask" not in servstd(*MAY, *POLICY).out
    assert "telephone.hold_ask: not_applicable, out_of_scope" in servstd(*MAY, *POLICY, "--all").out


def test_a_rule_that_is_switched_off_can_be_asked_for(servstd: Servstd) -> None:
    ran = servstd("explain", "month.jsonl", "T-100004", "general.anticipate_needs", *CENTRE)
    assert "general.anticipate_needs: unknown, no_review" in ran.out
    assert "general.anticipate_needs" not in servstd("explain", "month.jsonl", "T-100004", *CENTRE, "--all").out


def test_json_holds_the_steps_and_what_other_readings_would_give(servstd: Servstd) -> None:
    found = json.loads(servstd(*MAY, "email.response_time", *POLICY, "--format", "json").out)
    (verdict,) = found["verdicts"]
    assert (verdict["outcome"], verdict["reason"]) == ("fail", "late")
    assert verdict["other_readings"]["business_hours"] == "pass"
    assert "one_business_day" not in verdict["other_readings"]
    assert next(step["code"] for step in verdict["steps"]) == "started"
    assert verdict["evidence"][-1] == {
        "what": "event",
        "name": "responded",
        "place": 2,
        "at": "2026-05-26T15:30:00-04:00",
        "until": None,
    }


def test_a_long_run_of_details_is_folded_unless_all_is_asked_for(servstd: Servstd, place: Path) -> None:
    (place / "slow.csv").write_text(
        "id,channel,received_at,responded_at\nS,email,2026-01-05T10:00-05:00,2026-03-05T10:00-05:00\n"
    )
    arguments = ("explain", "slow.csv", "S", "email.response_time", *POLICY)
    short, long = servstd(*arguments).out, servstd(*arguments, "--full").out
    assert "more of these ..." in short
    assert short.count("Counted") == 7
    assert long.count("Counted") > 60


def test_what_people_said_is_never_printed(servstd: Servstd, month: Path) -> None:
    rows = [
        json.loads(line) for line in month.read_text("utf-8").splitlines() if line.startswith("{") and line[-1] == "}"
    ]
    talks = [row for row in rows if row.get("turns")][:5]
    assert len(talks) == 5
    for row in talks:
        for style in (("--format", "json"), ("--full",)):
            printed = servstd("explain", "month.jsonl", row["ticket"], *CENTRE, *style).out
            assert [turn["text"] for turn in row["turns"] if turn["text"] in printed] == []


def test_evidence_points_at_turns_and_reviews(servstd: Servstd) -> None:
    said = servstd("explain", "month.jsonl", "T-100008", "telephone.identify_self", *CENTRE).out
    assert "evidence:\n  turn 1 by agent, 2026-03-02T09:04:" in said
    both = servstd("explain", "month.jsonl", "T-100240", "external.greet_courteously", *CENTRE).out
    assert "conflict: other evidence says the opposite" in both
    assert "  review 1 by r1, 2026-03-18T" in both


def test_a_miss_in_the_words_names_its_lean(servstd: Servstd) -> None:
    assert "leans to: fail" in servstd("explain", "month.jsonl", "T-100012", "telephone.thank_caller", *CENTRE).out
