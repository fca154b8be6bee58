"""Commands used in ways that once lost a file, raised, or pointed at the wrong place."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.running import Servstd

RULES = """calendars: {office: {time_zone: UTC, hours: {mon-fri: 09:00-17:00}}}
default_calendar: office
rules:
  mail.reply: {title: t, check: {kind: deadline, from: received, to: responded, within: 1 business day}}
  mail.off: {title: t, enabled: false, check: {kind: review}}
"""


@pytest.fixture
def own(place: Path) -> Path:
    (place / "own").mkdir()
    (place / "own" / "rules.yaml").write_text(RULES, "utf-8")
    return place / "own"


@pytest.mark.parametrize(
    "command",
    [
        ("docs", "own", "-o", "own/rules.yaml"),
        ("docs", "own/rules.yaml", "-o", "own/rules.yaml"),
        ("schema", "own", "-o", "own/rules.yaml"),
        ("diff", "own", "examples/policy", "may.csv", "-o", "own/rules.yaml"),
        ("diff", "examples/policy", "own", "may.csv", "-o", "own/rules.yaml"),
    ],
    ids=" ".join,
)
def test_an_output_is_never_a_file_of_the_catalog_that_is_read(
    own: Path, servstd: Servstd, command: tuple[str, ...]
) -> None:
    ran = servstd(*command)
    assert ran.code == 2
    assert "[output-is-input]" in ran.err
    assert (own / "rules.yaml").read_text("utf-8") == RULES


def test_modelines_are_put_into_yaml_files_only(own: Path, servstd: Servstd) -> None:
    (own.parent / "log.csv").write_text("id,channel\n", "utf-8")
    ran = servstd("schema", "own", "-o", "schema.json", "--modelines", "log.csv")
    assert (ran.code, "'log.csv' is no YAML file" in ran.err) == (2, True)
    assert (own.parent / "log.csv").read_text("utf-8") == "id,channel\n"


def test_a_list_as_the_type_of_a_field_is_told_with_the_way_to_write_it(own: Path, servstd: Servstd) -> None:
    (own / "words.yaml").write_text("fields: {tier: {type: [gold, silver]}}\n", "utf-8")
    ran = servstd("lint", "own")
    assert ran.code == 1
    assert "own/words.yaml:1:" in ran.out
    assert "write 'one of gold, silver'" in ran.out


@pytest.mark.parametrize("command", ["lint own --against own --today", "freeze own --today", "docs own --as-of"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_beyond_all_calendars_are_refused(own: Path, servstd: Servstd, command: str, day: str) -> None:
    ran = servstd(*command.split(), day)
    assert (ran.code, "is beyond the years that calendars reach, 1800 to 2399" in ran.err) == (2, True)


def test_rules_that_are_off_need_no_tests(own: Path, servstd: Servstd) -> None:
    ran = servstd("test", "own", "--require-tests")
    assert "mail.reply" in ran.out
    assert "mail.off" not in ran.out


def test_a_reading_that_is_chosen_in_place_is_reported_where_it_is_chosen(own: Path, servstd: Servstd) -> None:
    chosen = own.parent / "chosen"
    chosen.mkdir()
    readings = "readings: {fast: {check: {within: 4 business hours}}}}"
    (own / "rules.yaml").write_text(RULES.replace("1 business day}}", "1 business day}, " + readings), "utf-8")
    (chosen / "rules.yaml").write_text(
        f"{(own / 'rules.yaml').read_text('utf-8')}use_reading: {{mail.reply: fast}}\n", "utf-8"
    )
    ran = servstd("lint", "chosen", "--against", "own", "--today", "2026-06-01")
    assert "chosen/rules.yaml:6:" in ran.out
    assert "use_reading.mail.reply: was '1 business day' and is '4 business hours'" in ran.out


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize(("name", "between"), [("desk.csv", ","), ("desk.tsv", "\t")])
def test_a_column_named_as_an_event_is_told_beside_the_figures(
    bulk: str, name: str, between: str, servstd: Servstd, place: Path
) -> None:
    (place / name).write_text("id,channel,received\nA,email,2026-05-22T15:00Z\n".replace(",", between))
    ran = servstd("check", name, "--as-of", "2026-06-01T00:00Z", "--strict", "--bulk", bulk)
    assert ran.code == 0
    assert ran.err == (
        f"{name}: the column 'received' is taken for a field, though an event is called so [unknown-field]\n"
        "hint: the time of the event is 'received_at'\n"
    )


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize("year", ["2062", "2026"])
def test_one_record_far_after_all_others_is_named_where_it_sets_the_instant(
    bulk: str, year: str, servstd: Servstd, place: Path
) -> None:
    rows = [f"A{day},email,2026-05-{day}T15:00Z,2026-05-{day}T16:00Z\n" for day in range(10, 30)]
    rows[7] = f"B7,email,2026-05-17T15:00Z,{year}-05-17T16:00Z\n"
    (place / "desk.csv").write_text("id,channel,received_at,responded_at\n" + "".join(rows))
    ran = servstd("check", "desk.csv", "--bulk", bulk)
    said = (
        "the newest event in the log is at 2062-05-17 16:00 UTC, in 'B7', "
        "13137 days after those of all other records [as-of-missing]\nhint: give --as-of if that is a slip\n"
    )
    assert (ran.code, ran.err) == (0, said if year == "2062" else "")
    assert "as-of-missing" not in servstd("check", "desk.csv", "--bulk", bulk, "--as-of", "2026-06-01T00:00Z").err
    (place / "desk.csv").write_text("id,channel,received_at,responded_at\n" + rows[7])
    assert servstd("check", "desk.csv", "--bulk", bulk).err == ""
