"""`servstd init`: a policy repository to start from."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer

from servstd.catalog import load_catalog
from servstd.cli.schema import schema_text
from servstd.cli.stop import say, stop, stopping
from servstd.cli.wrapping import count_of
from servstd.editor import find_files, refresh_modelines
from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError, whole_file
from servstd.policy_repository import (
    Settings,
    check_settings,
    default_zone,
    in_the_way,
    repository_files,
    subdivisions_of,
    write_repository,
)

_MANY = 8


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What was asked for; None is what no option gave."""

    folder: Path
    name: str | None
    country: str | None
    subdivision: str | None
    time_zone: str | None
    hours: str | None
    is_yes: bool


def run_init(options: InitOptions) -> None:
    """Write the repository, after asking on a terminal for what no option gave."""
    _refuse_what_is_there(options.folder)
    asks = not options.is_yes and is_terminal()
    settings = _ask(options) if asks else _given(options)
    problems = check_settings(settings)
    if problems:
        raise stop(*(replace(problem, keys=(_option(problem),)) for problem in problems))
    with stopping():
        count = _write(options.folder, settings)
    _tell(options, settings, count, asks)


def is_terminal() -> bool:
    """True when somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _write(folder: Path, settings: Settings) -> int:
    """Write the files, then the schema of the new catalog with the comments that lead editors to it; how many."""
    files = repository_files(settings, version("servstd"))
    try:
        write_repository(folder, files)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = f"{str(folder)!r} can not be written: {reason}"
        raise OutputError(Problem("unwritable-file", message)) from None
    schema, policy = folder / "policy.schema.json", folder / "policy"
    with whole_file(schema) as stream:
        stream.write(schema_text(load_catalog(policy)))
    list(refresh_modelines(find_files([policy]), schema))
    return len(files) + 1


def _refuse_what_is_there(folder: Path) -> None:
    found = in_the_way(folder)
    if found:
        shown = ", ".join(found[:_MANY]) + (f" and {len(found) - _MANY} more" if len(found) > _MANY else "")
        message = f"{str(folder)!r} holds {shown}" if folder.is_dir() else f"{str(folder)!r} is a file"
        raise stop(Problem("folder-not-empty", message, hint="name a new folder; nothing is ever overwritten"))


def _option(problem: Problem) -> str:
    return "--" + str(problem.keys[0]).replace("_", "-")


def _given(options: InitOptions) -> Settings:
    """The options, with the defaults for the rest."""
    settings = Settings(_default_name(options) if options.name is None else options.name)
    country = _country(options.country)
    zone = options.time_zone or default_zone(country)
    hours = settings.hours if options.hours is None else options.hours
    return Settings(settings.name, zone, hours, country, options.subdivision)


def _country(text: str | None) -> str | None:
    return (text or "").strip().upper() or None


def _default_name(options: InitOptions) -> str:
    return options.folder.resolve().name.replace("-", " ").replace("_", " ").title() or "Our standards"


def _ask(options: InitOptions) -> Settings:
    """Ask for what is missing, each until it can be used; what an option gave is checked with the rest."""
    settings = _given(options)
    if options.name is None:
        settings = _asked(settings, "name", "whose standards are they", settings.name, lambda text: text.strip())
    if options.country is None:
        text = "country of the public holidays, two letters; - for none"
        settings = _asked(settings, "country", text, "-", lambda text: _country(text.strip(" -")))
        if options.time_zone is None:
            settings = replace(settings, time_zone=default_zone(settings.country))
    if options.subdivision is None and settings.country is not None and subdivisions_of(settings.country):
        known = subdivisions_of(settings.country)
        text = f"part of {settings.country} with holidays of its own ({_some(known)}); - for none"
        settings = _asked(settings, "subdivision", text, "-", lambda text: text.strip(" -") or None)
    if options.time_zone is None:
        settings = _asked(settings, "time_zone", "time zone", settings.time_zone, lambda text: text.strip())
    if options.hours is None:
        text = "opening hours, with ; between days"
        settings = _asked(settings, "hours", text, settings.hours, lambda text: text.strip())
    return settings


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_MANY]) + (", ..." if len(names) > _MANY else "")


def _asked(settings: Settings, key: str, question: str, default: str, read: Callable[[str], str | None]) -> Settings:
    """The settings with one answer, asked again until nothing is wrong with it."""
    while True:
        answer = typer.prompt(question, default=default)
        change: dict[str, Any] = {key: read(answer)}
        changed = replace(settings, **change)
        wrong = [problem for problem in check_settings(changed) if problem.keys == (key,)]
        if not wrong:
            return changed
        for problem in wrong:
            say(replace(problem, keys=()).render())


def _tell(options: InitOptions, settings: Settings, count: int, asked: bool) -> None:
    """What was taken, and what to do next."""
    where = ", ".join(part for part in (settings.country, settings.subdivision) if part)
    rows = (
        ("name", settings.name, options.name),
        ("holidays", where or "none", options.country),
        ("time zone", settings.time_zone, options.time_zone),
        ("hours", settings.hours, options.hours),
    )
    for label, value, given in rows:
        typer.echo(f"{label}: {value}{'' if asked or given is not None else ' (default)'}")
    typer.echo(f"wrote {count_of(count, 'file')} to {options.folder}")
    typer.echo("next:")
    for command in (f"cd {options.folder}", "servstd lint policy", "servstd test policy"):
        typer.echo(f"  {command}")
