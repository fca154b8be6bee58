"""What a report is made of: sections of paragraphs, pictures and tables, all of them plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from servstd.objective import Summary, format_rate
from servstd.objective.figure import Figure, format_percent
from servstd.report.drawing import Picture


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `order` is what its column sorts by when that is not the text; `style` names a colour.

    `sign` stands for the style where a picture has no room for words.
    """

    text: str
    order: float | str | None = None
    style: str = ""
    is_number: bool = False
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; the first cell of a row is its head. Long ones can be filtered."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its anchor, title, paragraphs, and pictures and tables in order."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    parts: tuple[Picture | Table, ...] = ()


def text_cell(text: object, style: str = "") -> Cell:
    """Words; a dash for nothing."""
    return Cell("-" if text is None or text == "" else str(text), style=style)


def rule_cell(title: str, rule_id: str) -> Cell:
    """A rule by its title, with its id."""
    return Cell(title, rule_id, "rule")


def count_cell(number: float | int) -> Cell:
    """A number of things."""
    return Cell(f"{number:,}".replace(",", " "), float(number), is_number=True)


def rate_cell(summary: Summary) -> Cell:
    """A rate with its interval; it sorts by the rate, nothing decided last."""
    return Cell(format_rate(summary), -1.0 if summary.rate is None else summary.rate, is_number=True)


def share_cell(share: float | None) -> Cell:
    """A share in percent."""
    return Cell("-" if share is None else f"{format_percent(share)}%", -1.0 if share is None else share, is_number=True)


def figure_cell(figure: Figure) -> Cell:
    """A share with its interval."""
    if figure.value is None:
        return Cell("-", -1.0, is_number=True)
    ends = (
        ""
        if figure.low is None or figure.high is None
        else f" ({format_percent(figure.low)}-{format_percent(figure.high)})"
    )
    return Cell(f"{format_percent(figure.value)}%{ends}", figure.value, is_number=True)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table of any rows."""
    return Table(caption, tuple(heads), tuple(tuple(row) for row in rows))


def some(*parts: Picture | Table | None) -> tuple[Picture | Table, ...]:
    """The parts that there are; a table without rows is none."""
    return tuple(part for part in parts if part is not None and not (isinstance(part, Table) and not part.rows))
