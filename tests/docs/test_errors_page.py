"""docs/reference/errors.md: every code has its heading, and its example message is a real one."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import servstd
from servstd.adapters.load import load_mapping
from servstd.adapters.logs import read_log
from servstd.catalog.freeze import freeze
from servstd.catalog.revision import folder_of
from servstd.errors import CatalogError, Problem, RecordError
from servstd.lint.in_place import in_place_edits
from servstd.yaml_reader import read_yaml
from servstd.yaml_reader.write import write_yaml

pytestmark = pytest.mark.docs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"
CASES = yaml.safe_load((Path(__file__).parent / "error_cases.yaml").read_text("utf-8"))
EXAMPLE = re.compile(r"^### (?P<code>\S+)\n\n```text\n(?P<message>.+)\n```$", re.M)
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
TEXT_METHODS = {"decode", "encode", "get", "read_text", "replace", "write_text"}
SMALL = {
    "calendars": {"uk": {"time_zone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "uk",
    "rules": {
        "mail.reply": {
            "title": "An answer",
            "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
        },
        "mail.other": {"title": "Another", "check": {"kind": "review"}},
    },
}


def examples() -> dict[str, str]:
    return {match["code"]: match["message"] for match in EXAMPLE.finditer(PAGE.read_text("utf-8"))}


def codes_in_source() -> set[str]:
    """Every text that looks like a code and stands before another argument, its message, in a call."""
    return {
        argument.value
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") not in TEXT_METHODS
        for argument in node.args[:-1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and CODE.fullmatch(argument.value)
    }


def laid_over(below: Any, over: Any) -> Any:
    if not isinstance(over, Mapping) or not isinstance(below, Mapping) or "kind" in over:
        return over
    return {**below, **{key: laid_over(below.get(key), value) for key, value in over.items()}}


def problems_of_catalog(changes: Mapping[str, Any]) -> Iterator[Problem]:
    with pytest.raises(CatalogError) as error:
        servstd.load_catalog(laid_over(SMALL, changes))
    yield from error.value.problems


def problems_of_yaml(text: str) -> Iterator[Problem]:
    yield from read_yaml(text, "policy/mail.yaml")[1]


def problems_of_log(file: str, text: str, mapping: Mapping[str, Any] | None = None) -> Iterator[Problem]:
    vocabulary = servstd.load_catalog().vocabulary
    Path(file).write_text(text, "utf-8")
    try:
        items = list(read_log(file, load_mapping(mapping, vocabulary) if mapping else None, vocabulary))
    except (CatalogError, RecordError) as error:
        yield from error.problems
        return
    for item in items:
        yield from item.problems


def problems_of_place(where: str) -> Iterator[Problem]:
    """Of a git revision; anything but `no-repository` is asked of a repository with one commit."""
    with pytest.raises(CatalogError) as error, folder_of(where):
        pass
    yield from error.value.problems


def make_repository() -> None:
    for arguments in (["init", "-q", "-b", "main"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        names = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", *names, *arguments], check=True)


def problems_of_lock(old: str, new: str) -> Iterator[Problem]:
    files = [Path("policy/mail.yaml"), Path("policy/catalog.lock")]
    files[0].parent.mkdir()
    files[0].write_text(write_yaml(SMALL), "utf-8")
    catalog = servstd.load_catalog(files[0].parent)
    files[1].write_text(freeze(catalog, today=date(2026, 11, 22)).text, "utf-8")
    for file in files:
        file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(CatalogError) as error:
        servstd.load_catalog(files[0].parent)
    yield from error.value.problems


def problems_against(old: Any, new: Any) -> Iterator[Problem]:
    trees = [laid_over(SMALL, changes) for changes in (old, new)]
    for tree in trees:
        tree["rules"] = {rule_id: rule for rule_id, rule in tree["rules"].items() if rule is not None}
    yield from in_place_edits(*map(servstd.load_catalog, trees), today=date(2026, 11, 22))


def problems_of(what: str, given: Any) -> list[Problem]:
    match what:
        case "lock":
            return list(problems_of_lock(*given))
        case "against":
            return list(problems_against(*given))
        case "where":
            return list(problems_of_place(given))
        case "catalog":
            return list(problems_of_catalog(given))
        case "yaml":
            return list(problems_of_yaml(given))
        case "mapping":
            return list(problems_of_log("calls.csv", "id,answered\n", given))
        case "table":
            with pytest.raises(RecordError) as error:
                servstd.Evaluator().check_table(given, as_of=datetime(2026, 6, 1, tzinfo=UTC))
            return list(error.value.problems)
        case "record":
            now = datetime(2026, 6, 1, tzinfo=UTC)
            return list(servstd.Evaluator().check(given, as_of=now).problems)
        case _:
            [(file, text)] = given.items()
            return list(problems_of_log(file, text))


def test_every_code_has_its_heading_and_every_heading_its_code() -> None:
    assert set(examples()) == codes_in_source()


def test_every_example_ends_with_its_code() -> None:
    assert [code for code, message in examples().items() if not message.endswith(f"[{code}]")] == []


@pytest.mark.parametrize(("what", "code"), [(what, code) for what, cases in CASES.items() for code in cases])
def test_the_example_message_is_what_the_library_says(
    what: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if what == "where" and code != "no-repository":
        make_repository()
    [problem] = problems_of(what, CASES[what][code])
    assert problem.code == code
    assert problem.headline() == examples()[code]
