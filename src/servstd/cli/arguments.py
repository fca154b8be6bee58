"""Arguments that several commands share: read, checked, turned into what the library takes."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from servstd.adapters import LogMapping, load_mapping
from servstd.adapters.batch import Batch, read_logs
from servstd.adapters.rows import FORMATS
from servstd.catalog import Catalog
from servstd.cli.progress import counting
from servstd.cli.stop import stop
from servstd.errors import Problem
from servstd.evaluate.evaluator import FIRST_YEAR, LAST_YEAR
from servstd.evaluate.figures import GROUPING
from servstd.values import BadValue, parse_instant
from servstd.vocabulary import nearest


def read_as_of(text: str | None) -> datetime | None:
    """`--as-of`."""
    if text is None:
        return None
    try:
        return parse_instant(text)
    except BadValue as error:
        raise stop(Problem(error.code, str(error), ("--as-of",), "write it as 2026-06-01T00:00Z")) from None


def read_day(option: str, text: str | None) -> date | None:
    """An option that takes a date."""
    try:
        day = None if text is None else date.fromisoformat(text)
    except ValueError:
        raise stop(Problem("not-a-date", f"{text!r} is not a date such as 2026-06-01", (option,))) from None
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"{text!r} is beyond the years that calendars reach, {FIRST_YEAR} to {LAST_YEAR}"
        raise stop(Problem("not-a-date", message, (option,)))
    return day


def choose_rules(catalog: Catalog, pattern: str | None, is_all: bool = False) -> list[str]:
    """The enabled rules (or all) that `--rules` names, in catalog order; commas stand between patterns."""
    enabled = list(catalog.rules if is_all else catalog.enabled_rules)
    return enabled if pattern is None else match_rules(enabled, catalog.rules, pattern)


def match_rules(enabled: Sequence[str], known: Iterable[str], pattern: str) -> list[str]:
    """Of the enabled rules those that `--rules` names; `known` are all rules, the disabled ones too."""
    patterns = [part.strip() for part in pattern.split(",") if part.strip()]
    problems: list[Problem] = []
    for one in patterns or [pattern]:
        if fnmatch.filter(enabled, one):
            continue
        is_off = bool(fnmatch.filter(known, one))
        message = f"{one!r} is switched off in the catalog" if is_off else f"no rule matches {one!r}"
        problems.append(Problem("unknown-rule", message, ("--rules",), None if is_off else nearest(one, enabled)))
    if problems:
        raise stop(*problems)
    return [rule_id for rule_id in enabled if any(fnmatch.fnmatchcase(rule_id, one) for one in patterns)]


def read_by(catalog: Catalog, text: str | None, periods: Sequence[str] = ()) -> tuple[str, ...]:
    """`--by`: names of grouping columns, fields or periods, with commas between them."""
    names = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    known = (*GROUPING, *periods, *catalog.vocabulary.fields)
    wrong = [name for name in names if name not in known]
    if wrong:
        raise stop(*(_unknown_column(name, known) for name in wrong))
    return names


def _unknown_column(name: str, known: Sequence[str]) -> Problem:
    message = f"no field is called {name!r}; usual are {', '.join(GROUPING)}"
    return Problem("unknown-field", message, ("--by",), nearest(name, known))


def read_choice(option: str, text: str, allowed: Sequence[str]) -> str:
    """An option that takes one of a few words."""
    if text not in allowed:
        message = f"{text!r} is not one of {', '.join(allowed)}"
        raise stop(Problem("unknown-value", message, (option,), nearest(text, allowed)))
    return text


def read_count(option: str, number: int | None) -> None:
    """An option that takes how many."""
    if number is not None and number < 1:
        raise stop(Problem("not-a-number", f"{number} is not 1 or more", (option,)))


def read_input_format(text: str | None) -> None:
    """`--input-format`."""
    if text is not None:
        read_choice("--input-format", text, FORMATS)


def read_batch(catalog: Catalog, logs: Sequence[str], mapping: LogMapping | None, file_format: str | None) -> Batch:
    """Everything in the logs."""
    with counting("reading") as tell:
        return read_logs(logs, mapping, catalog.vocabulary, catalog.defaults, file_format, tell)


def read_mapping(catalog: Catalog, path: Path | None) -> LogMapping | None:
    """`--mapping`."""
    return None if path is None else load_mapping(path, catalog.vocabulary)


def show_instant(instant: datetime) -> str:
    """`2026-06-01 00:00 UTC`, with the name of the zone when it has one, else its offset."""
    zone = getattr(instant.tzinfo, "key", None) or instant.tzname()
    seconds = f"{instant:%S.%f}".rstrip("0").rstrip(".")
    time = f"{instant:%H:%M}:{seconds}" if instant.second or instant.microsecond else f"{instant:%H:%M}"
    return f"{instant:%Y-%m-%d} {time} {zone}"
