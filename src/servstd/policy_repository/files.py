"""The files of a new policy repository, from the templates beside this file.

A template is text with `@name@` where a value goes; values that go into YAML are quoted there when they have to be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from servstd.policy_repository.sample import sample_log
from servstd.policy_repository.sample_tests import sample_tests
from servstd.policy_repository.settings import Settings
from servstd.policy_repository.yaml_text import quoted

FILES = {
    "README.md": "readme.md",
    ".gitignore": "gitignore.txt",
    ".editorconfig": "editorconfig.txt",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".github/workflows/policy.yaml": "workflow.yaml",
    "requirements.txt": "requirements.txt",
    "policy/catalog.yaml": "catalog.yaml",
    "policy/calendars.yaml": "calendars.yaml",
    "policy/rules.yaml": "rules.yaml",
    "policy/waivers.yaml": "waivers.yaml",
}
LOG = "log/example.csv"
_PLACE = re.compile(r"@([a-z_]+)@")


def repository_files(settings: Settings, version: str) -> dict[str, str]:
    """File names with their texts. `version` is that of servstd, which the checks will install.

    Raises `CatalogError` when the settings can not be used.
    """
    calendar = settings.calendar()
    values = {
        "name": " ".join(settings.name.split()),
        "yaml_name": quoted(" ".join(settings.name.split())),
        "zone": quoted(settings.time_zone),
        "version": version,
        "hours": _lines(settings.week, "      "),
        "holidays": _holidays(settings),
        "tests": sample_tests(calendar),
    }
    folder = files("servstd.policy_repository").joinpath("templates")
    texts = {name: _filled(folder.joinpath(source).read_text("utf-8"), values) for name, source in FILES.items()}
    return {**texts, LOG: sample_log(calendar)}


def _filled(template: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: values[match[1]], template)


def _lines(pairs: Mapping[str, str], indent: str) -> str:
    return "\n".join(f"{indent}{quoted(days)}: {spans}" for days, spans in pairs.items())


def _holidays(settings: Settings) -> str:
    if not settings.holidays:
        return "    # holidays: {country: US, subdivision: NY}   # without holidays every weekday is a business day"
    inside = ", ".join(f"{key}: {quoted(value)}" for key, value in settings.holidays.items())
    return f"    holidays: {{{inside}}}"
