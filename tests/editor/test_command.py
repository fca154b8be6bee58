"""`servstd schema`: what it prints, writes and says, and how it ends."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner, Result

from editor.conftest import ROOT
from servstd.cli.app import app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["schema", *map(str, arguments)])


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "examples" / "contact_centre" / "policy", tmp_path / "policy"))


def test_the_schema_of_a_catalog_goes_to_standard_output(policy: Path) -> None:
    schema = json.loads(run(policy).stdout)
    Draft202012Validator.check_schema(schema)
    assert "rules" in schema["properties"]
    assert "no-source" not in schema["properties"]


def test_the_schema_of_mappings_goes_to_standard_output(policy: Path) -> None:
    assert "columns" in json.loads(run(policy, "--mapping").stdout)["properties"]


def test_one_changed_word_changes_few_lines(policy: Path) -> None:
    before = run(policy).stdout.splitlines()
    rules = policy / "rules.yaml"
    rules.write_text(rules.read_text("utf-8") + "\nfields: {lamps: {type: number, brief: lamps ordered}}\n", "utf-8")
    after = run(policy).stdout.splitlines()
    assert 0 < sum(line not in before for line in after) < 20


def test_what_was_done_is_said_and_doing_it_again_does_nothing(policy: Path) -> None:
    schema = policy / "catalog.schema.json"
    first, second = (run(policy, "-o", schema, "--modelines", policy) for _ in range(2))
    names = ("calendars.yaml", "catalog.yaml", "rules.yaml")
    assert first.exit_code == second.exit_code == 0
    assert first.stdout.splitlines() == [f"{schema}: written", *(f"{policy / name}: modelines added" for name in names)]
    assert second.stdout.splitlines() == [f"{schema}: kept", *(f"{policy / name}: kept" for name in names)]
    assert run(policy).exit_code == 0


def test_a_stale_schema_is_told_by_check_and_left_alone(policy: Path) -> None:
    schema = policy / "catalog.schema.json"
    assert run(policy, "-o", schema, "--check").exit_code == 1
    assert not schema.exists()
    run(policy, "-o", schema, "--modelines", policy / "rules.yaml")
    assert run(policy, "-o", schema, "--modelines", policy / "rules.yaml", "--check").exit_code == 0
    stale = run(policy, "-o", schema, "--modelines", policy, "--check")
    assert stale.exit_code == 1
    assert f"{policy / 'catalog.yaml'}: modelines out of date" in stale.stdout
    assert "$schema" not in (policy / "catalog.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--modelines", "{policy}"), "option-alone"),
        (("--check",), "option-alone"),
        (("-o", "{policy}/s.json", "--modelines", "{policy}/gone.yaml"), "no-catalog"),
        (("-o", "{policy}/gone/s.json"), "unwritable-file"),
    ],
)
def test_what_makes_no_sense_ends_with_2(policy: Path, arguments: tuple[str, ...], code: str) -> None:
    ran = run(policy, *(argument.format(policy=policy) for argument in arguments))
    assert ran.exit_code == 2
    assert f"[{code}]" in ran.stderr


def test_a_catalog_that_does_not_load_leaves_the_old_schema(policy: Path) -> None:
    schema = policy / "catalog.schema.json"
    run(policy, "-o", schema)
    before = schema.read_text("utf-8")
    (policy / "more.yaml").write_text("ruless: {}\n", "utf-8")
    assert run(policy, "-o", schema).exit_code == 2
    assert schema.read_text("utf-8") == before


def test_watching_writes_again_after_each_change_and_outlives_a_slip(
    policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema, more = policy / "catalog.schema.json", policy / "more.yaml"
    steps = iter(("fields: {lamps: {type: nmber}}\n", "fields: {lamps: {type: number}}\n", None))
    knows: list[bool] = []

    def sleep(_: float) -> None:
        knows.append("lamps" in schema.read_text("utf-8"))
        text = next(steps)
        if text is None:
            raise KeyboardInterrupt
        more.write_text(text, "utf-8")

    monkeypatch.setattr("servstd.cli.schema.time.sleep", sleep)
    ran = run(policy, "-o", schema, "--watch")
    assert ran.exit_code == 0
    assert knows == [False, False, True]
    assert "[unknown-type]" in ran.stderr
