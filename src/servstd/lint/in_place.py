"""What changed in place since another state of a catalog, so that verdicts of the past would change.

A rule or a calendar is compared as it stood on each date up to today: a version that begins tomorrow or later leaves
all of that alone, and is the way to make the change. What can not have versions (cues, defaults, the choice of a
calendar) is compared as a whole. Titles, reasons, owners, tests and objectives decide no verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from servstd.catalog import Catalog
from servstd.catalog.content import content_of, digest_of
from servstd.catalog.rule import midnight_us
from servstd.catalog.waivers import Waiver
from servstd.errors import Problem
from servstd.lint.past_hours import calendar_edits
from servstd.lint.past_rules import rule_edits
from servstd.yaml_reader import MarkedDict, place
from servstd.yaml_reader.marks import locate

# Named contents that have no versions, and what to do instead of changing one.
_NAMED = {
    "cues": "write the new phrases as a family of another name, and use that from a version of the rules on",
    "replies": None,
    "record_kinds": None,
    "scales": "write the new answers as a scale of another name, and use that from a version of the rules on",
}
_WAIVER_HINT = "leave it as it was, and set 'until' to a date to come"


def in_place_edits(old: Catalog, new: Catalog, *, today: date | None = None) -> Iterator[Problem]:
    """Every change from `old` to `new` that would change verdicts of records up to and with today.

    `today` is a local date of the catalog's zone; left out, it is read from the clock.
    """
    last = datetime.now(new.zone).date() if today is None else today
    tree = new.tree if isinstance(new.tree, MarkedDict) else MarkedDict(new.tree)
    for problem in _edits(old, new, last):
        placed = place(problem, tree)
        yield _in_its_file(placed, old, new) if problem.code == "rule-removed" else placed


def _in_its_file(problem: Problem, old: Catalog, new: Catalog) -> Problem:
    """A rule that is gone has no line: it is told of the file that it was written in, as that is called now."""
    mark = locate(old.tree, ("rules", problem.keys[-1]), at_key=True)
    keys = problem.keys[:-1]
    if mark is None or mark.file is None:
        return replace(problem, keys=keys)
    own = new.layers[-1] if new.layers else new.tree
    files = {Path(entry[0]) for entry in getattr(own, "marks", {}).values() if entry[0]}
    files |= {Path(one[0]) for part in own.values() for one in getattr(part, "marks", {}).values() if one[0]}
    name = Path(mark.file).name
    file = next((one for one in sorted(files) if one.name == name), None)
    if file is None and files:
        file = min(files).parent / name
    if file is None or (problem.file is not None and Path(problem.file) == file):
        return replace(problem, keys=keys)
    return replace(problem, keys=keys, file=str(file), line=None, column=None, source=None)


def _edits(old: Catalog, new: Catalog, last: date) -> Iterator[Problem]:
    yield from rule_edits(old, new, last)
    yield from calendar_edits(old, new, last)
    yield from _waivers(old, new, last)
    yield from _named(old, new)
    yield from _defaults(old, new)
    yield from _about(old, new)


def _waivers(old: Catalog, new: Catalog, last: date) -> Iterator[Problem]:
    """Waivers by what they cover up to today; the reason and who approved it decide nothing."""
    if str(old.zone) != str(new.zone):
        return  # told once, of the zone
    cut = midnight_us(last + timedelta(days=1), new.zone)
    before = [past for waiver in old.waivers if (past := _past(waiver, cut)) is not None]
    added: list[tuple[int, Waiver]] = []
    for index, waiver in enumerate(new.waivers):
        past = _past(waiver, cut)
        if past is not None and past in before:
            before.remove(past)
        elif past is not None:
            added.append((index, past))
    for index, past in added:
        was = next((one for one in before if one.rule == past.rule), None)
        if was is not None:
            before.remove(was)
            message = f"the waiver of {past.rule} covers other fails up to today than it did"
            yield Problem("in-place-edit", message, ("waivers", index), _WAIVER_HINT)
            continue
        message = f"fails of {past.rule} up to today are waived that were not waived before"
        yield Problem("waiver-of-the-past", message, ("waivers", index), level="warning")
    for past in before:
        message = f"a waiver of {past.rule} that covered fails up to today is gone"
        yield Problem("in-place-edit", message, ("waivers",), _WAIVER_HINT)


def _past(waiver: Waiver, cut: int) -> Waiver | None:
    """A waiver as far as it covers what is before an instant; None when it does not."""
    if waiver.from_us is not None and waiver.from_us >= cut:
        return None
    until = None if waiver.until_us is not None and waiver.until_us >= cut else waiver.until_us
    return replace(waiver, until_us=until, reason="", approved_by=None)


def _named(old: Catalog, new: Catalog) -> Iterator[Problem]:
    for section, hint in _NAMED.items():
        before, after = old.tree.get(section) or {}, new.tree.get(section) or {}
        for name, content in before.items():
            if digest_of(content) != digest_of(after.get(name)) and _is_used(section, name, old):
                what = {"cues": "cue family", "record_kinds": "kind of record", "scales": "scale"}.get(section, "reply")
                message = f"the {what} {name!r} changed, for records of the past too"
                yield Problem("in-place-edit", message, (section, name), hint)


def _is_used(section: str, name: str, catalog: Catalog) -> bool:
    """True when a rule, or another family that a rule may use, speaks of a cue family; the others always count."""
    if section != "cues":
        return True
    content = content_of(catalog)
    others = {key: value for key, value in content["cues"].items() if key != name}
    return re.search(rf"\b{re.escape(name)}\b", repr([content["rules"], content.get("readings"), others])) is not None


def _defaults(old: Catalog, new: Catalog) -> Iterator[Problem]:
    written = new.tree.get("defaults") or {}
    for name in sorted({*old.defaults, *new.defaults}):
        was, now = old.defaults.get(name), new.defaults.get(name)
        if was != now:
            path = ("defaults", name) if name in written else ("fields", name, "default")
            message = f"{name} was taken as {_shown(was)} and is taken as {_shown(now)} where a record does not say"
            yield Problem("in-place-edit", message, path)


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)


def _about(old: Catalog, new: Catalog) -> Iterator[Problem]:
    """The section about the catalog, and the names that agents may give."""
    is_dated = any(rule.versions for rule in old.rules.values()) or any(
        waiver.from_us is not None or waiver.until_us is not None for waiver in old.waivers
    )
    if str(old.zone) != str(new.zone) and is_dated:
        message = f"versions and waivers began at midnight in {old.zone} and begin at midnight in {new.zone}"
        yield Problem("in-place-edit", message, ("catalog", "time_zone"))
    if old.fiscal_year_start != new.fiscal_year_start:
        message = f"the fiscal year began in month {old.fiscal_year_start} and begins in {new.fiscal_year_start}"
        yield Problem("in-place-edit", message, ("catalog", "fiscal_year_start"))
    # A name more is how agents join; a name less makes calls of the past anonymous.
    if gone := sorted(set(old.organisation) - set(new.organisation)):
        yield Problem("in-place-edit", f"the organisation no longer goes by {', '.join(gone)}", ("names",))
    yield from _agents(old.agents, new.agents)


def _agents(old: Mapping[str, tuple[str, ...]], new: Mapping[str, tuple[str, ...]]) -> Iterator[Problem]:
    for agent, names in old.items():
        if gone := sorted(set(names) - set(new.get(agent, ()))):
            message = f"the agent {agent} no longer goes by {', '.join(gone)}"
            yield Problem("in-place-edit", message, ("names", "agents", agent))
