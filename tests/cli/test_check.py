"""`servstd check`: exit codes, figures, groups, JSON, standard input, real logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.running import Ran, Servstd

MAY = ("check", "examples/policy/may.csv", "--as-of", "2026-06-01T00:00Z")
POLICY = ("--catalog", "examples/policy")
CENTRE = (
    *("--catalog", "examples/contact_centre/policy", "--mapping", "examples/contact_centre/mapping.yaml"),
    *("--as-of", "2026-04-01T00:00Z"),
)
DESK = ("--catalog", "examples/servicenow/policy", "--mapping", "examples/servicenow/mapping.yaml")


def row_of(ran: Ran, rule_id: str) -> str:
    """The row of a rule in a table."""
    (row,) = [line for line in ran.out.splitlines() if line.startswith(f"{rule_id} ")]
    return row


def test_the_table_of_the_readme(servstd: Servstd) -> None:
    lines = servstd(*MAY, *POLICY).out.splitlines()
    assert lines[0] == "as of 2026-06-01 00:00 UTC; 412 records, 0 bad rows"
    assert lines[1].startswith("rule                 pass fail pending unknown  rate (95% interval)")
    assert lines[2].startswith("email.response_time   388   17       4       3  95.8% (93.4-97.4)")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((*MAY, *POLICY), 0),
        ((*MAY, *POLICY, "--fail-on", "any"), 1),
        ((*MAY, *POLICY, "--fail-on", "any", "--rules", "telephone.*"), 0),
        ((*MAY, "--catalog", "strict_target"), 1),
        ((*MAY, "--catalog", "strict_target", "--fail-on", "none"), 0),
        ((*MAY, "--catalog", "strict_target", "--rules", "external.*"), 0),
        ((*MAY, "--catalog", "strict_target", "--format", "json"), 1),
        ((*MAY, "--catalog", "broken"), 2),
        ((*MAY, "--catalog", "nope"), 2),
        ((*MAY, "--mapping", "nope.yaml"), 2),
        ((*MAY, "--mapping", "examples/servicenow/mapping.yaml"), 2),
        ((*MAY, "--format", "yaml"), 2),
        ((*MAY, "--fail-on", "everything"), 2),
        ((*MAY, "--input-format", "xml"), 2),
        ((*MAY, "--rules", "nothing.*"), 2),
        ((*MAY, "--by", "nothing"), 2),
        ((*MAY, "--colour"), 2),
        ((*MAY, "-o", "verdicts.xlsx"), 2),
        (("check",), 2),
        (("check", "nope.csv"), 2),
        (("check", "examples/policy/policy.yaml"), 2),
        (("check", "empty.csv"), 2),
        (("check", "all_bad.csv"), 2),
        (("check", "bad.csv"), 0),
        (("check", "bad.csv", "--strict"), 2),
        (("check", "odd.csv", "--as-of", "2026-06-01T00:00Z"), 0),
        (("check", "odd.csv", "--as-of", "2026-06-01T00:00Z", "--strict"), 2),
        (("check", "examples/policy/may.csv", "--as-of", "tomorrow"), 2),
    ],
)
def test_the_exit_code_says_what_happened(arguments: tuple[str, ...], code: int, servstd: Servstd) -> None:
    ran = servstd(*arguments)
    assert ran.code == code
    assert (ran.out == "") == (code == 2)
    assert "Traceback" not in ran.err


def test_a_missed_objective_that_nobody_confirmed_is_no_failure(servstd: Servstd) -> None:
    ran = servstd(*MAY)
    assert "clearly not met" in row_of(ran, "email.response_time")
    assert ran.code == 0


def test_an_interval_that_still_holds_the_target_is_no_failure(servstd: Servstd) -> None:
    ran = servstd("check", "month.jsonl", *CENTRE, "--rules", "email.response_time")
    assert "92% not met, may be chance" in row_of(ran, "email.response_time")
    assert ran.code == 0


def test_groups_add_up_to_the_whole(servstd: Servstd) -> None:
    summary = json.loads(servstd(*MAY, *POLICY, "--format", "json", "--rules", "email.r*").out)["rules"]
    groups = json.loads(servstd(*MAY, *POLICY, "--format", "json", "--rules", "email.r*", "--by", "agent").out)["rules"]
    assert [group["agent"] for group in groups] == ["a1", "a2", "a3", "a4", "a5", "a6"]
    for name in ("passed", "failed", "pending", "unknown", "opportunities", "records"):
        assert sum(group[name] for group in groups) == summary[0][name]


def test_json_holds_what_the_table_shows_and_the_versions(servstd: Servstd) -> None:
    ran = servstd("check", "month.jsonl", *CENTRE, "--format", "json")
    found = json.loads(ran.out)
    assert found["as_of"] == "2026-04-01T00:00:00+00:00"
    assert found["records"] == 426
    assert [row["line"] for row in found["bad_rows"]] == [41, 97, 153, 214, 305, 386]
    assert found["bad_rows"][0]["problems"][0]["code"] == "bad-json"
    by_id = {rule["rule_id"]: rule for rule in found["rules"]}
    assert by_id["web.response_time"]["passed"] == 21
    assert by_id["web.response_time"]["standing"] == "judged"
    versions = found["versions"]
    assert len(versions["catalog"]["digest"]) == 64
    assert all(versions[name] for name in ("servstd", "holidays", "time_zones"))


def test_all_shows_every_rule_and_why_it_was_not_judged(servstd: Servstd) -> None:
    few, every = servstd(*MAY, *POLICY), servstd(*MAY, *POLICY, "--all")
    assert "external.greet " not in few.out
    assert row_of(every, "external.greet").endswith("lacks 'turns'")
    assert row_of(every, "external.listen").endswith("needs a reviewer")
    assert row_of(every, "telephone.hold_ask").endswith("nothing to judge")
    assert "--all" not in every.out


def test_a_rule_whose_catalog_leaves_a_setting_open_is_not_said_to_lack_data(servstd: Servstd) -> None:
    call = {"id": "C-1", "channel": "phone", "direction": "inbound", "audience": "external",
            "received_at": "2026-05-22T15:00Z", "answered_at": "2026-05-22T15:00:10Z",
            "turns": [{"at": "2026-05-22T15:00:11Z", "speaker": "agent", "text": "hello"}]}  # fmt: skip
    Path("call.jsonl").write_text(json.dumps(call))
    for bulk in ("never", "always"):
        ran = servstd("check", "call.jsonl", "--as-of", "2026-06-01T00:00Z", "--all", "--bulk", bulk)
        assert row_of(ran, "telephone.identify_self").endswith("lacks a setting of the catalog")


def test_rules_takes_several_patterns_and_keeps_the_order_of_the_catalog(servstd: Servstd) -> None:
    found = json.loads(servstd(*MAY, *POLICY, "--format", "json", "--rules", "web.*, email.response_time").out)
    assert [rule["rule_id"] for rule in found["rules"]] == ["email.response_time", "web.response_time"]


def test_one_id_in_two_logs_is_judged_once(servstd: Servstd, place: Path) -> None:
    header = "id,channel,received_at,responded_at\n"
    (place / "one.csv").write_text(f"{header}A,email,2026-05-04T10:00Z,2026-05-04T11:00Z\n")
    (place / "two.csv").write_text(f"{header}A,email,2026-05-04T10:00Z,2026-05-04T12:00Z\n")
    ran = servstd("check", "one.csv", "two.csv", *POLICY)
    assert "; 1 record, 1 bad row" in ran.out
    assert ran.err == "two.csv: the id 'A' is in one.csv already, with other content [duplicate-id]\n"


@pytest.mark.parametrize(
    ("log", "mapping"),
    [
        ("boston311-100.csv", "mapping.yaml"),
        ("boston311-100.jsonl", "mapping.yaml"),
        ("boston311-dmy-100.csv", "mapping_day_first.yaml"),
    ],
)
def test_the_figures_of_boston(log: str, mapping: str, servstd: Servstd, shared_data: Path) -> None:
    base = ("check", str(shared_data / "boston311" / log), "--catalog", "examples/boston311/policy")
    base = (*base, "--mapping", f"examples/boston311/{mapping}", "--format", "json", "--as-of")
    (late,) = json.loads(servstd(*base, "2022-05-20T13:04-04:00").out)["rules"]
    assert (late["passed"], late["failed"], late["pending"], late["not_applicable"]) == (72, 17, 0, 11)
    assert (late["reasons"]["late"], late["reasons"]["overdue"]) == (5, 12)
    (early,) = json.loads(servstd(*base, "2022-02-01T00:00-05:00").out)["rules"]
    assert (early["passed"], early["failed"], early["pending"], early["not_applicable"]) == (72, 9, 8, 11)


def test_the_broken_log_of_boston_names_its_broken_line(servstd: Servstd, shared_data: Path) -> None:
    log = str(shared_data / "boston311" / "boston311-100-bad.tsv")
    policy = ("--catalog", "examples/boston311/policy", "--mapping", "examples/boston311/mapping.yaml")
    ran = servstd("check", log, *policy)
    assert ran.err == f"{log}:41: 30 cells where the header has 29 [cell-count]\n"
    assert "; 99 records, 1 bad row" in ran.out


def test_the_rows_of_servicenow_become_incidents(servstd: Servstd, shared_data: Path) -> None:
    ran = servstd("check", str(shared_data / "uci_incident" / "incidents_890.csv"), *DESK)
    assert ran.out.startswith("as of 2017-02-04 19:00 UTC (newest event in the log); 890 records, 0 bad rows\n")


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("", "", "(no column gives 'turns')"),
        (",turns", ",", "(nothing is in the columns for 'turns')"),
        (",satisfaction", ",", "(no column gives 'turns')"),
    ],
)
def test_an_empty_column_is_not_said_to_be_missing(
    header: str, row: str, said: str, servstd: Servstd, place: Path
) -> None:
    rule = "{title: A greeting, check: {kind: cue, cue: greeting}}"
    (place / "greeting.yaml").write_text(f"rules: {{own.greeting: {rule}}}\n")
    (place / "calls.csv").write_text(f"id,channel{header}\nA,phone{row}\n")
    ran = servstd("check", "calls.csv", "--catalog", "greeting.yaml", "--as-of", "2026-05-04T11:00Z")
    assert said in ran.out
