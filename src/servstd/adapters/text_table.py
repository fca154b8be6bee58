"""The header and the rows of CSV and tab-separated text.

A row can take in others, when a quote in it is not closed. Where the lines inside look like rows, only the first row is
lost: the others are read again, each on its own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from servstd.adapters.first_bytes import UTF8_HINT
from servstd.adapters.lines import Lines, RawRow, unusable
from servstd.adapters.quotes import (
    LONGEST_CELL,
    find_delimiter,
    holds_rows,
    is_well_formed,
    long_cells,
    separator_line,
)

Settings = dict[str, Any]
_QUOTE_HINT = "a cell that begins with a quote ends with one; a quote inside of it is written twice"
_ENDS_HINT = "save the file with the line ends of Windows or Unix"


def read_header(lines: Lines, file_format: str) -> tuple[tuple[str, ...], Settings]:
    """The columns of a table, and the settings with which `csv.reader` reads its rows from the same lines.

    Raises `RecordError` when there are none.
    """
    source = (line for line in lines if line.strip())
    first = next(source, None)
    delimiter = "\t"
    if file_format != "tsv" and first is not None:
        delimiter = separator_line(first) or ""
        first = next(source, None) if delimiter else first
    if first is None:
        raise unusable("no-header", "the file is empty", lines.file)
    settings: Settings = {"delimiter": delimiter or find_delimiter(first)}
    if file_format == "tsv":
        settings["quoting"] = csv.QUOTE_NONE
    cells = _header_cells(lines, first, settings)
    if lines.broken:
        raise unusable("not-utf8", f"in the header {lines.fault}", lines.file, UTF8_HINT, lines.number)
    return tuple(name.strip() for name in cells), settings


def _header_cells(lines: Lines, first: str, settings: Settings) -> list[str]:
    line = lines.number
    try:
        cells = next(csv.reader(_first_then(first, lines), **settings))
    except csv.Error as error:
        if _is_too_long(error):
            raise unusable("open-quote", "a quote in the header is not closed", lines.file, _QUOTE_HINT, line) from None
        what = "the lines end in CR, as on old Macs" if first.count("\r") > 1 else "a CR in the header is in no quotes"
        raise unusable("bad-row", what, lines.file, _ENDS_HINT, line) from None
    if lines.is_over:
        raise unusable("open-quote", "a quote in the header is not closed", lines.file, _QUOTE_HINT, line)
    return cells


def _first_then(first: str, lines: Lines) -> Iterator[str]:
    yield first
    yield from lines


def _is_too_long(error: csv.Error) -> bool:
    return "limit" in str(error)


def table_rows(lines: Lines, header: tuple[str, ...], settings: Settings) -> Iterator[RawRow]:
    """The rows that are left in `lines`. Between two of them no line is half read."""
    width, held, reader = len(header), lines.hold(), csv.reader(lines, **settings)
    while True:
        line = lines.number + 1
        held.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            found = _after_error(lines, line, width, settings, error)
            reader = csv.reader(lines, **settings)
            if isinstance(found, RawRow):
                yield found
                continue
            cells = found
        if (lines.number > line or lines.is_over) and (bad := _open_quote(lines, line, cells, width, settings)):
            yield bad
            reader = csv.reader(lines, **settings)
        elif not any(cell.strip() for cell in cells):
            continue  # spreadsheets end their files with rows of nothing
        elif lines.broken >= line:
            yield lines.not_utf8(line, _broken_column(header, cells))
        elif len(cells) < width or any(cell.strip() for cell in cells[width:]):
            yield lines.bad(line, "cell-count", _count_message(len(cells), width, lines.number - line))
        else:
            yield RawRow(line, dict(zip(header, cells, strict=False)), hash(tuple(cells[:width])))


def _broken_column(header: tuple[str, ...], cells: list[str]) -> tuple[str, ...]:
    return next(((name,) for name, cell in zip(header, cells, strict=False) if "\ufffd" in cell), ())


def _count_message(count: int, width: int, more_lines: int) -> str:
    message = f"{count} cells where the header has {width}"
    return f"{message}; a quote in it runs over {_lines(more_lines)}" if more_lines else message


def _lines(count: int) -> str:
    return f"{count} more line{'' if count == 1 else 's'}"


def _after_error(lines: Lines, line: int, width: int, settings: Settings, error: csv.Error) -> list[str] | RawRow:
    """The row that `csv` did not read, with longer cells, or the bad row that it is."""
    if _is_too_long(error):
        lines.give_back(0)
        try:
            with long_cells():
                return next(csv.reader(lines, **settings))
        except csv.Error as again:
            error = again
    more = lines.number - line
    if more and holds_rows(lines.texts(), width, settings):
        lines.give_back(1)
        return lines.bad(line, "open-quote", f"{_runs_over(more)}, which are read as rows", _QUOTE_HINT)
    if _is_too_long(error):
        message = f"a cell in it has more than {LONGEST_CELL:,} characters"
        if more:
            return lines.bad(line, "open-quote", f"{message}; {_runs_over(more)}", _QUOTE_HINT)
        return lines.bad(line, "bad-row", message)
    return lines.bad(line, "bad-row", "a CR in it is in no quotes", _ENDS_HINT)


def _runs_over(more: int) -> str:
    return f"a quote in it runs over {_lines(more)}"


def _open_quote(lines: Lines, line: int, cells: list[str], width: int, settings: Settings) -> RawRow | None:
    """The bad row that a row of several lines is when a quote in it takes in others; None when it is an honest text.

    What is written by the rules of CSV is never read in another way, whatever it looks like.
    """
    if not (lines.is_over or _may_hold_rows(lines, width, settings)):
        return None
    texts, more = lines.texts(), lines.number - line
    if lines.is_over:
        return _never_closed(lines, line, cells[-1], width, settings)
    if not holds_rows(texts, width, settings):
        return None
    if len(cells) == width and is_well_formed(texts, settings):
        if not holds_rows(texts, width, settings, is_certain=True):
            return None
        return lines.bad(line, "open-quote", f"{_runs_over(more)} that look like rows", _QUOTE_HINT)
    lines.give_back(1)
    return lines.bad(line, "open-quote", f"{_runs_over(more)}, which are read as rows", _QUOTE_HINT)


def _may_hold_rows(lines: Lines, width: int, settings: Settings) -> bool:
    """A quick look, for most texts of several lines are honest."""
    delimiter, needed = settings["delimiter"].encode(), width - 1
    return any(raw.count(delimiter) >= needed for raw in (lines.held or ())[1:])


def _never_closed(lines: Lines, line: int, opened: str, width: int, settings: Settings) -> RawRow:
    """The bad row of a quote that is open at the end of the file; `opened` is all that stands behind it."""
    texts = lines.texts()
    more = opened.count("\n") - opened.endswith("\n")
    opening = len(texts) - 1 - more
    message = f"a quote in {f'line {line + opening}' if opening else 'it'} is never closed"
    if more and holds_rows([texts[0], *texts[opening + 1 :]], width, settings):
        lines.give_back(opening + 1)
        after = f"{more} lines after it are read as rows" if more > 1 else "line after it is read as a row"
        message = f"{message}; the {after}"
    elif more:
        message = f"{message}; it runs over {_lines(more)}"
    return lines.bad(line, "open-quote", message, _QUOTE_HINT)
