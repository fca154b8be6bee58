"""Problems as people and programs read them: text, JSON, GitHub workflow commands, SARIF."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import servstd
from servstd.errors import Problem

STYLES = ("text", "json", "github", "sarif")
_GITHUB_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_problems(problems: Sequence[Problem], style: str) -> str:
    """All problems in one of `STYLES`, in their order, without a line end after the last.

    `text` and `github` give nothing for no problems, `json` an empty list, `sarif` a run without results. Raises
    `KeyError` for a style that is not one of them.
    """
    return _RENDERERS[style](problems)


def _text(problems: Sequence[Problem]) -> str:
    return "\n".join(_with_level(problem).render() for problem in problems)


def _with_level(problem: Problem) -> Problem:
    if problem.level == "error":
        return problem
    return replace(problem, message=f"{problem.level}: {problem.message}")


def _json(problems: Sequence[Problem]) -> str:
    return json.dumps([_members(problem) for problem in problems], indent=2, ensure_ascii=False)


def _members(problem: Problem) -> dict[str, Any]:
    return {
        "level": problem.level,
        "code": problem.code,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "message": problem.message,
        "hint": problem.hint,
    }


def _github(problems: Sequence[Problem]) -> str:
    return "\n".join(map(_workflow_command, problems))


def _workflow_command(problem: Problem) -> str:
    """One annotation; an annotation without a file is shown beside the run."""
    given = {
        "file": None if problem.file is None else _from_here(problem.file),
        "line": problem.line,
        "col": problem.column,
        "title": problem.code,
    }
    properties = ",".join(f"{key}={_escape_property(value)}" for key, value in given.items() if value is not None)
    text = _escape_data(_sentence(problem))
    return f"::{_GITHUB_LEVELS[problem.level]} {properties}::{text}"


def _sentence(problem: Problem) -> str:
    """Path, message and hint; the place and the code stand elsewhere."""
    said = f"{problem.path}: {problem.message}" if problem.path else problem.message
    return f"{said}\nhint: {problem.hint}" if problem.hint else said


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(value: object) -> str:
    return _escape_data(str(value)).replace(":", "%3A").replace(",", "%2C")


def _from_here(file: str) -> str:
    """A file below the current folder is named from there, as the tools that show it expect."""
    path, here = Path(file), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()


def _sarif(problems: Sequence[Problem]) -> str:
    codes = sorted({problem.code for problem in problems})
    driver = {"name": "servstd", "version": servstd.__version__, "rules": [{"id": code} for code in codes]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _result(problem: Problem, rule_index: int) -> dict[str, Any]:
    result = {
        "ruleId": problem.code,
        "ruleIndex": rule_index,
        "level": _SARIF_LEVELS[problem.level],
        "message": {"text": _sentence(problem)},
    }
    location = _location(problem)
    return {**result, "locations": [location]} if location else result


def _location(problem: Problem) -> Mapping[str, Any]:
    location: dict[str, Any] = {}
    if problem.file is not None:
        region = {"startLine": problem.line, "startColumn": problem.column}
        known = {key: value for key, value in region.items() if value is not None}
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.file)}}
        location["physicalLocation"] = {**physical, "region": known} if "startLine" in known else physical
    if problem.path:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.path}]
    return location


def _uri(file: str) -> str:
    """A relative reference for what lies below the current folder, else a file URI."""
    path = _from_here(file)
    if PurePosixPath(path).is_absolute() or Path(path).is_absolute():
        return Path(path).as_uri()
    return quote(path, safe="/")


_RENDERERS: Mapping[str, Callable[[Sequence[Problem]], str]] = {
    "text": _text,
    "json": _json,
    "github": _github,
    "sarif": _sarif,
}
