"""`servstd pseudonymise`: a log without names that gives the verdicts of the log with names."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.running import Servstd

KEY = "0123456789abcdef0123456789abcdef"
CENTRE = ("--mapping", "examples/contact_centre/mapping.yaml", "--catalog", "examples/contact_centre/policy")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVSTD_KEY", KEY)


def one(servstd: Servstd, place: Path, row: Mapping[str, object], *options: str) -> dict[str, object]:
    (place / "in.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    ran = servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl", *options)
    assert ran.code == 0, ran.err
    found: dict[str, object] = json.loads((place / "out.jsonl").read_text("utf-8"))
    return found


def test_the_example_month_gives_the_same_figures_under_pseudonyms(servstd: Servstd, place: Path) -> None:
    assert servstd("pseudonymise", "month.jsonl", "-o", "private.jsonl", *CENTRE).code == 0
    judged = [servstd("check", log, *CENTRE, "--format", "json") for log in ("month.jsonl", "private.jsonl")]
    before, after = ({one["rule_id"]: one for one in json.loads(ran.out)["rules"]} for ran in judged)
    assert after == before
    text = (place / "private.jsonl").read_text("utf-8")
    assert "T-100004" not in text
    assert '"a4"' not in text


def test_who_is_meant_gets_a_pseudonym_and_what_was_said_is_redacted(servstd: Servstd, place: Path) -> None:
    row = {
        "id": "E-17", "agent": "a7", "channel": "email", "received_at": "2026-05-22T15:00-04:00",
        "agent_names": ["Samantha"], "customer_email": "jo@example.org",
        "turns": [{"speaker": "agent", "text": "Samantha here, 020 7946 0958", "mood": "cross"}],
        "reviews": [{"rule": "external.greet", "value": "yes", "reviewer": "r2", "reason": "asked jo@example.org"}],
    }  # fmt: skip
    found = one(servstd, place, row)
    assert list(found) == ["id", "agent", "channel", "received_at", "turns", "reviews"]
    assert (str(found["id"])[:2], str(found["agent"])[:2]) == ("p-", "p-")
    assert found["turns"] == [{"speaker": "agent", "text": "[name] here, [phone]"}]
    review = found["reviews"][0]  # type: ignore[index]
    assert review["reviewer"].startswith("p-")
    assert (review["value"], review["reason"]) == ("yes", "asked [e-mail]")


def test_what_somebody_names_wins_over_what_the_words_say(servstd: Servstd, place: Path) -> None:
    row = {"id": "E-17", "agent": "a7", "caller": "Jo", "notes": "ring 0207946095", "team": "care"}
    options = ("--names", "caller,team", "--redact", "notes", "--keep", "agent")
    found = one(servstd, place, row, *options)
    assert found["agent"] == "a7"
    assert str(found["caller"]).startswith("p-")
    assert str(found["team"]).startswith("p-")
    assert found["notes"] == "ring [phone]"


def test_a_table_stays_a_table_with_its_lists_as_json(servstd: Servstd, place: Path) -> None:
    turns = json.dumps([{"speaker": "agent", "text": "jo@example.org"}])
    with (place / "in.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(
            [["id", "channel", "who", "turns"], ["1", "phone", "Jo", turns], ["2", "", "", ""]]
        )
    ran = servstd("pseudonymise", "in.csv", "-o", "out.csv")
    assert ran.code == 0
    with (place / "out.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["id", "channel", "turns"]
    assert json.loads(rows[1][2]) == [{"speaker": "agent", "text": "[e-mail]"}]
    assert rows[2][1:] == ["", ""]
    assert "left out: who" in ran.err


def test_the_account_names_columns_and_counts_and_no_value(servstd: Servstd, place: Path) -> None:
    (place / "in.jsonl").write_text('{"id": "E-17", "agent": "a7", "secret": "Jo"}\n{"id": "E-18", "agent": "a7"}\n')
    assert servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl").err == (
        "wrote 2 rows to out.jsonl\n"
        "pseudonyms: id (2), agent (1)\n"
        "left out: secret\n"
        "this is still personal data: whoever has the key can find out who is meant, so keep the key apart\n"
    )


def test_a_key_may_stand_in_a_file(servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from_variable = one(servstd, place, {"id": "E-17"})
    monkeypatch.delenv("SERVSTD_KEY")
    (place / "key.txt").write_text(KEY + "\n")
    assert one(servstd, place, {"id": "E-17"}, "--key-file", "key.txt") == from_variable


@pytest.mark.parametrize(
    ("text", "code"), [(None, "no-key"), ("", "empty-key"), ("short", None)], ids=["none", "empty", "short"]
)
def test_without_a_key_nothing_is_written(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, code: str | None
) -> None:
    monkeypatch.delenv("SERVSTD_KEY")
    if text is not None:
        monkeypatch.setenv("SERVSTD_KEY", text)
    (place / "in.jsonl").write_text('{"id": "E-17"}\n')
    ran = servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl")
    assert (ran.code, (place / "out.jsonl").exists()) == ((0, True) if code is None else (2, False))
    assert (f"[{code}]" if code else "fewer than 16 characters") in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("in.jsonl", "-o", "in.jsonl"), "output-is-input"),
        (("in.jsonl", "-o", "out.xlsx"), "unknown-format"),
        (("empty.jsonl", "-o", "out.jsonl"), "no-rows"),
        (("in.jsonl", "-o", "out.jsonl", "--key-file", "none.txt"), "unreadable-file"),
    ],
)
def test_what_can_not_be_done_is_told_and_nothing_is_written(
    servstd: Servstd, place: Path, arguments: tuple[str, ...], code: str
) -> None:
    (place / "in.jsonl").write_text('{"id": "E-17"}\n')
    (place / "empty.jsonl").write_text("not json\n")
    ran = servstd("pseudonymise", *arguments)
    assert (ran.code, f"[{code}]" in ran.err) == (2, True)
    assert not (place / "out.jsonl").exists()
    assert (place / "in.jsonl").read_text() == '{"id": "E-17"}\n'


def test_rows_that_can_not_be_read_are_said_and_the_others_written(servstd: Servstd, place: Path) -> None:
    (place / "in.jsonl").write_text('{"id": "E-17"}\n{"id"\n')
    ran = servstd("pseudonymise", "in.jsonl", "-o", "out.json")
    assert ran.code == 0
    assert "in.jsonl:2:6" in ran.err
    assert "1 row could not be read and is not in it" in ran.err
    assert len(json.loads((place / "out.json").read_text())) == 1


def test_a_list_that_can_not_be_read_is_not_passed_on(servstd: Servstd, place: Path) -> None:
    (place / "in.csv").write_text("id,turns\n1,Jo said hello\n")
    servstd("pseudonymise", "in.csv", "-o", "out.csv")
    assert "Jo" not in (place / "out.csv").read_text()
