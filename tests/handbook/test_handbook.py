"""What a handbook says of a catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

import servstd
from handbook.lamps import lamps
from servstd.handbook import Handbook, build_handbook
from servstd.handbook.model import Entry
from servstd.outcome import Outcome
from servstd.terms.told import Row, Told

SHIPPED = servstd.load_catalog()
TECHNICAL = re.compile(r"[a-z]_[a-z]|[{}`]")


def book(as_of: date | None = None, **changes: object) -> Handbook:
    return build_handbook(servstd.load_catalog({**lamps(), **changes}), as_of=as_of)


def entry(handbook: Handbook, rule_id: str = "mail.answered") -> Entry:
    return next(one for one in (*handbook.entries, *handbook.off) if one.id == rule_id)


def rows_of(told: Told) -> Iterator[Row]:
    yield from told.rows
    for _, part in told.parts:
        yield from rows_of(part)


def within(handbook: Handbook) -> str:
    return dict(entry(handbook).decided.rows)["Within"]


def test_every_shipped_rule_is_told_in_plain_words() -> None:
    handbook = build_handbook(SHIPPED, SHIPPED.rules)
    found = [
        (one.id, text)
        for one in handbook.entries
        for row in (
            *one.scope,
            *rows_of(one.decided),
            *one.facts,
            *(row for r in one.readings for row in r.differences),
        )
        for text in row
        if TECHNICAL.search(text)
    ]
    assert found == []
    assert len(handbook.entries) == len(SHIPPED.rules)


def test_every_shipped_rule_has_examples_of_pass_and_of_unknown() -> None:
    handbook = build_handbook(SHIPPED, SHIPPED.rules)
    outcomes = {one.id: {example.outcome for example in one.examples} for one in handbook.entries}
    assert [rule_id for rule_id, seen in outcomes.items() if not {Outcome.PASS, Outcome.UNKNOWN} <= seen] == []


def test_there_are_at_most_two_examples_of_an_outcome() -> None:
    handbook = build_handbook(SHIPPED)
    counts = [[one.outcome for one in rule.examples].count(outcome) for rule in handbook.entries for outcome in Outcome]
    assert max(counts) == 2


def test_an_example_says_what_the_verdict_says() -> None:
    [passed, failed] = entry(book()).examples
    assert (passed.sentence, passed.outcome) == ("Answered at the limit", "pass")
    assert failed.explanation == (
        "Received Mon 11 May 11:00. Due Tue 12 May 11:00 (1 business day). Responded 11:01: 1 min late."
    )


def test_a_test_that_fails_here_or_is_of_another_reading_is_no_example() -> None:
    assert [one.sentence for one in entry(book()).examples] == ["Answered at the limit", "Late"]
    chosen = book(use_reading={"mail.answered": "hours"})
    assert "In the other reading" in [one.sentence for one in entry(chosen).examples]


def test_inherited_tests_of_a_rule_that_was_changed_are_no_examples() -> None:
    tree = {"extends": "servstd", "override": {"web.response_time": {"check": {"within": "2 business days"}}}}
    assert entry(build_handbook(servstd.load_catalog(tree)), "web.response_time").examples == ()
    tree["override"] = {"web.response_time": {"owner": "Ann"}}
    assert len(entry(build_handbook(servstd.load_catalog(tree)), "web.response_time").examples) == 7


def test_inherited_tests_of_a_rule_that_a_profile_changed_are_no_examples() -> None:
    change = {"web.response_time": {"check": {"within": "2 business days"}}}
    tree = {"extends": "servstd", "profiles": {"slow": {"brief": "x", "override": change}}}
    assert entry(build_handbook(servstd.load_catalog(tree)), "web.response_time").examples != ()
    tree["use_profiles"] = ["slow"]
    assert entry(build_handbook(servstd.load_catalog(tree)), "web.response_time").examples == ()


def test_what_is_judged_and_what_is_left_out() -> None:
    assert entry(book()).scope == (
        ("What is judged", "every interaction (one contact), where channel is email"),
        ("Left out (outbound)", "direction is outbound"),
    )


def test_a_rule_without_a_kind_judges_every_record() -> None:
    assert entry(book(), "mail.polite").scope == (
        ("What is judged", "every record, where channel is email"),
        ("A reviewer is asked", "Was it polite?"),
    )
    assert entry(book(), "call.off").scope == (("What is judged", "every record"),)


def test_target_owner_and_source() -> None:
    assert dict(entry(book()).facts) == {
        "Target": "at least 95% of what was decided in a month (confirmed by the board on 2026-01-31)",
        "Warnings": "at 50% of the time, 1 business hour before",
        "Weight": "major, non critical",
        "Reported": "by team only, for groups of 5 or more",
        "Owner": "Ann",
        "Source": "Lamps, our promise, Mail",
        "To be looked at again": "by 2027-06-01",
    }


def test_a_rule_without_a_target_is_only_reported() -> None:
    assert dict(entry(book(), "mail.polite").facts)["Target"] == "none; the figures are only reported"


def test_a_target_may_be_a_share_at_most() -> None:
    rules = {
        **lamps()["rules"],
        "mail.polite": {"title": "x", "check": {"kind": "review"}, "objective": {"at_most": "5%"}},
    }
    told = dict(entry(book(rules=rules), "mail.polite").facts)["Target"]
    assert told == "at most 5% of what was decided in a month (a suggestion: nobody has confirmed it)"


@pytest.mark.parametrize(
    ("day", "target", "title"),
    [
        (date(2026, 6, 30), "1 business day (by the same time on the next business day)", "A mail is answered"),
        (date(2026, 7, 1), "4 business hours (only opening hours count)", "A mail is answered"),
        (date(2026, 9, 1), "4 business hours (only opening hours count)", "A mail is answered soon"),
        (date(2026, 9, 30), "4 business hours (only opening hours count)", "A mail is answered soon"),
    ],
)
def test_a_rule_is_as_its_version_in_force_says(day: date, target: str, title: str) -> None:
    handbook = book(day)
    assert (within(handbook), entry(handbook).title) == (target, title)
    assert entry(handbook).off_because is None


def test_outside_of_all_versions_nothing_is_in_force() -> None:
    assert entry(book(date(2026, 10, 1))).off_because == "no version of it is in force"


def test_without_a_date_the_last_version_counts() -> None:
    rules = lamps()["rules"]
    rules["mail.answered"]["versions"] = [{"from": "2026-07-01", "check": {"within": "4 business hours"}}]
    assert within(book(rules=rules)) == "4 business hours (only opening hours count)"


def test_changes_name_what_each_version_changed() -> None:
    first, second = entry(book()).changes
    assert (first.from_, first.until) == (date(2026, 7, 1), date(2026, 9, 1))
    assert first.differences == (("Within", "4 business hours (only opening hours count)"),)
    assert (second.from_, second.until) == (date(2026, 9, 1), date(2026, 10, 1))
    assert second.differences == (("Title", "A mail is answered soon"),)


def test_readings_name_what_they_change() -> None:
    rules = lamps()["rules"]
    del rules["mail.answered"]["versions"]
    told = entry(book(rules=rules))
    assert told.reading == "one day"
    assert {reading.name: reading.differences for reading in told.readings} == {
        "hours": (("Within", "8 business hours (only opening hours count)"),),
        "not at all": (("Switched", "off"),),
        "any channel": (("What is judged", "every interaction (one contact)"), ("Left out (outbound)", "no longer")),
    }


def test_under_another_reading_the_written_one_is_named() -> None:
    told = entry(book(use_reading={"mail.answered": "hours"}, rules=_without_versions()))
    assert told.reading == "hours"
    assert told.readings[0].name == "one day"
    assert told.readings[0].differences == (("Within", "1 business day (by the same time on the next business day)"),)


def _without_versions() -> dict[str, object]:
    rules = lamps()["rules"]
    del rules["mail.answered"]["versions"]
    return dict(rules)


def test_a_reading_with_another_kind_says_only_what_is_new() -> None:
    rules = lamps()["rules"]
    del rules["mail.answered"]["versions"]
    rules["mail.answered"]["readings"] = {"there": {"check": {"kind": "recorded", "event": "responded"}}}
    rules["mail.answered"]["tests"] = []
    [reading] = entry(book(rules=rules)).readings
    assert (
        reading.differences
        == (
            ("Must be there", "responded (reply to the requester)"),
            ("Automatic ones", "do not count"),
        )[:1]
    )


@pytest.mark.parametrize(
    ("day", "reasons"),
    [
        (None, ["moving house", "for ever"]),
        (date(2026, 4, 30), ["for ever"]),
        (date(2026, 5, 1), ["moving house", "for ever"]),
        (date(2026, 5, 14), ["moving house", "for ever"]),
        (date(2026, 5, 15), ["for ever"]),
    ],
)
def test_waivers_are_those_in_force(day: date | None, reasons: list[str]) -> None:
    assert [one.reason for one in entry(book(day)).exemptions] == reasons


def test_a_waiver_keeps_its_dates_and_whom_it_is_for() -> None:
    waiver = entry(book()).exemptions[0]
    assert (waiver.from_, waiver.until) == (date(2026, 5, 1), date(2026, 5, 15))
    assert (waiver.when, waiver.approved_by) == ("team is night", "Bea")


def test_rules_that_are_off_are_listed_with_the_reason() -> None:
    assert [(one.id, one.off_because) for one in book().off] == [
        ("call.old", "it is off unless a catalog switches it on"),
        ("call.off", "nobody calls"),
    ]


def test_named_rules_are_told_in_full_even_when_they_are_off() -> None:
    handbook = build_handbook(servstd.load_catalog(lamps()), ["call.old"])
    assert [one.id for one in handbook.entries] == ["call.old"]
    assert handbook.off == ()
    assert dict(handbook.entries[0].facts)["Replaced by"] == "mail.answered"


def test_calendars_say_when_they_are_used_and_what_they_are() -> None:
    office, night = book().calendars
    assert office.facts == (
        ("Used", "for everything else"),
        ("Time zone", "Europe/London"),
        ("Open", "mon-fri 09:00-17:00"),
        ("Open from 2027-01-01", "mon-fri 08:00-16:00"),
        ("Closed on", "the public holidays of GB, ENG but for Boxing Day; 2026-12-24 (Lamp day)"),
        ("Other hours", "2026-12-31"),
    )
    assert night.facts[0] == ("Used", "when team is night")
    assert (office.year, office.odd_days) == (None, ())


def test_calendars_show_the_year_of_the_date() -> None:
    office = book(date(2026, 6, 1)).calendars[0]
    assert office.year == 2026
    assert ("Thu 24 Dec", "closed", "Lamp day") in [(one.day, one.hours, one.note) for one in office.odd_days]
    assert ("Thu 31 Dec", "09:00-12:00", "usually 09:00-17:00") in [
        (one.day, one.hours, one.note) for one in office.odd_days
    ]


def test_only_calendars_that_the_rules_run_on_are_shown() -> None:
    assert [one.name for one in build_handbook(SHIPPED).calendars] == ["example_office"]
    assert dict(build_handbook(SHIPPED).calendars[0].facts)["An example"] == "these are not your hours"


def test_the_words_are_those_that_the_rules_use() -> None:
    assert [(term.name, term.what) for term in book().terms] == [
        ("channel", "field"),
        ("direction", "field"),
        ("kind", "field"),
        ("received", "event"),
        ("responded", "event"),
    ]


def test_the_title_falls_back_to_the_name() -> None:
    assert book().title == "Lamps: how we serve"
    assert book(catalog={"name": "Lamps"}).title == "Lamps"
    assert book(catalog={}).title == "Customer service standards"
    assert build_handbook(SHIPPED).title == "Example customer service standards"


def test_an_inherited_title_is_not_taken() -> None:
    tree = {"extends": "servstd", "catalog": {"name": "Lamps"}}
    assert build_handbook(servstd.load_catalog(tree)).title == "Lamps"


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        build_handbook(SHIPPED, ["email.nothing"])


def test_a_condition_on_another_rule_names_it_by_its_title() -> None:
    rules = lamps()["rules"]
    rules["mail.polite"]["except"] = {"late": {"rule": "mail.answered", "outcome": ["fail"]}}
    assert dict(entry(book(rules=rules), "mail.polite").scope)["Left out (late)"] == '"A mail is answered" fails'


def test_a_statement_keeps_its_paragraphs_and_a_source_its_address() -> None:
    tree = lamps()
    tree["rules"]["mail.answered"] |= {
        "statement": "One\nline.\n\n  \nAnother.",
        "source": {"document": "Handbook", "section": "2", "url": "https://example.org/h"},
    }
    found = entry(build_handbook(servstd.load_catalog(tree)))
    assert found.statement == ("One line.", "Another.")
    assert ("Source", "Handbook, 2, https://example.org/h") in found.facts
