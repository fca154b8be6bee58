"""Where each value came from, what it replaced, and the catalog as one file that decides the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.stacks import stack, write_stack
from servstd import Catalog, load_catalog
from servstd.catalog.flatten import flatten
from servstd.catalog.origins import Origin, Origins, origins_of
from servstd.yaml_reader import read_yaml
from servstd.yaml_reader.write import write_flow, write_yaml

ORGANISATION = """\
catalog: {name: Example}
use_reading: {mail.answer: elapsed}
override:
  mail.answer:
    severity: minor
    except: {spam: null}
disable: {mail.thanks: no time}
"""
TEAM = """\
use_reading: {mail.answer: null}
override:
  mail.answer:
    check: {within: 3 business days}
    warn: [90%]
disable: {mail.thanks: null}
calendars: {night: {time_zone: UTC, hours: {mon: 10:00-11:00}}}
"""


def origin(catalog: Catalog, path: str, rule_id: str = "mail.answer") -> Origin:
    return next(one for one in origins_of(catalog, rule_id) if one.path == path)


def told(one: Origin) -> list[tuple[object, str, str, int | None]]:
    """Value, layer, file and line of the final value, then of what it replaced."""
    return [(w.value, w.layer, Path(w.file or "").name, w.line) for w in (one.final, *one.replaced)]


def test_every_key_has_its_file_line_and_layer(tmp_path: Path) -> None:
    own = stack(tmp_path, ORGANISATION, TEAM)
    assert all(one.file and one.line and one.layer for one in origins_of(own, "mail.answer"))
    assert told(origin(own, "title")) == [("An answer within a day", "Base", "base.yaml", 19)]


def test_a_value_knows_all_that_it_replaced_the_newest_first(tmp_path: Path) -> None:
    own = stack(tmp_path, ORGANISATION, TEAM)
    assert told(origin(own, "check.within")) == [
        ("3 business days", "team", "team.yaml", 5),
        ("24 elapsed hours", "Base", "base.yaml", 26),
        ("1 business day", "Base", "base.yaml", 24),
    ]
    assert told(origin(own, "severity")) == [
        ("minor", "Example", "organisation.yaml", 6),
        ("major", "Base", "base.yaml", 21),
    ]
    assert told(origin(own, "warn"))[1] == (["50%", "80%"], "Base", "base.yaml", 27)


def test_what_was_taken_away_is_told_with_the_place_of_its_null(tmp_path: Path) -> None:
    gone = origin(stack(tmp_path, ORGANISATION, TEAM), "except.spam")
    assert gone.is_changed
    assert told(gone) == [
        (None, "Example", "organisation.yaml", 7),
        ({"no_response_required": True}, "Base", "base.yaml", 23),
    ]


def test_a_switch_is_told_with_who_threw_it_back(tmp_path: Path) -> None:
    own = Origins(stack(tmp_path, ORGANISATION, TEAM))
    (off,) = own.of_switches("mail.thanks")
    assert off.path == "disable"
    assert told(off) == [(None, "team", "team.yaml", 7), ("no time", "Example", "organisation.yaml", 8)]
    (reading,) = own.of_switches("mail.answer")
    assert told(reading) == [(None, "team", "team.yaml", 2), ("elapsed", "Example", "organisation.yaml", 3)]


def test_the_reading_in_use_is_shown_with_the_place_where_it_was_written(tmp_path: Path) -> None:
    own = stack(tmp_path, ORGANISATION)
    assert told(origin(own, "check.within")) == [
        ("24 elapsed hours", "Base", "base.yaml", 26),
        ("1 business day", "Base", "base.yaml", 24),
    ]


def test_only_what_the_topmost_layer_says_is_changed_here(tmp_path: Path) -> None:
    team = "disable: {mail.thanks: null}\nrules: {own.rule: {title: Ours, check: {kind: review}}}"
    own = Origins(stack(tmp_path, ORGANISATION, team))
    changed = [rule_id for rule_id in own.catalog.rules if own.is_changed_here(rule_id)]
    assert changed == ["mail.thanks", "own.rule"]
    assert not own.is_calendar_changed_here("night")
    assert Origins(stack(tmp_path, ORGANISATION, TEAM)).is_calendar_changed_here("night")


@pytest.mark.parametrize(
    ("organisation", "team", "is_stale"),
    [
        ("", "override: {mail.answer: {severity: info, why: x}}", False),
        ("", "override: {mail.answer: {check: {within: 3 business days}}}", True),
        ("", "override: {mail.answer: {check: {within: 3 business days}, statement: In three days.}}", False),
        ("", "override: {mail.answer: {title: Three days, check: {within: 3 business days}}}", False),
        ("override: {mail.answer: {check: {within: 3 business days}}}", "", True),
        ("override: {mail.answer: {check: {within: 3 business days}}}", "override: {mail.answer: {title: New}}", False),
        ("override: {mail.answer: {title: New}}", "override: {mail.answer: {except: {spam: null}}}", True),
        ("use_reading: {mail.answer: elapsed}", "", True),
    ],
)
def test_words_that_may_be_out_of_date_are_known(tmp_path: Path, organisation: str, team: str, is_stale: bool) -> None:
    assert Origins(stack(tmp_path, organisation, team)).has_stale_wording("mail.answer") is is_stale


def test_a_rule_that_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        origins_of(stack(tmp_path), "mail.anser")


def test_a_catalog_that_is_a_mapping_has_layers_and_no_files() -> None:
    rule = {"title": "Ours", "check": {"kind": "review"}}
    own = load_catalog({"rules": {"own.rule": rule}, "catalog": {"name": "Own"}})
    (title, kind) = origins_of(own, "own.rule")
    assert (title.value, title.layer, title.file, title.line) == ("Ours", "Own", None, None)
    assert (kind.path, kind.final.place) == ("check.kind", "Own")


def flat_copy(catalog: Catalog, folder: Path) -> Catalog:
    path = folder / "flat.yaml"
    path.write_text(write_yaml(flatten(catalog)), "utf-8")
    return load_catalog(path)


@pytest.mark.parametrize(
    "layers", [(), (ORGANISATION,), (ORGANISATION, TEAM), (ORGANISATION, "use_profiles: [strict]")]
)
def test_the_resolved_catalog_in_one_file_has_the_same_digest(tmp_path: Path, layers: tuple[str, ...]) -> None:
    own = stack(tmp_path, *layers)
    flat = flat_copy(own, tmp_path)
    assert flat.digest == own.digest
    assert list(flat.rules) == list(own.rules)
    assert list(flat.enabled_rules) == list(own.enabled_rules)
    assert {key: rule.timeline for key, rule in flat.rules.items()} == {k: r.timeline for k, r in own.rules.items()}


def test_changed_cues_and_words_are_in_the_one_file(tmp_path: Path) -> None:
    own = stack(tmp_path, "cues: {greeting: {any: [ahoy]}}\nfields: {shade: {type: text}}")
    flat = flat_copy(own, tmp_path)
    assert flat.digest == own.digest
    assert flat.cues["greeting"].find("ahoy") is not None
    assert "shade" in flat.vocabulary.fields


@pytest.mark.parametrize(
    "name", ["shipped", "examples/policy", "examples/contact_centre/policy", "examples/servicenow/policy"]
)
def test_the_catalogs_of_this_project_stand_in_one_file_too(tmp_path: Path, project_root: Path, name: str) -> None:
    own = load_catalog(None if name == "shipped" else project_root / name)
    assert flat_copy(own, tmp_path).digest == own.digest


def test_tests_stay_with_the_catalog_that_wrote_them(tmp_path: Path) -> None:
    tests = "tests: [{name: one, given: {channel: web}, expect: not_applicable}]"
    own = stack(tmp_path, f"override: {{mail.answer: {{{tests}}}}}")
    assert "tests" not in flatten(own)["rules"]["mail.answer"]


TEXTS = [
    "no", "1:30", "2026-07-01", "012", "1e5", "0o17", "0x1f", "~", "null", "", "<<", "=", "true", "- a", "a: b", "#x",
    "x #y", "1_000", ".5", "a\nb", "[a]", "{b", "'q'", '"dq"', "  lead", "trail ", "*a", "&a", "!t", "%", "? x", ": x",
    "a\tb", "\x85", "\u2028", "09:00-12:30, 13:30-17:00", "---", "é",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_is_read_back(text: str) -> None:
    for value in ({"k": text}, {text or "k": [1, {"x": text}]}, [text, [text]], {"a": {"b": {"c": text}}}):
        for written in (write_yaml(value), write_flow(value)):
            assert read_yaml(written) == (value, [])


def test_dates_and_times_are_written_as_people_write_them() -> None:
    assert (
        write_flow({"from": "2026-07-01", "warn": ["50%"], "on": True}) == "{from: 2026-07-01, warn: [50%], on: true}"
    )
    assert write_yaml({"versions": [{"from": "2026-07-01"}]}) == "versions:\n  - {from: 2026-07-01}\n"


def test_a_stack_is_what_its_folders_hold(tmp_path: Path) -> None:
    assert [path.name for path in write_stack(tmp_path, "", "")] == ["base", "organisation", "team"]
