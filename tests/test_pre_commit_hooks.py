"""The hooks that a policy repository may take from this project."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import typer
import yaml

from servstd.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
NEEDED = {"id", "name", "entry", "language"}


def test_there_is_a_hook_for_lint_and_one_for_the_tests() -> None:
    assert [hook["id"] for hook in HOOKS] == ["servstd-lint", "servstd-test"]
    assert all(set(hook) >= NEEDED for hook in HOOKS)


def test_each_hook_runs_a_command_that_there_is() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for hook in HOOKS:
        program, name = hook["entry"].split()
        assert (program, name in commands) == ("servstd", True)


def test_each_hook_installs_the_command_line() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        [extra] = re.fullmatch(r"\.\[(\w+)\]", hook["additional_dependencies"][0]).groups()  # type: ignore[union-attr]
        assert extra in extras


def test_each_hook_looks_at_the_whole_policy_when_a_yaml_file_changes() -> None:
    for hook in HOOKS:
        assert hook["args"] == ["policy"]
        assert hook["pass_filenames"] is False
        assert re.search(hook["files"], "policy/rules.yaml")
        assert re.search(hook["files"], "policy/rules.yml")
        assert not re.search(hook["files"], "README.md")
