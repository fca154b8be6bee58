"""Catalogs laid over each other: what wins, what is kept, and what is told when two disagree."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from servstd import Catalog, CatalogError, Evaluator, load_catalog

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}}
BASE = """
catalog: {name: base, version: "1"}
calendars: {office: {time_zone: America/New_York, hours: {mon-fri: 09:00-17:00}}}
default_calendar: office
defaults: {audience: external}
names: {organisation: [Acme], agents: {a7: [Sam]}}
profiles:
  small:
    disable: {mail.thanks: too small for it}
    use_reading: {mail.answer: elapsed}
    override: {mail.answer: {severity: info}}
rules:
  mail.answer:
    title: An answer
    severity: major
    applies_to: {channel: email, audience: external}
    except: {outbound: {direction: outbound}, spam: {no_response_required: true}}
    check: {kind: deadline, from: received, to: responded, within: 1 business day, cycles: first}
    reading: day
    readings: {elapsed: {check: {within: 24 elapsed hours}}, off: {enabled: false}}
    warn: [50%, 80%]
    tests: [{name: out of scope, given: {channel: web}, expect: not_applicable}]
  mail.thanks: {title: Thanks, check: {kind: review}}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    folder = tmp_path / "base"
    folder.mkdir()
    (folder / "mail.yaml").write_text(BASE, "utf-8")
    return folder


def over(base: Path, text: str) -> Catalog:
    """A catalog that extends the base, from a folder beside it."""
    folder = base.parent / "own"
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(f"extends: ../base\n{text}", "utf-8")
    return load_catalog(folder)


def outcome(catalog: Catalog, rule_id: str, **record: Any) -> str:
    given = {"id": "r", "channel": "email", "received_at": "2026-05-18T10:00-04:00", **record}
    return str(Evaluator(catalog).check(given, as_of=datetime.fromisoformat("2026-05-20T12:00-04:00"))[rule_id].outcome)


def test_a_catalog_that_changes_nothing_is_the_one_it_extends(base: Path) -> None:
    own = over(base, "")
    assert list(own.rules) == ["mail.answer", "mail.thanks"]
    assert own.default_calendar == "office"
    assert own.defaults == {"audience": "external"}
    assert own.own_rules == frozenset()
    assert own.digest == load_catalog(base).digest


def test_rules_are_added_after_those_that_are_there(base: Path) -> None:
    own = over(base, "rules: {own.rule: {title: Ours, check: {kind: review}}}")
    assert list(own.rules) == ["mail.answer", "mail.thanks", "own.rule"]
    assert own.own_rules == {"own.rule"}


def test_a_rule_that_is_there_is_changed_only_on_purpose(base: Path) -> None:
    with pytest.raises(CatalogError, match=r"'mail\.thanks' is inherited; change it under 'override' \[rule-exists\]"):
        over(base, "rules: {mail.thanks: {title: Ours, check: {kind: review}}}")


def test_an_override_merges_key_by_key(base: Path) -> None:
    rule = over(base, "override: {mail.answer: {severity: minor, check: {within: 2 business days}}}").rules[
        "mail.answer"
    ]
    assert rule.severity == "minor"
    assert rule.title == "An answer"
    assert rule.spec["check"] == {
        "kind": "deadline",
        "from": "received",
        "to": "responded",
        "within": "2 business days",
        "cycles": "first",
    }


def test_null_takes_a_key_away(base: Path) -> None:
    rule = over(base, "override: {mail.answer: {severity: null, except: {spam: null}, check: {cycles: null}}}").rules[
        "mail.answer"
    ]
    assert rule.severity == "minor"
    assert list(rule.spec["except"]) == ["outbound"]
    assert "cycles" not in rule.spec["check"]


def test_a_list_replaces_the_list(base: Path) -> None:
    assert over(base, "override: {mail.answer: {warn: [90%]}}").rules["mail.answer"].spec["warn"] == ["90%"]


def test_a_kind_replaces_the_whole_check(base: Path) -> None:
    rule = over(base, "override: {mail.answer: {check: {kind: review}, readings: null}}").rules["mail.answer"]
    assert rule.spec["check"] == {"kind": "review"}


def test_a_scope_and_an_exemption_are_replaced_as_a_whole(base: Path) -> None:
    changed = "override: {mail.answer: {applies_to: {channel: web}, except: {outbound: {audience: internal}}}}"
    rule = over(base, changed).rules["mail.answer"]
    assert rule.spec["applies_to"] == {"channel": "web"}
    assert rule.spec["except"] == {"outbound": {"audience": "internal"}, "spam": {"no_response_required": True}}


