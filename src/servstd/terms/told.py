"""What a check demands, told to people who do not write rules: rows of a label and a text."""

from __future__ import annotations

from dataclasses import dataclass

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """`rows` are labels with texts, `parts` the checks inside by name, `undecided` what leaves it unknown.

    `kind` is that of the check: between two of one kind, a row that is gone says something.
    """

    rows: tuple[Row, ...]
    parts: tuple[tuple[str, Told], ...] = ()
    undecided: tuple[str, ...] = ()
    kind: str = ""


def rows(*pairs: tuple[str, str | None]) -> tuple[Row, ...]:
    """The pairs that have a text."""
    return tuple((label, text) for label, text in pairs if text)


def listed(items: list[str], last: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def counted_word(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `10th`."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
