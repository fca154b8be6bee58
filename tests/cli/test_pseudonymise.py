"""`servstd pseudonymise`: a log without names that gives the verdicts of the log with names."""

from __future__ import annotations

import csv
import io
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


def test_what_no_declared_word_takes_is_dropped_and_counted(servstd: Servstd, place: Path) -> None:
    row = {
        "id": "1", "language": "tom@example.org", "channel": "Tom", "region": "Tom", "urgent": "Tom",
        "team": "Tom, 020 7946 0958",
        "received_at": "Tom", "complete_for": ["Tom"], "requester_time_zone": "Tom", "satisfaction": 6,
        "turns": [{"speaker": "Tom", "text": "hi", "at": "Tom"}, "Tom"],
        "events": [{"type": "Tom"}, {"type": "hangup", "by": "Tom", "sequence": "Tom", "until": "Tom"}],
        "reviews": [{"rule": "Tom", "value": "Tom", "opportunity": "Tom", "override": "Tom"}],
    }  # fmt: skip
    (place / "in.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    ran = servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl")
    text = (place / "out.jsonl").read_text("utf-8")
    assert ("Tom" in text, "0958" in text, "tom@" in text) == (False, False, False)
    assert json.loads(text)["turns"] == [{"speaker": "[dropped]", "text": "hi", "at": "[dropped]"}, "[dropped]"]
    told = " ".join(ran.err.split())
    assert "dropped, since no declared word takes it: language (1), channel (1), region (1), urgent (1)" in told
    assert "reviews.rule (1), reviews.value (1), reviews.opportunity (1), reviews.override (1) kept" in told


def test_what_a_declared_word_takes_stays_at_the_limit_too(servstd: Servstd, place: Path) -> None:
    row = {
        "language": "en-GB", "channel": "phone", "region": "GB", "urgent": "YES", "team": "care", "satisfaction": "5",
        "received_at": "2026-05-22T15:00", "complete_for": "hangup, urgent", "requester_time_zone": "Europe/London",
        "normal_process_time": "10 business days", "acknowledged_version": "2026-05-22",
        "events": [{"type": "hangup", "by": "agent", "sequence": 2, "at": "2026-05-22T15:00Z"}],
        "reviews": [{"rule": "external.greet", "value": False, "opportunity": 0, "override": True}],
    }  # fmt: skip
    found = one(servstd, place, {"id": "1", **row})
    del found["id"]
    assert found == row


def test_who_acted_gets_a_pseudonym_and_a_role_stays(servstd: Servstd, place: Path) -> None:
    events = [{"type": "hangup", "actor": actor} for actor in ("Tom Brown", "agent", "Tom Brown")]
    found = one(servstd, place, {"id": "1", "events": events})["events"]
    actors = [event["actor"] for event in found]  # type: ignore[attr-defined]
    assert (actors[1], actors[0] == actors[2], actors[0][:2]) == ("agent", True, "p-")


def test_only_attributes_of_events_are_walked_into(servstd: Servstd, place: Path) -> None:
    inner = {"by": "agent", "who": "Jo", "attributes": {"by": "agent"}}
    row = {
        "id": "1",
        "events": [{"type": "hangup", "attributes": inner, "who": {"by": "Jo"}, "by": {"by": "agent"}}],
        "turns": [{"speaker": "agent", "text": ["ring jo@example.org", {"text": "Jo"}], "attributes": {"text": "Jo"}}],
        "fields": {"urgent": True},
    }
    found = one(servstd, place, row)
    assert found["events"] == [
        {"type": "hangup", "attributes": {"by": "agent", "attributes": "[dropped]"}, "by": "[dropped]"}
    ]
    assert found["turns"] == [{"speaker": "agent", "text": ["ring [e-mail]", "[dropped]"]}]
    assert "fields" not in found


def test_attributes_nested_without_end_are_no_trouble(servstd: Servstd, place: Path) -> None:
    deep = '{"attributes":' * 400 + "{}" + "}" * 400
    (place / "in.jsonl").write_text('{"id": "1", "events": [' + deep + "]}\n")
    assert servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl").code == 0


