"""The reasoning of a verdict as an indented tree: what was asked, what was found, and the answer."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from servstd.cli.wrapping import LINE_WIDTH
from servstd.evaluate.checks_found import CheckFound, State
from servstd.evaluate.conditions_found import ANSWERS, ConditionFound
from servstd.evaluate.reasoning import OpportunityFound, Reasoning
from servstd.outcome import Outcome

INDENT = "  "
_MOST_FOUND = 40
_GROUPS = {"all": "all of these", "any": "one of these", "not": "not this"}
_STATES = {State.LEFT_OUT: "left out", State.NOT_NEEDED: "not needed"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line: how deep, what was asked, what was found, and the answer; `outcome` colours a page."""

    depth: int
    text: str
    found: str = ""
    answer: str = ""
    outcome: Outcome | None = None


def tree_rows(reasoning: Reasoning, is_full: bool = False) -> list[Row]:
    """The tree; of several opportunities only the one that speaks is shown in full, unless all are asked for."""
    rows: list[Row] = []
    if reasoning.for_each is not None:
        rows.append(Row(0, f"for each {reasoning.for_each}", f"found {len(_items(reasoning))}"))
    for one in reasoning.opportunities:
        is_shown = is_full or one.is_speaking
        depth = 0
        if len(reasoning.opportunities) > 1 or one.number is not None:
            rows.append(Row(0, _heading(one), "", _result(one.outcome, one.reason), one.outcome))
            depth = 1
        if is_shown:
            rows += _opportunity(one, depth)
    return rows


def _items(reasoning: Reasoning) -> list[OpportunityFound]:
    return [one for one in reasoning.opportunities if one.number is not None]


def _heading(one: OpportunityFound) -> str:
    if one.number is None or one.item is None:
        return "opportunity"
    name = str(one.item["name"]).replace("_", " ")
    what = f"{name} {one.item['at'][:16].replace('T', ' ')}" if one.item["at"] else f"turn by {name}"
    return f"opportunity {one.number}: {what}"


def _result(outcome: Outcome | None, reason: str | None) -> str:
    return "" if outcome is None else f"{outcome.value}, {reason}"


def _opportunity(one: OpportunityFound, depth: int) -> Iterator[Row]:
    if one.version is not None:
        yield Row(depth, f"version in force: {_dates(*one.version)}")
    if one.applies_to is not None:
        yield from condition_rows("applies_to", one.applies_to, depth)
    for name, condition in one.excepts:
        yield from condition_rows(f"except {name}", condition, depth)
    if one.decided_by == "override":
        yield Row(depth, "override by a reviewer", "", _result(one.outcome, one.reason), one.outcome)
    if one.check is not None:
        yield from check_rows(one.check, depth)
    elif one.decided_by not in ("applies_to", "except", "override"):
        yield Row(depth, f"decided by: {one.decided_by}", "", _result(one.outcome, one.reason), one.outcome)
    if one.decided_by == "waiver":
        yield Row(depth, "waiver", f"found {', '.join(one.names)}", _result(one.outcome, one.reason), one.outcome)


def _dates(begin: object, until: object) -> str:
    if begin is None:
        return "the first" if until is None else f"until {until}"
    return f"from {begin}" + (f" until {until}" if until is not None else "")


def condition_rows(label: str, found: ConditionFound, depth: int) -> Iterator[Row]:
    """A condition: a leaf on one line, a group with its parts below it."""
    head = f"{label}: " if label else ""
    answer = ANSWERS[found.answer]
    if found.logic is None:
        yield Row(depth, f"{head}{found.expected}", f"found {found.found}", answer)
        return
    yield Row(depth, f"{head}{_GROUPS[found.logic]}", "", answer)
    for part in _flat(found):
        yield from condition_rows("", part, depth + 1)


def _flat(found: ConditionFound) -> Iterator[ConditionFound]:
    """The parts of a group; a group of the same sort inside it says nothing more than its parts."""
    for part in found.parts:
        if part.logic == found.logic and part.logic != "not":
            yield from _flat(part)
        else:
            yield part


def check_rows(check: CheckFound, depth: int) -> Iterator[Row]:
    """A check with its parameters; a combination with its steps in order, the one that decided marked."""
    name = "check" if check.name is None else f"step {check.name}"
    is_mark = check.name is not None and check.state is State.DECIDED
    answer = _STATES.get(check.state) or _result(check.outcome, check.reason)
    yield Row(depth, f"{name}: {check.kind}", "decided" if is_mark else "", answer, check.outcome)
    if check.when is not None:
        yield from condition_rows("when", check.when, depth + 1)
    if check.state in _STATES:
        return
    tables = {target.parameter: target for target in check.targets}
    for key, value in check.parameters:
        target = tables.get(key)
        if target is None:
            yield Row(depth + 1, f"{key}: {value}")
        elif target.field is not None:
            yield Row(depth + 1, f"{key}: {value}", f"found {target.found}")
        else:
            yield Row(depth + 1, f"{key}: the first row that holds")
            for condition, use, is_used in target.rows:
                yield from _table_row(condition, use, is_used, depth + 2)
    yield from _starts(check, depth + 1)
    for inside in check.checks:
        yield from check_rows(inside, depth + 1)


def _table_row(condition: ConditionFound | None, use: str, is_used: bool, depth: int) -> Iterator[Row]:
    used = "used" if is_used else ""
    if condition is None:
        yield Row(depth, f"otherwise {use}", "", used)
        return
    rows = list(condition_rows(f"{use} when", condition, depth))
    first = rows[0]
    yield Row(first.depth, first.text, first.found, f"{first.answer}, used" if is_used else first.answer)
    yield from rows[1:]


def _starts(check: CheckFound, depth: int) -> Iterator[Row]:
    """The conclusions of a check that made several: one a start, a gap or a period."""
    if len(check.parts) < 2:
        return
    for number, part in enumerate(check.parts, start=1):
        at = part.figures.get("received_at")
        when = f" from {at[:16].replace('T', ' ')}" if at else ""
        yield Row(depth, f"{number}.{when}", "", _result(part.outcome, part.reason), part.outcome)


def tree_lines(rows: Sequence[Row]) -> Iterator[str]:
    """The rows in columns; what is too long for its column takes lines of its own."""
    tabled = [row for row in rows if row.found or row.answer]
    found = max((len(row.found) for row in tabled if len(row.found) <= _MOST_FOUND), default=0)
    most = LINE_WIDTH - len(INDENT) * 2 - found - max((len(row.answer) for row in tabled), default=0)
    texts = [len(INDENT * row.depth + row.text) for row in tabled]
    width = max((length for length in texts if length <= most), default=0)
    for row in rows:
        yield from _lines(row, width, found)


def _lines(row: Row, width: int, found: int) -> Iterator[str]:
    indent = INDENT * row.depth
    text = indent + row.text
    has_columns = bool(row.found or row.answer)
    line = f"{text:{width}}  {row.found:{found}}  {row.answer}".rstrip()
    if has_columns and len(text) <= width and len(line) <= LINE_WIDTH:
        yield line
        return
    hanging = indent + INDENT * 2
    yield from textwrap.wrap(
        text, LINE_WIDTH, subsequent_indent=hanging, break_on_hyphens=False, break_long_words=False
    )
    if has_columns:
        line = f"{'':{width}}  {row.found:{found}}  {row.answer}".rstrip()
        yield line if len(line) <= LINE_WIDTH else f"{indent}{INDENT * 2}{row.found}  {row.answer}".rstrip()
