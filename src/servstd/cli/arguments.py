"""Arguments that several commands share: read, checked, turned into what the library takes."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from servstd.adapters import LogMapping, load_mapping
from servstd.adapters.batch import Batch, read_logs
from servstd.adapters.rows import FORMATS
from servstd.catalog import Catalog
from servstd.cli.progress import counting
from servstd.cli.stop import stop
from servstd.errors import Problem
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


def choose_rules(catalog: Catalog, pattern: str | None) -> list[str]:
    """The enabled rules that `--rules` names, in catalog order; commas stand between patterns."""
    enabled = list(catalog.enabled_rules)
    if pattern is None:
        return enabled
    patterns = [part.strip() for part in pattern.split(",") if part.strip()]
    problems: list[Problem] = []
    for one in patterns or [pattern]:
        if fnmatch.filter(enabled, one):
            continue
        is_off = bool(fnmatch.filter(catalog.rules, one))
        message = f"{one!r} is switched off in the catalog" if is_off else f"no rule matches {one!r}"
        problems.append(Problem("unknown-rule", message, ("--rules",), None if is_off else nearest(one, enabled)))
    if problems:
        raise stop(*problems)
    return [rule_id for rule_id in enabled if any(fnmatch.fnmatchcase(rule_id, one) for one in patterns)]


def read_by(catalog: Catalog, text: str | None) -> tuple[str, ...]:
    """`--by`: names of grouping columns or fields, with commas between them."""
    names = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    known = (*GROUPING, *catalog.vocabulary.fields)
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