def test_names_in_the_row_are_looked_for_in_its_texts(servstd: Servstd, place: Path) -> None:
    row = {
        "id": "17", "agent": "Jane Smith", "customer": "Tom Brown", "case": "n",
        "turns": [{"speaker": "agent", "text": "JANE  smith for Tom Brown and Ann Lee, Kim Ray, case n, number 17"}],
        "reviews": [{"rule": "external.greet", "value": "yes", "reviewer": "Ann Lee", "reason": "Tom Brown said so"}],
        "events": [{"type": "hangup", "attributes": {"agent": "Kim Ray"}}],
    }  # fmt: skip
    found = one(servstd, place, row)
    turn, review = found["turns"][0], found["reviews"][0]  # type: ignore[index]
    assert turn["text"] == "[name] for [name] and [name], [name], case n, number 17"
    assert review["reason"] == "[name] said so"


MAPPING = """\
id: ref
time_zone: Europe/London
missing: ["", "n/a"]
columns:
  who: {field: agent}
  team: {field: team}
  via: {field: channel}
  got: {event: received}
  staff: {list: agent_names}
  said: {list: turns}
values:
  channel: {Mail: email}
"""


def test_under_a_mapping_listed_names_are_looked_for_and_what_stands_for_nothing_stays(
    servstd: Servstd, place: Path
) -> None:
    (place / "map.yaml").write_text(MAPPING)
    said = [{"speaker": "agent", "text": "Sam for Ann, n/a"}]
    row = {"ref": "1", "who": "n/a", "team": "n/a", "via": "Mail", "got": "n/a", "staff": ["Sam"], "said": said}
    found = one(servstd, place, row, "--mapping", "map.yaml")
    assert "staff" not in found
    assert [found[name] for name in ("who", "team", "via", "got")] == ["n/a", "n/a", "Mail", "n/a"]
    assert found["said"] == [{"speaker": "agent", "text": "[name] for Ann, n/a"}]
    row |= {"who": "a7", "via": "Ann", "got": "2026-05-22 15:00", "staff": "Sam, Ann"}
    found = one(servstd, place, row, "--mapping", "map.yaml")
    assert (str(found["who"])[:2], found["via"], found["got"]) == ("p-", "[dropped]", "2026-05-22 15:00")
    assert found["said"] == [{"speaker": "agent", "text": "[name] for [name], n/a"}]


EVENTS = """\
layout: events
case: matter
at: when
time_zone: UTC
event: {column: what, values: {got: received, sent: responded}}
columns:
  by: {field: agent}
"""
ROWS = [
    {"matter": "m1", "when": "2026-05-22 15:00", "what": "got", "who": "Tom Brown"},
    {"matter": "m2", "when": "2026-05-22 15:00", "what": "got", "who": "Kim Ray"},
    {
        "matter": "m1",
        "when": "2026-05-22 15:10",
        "what": "sent",
        "by": "Ann Lee",
        "note": "Tom Brown, Kim Ray: Ann Lee",
    },
    {"matter": " m1 ", "when": "2026-05-22 15:20", "what": "sent", "note": "Ann Lee for Tom Brown"},
    {"matter": "", "when": "2026-05-22 15:30", "what": "sent", "note": "Tom Brown"},
]


@pytest.mark.parametrize("is_piped", [False, True])
def test_names_of_a_case_are_looked_for_in_all_its_rows(
    is_piped: bool, servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "map.yaml").write_text(EVENTS)
    text = "".join(json.dumps(row) + "\n" for row in ROWS)
    (place / "in.jsonl").write_text(text)
    log = "-" if is_piped else "in.jsonl"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    named = ("--names", "who", "--redact", "note", "--input-format", "jsonl")
    assert servstd("pseudonymise", log, "--mapping", "map.yaml", "-o", "out.jsonl", *named).code == 0
    found = [json.loads(line) for line in (place / "out.jsonl").read_text().splitlines()]
    # Who is in another case is not looked for, nor is anybody in a row of no case.
    assert [row.get("note") for row in found] == [
        None, None, "[name], Kim Ray: [name]", "[name] for [name]", "Tom Brown",
    ]  # fmt: skip


