"""Three catalogs, each laid over the one below: shipped or base, organisation, team."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.stacks import outcome, stack
from servstd import CatalogError, load_catalog
from servstd.catalog.merge import difference, overlay


def test_the_topmost_word_on_a_key_holds_and_the_others_stay(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "override: {mail.answer: {severity: minor, check: {within: 2 business days, cycles: each}}}",
        "override: {mail.answer: {check: {within: 3 business days}}}",
    )
    rule = own.rules["mail.answer"]
    assert rule.severity == "minor"
    assert rule.spec["check"]["within"] == "3 business days"
    assert rule.spec["check"]["cycles"] == "each"
    assert rule.spec["check"]["to"] == "responded"


def test_null_takes_away_what_any_layer_below_wrote(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "override: {mail.answer: {except: {late: {audience: internal}}}}",
        "override: {mail.answer: {except: {spam: null, late: null}, severity: null}}",
    )
    assert list(own.rules["mail.answer"].spec["except"]) == ["outbound"]
    assert own.rules["mail.answer"].severity == "minor"


def test_a_list_of_the_topmost_layer_replaces_the_lists_below(tmp_path: Path) -> None:
    own = stack(tmp_path, "override: {mail.answer: {warn: [70%]}}", "override: {mail.answer: {warn: [90%]}}")
    assert own.rules["mail.answer"].spec["warn"] == ["90%"]


def test_a_kind_of_a_middle_layer_can_be_changed_by_the_top(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "override: {mail.answer: {check: {kind: limit, of: {field: satisfaction}, at_least: 4}, readings: null}}",
        "override: {mail.answer: {check: {at_least: 3}}}",
    )
    assert own.rules["mail.answer"].spec["check"] == {"kind": "limit", "of": {"field": "satisfaction"}, "at_least": 3}


def test_what_a_layer_switched_off_the_next_can_switch_on(tmp_path: Path) -> None:
    organisation = "disable: {mail.thanks: no time for it, mail.greet: nor for it}"
    own = stack(tmp_path, organisation, "disable: {mail.thanks: null}")
    assert own.rules["mail.thanks"].enabled
    assert own.rules["mail.greet"].disabled_because == "nor for it"
    assert load_catalog(tmp_path / "organisation").rules["mail.thanks"].disabled_because == "no time for it"


def test_a_rule_that_is_switched_off_with_no_reason_is_told_when_it_was_not_off_below(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="reason-missing"):
        stack(tmp_path, "disable: {mail.thanks: null}")


def test_what_is_switched_on_again_leaves_no_trace_in_the_digest(tmp_path: Path) -> None:
    own = stack(tmp_path, "disable: {mail.thanks: no time for it}", "disable: {mail.thanks: null}")
    assert own.digest == load_catalog(tmp_path / "base").digest


def test_a_reading_that_a_layer_chose_the_next_can_take_back_or_change(tmp_path: Path) -> None:
    chosen = "use_reading: {mail.answer: elapsed}"
    assert stack(tmp_path, chosen, "").rules["mail.answer"].reading == "elapsed"
    assert stack(tmp_path, chosen, "use_reading: {mail.answer: hours}").rules["mail.answer"].reading == "hours"
    assert stack(tmp_path, chosen, "use_reading: {mail.answer: null}").rules["mail.answer"].reading == "day"


def test_a_reading_of_one_layer_can_be_chosen_by_another(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "override: {mail.answer: {readings: {slow: {check: {within: 5 business days}}}}}",
        "use_reading: {mail.answer: slow}",
    )
    assert own.rules["mail.answer"].effective_spec["check"]["within"] == "5 business days"


def test_a_calendar_is_written_anew_as_a_whole_and_can_be_taken_away(tmp_path: Path) -> None:
    london = "time_zone: Europe/London, hours: {mon: 10:00-11:00}"
    own = stack(tmp_path, f"calendars: {{office: {{{london}}}, spare: {{{london}}}}}", "calendars: {spare: null}")
    assert own.calendar().schedule.time_zone == "Europe/London"
    assert set(own.calendars) == {"office", "night"}


def test_a_calendar_that_is_still_used_can_not_be_taken_away(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"no calendar is called 'office'; there is night \[unknown-calendar\]"):
        stack(tmp_path, "calendars: {office: null}")


def test_the_choice_of_a_calendar_of_the_topmost_layer_comes_first(tmp_path: Path) -> None:
    own = stack(tmp_path, "", "calendar_for: [{when: {team: london}, use: office}]")
    assert [choice.use for choice in own.calendar_for] == ["office", "night"]
    evening = {"team": "london", "received_at": "2026-05-18T23:00-04:00", "responded_at": "2026-05-19T23:30-04:00"}
    assert outcome(own, "mail.answer", **evening) == "pass in_time"
    assert outcome(load_catalog(tmp_path / "organisation"), "mail.answer", **evening) == "fail late"


def test_waivers_of_all_layers_hold(tmp_path: Path) -> None:
    own = stack(tmp_path, "waivers: [{rule: mail.answer, when: {team: web}, reason: a flood}]", "")
    assert [waiver.reason for waiver in own.waivers] == ["a move", "a flood"]
    assert outcome(own, "mail.answer", team="care") == "not_applicable waived"
    assert outcome(own, "mail.answer", team="web") == "not_applicable waived"
    assert outcome(own, "mail.answer", team="other") == "fail overdue"


def test_defaults_are_laid_name_by_name_and_can_be_taken_away(tmp_path: Path) -> None:
    own = stack(tmp_path, "defaults: {audience: internal, channel: email}", "defaults: {direction: null}")
    assert own.defaults == {"audience": "internal", "channel": "email"}


def test_names_of_agents_are_laid_agent_by_agent(tmp_path: Path) -> None:
    own = stack(tmp_path, "names: {agents: {a9: [Eve]}}", "names: {organisation: [Example], agents: {a7: null}}")
    assert own.agents == {"a8": ("Ann",), "a9": ("Eve",)}
    assert own.organisation == ("Example",)


def test_words_and_cues_of_every_layer_are_known_to_those_above(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "fields: {shade: {type: text}}\ncues: {greeting: {any: [ahoy]}}",
        "cues: {farewell: {brief: The end., by: agent, any: [adieu]}}\n"
        "rules: {own.shade: {title: Shade, check: {kind: recorded, fields: [shade, colour]}}}",
    )
    assert "shade" in own.vocabulary.fields
    assert own.cues["greeting"].find("ahoy") is not None
    assert own.cues["farewell"].find("adieu") is not None


def test_a_word_of_a_layer_below_can_not_be_declared_again(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="word-taken"):
        stack(tmp_path, "", "fields: {colour: {type: text}}")


def test_a_word_said_of_one_rule_wins_over_a_profile_of_the_same_layer(tmp_path: Path) -> None:
    own = stack(
        tmp_path,
        "use_profiles: [strict]\nuse_reading: {mail.answer: hours}\noverride: {mail.answer: {severity: minor}}\n"
        "disable: {mail.thanks: null}",
    )
    assert own.rules["mail.answer"].reading == "hours"
    assert own.rules["mail.answer"].severity == "minor"
    assert own.rules["mail.thanks"].enabled
    assert own.rules["mail.greet"].severity == "info"


def test_a_profile_of_a_layer_lies_below_what_the_next_layer_says(tmp_path: Path) -> None:
    own = stack(tmp_path, "use_profiles: [strict]", "override: {mail.answer: {severity: major}}")
    assert own.rules["mail.answer"].severity == "major"
    assert own.rules["mail.answer"].reading == "elapsed"


def test_a_profile_of_the_top_wins_over_the_layers_below(tmp_path: Path) -> None:
    own = stack(tmp_path, "override: {mail.answer: {severity: minor}}", "use_profiles: [strict]")
    assert own.rules["mail.answer"].severity == "info"


def test_of_two_profiles_the_later_wins(tmp_path: Path) -> None:
    loud = "profiles: {loud: {override: {mail.answer: {severity: major}}}}\n"
    assert stack(tmp_path, f"{loud}use_profiles: [strict, loud]").rules["mail.answer"].severity == "major"
    assert stack(tmp_path, f"{loud}use_profiles: [loud, strict]").rules["mail.answer"].severity == "info"


def test_each_layer_is_told_its_own_slips(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        stack(tmp_path, "use_profiles: [strickt]", "override: {mail.anser: {severity: minor}}")
    told = [(Path(one.file or "").name, one.line, one.code) for one in caught.value.problems]
    assert told == [("organisation.yaml", 2, "unknown-profile"), ("team.yaml", 2, "unknown-rule")]


def test_a_catalog_says_what_it_is_called_and_keeps_the_zone_below(tmp_path: Path) -> None:
    own = stack(tmp_path, "catalog: {name: Example}", "catalog: {version: '7'}")
    assert (own.name, own.version, str(own.zone)) == ("Example", "7", "America/New_York")


WORDS = st.sampled_from(["when", "except", "applies_to", "x", "y"])
PLAIN = st.integers(0, 3) | st.sampled_from(["a", "b"]) | st.lists(st.integers(0, 2), max_size=2)
VALUES = st.recursive(PLAIN, lambda inner: st.dictionaries(WORDS, inner, max_size=3), max_leaves=8)
# A check always has a kind; that it loses one can not be written.
CHECKS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["a", "b"])}, optional={"when": VALUES, "x": VALUES, "y": VALUES}
)
TREES = st.fixed_dictionaries({"check": CHECKS}, optional=dict.fromkeys(("except", "applies_to", "lean"), VALUES))


@given(TREES, TREES)
def test_a_difference_laid_over_the_first_gives_the_second(first: dict[str, object], second: dict[str, object]) -> None:
    assert overlay(first, difference(first, second)) == second