def test_a_rule_that_is_switched_off_is_worked_out_and_not_reported(base: Path) -> None:
    own = over(base, "disable: {mail.answer: we have no mail}")
    assert own.rules["mail.answer"].disabled_because == "we have no mail"
    assert list(own.enabled_rules) == ["mail.thanks"]
    assert outcome(own, "mail.answer") == "fail"


def test_a_reading_is_chosen_by_its_name(base: Path) -> None:
    own = over(base, "use_reading: {mail.answer: elapsed}")
    assert own.rules["mail.answer"].reading == "elapsed"
    late = {"responded_at": "2026-05-19T10:00:00.000001-04:00"}
    assert (outcome(load_catalog(base), "mail.answer", **late), outcome(own, "mail.answer", **late)) == ("fail", "fail")
    weekend = {"received_at": "2026-05-15T16:00-04:00", "responded_at": "2026-05-18T10:00-04:00"}
    assert (outcome(load_catalog(base), "mail.answer", **weekend), outcome(own, "mail.answer", **weekend)) == (
        "pass",
        "fail",
    )


def test_the_reading_that_is_written_above_all_may_be_named(base: Path) -> None:
    assert over(base, "use_reading: {mail.answer: day}").rules["mail.answer"].reading == "day"


def test_a_reading_may_switch_a_rule_off(base: Path) -> None:
    assert list(over(base, "use_reading: {mail.answer: off}").enabled_rules) == ["mail.thanks"]


def test_a_reading_of_an_override_that_no_longer_fits_is_told(base: Path) -> None:
    with pytest.raises(CatalogError, match=r"unknown key 'within'"):
        over(base, "override: {mail.answer: {check: {kind: review}}}")


def test_a_profile_is_a_set_of_switches(base: Path) -> None:
    own = over(base, "use_profiles: [small]")
    assert own.rules["mail.thanks"].disabled_because == "too small for it"
    assert own.rules["mail.answer"].reading == "elapsed"
    assert own.rules["mail.answer"].severity == "info"


def test_defaults_names_and_calendars_are_merged_by_name(base: Path) -> None:
    late = "calendars: {late: {time_zone: UTC, hours: {mon: 09:00-10:00}}}"
    text = f"defaults: {{direction: inbound}}\nnames: {{agents: {{a8: Ann}}}}\n{late}"
    own = over(base, text)
    assert own.defaults == {"audience": "external", "direction": "inbound"}
    assert sorted(own.calendars) == ["late", "office"]
    assert own.names_for("a8", ()).agent == ("Ann",)
    assert own.names_for("a9", ("Eve",)).agent == ("Eve",)


def test_a_default_is_read_as_its_field_reads_it(base: Path) -> None:
    own = over(base, "defaults: {urgent: 'yes', normal_process_time: 2 business hours}")
    assert own.defaults["urgent"] is True
    assert str(own.defaults["normal_process_time"]) == "2 business hours"


def test_waivers_and_choices_of_calendars_are_joined(base: Path) -> None:
    text = "waivers: [{rule: mail.answer, reason: a move}]\ncalendar_for: [{when: {team: care}, use: office}]"
    own = over(base, text)
    assert [waiver.reason for waiver in own.waivers] == ["a move"]
    assert [choice.use for choice in own.calendar_for] == ["office"]
    assert outcome(own, "mail.answer") == "not_applicable"


def test_words_are_added_and_cues_may_be_changed(base: Path) -> None:
    colour = "fields: {colour: {type: 'one of red, blue', default: red}}"
    text = f"{colour}\nevents: {{painted: {{}}}}\ncues: {{greeting: {{any: [ahoy]}}}}"
    own = over(base, text)
    assert own.vocabulary.fields["colour"].default == "red"
    assert own.defaults["colour"] == "red"
    assert own.vocabulary.rank_of("painted") > own.vocabulary.rank_of("received")
    assert own.cues["greeting"].find("ahoy") is not None
    assert own.cues["greeting"].find("good morning") is None


def test_three_catalogs_may_stand_on_each_other(base: Path) -> None:
    over(base, "override: {mail.answer: {severity: minor}}")
    third = base.parent / "third.yaml"
    third.write_text("extends: own\noverride: {mail.answer: {why: because}}", "utf-8")
    rule = load_catalog(third).rules["mail.answer"]
    assert (rule.severity, rule.model.why, rule.title) == ("minor", "because", "An answer")


def test_catalogs_that_extend_each_other_are_told(base: Path) -> None:
    (base / "mail.yaml").write_text("extends: ../own", "utf-8")
    with pytest.raises(CatalogError, match="extends-too-deep"):
        over(base, "")