def test_rows_that_can_not_be_judged_still_can_not(servstd: Servstd, place: Path) -> None:
    rows = [{"id": "1", "turns": "Jo"}, {"id": "2", "turns": ["Jo"]}, {"id": "3", "received_at": "Jo"}]
    (place / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl").code == 0
    codes = [servstd("check", log).err.count("[not-a-list]") for log in ("in.jsonl", "out.jsonl")]
    assert codes == [2, 2]


def test_a_table_holds_no_formula(servstd: Servstd, place: Path) -> None:
    with (place / "in.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([["id", "team", "notes"], ["1", "=1+1", "@x"], ["2", "-1", "a=b"]])
    ran = servstd("pseudonymise", "in.csv", "-o", "out.csv", "--redact", "notes")
    with (place / "out.csv").open(newline="") as stream:
        assert [row[1:] for row in csv.reader(stream)] == [["team", "notes"], ["'=1+1", "'@x"], ["-1", "a=b"]]
    assert "2 cells would be a formula to a spreadsheet: an apostrophe stands before it" in ran.err
    ran = servstd("pseudonymise", "in.csv", "-o", "out.jsonl", "--redact", "notes")
    assert "'=1" not in (place / "out.jsonl").read_text()
    assert "formula" not in ran.err


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_answers_of_reviewers_get_the_pseudonyms_of_their_records(servstd: Servstd, place: Path, suffix: str) -> None:
    answer = {
        "record_id": "-E", "rule": "external.greet", "opportunity": "0", "value": "yes", "reviewer": "Ann Lee",
        "reason": "Ann Lee said jo@x.org", "at": "2026-05-22T15:00Z", "override": "", "probability": "0.5",
        "question": "Was it?",
    }  # fmt: skip
    if suffix == "csv":
        with (place / "in.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows([answer, ["'-E", *list(answer.values())[1:]]])  # as the sheet writes it
    else:
        (place / "in.jsonl").write_text(json.dumps(answer) + "\n")
    assert servstd("pseudonymise", f"in.{suffix}", "-o", "answers.jsonl").code == 0
    found = json.loads((place / "answers.jsonl").read_text())
    assert found["record_id"] == one(servstd, place, {"id": "-E"})["id"]
    assert (found["reason"], found["reviewer"][:2]) == ("[name] said [e-mail]", "p-")
    same = ("rule", "opportunity", "value", "at", "override", "probability")
    assert {name: found[name] for name in same} == {name: answer[name] for name in same}
    assert "question" not in found


def test_a_file_with_one_column_of_answers_less_is_no_file_of_answers(servstd: Servstd, place: Path) -> None:
    assert list(one(servstd, place, {"id": "1", "record_id": "1", "rule": "external.greet"})) == ["id"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "json"])
def test_when_nothing_would_be_kept_nothing_is_written(servstd: Servstd, place: Path, suffix: str) -> None:
    (place / "in.csv").write_text("who,mail\nJo,jo@example.org\n")
    ran = servstd("pseudonymise", "in.csv", "-o", f"out.{suffix}")
    assert (ran.code, (place / f"out.{suffix}").exists()) == (2, False)
    assert "no column of 'in.csv' is known: who, mail [unknown-column]" in ran.err
    assert servstd("pseudonymise", "in.csv", "-o", f"out.{suffix}", "--names", "who").code == 0


def test_a_column_that_is_not_there_is_said(servstd: Servstd, place: Path) -> None:
    (place / "in.jsonl").write_text('{"id": "1", "caller": "Jo", "turns": [{"mood": "cross"}]}\n')
    options = ("--names", "caller,kaller", "--redact", "turns.moood", "--keep", "turns.mood,id ")
    told = servstd("pseudonymise", "in.jsonl", "-o", "out.jsonl", *options).err.splitlines()
    assert [line for line in told if "no column" in line] == [
        "--redact: no column of the log is called 'turns.moood'",
        "--names: no column of the log is called 'kaller'",
    ]
