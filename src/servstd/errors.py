"""Every exception of servstd.

A missed standard is a `Verdict`, never an exception; an exception means bad input.

    ServstdError
    ├── CatalogError(ValueError)     a catalog, calendar or mapping that cannot be used; `.problems` lists all of it
    ├── RecordError(ValueError)      a record that cannot be read; `.problems`
    ├── CalendarError(ValueError)    a question that a calendar cannot answer
    │   ├── NeverOpen                it never opens in the direction asked
    │   └── HolidaysUnknown          beyond the years for which its holidays are known (`strict_holidays: true`)
    ├── PlanError(ValueError)        a plan that can not be made, or that another version of servstd made
    └── ExtraMissing(ImportError)    what was asked needs a package that is not installed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

_LONGEST_LINE = 200
Level = Literal["error", "warning", "info"]


class ServstdError(Exception):
    """Base of all errors that servstd raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, with its place.

    `keys` is the way through the YAML (`("rules", "email.response_time", "check")`) and `path` the same as people
    write it; `line` and `column` count from 1 and are None when the input was not a file. `hint` is given only when it
    is certain.
    """

    code: str
    message: str
    keys: tuple[str | int, ...] = ()
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    source: str | None = field(default=None, repr=False)
    level: Level = "error"

    @property
    def path(self) -> str:
        """The path as people write it: `rules.email.response_time.check[2]`."""
        text = ""
        for part in self.keys:
            text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else str(part))
        return text

    def __str__(self) -> str:
        return self.render()

    def headline(self) -> str:
        """`file:line:column: path: what is wrong [code]`, leaving out what is not known."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return ": ".join(part for part in (place, self.path, f"{self.message} [{self.code}]") if part)

    def render(self) -> str:
        """The headline, the source line with a caret, then the hint."""
        lines = [self.headline()]
        if self.source is not None and self.column is not None:
            lines += _pointed_out(self.source.rstrip(), self.column)
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)


def _pointed_out(source: str, column: int) -> list[str]:
    """The source line with a caret below; of a very long line the part around it."""
    begin = max(0, column - _LONGEST_LINE // 2) if len(source) > _LONGEST_LINE else 0
    end = begin + _LONGEST_LINE
    before, after = ("..." if begin else ""), ("..." if end < len(source) else "")
    return [f"  {before}{source[begin:end]}{after}", "  " + " " * (len(before) + column - 1 - begin) + "^"]


class _Problems(ServstdError, ValueError):
    """An error that carries everything found wrong, in line order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(
            sorted(problems, key=lambda p: (p.file or "", p.line or 0, p.column or 0))
        )
        super().__init__("\n".join(problem.render() for problem in self.problems))

    def __reduce__(self) -> tuple[type[_Problems], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CatalogError(_Problems):
    """A catalog, calendar or mapping cannot be used. `.problems` holds every fault, in line order."""


class RecordError(_Problems):
    """A record cannot be read. `.problems` holds every fault."""


class CalendarError(ServstdError, ValueError):
    """A question that a calendar cannot answer."""


class NeverOpen(CalendarError):
    """The calendar never opens in the direction asked for."""


class HolidaysUnknown(CalendarError):
    """An instant lies beyond the years for which the holidays are known, and `strict_holidays` is on."""


class PlanError(ServstdError, ValueError):
    """A plan can not be made, or can not be read here: it is cut short, or another version of servstd made it."""


class ExtraMissing(ServstdError, ImportError):
    """What was asked for needs a package of an extra that is not installed; the message says which to install."""
