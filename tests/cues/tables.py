"""The shipped cues, and the sentences that they are tried on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from servstd.cues import CueFamily, Names, Replies, parse_cues, parse_replies

HERE = Path(__file__).parent
CUES = HERE.parents[1] / "standards" / "cues.yaml"
NOT_FAMILIES = ("replies.yaml", "dates.yaml")


@cache
def shipped_spec() -> dict[str, Any]:
    """standards/cues.yaml as it is written."""
    spec: dict[str, Any] = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    return spec


@cache
def shipped() -> dict[str, CueFamily]:
    """The shipped families."""
    families, problems = parse_cues(shipped_spec()["cues"])
    assert not problems
    return families


@cache
def shipped_replies() -> Replies:
    """The shipped replies."""
    replies, problems = parse_replies(shipped_spec()["replies"])
    assert not problems
    return replies


def load(name: str) -> list[dict[str, Any]]:
    """A table beside this file."""
    rows: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return rows


def tables() -> list[dict[str, Any]]:
    """Every family with its sentences."""
    names = sorted(path.name for path in HERE.glob("*.yaml") if path.name not in NOT_FAMILIES)
    return [table for name in names for table in load(name)]


def names_of(table: dict[str, Any]) -> Names:
    """Whose names count in a table."""
    return Names(tuple(table.get("organisation", ())), tuple(table.get("agent", ())))


def sentences(key: str) -> list[tuple[str, str, Names]]:
    """(family, sentence, names) for every sentence under a key."""
    return [(table["family"], text, names_of(table)) for table in tables() for text in table.get(key, ())]
