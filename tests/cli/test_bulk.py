"""`servstd check` by columns says the same as record by record: figures, files, exit codes."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from cli.running import GOLDEN, Ran, Servstd
from cli.test_golden import rendered
from servstd.cli import bulk_parts

CASES = sorted(GOLDEN.glob("check_*.txt"))
CENTRE = (
    *("check", "month.jsonl", "--catalog", "examples/contact_centre/policy"),
    *("--mapping", "examples/contact_centre/mapping.yaml"),
)
POLICY = ("--catalog", "examples/policy", "--as-of", "2026-06-01T00:00Z")
HEADER = "id,channel,team,agent,received_at,responded_at\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_golden_check_prints_the_same_by_columns(path: Path, servstd: Servstd) -> None:
    wanted = path.read_text("utf-8")
    command = wanted.splitlines()[0]
    _, *arguments = shlex.split(command.removeprefix("$ "))
    assert rendered(command, servstd(*arguments, "--bulk", "always")) == wanted


def both(servstd: Servstd, *arguments: str) -> tuple[Any, Any]:
    """The figures of both ways as JSON, without how they were come by."""
    found = []
    for bulk in ("never", "always"):
        ran = servstd(*arguments, "--format", "json", "--bulk", bulk)
        figures = json.loads(ran.out)
        assert ("work" in figures) == (bulk == "always")
        figures.pop("work", None)
        found.append((figures, ran.err, ran.code))
    return found[0], found[1]


@pytest.mark.parametrize("by", ["", "agent,month", "week,channel"])
def test_a_log_with_everything_in_it_gives_the_same_figures(by: str, servstd: Servstd) -> None:
    one, other = both(servstd, *CENTRE, *(("--by", by) if by else ()))
    assert one == other
    assert len(one[0]["bad_rows"]) == 6


@pytest.mark.parametrize(
    ("log", "example"),
    [
        ("uci_incident/incidents_890.csv", "servicenow"),
        ("boston311/boston311-100.csv", "boston311"),
        ("boston311/boston311-100.jsonl", "boston311"),
        ("boston311/boston311-100-bad.tsv", "boston311"),
    ],
)
def test_real_logs_give_the_same_figures(log: str, example: str, servstd: Servstd, shared_data: Path) -> None:
    policy = ("--catalog", f"examples/{example}/policy", "--mapping", f"examples/{example}/mapping.yaml")
    one, other = both(servstd, "check", str(shared_data / log), *policy)
    assert one == other


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_the_verdict_files_are_the_same(suffix: str, servstd: Servstd, place: Path) -> None:
    names = []
    for bulk in ("never", "always"):
        names.append(place / f"{bulk}.{suffix}")
        ran = servstd(*CENTRE, "--rules", "email.*,telephone.hold*", "--bulk", bulk, "-o", str(names[-1]))
        assert ran.code == 0
    if suffix == "parquet":
        assert pq.read_table(names[0]) == pq.read_table(names[1])
        assert pq.read_table(names[0]).num_rows > 400
    else:
        assert names[0].read_bytes() == names[1].read_bytes()
    assert not [path for path in place.iterdir() if path.name.startswith(".")]


def write_logs(place: Path, count: int) -> None:
    """Some logs with ids that are in several, the same or not, and a row that is bad."""
    (place / "logs" / "old").mkdir(parents=True)
    for number in range(count):
        rows = [
            f"E-{number * 9 + row},email,t{row % 2},a{row % 3},2026-05-{1 + number % 28:02}T1{row}:00Z,"
            f"{'' if row == 4 else f'2026-05-{1 + (number + row) % 28:02}T1{row}:30Z'}"
            for row in range(10)
        ]
        rows.append(f"E-0,email,t0,a0,2026-05-{1 + number % 28:02}T10:00Z,")
        rows.append(f"B-{number},pigeon,,,,")
        (place / "logs" / f"log{number:02}.csv").write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    (place / "logs" / "old" / "may.csv").symlink_to(place / "examples" / "policy" / "may.csv")
    (place / "logs" / "notes.txt").write_text("no log")


def test_ids_in_several_logs_are_told_in_the_same_way(servstd: Servstd, place: Path) -> None:
    write_logs(place, 4)
    one, other = both(servstd, "check", "logs", "logs/old", *POLICY, "--by", "team", "--rules", "email.*")
    assert one == other
    codes = [problem["code"] for row in one[0]["bad_rows"] for problem in row["problems"]]
    assert codes.count("duplicate-id") > 4
    for number, bulk in enumerate(("never", "always")):
        assert servstd("check", "logs", *POLICY, "--rules", "e*", "--bulk", bulk, "-o", f"v{number}.csv").code == 0
    assert (place / "v0.csv").read_bytes() == (place / "v1.csv").read_bytes()


def test_a_case_that_runs_over_two_logs_is_a_bad_row_that_says_what_to_do(servstd: Servstd, place: Path) -> None:
    (place / "days.yaml").write_text("layout: events\ncase: nr\nat: t\nevent: what\nconstants: {channel: email}\n")
    for day, events in ((4, ("A", "received")), (5, ("A", "responded")), (6, ("B", "received"))):
        (place / f"day{day}.csv").write_text(f"nr,t,what\n{events[0]},2026-05-0{day}T10:00Z,{events[1]}\n")
    said = "day5.csv: the id 'A' is in day4.csv already, with other content [duplicate-id]\n"
    hint = "hint: all rows of a case have to be in one log: put these together\n"
    for bulk in ("never", "always"):
        ran = servstd("check", "day4.csv", "day5.csv", "day6.csv", "--mapping", "days.yaml", *POLICY, "--bulk", bulk)
        assert (ran.err, "; 2 records, 1 bad row" in ran.out) == (said + hint, True)


def test_ids_that_came_twice_with_the_same_content_are_repeats(servstd: Servstd, place: Path) -> None:
    row = "A,email,t,a,2026-05-04T10:00{},2026-05-04T12:00Z\n"
    (place / "one.csv").write_text(HEADER + row.format("Z"))
    (place / "two.csv").write_text(HEADER + row.format("+00:00"))
    (place / "three.csv").write_text(HEADER + row.format("+01:00"))
    one, other = both(servstd, "check", "one.csv", "two.csv", "three.csv", *POLICY)
    assert one == other
    assert (one[0]["records"], one[0]["repeats"], one[0]["bad_row_count"]) == (1, 1, 1)


def as_parquet(place: Path, rows: int) -> Path:
    """The example of May as Parquet, in row groups of some rows."""
    table = arrow_csv.read_csv(place / "examples" / "policy" / "may.csv")
    pq.write_table(table, place / "may.parquet", row_group_size=rows)
    return place / "may.parquet"


def ran_without_work(ran: Ran) -> Any:
    figures = json.loads(ran.out)
    del figures["work"]
    return figures, ran.err, ran.code


def test_workers_and_slices_change_nothing(servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_parts, "SLICE_ROWS", 100)
    as_parquet(place, 70)
    write_logs(place, 2)
    command = ("check", "may.parquet", "logs", *POLICY, "--format", "json", "--by", "agent", "--rules", "email.*")
    alone = servstd(*command, "--bulk", "always", "-o", "v1.parquet")
    several = servstd(*command, "--workers", "2", "-o", "v2.parquet")
    assert ran_without_work(alone) == ran_without_work(several)
    assert pq.read_table(place / "v1.parquet") == pq.read_table(place / "v2.parquet")


def test_an_id_in_two_slices_of_one_log_is_told_as_in_one(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"R-{row % 150},email,2026-05-04T10:{row % 60:02}Z\n" for row in range(300))
    (place / "twice.csv").write_text(f"id,channel,received_at\n{text}")
    pq.write_table(arrow_csv.read_csv(place / "twice.csv"), place / "twice.parquet", row_group_size=40)
    monkeypatch.setattr(bulk_parts, "SLICE_ROWS", 100)
    command = ("check", "twice.parquet", *POLICY, "--rules", "email.*", "--format", "json", "--bulk")
    one = servstd(*command, "always")
    other = servstd(*command, "always", "--resume", "-o", "v.csv")
    assert ran_without_work(one) == ran_without_work(other)
    assert json.loads(one.out)["bad_row_count"] > 0


def test_a_log_in_slices_that_is_named_twice_is_told_as_by_two_names(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"R-{number}" for number in (0, 1, 2, 3, 4, 5, 6, 0)]  # one twice, so that the log has to be whole
    text = "".join(f"{one},email,2026-05-04T10:00Z\n" for one in ids)
    (place / "s.csv").write_text(f"id,channel,received_at\n{text}")
    pq.write_table(arrow_csv.read_csv(place / "s.csv"), place / "s.parquet", row_group_size=2)
    monkeypatch.setattr(bulk_parts, "SLICE_ROWS", 2)
    figures = []
    for again in ("s.parquet", "./s.parquet"):
        ran = servstd("check", "s.parquet", again, *POLICY, "--format", "json", "--resume", "-o", "v.csv")
        figures.append(json.loads(ran.out))
    assert [(one["records"], one["repeats"]) for one in figures] == [(7, 9), (7, 9)]
    assert len((place / "v.csv").read_text().splitlines()) == 1 + 7 * len(figures[0]["rules"])


def test_rows_of_parquet_are_counted_from_one(servstd: Servstd, place: Path) -> None:
    (place / "birds.csv").write_text("id,channel\nA,email\nB,pigeon\n")
    pq.write_table(arrow_csv.read_csv(place / "birds.csv"), place / "birds.parquet")
    for bulk in ("never", "always"):
        said = servstd("check", "birds.parquet", *POLICY, "--bulk", bulk).err
        assert said.startswith("birds.parquet:2: channel: 'pigeon' is not one of")


def test_big_logs_are_judged_by_columns_and_small_ones_are_not(
    servstd: Servstd, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servstd.cli import bulk_choice

    command = ("check", "examples/policy/may.csv", *POLICY, "--format", "json")
    assert "work" not in json.loads(servstd(*command).out)
    monkeypatch.setattr(bulk_choice, "_BIG_TEXT_BYTES", 1000)
    assert "work" in json.loads(servstd(*command).out)
    monkeypatch.setattr(bulk_choice, "find_spec", lambda name: None)
    assert "work" not in json.loads(servstd(*command).out)
    ran = servstd(*command, "--workers", "2")
    assert ran.code == 2
    assert ran.err == "judging by columns needs pyarrow and numpy: pip install 'servstd[bulk]'\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "-", "--input-format", "csv", "--workers", "2"), "--workers does not go with standard input"),
        (("check", "bad.csv", "--bulk", "never", "--resume", "-o", "v.csv"), "--resume does not go with --bulk never"),
        (("check", "bad.csv", "--bulk", "never", "-o", "folder"), "-o FOLDER does not go with --bulk never"),
        (("check", "bad.csv", "--resume"), "without an output there is nothing to go on with"),
        (("check", "bad.csv", "--bulk", "sometimes"), "'sometimes' is not one of auto, always, never"),
        (("check", "bad.csv", "--workers", "0"), "--workers: 0 is not 1 or more [not-a-number]"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments: tuple[str, ...], said: str, servstd: Servstd) -> None:
    ran = servstd(*arguments)
    assert ran.code == 2
    assert said in ran.err.replace("\n", " ")


def test_what_undecided_verdicts_lack_is_the_same_whatever_differs_between_records(
    servstd: Servstd, place: Path
) -> None:
    rules = {
        "own.fields": {
            "title": "t",
            "applies_to": {"any": [{"priority": "urgent"}, {"region": "north"}]},
            "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "4 elapsed hours"},
        },
        "own.attribute": {
            "title": "t",
            "applies_to": {"all": [{"happened": "promise"}, {"priority": ["urgent", "high"]}]},
            "check": {"kind": "deadline", "from": "promise", "to": "fulfilled", "due": "promise.due_at"},
        },
    }
    (place / "own.yaml").write_text(json.dumps({"rules": rules}))
    lines = ["id,priority,region,received_at,promise_at,promise_due_at"]
    for number in range(64):
        priority, region = ("", "urgent", "normal", "high")[number % 4], ("", "north", "south", "")[number // 4 % 4]
        promise = ("", "2026-05-05T10:00Z", "2026-05-05T11:00Z", "2027-01-01T10:00Z")[number // 16]
        lines.append(
            f"R{number},{priority},{region},2026-05-04T10:00Z,{promise},{'2026-05-06T10:00Z' if number % 3 else ''}"
        )
    (place / "log.csv").write_text("\n".join(lines) + "\n")
    one, other = both(servstd, "check", "log.csv", "--catalog", "own.yaml", "--as-of", "2026-06-01T00:00Z")
    assert one == other
    assert {"priority", "region"} <= set(one[0]["missing"])
    assert len(set(one[0]["missing"].values())) > 1