def test_the_shipped_catalog_is_extended_by_its_name(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: servstd\ndisable: {email.response_time: we write letters}", "utf-8")
    catalog = load_catalog(own)
    assert list(catalog.rules) == list(load_catalog().rules)
    assert "email.response_time" not in catalog.enabled_rules
    assert load_catalog({"extends": "servstd"}).digest == load_catalog().digest


def test_a_folder_is_one_catalog_whatever_its_files_are_called(base: Path) -> None:
    (base / "a.yml").write_text(
        "rules: {mail.extra: {title: Extra, check: {kind: review}}}\nwaivers: [{rule: mail.extra, reason: a}]", "utf-8"
    )
    (base / "z.yaml").write_text("waivers: [{rule: mail.answer, reason: z}]", "utf-8")
    (base / "empty.yaml").write_text("", "utf-8")
    (base / "notes.txt").write_text("not: read", "utf-8")
    catalog = load_catalog(base)
    assert sorted(catalog.rules) == ["mail.answer", "mail.extra", "mail.thanks"]
    assert [waiver.reason for waiver in catalog.waivers] == ["a", "z"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rules: {mail.answer: {title: Again, check: {kind: review}}}", "'mail.answer' is given in another file too"),
        ("default_calendar: other", "'default_calendar' is given in another file too"),
        ("- a list", "expected keys such as rules [not-a-mapping]"),
    ],
)  # fmt: skip
def test_two_files_that_disagree_are_told_with_their_place(base: Path, text: str, says: str) -> None:
    (base / "more.yaml").write_text(text, "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(base)
    assert says in str(caught.value)
    assert all(problem.file and problem.line for problem in caught.value.problems)


def test_a_slip_in_a_layer_below_is_told_at_its_own_place(base: Path) -> None:
    (base / "mail.yaml").write_text(BASE.replace("to: responded", "to: respnded"), "utf-8")
    with pytest.raises(CatalogError) as caught:
        over(base, "override: {mail.thanks: {severity: minor}}")
    (problem,) = {(p.file, p.line, p.code) for p in caught.value.problems}
    assert problem == (str(base / "mail.yaml"), 18, "unknown-event")


@pytest.mark.parametrize(("name", "says"), [("nothing", "no YAML file in"), ("no.yaml", "no file or folder")])
def test_nothing_to_read_is_told(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(CatalogError, match=says):
        load_catalog(tmp_path / name)


def test_hidden_files_and_folders_are_no_part_of_a_catalog(base: Path) -> None:
    before = list(load_catalog(base).rules)
    (base / ".pre-commit-config.yaml").write_text("repos: []\n", "utf-8")
    (base / ".github.yaml").mkdir()
    assert list(load_catalog(base).rules) == before


def test_a_hidden_file_or_folder_that_is_named_is_read(base: Path) -> None:
    rules, hidden = list(load_catalog(base).rules), base.rename(base.with_name(".catalog"))
    assert list(load_catalog(hidden).rules) == rules
    assert list(load_catalog((hidden / "mail.yaml").rename(hidden / ".mail.yaml")).rules) == rules


@pytest.mark.parametrize("inside", [".pre-commit-config.yaml", "README.md"])
def test_a_folder_whose_subfolder_policy_holds_the_catalog_is_told_of_it(tmp_path: Path, inside: str) -> None:
    policy = tmp_path / "mine" / "policy"
    policy.mkdir(parents=True)
    (policy.parent / inside).write_text("repos: []\n", "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(policy.parent)
    assert caught.value.problems[0].hint is None
    (policy / "rules.yaml").write_text("rules: {}\n", "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(policy.parent)
    assert [problem.render() for problem in caught.value.problems] == [
        f"no YAML file in {str(policy.parent)!r} [no-catalog]\nhint: did you mean {str(policy)!r}?"
    ]


@pytest.mark.parametrize(("written", "got"), [("# severity: minor", "nothing"), ("minor", "'minor'")])
@pytest.mark.parametrize("is_profile", [False, True])
def test_an_override_that_says_nothing_is_told_where_it_is_written(
    base: Path, written: str, got: str, is_profile: bool
) -> None:
    text = f"  override:\n    mail.answer: {written}\n"
    with pytest.raises(CatalogError) as caught:
        over(base, f"use_profiles: [mine]\nprofiles:\n mine:\n{text}" if is_profile else f"\n{dedent(text)}")
    [problem] = caught.value.problems
    assert Path(str(problem.file)).name == "own.yaml"
    assert problem.path == f"{'profiles.mine.' if is_profile else ''}override.mail.answer"
    assert problem.message == f"expected what changes, got {got}"
    assert problem.hint == "write what changes, such as 'severity: major', or take the line out"
