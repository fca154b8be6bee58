"""A session with yaml-language-server, the one behind VS Code, Neovim and Helix: what is offered and underlined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import servstd
from editor.conftest import CATALOGS, MAPPINGS, ROOT, catalog_of
from editor.language_server import Session
from servstd.editor import catalog_schema, mapping_schema
from servstd.editor.modelines import with_modelines

HEAD = "# yaml-language-server: $schema=./catalog.schema.json\n"
RULE = f"{HEAD}rules:\n  mail.reply:\n    title: An answer\n"
CHECK = f"{RULE}    check:\n      kind: deadline\n"
GOOD = f"{CHECK}      from: received\n      to: responded\n      within: 1 business day\n"
OVERRIDE = f"{HEAD}override:\n  email.response_time:\n    check:\n"


def underlined(session: Session, text: str, name: str = "rules.yaml") -> list[tuple[str, str]]:
    """The messages in a text, each with the word that is underlined."""
    lines = text.splitlines()
    found = []
    for problem in session.problems(session.root / name, text):
        start, end = problem["range"]["start"], problem["range"]["end"]
        assert start["line"] == end["line"]
        found.append((lines[start["line"]][start["character"] : end["character"]], problem["message"]))
    return found


def offered(session: Session, text: str, name: str = "rules.yaml") -> dict[str, str]:
    return session.complete(session.root / name, text)


@pytest.mark.parametrize("text", [f"{RULE}    check: {{kind: dea|}}\n", f"{RULE}    check:\n      kind: dea|\n"])
def test_a_kind_is_completed_with_what_it_means(session: Session, text: str) -> None:
    kinds = offered(session, text)
    assert kinds["deadline"] == "One event within a target of another."
    assert [kind for kind in kinds if kind.startswith("dea")] == ["deadline"]


def test_the_keys_of_a_check_are_those_of_its_kind(session: Session) -> None:
    keys = offered(session, f"{CHECK}      |\n")
    assert keys["within"] == "How long there is."
    assert {"from", "to", "cycles", "released_by"} <= set(keys)
    assert not {"cue", "asked", "every", "of"} & set(keys)


def test_the_top_level_keys_are_offered(session: Session) -> None:
    keys = offered(session, f"{HEAD}|\n")
    assert {"extends", "rules", "override", "calendars", "waivers", "use_profiles", "tests"} <= set(keys)
    assert keys["override"].startswith("Changes of inherited rules")


@pytest.mark.parametrize(
    ("text", "word", "meaning"),
    [
        (f"{RULE}    applies_to:\n      chan|\n", "channel", "how the contact came in"),
        (f"{RULE}    applies_to: {{chan|}}\n", "channel", "how the contact came in"),
        (f"{RULE}    applies_to:\n      channel: |\n", "email", ""),
        (f"{RULE}    applies_to: {{channel: [em|]}}\n", "email", ""),
        (f"{CHECK}      from: |\n", "received", "request, message, deposit or application reached us"),
        (f"{CHECK}      from: received\n      to: resp|\n", "responded", "reply to the requester"),
        (f"{CHECK}      to:\n        event: responded\n        where:\n          |\n", "substantive", "it answers"),
        (f"{CHECK}      within: |\n", "1 business day", ""),
        (f"{CHECK}      due: |\n", "promise.due_at", "requester given a date: when it is promised for"),
        (f"{RULE}    check:\n      kind: cue\n      cue: |\n", "thanks", ""),
        (f"{RULE}    check:\n      kind: review\n      scale: |\n", "yes_no", ""),
        (f"{RULE}    tests:\n      - expect: |\n", "not_applicable", ""),
        (f"{RULE}    replaced_by: |\n", "email.response_time", ""),
        (f"{HEAD}override:\n  |\n", "email.response_time", "An e-mail is answered within one business day"),
        (f"{OVERRIDE}      |\n", "released_by", "An event that ends the duty."),
        (f"{OVERRIDE}      cycles: |\n", "longest", ""),
        (f"{HEAD}use_reading:\n  email.response_time: |\n", "business_hours", ""),
        (f"{HEAD}disable:\n  gen|\n", "general.eye_contact", ""),
        (f"{HEAD}waivers:\n  - rule: |\n", "email.response_time", ""),
        (f"{HEAD}default_calendar: |\n", "example_office", ""),
        (f"{HEAD}calendars:\n  uk:\n    time_zone: |\n", "Europe/London", ""),
        (f"{HEAD}calendars:\n  uk:\n    holidays:\n      country: |\n", "GB", ""),
    ],
)  # fmt: skip
def test_a_word_is_offered_where_it_can_stand(session: Session, text: str, word: str, meaning: str) -> None:
    words = offered(session, text)
    assert word in words
    assert meaning in words[word]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{CHECK}      cyc|les: each\n", "Which starts are judged."),
        (f"{CHECK}      with|in: 1 business day\n", "How long there is."),
        (f"{CHECK}      from: rec|eived\n", "request, message, deposit or application reached us"),
        (f"{RULE}    check:\n      kind: dead|line\n", "One event within a target of another."),
        (f"{RULE}    appl|ies_to: {{channel: email}}\n", "What the rule is about."),
        (f"{RULE}    applies_to: {{chan|nel: email}}\n", "how the contact came in"),
        (f"{HEAD}use_pro|files: [one_act_once]\n", "The profiles in use."),
    ],
)
def test_a_word_tells_on_hover_what_it_means(session: Session, text: str, says: str) -> None:
    assert says in session.hover(session.root / "rules.yaml", text)


SLIPS = [
    ("    applies_to: {chanel: email}\n", "chanel", "Property chanel is not allowed."),
    ("    applies_to: {channel: emial}\n", "emial", '"email"'),
    ("    applies_to: {any: [{happened: respnded}]}\n", "respnded", "no event has this name"),
    ("    applies_to: {urgent: perhaps}\n", "perhaps", "expected true or false"),
    ("    enabled: perhaps\n", "perhaps", "boolean"),
    ("    severity: high\n", "high", '"major"'),
    ("    warn: [95]\n", "95", "string"),
    ("    warn: [soon]\n", "soon", "expected a share such as '50%'"),
    ("    review_by: next year\n", "next year", "expected a date such as 2027-01-01"),
    ("    for_each: {said: thank, by: agent}\n", "thank", "no cue family has this name"),
    ("    readings: {fast: {check: {wthin: 1 business day}}}\n", "wthin", "Property wthin is not allowed."),
    ("    tests: [{given: {}, expect: passed}]\n", "passed", '"pass"'),
]


@pytest.mark.parametrize(("line", "word", "says"), SLIPS)
def test_a_slip_in_a_rule_is_underlined_once(session: Session, line: str, word: str, says: str) -> None:
    [(at, message)] = underlined(session, GOOD + line)
    assert at == word
    assert says in message


@pytest.mark.parametrize(
    ("text", "word", "says"),
    [
        (f"{RULE}    check: {{kind: dedline, from: received}}\n", "dedline", '"deadline"'),
        (GOOD.replace("1 business day", "24 hours"), "24 hours", "a duration that names its clock"),
        (GOOD.replace("from: received", "from: recieved"), "recieved", "no event has this name"),
        (f"{GOOD}      cycels: each\n", "cycels", "Property cycels is not allowed."),
        (f"{GOOD}      cue: thanks\n", "cue", "Property cue is not allowed."),
        (f"{HEAD}ruless: {{}}\n", "ruless", "Property ruless is not allowed."),
        (f"{HEAD}override: {{email.respons_time: {{title: x}}}}\n", "email.respons_time", "no rule of the catalog"),
        (f"{OVERRIDE}      wthin: 1 business day\n", "wthin", "Property wthin is not allowed."),
        (f"{HEAD}use_reading: {{email.response_time: fast}}\n", "fast", '"one_business_day"'),
        (f"{HEAD}calendars: {{uk: {{time_zone: New York, hours: {{mon: closed}}}}}}\n", "New York", "no time zone"),
        (f"{HEAD}calendars: {{uk: {{time_zone: UTC, hours: {{monday: closed}}}}}}\n", "monday", "days are mon to sun"),
        (f"{HEAD}calendars: {{uk: {{time_zone: UTC, hours: {{mon: 9-5}}}}}}\n", "9-5", "spans of hours"),
        (f"{HEAD}rules: {{MailReply: {{title: x, check: {{kind: review}}}}}}\n", "MailReply", "family.words"),
        (f"{HEAD}cues: {{mine: {{anny: [x]}}}}\n", "anny", "Property anny is not allowed."),
    ],
)
def test_a_slip_elsewhere_is_underlined_once(session: Session, text: str, word: str, says: str) -> None:
    [(at, message)] = underlined(session, text)
    assert at == word
    assert says in message


def test_a_clean_file_is_left_alone(session: Session) -> None:
    assert underlined(session, GOOD) == []


def test_null_takes_a_key_away_in_an_override(session: Session) -> None:
    assert underlined(session, f"{HEAD}override: {{email.response_time: {{objective: null, warn: null}}}}\n") == []


def test_the_comment_of_jetbrains_leads_to_the_schema_too(session: Session) -> None:
    text = GOOD.replace(HEAD, "# $schema: ./catalog.schema.json\n")
    assert underlined(session, text) == []
    assert [word for word, _ in underlined(session, f"{text}ruless: {{}}\n")] == ["ruless"]


def test_a_mapping_is_completed_and_watched(session: Session) -> None:
    head = "# yaml-language-server: $schema=./mapping.schema.json\n"
    name = "mapping.yaml"
    assert "received" in offered(session, f"{head}columns:\n  created:\n    event: |\n", name)
    assert "time_format" in offered(session, f"{head}|\n", name)
    assert underlined(session, f"{head}columns: {{a: {{field: chanel}}}}\n", name)[0][0] == "chanel"
    assert underlined(session, f"{head}columns: {{a: {{event: received}}}}\nidd: x\n", name)[0][0] == "idd"
    assert underlined(session, f"{head}id: ticket\ncolumns: {{a: {{event: received}}}}\n", name) == []


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_of_a_shipped_catalog_is_underlined(session: Session, folder: Path) -> None:
    name = "-".join(folder.relative_to(ROOT).parts)
    schema = session.root / f"{name}.json"
    schema.write_text(json.dumps(catalog_schema(servstd.load_catalog(folder))), "utf-8")
    for file in sorted(folder.glob("*.yaml")):
        text = with_modelines(file.read_text("utf-8"), f"./{schema.name}")
        assert session.problems(session.root / f"{name}-{file.name}", text) == [], file.name


@pytest.mark.parametrize("file", MAPPINGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_shipped_mapping_is_underlined(session: Session, file: Path) -> None:
    name = "-".join(file.relative_to(ROOT).parts)
    (session.root / f"{name}.json").write_text(json.dumps(mapping_schema(catalog_of(file))), "utf-8")
    text = with_modelines(file.read_text("utf-8"), f"./{name}.json")
    assert session.problems(session.root / name, text) == []


def test_a_word_that_is_declared_later_is_known_once_the_schema_is_written_again(session: Session) -> None:
    schema = session.root / "own.schema.json"
    schema.write_text(json.dumps(catalog_schema(servstd.load_catalog({}))), "utf-8")
    text = f"{GOOD}    applies_to: {{lamps: 4}}\n".replace("catalog.schema.json", schema.name)
    assert [word for word, _ in underlined(session, text)] == ["lamps"]
    own = servstd.load_catalog({"fields": {"lamps": {"type": "number"}}})
    schema.write_text(json.dumps(catalog_schema(own)), "utf-8")
    session.tell("workspace/didChangeWatchedFiles", changes=[{"uri": schema.as_uri(), "type": 2}])
    assert underlined(session, text) == []
