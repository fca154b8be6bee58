"""The table of `servstd check`: summaries as aligned lines of plain text."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from servstd.objective import Objective, Summary, format_rate
from servstd.objective.summary import IN_PART, SAMPLED

_STYLES = {"grey": "bright_black", "orange": "yellow"}  # what every terminal knows
_LEAST = (4, 4, 7, 7)
_NAMES = ("pass", "fail", "pending", "unknown")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, with the colour of the part that starts at `mark` (None: all of it plain)."""

    text: str
    colour: str | None = None
    mark: int = 0


def render_table(
    summaries: Sequence[Summary], by: Sequence[str], notes: Mapping[str, str], width: int | None = None
) -> list[Line]:
    """The header and one line a summary. `notes` says by rule id why there is no band.

    With a `width` the last columns get shorter, then go, until the lines fit; rule ids are never cut.
    """
    for level in (3, 2, 1, 0):
        lines = _lines(summaries, by, notes, level)
        if width is None or max(len(line.text) for line in lines) <= width:
            break
    return lines


def _lines(summaries: Sequence[Summary], by: Sequence[str], notes: Mapping[str, str], level: int) -> list[Line]:
    """Level 3 is everything, 2 has short objectives, 1 no `of` either, 0 no objectives."""
    rows = [_cells(summary, by, notes, level) for summary in summaries]
    has_objective = level and any(row[-1] for row in rows)
    tail = ["rate (95% interval)", *(["of"] if level >= 2 else []), *(["objective"] if has_objective else [])]
    header = ["rule", *by, *_NAMES, *tail]
    rows = [row[: len(header)] for row in rows]
    least = [0] * (1 + len(by)) + list(_LEAST) + [0] * len(tail)
    widths = [max(length, *(len(row[i]) for row in [header, *rows])) for i, length in enumerate(least)]
    right = set(range(1 + len(by), 5 + len(by))) | ({6 + len(by)} if level >= 2 else set())
    tight = set(range(2 + len(by), 5 + len(by)))  # counts stand close together
    lines = [Line(_join(header, widths, right, tight)[0])]
    for row, summary in zip(rows, summaries, strict=True):
        text, mark = _join(row, widths, right, tight)
        is_sampled = notes.get(summary.key["rule_id"]) == SAMPLED
        lines.append(Line(text, ("grey" if is_sampled else summary.band_colour) if summary.decided else None, mark))
    return lines


def _join(cells: Sequence[str], widths: Sequence[int], right: set[int], tight: set[int]) -> tuple[str, int]:
    """The line, and where its last column begins."""
    text, mark = "", 0
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        text += "" if not index else " " if index in tight else "  "
        mark = len(text)
        text += cell.rjust(width) if index in right else cell.ljust(width)
    return text.rstrip(), mark


def _cells(summary: Summary, by: Sequence[str], notes: Mapping[str, str], level: int) -> list[str]:
    groups = [show_value(summary.key[name]) for name in by]
    counts = (summary.passed, summary.failed, summary.pending, summary.unknown)
    tail = [format_rate(summary), *([str(summary.opportunities)] if level >= 2 else [])]
    rule_id: str = summary.key["rule_id"]
    return [rule_id, *groups, *map(str, counts), *tail, _objective(summary, notes.get(rule_id), level)]


def show_value(value: object) -> str:
    """A grouping value; a dash for none."""
    return "-" if value is None else str(value)


def target_of(objective: Objective) -> str:
    """`95%`, or `at most 5%`; a star says that nobody has confirmed it."""
    share = f"{objective.target * 100:.10g}%"
    text = f"at most {share}" if objective.is_at_most else share
    return text if objective.confirmed else f"{text}*"


def _objective(summary: Summary, note: str | None, level: int) -> str:
    target = "" if summary.objective is None else target_of(summary.objective)
    words = (note or (summary.band.label if summary.band else ""), IN_PART if summary.is_in_part else "")
    label = ", ".join(filter(None, words))
    return f"{target} {label}".strip() if level >= 3 else target


def list_of(words: Iterable[str], most: int) -> str:
    """`'a', 'b', ...`: the first words, in quotes."""
    quoted = [f"'{word}'" for word in words]
    return ", ".join([*quoted[:most], *(["..."] if len(quoted) > most else [])])


def print_lines(lines: Callable[[int | None], Iterable[Line]]) -> None:
    """Print what `lines` gives for the width of the terminal (None: no terminal), in colour where there is one."""
    console = Console(highlight=False, soft_wrap=True)
    for line in lines(shutil.get_terminal_size().columns if sys.stdout.isatty() else None):
        text = Text(line.text)
        if line.colour:
            text.stylize(_STYLES.get(line.colour, line.colour), line.mark)
        console.print(text)
