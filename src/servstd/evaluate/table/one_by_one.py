"""What the columns left, judged record by record: codes, and counts of opportunities, as the columns give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from servstd.columns import Codes, Counts, Decided
from servstd.columns.columns import Ints
from servstd.evaluate.assessment import Assessment
from servstd.evaluate.judge import parts_of
from servstd.finding import Finding, combine
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN, Outcome

_COUNTED = (PASS, FAIL, PENDING, UNKNOWN)
Amounts = NDArray[np.int32]


class Left:
    """The rows of one rule that the columns left: `judged` are looked at, each for those of `rows` like it (`by`)."""

    def __init__(self, decided: Decided, rows: Ints, judged: Ints, by: Ints) -> None:
        self.decided, self.rows, self.judged, self.by = decided, rows, judged, by
        self._place = {row: place for place, row in enumerate(judged.tolist())}
        self._codes = np.zeros(len(judged), np.uint8)
        self._amounts = np.zeros((len(judged), 4), np.int32)
        self._has_own = np.zeros(len(judged), np.bool_)

    def put(self, row: int, findings: Sequence[Finding], codes: Codes) -> None:
        """The findings of all opportunities of one of `judged`."""
        place, speaks = self._place[row], combine(findings)
        self._codes[place] = codes.of(speaks.outcome, speaks.reason)
        amounts = amounts_of(finding.outcome for finding in findings)
        self._amounts[place] = amounts
        self._has_own[place] = sum(amounts) != (0 if speaks.outcome is NOT_APPLICABLE else 1)

    def filled(self) -> Decided:
        """What the columns decided with what was found here."""
        codes = self.decided.codes.copy()
        codes[self.rows] = self._codes[self.by]
        has_own = self._has_own[self.by]
        counts = merged(self.decided.counts, self.rows[has_own], self._amounts[self.by][has_own])
        return Decided(codes, counts)


def amounts_of(outcomes: Iterable[Outcome]) -> tuple[int, int, int, int]:
    """How many passed, failed, are pending, are unknown."""
    found = list(outcomes)
    passed, failed, pending, unknown = (sum(one is outcome for one in found) for outcome in _COUNTED)
    return passed, failed, pending, unknown


def merged(counts: Counts | None, rows: Ints, amounts: Amounts) -> Counts | None:
    """Counts with those of further rows."""
    if counts is None:
        return Counts(rows, amounts) if len(rows) else None
    if not len(rows):
        return counts
    is_kept = ~np.isin(counts.rows, rows)
    both = np.concatenate([counts.rows[is_kept], rows])
    order = np.argsort(both, kind="stable")
    return Counts(both[order], np.concatenate([counts.amounts[is_kept], amounts])[order])


def judge_rows(
    left: Mapping[str, Left], codes: Codes, assess: Callable[[Ints], Iterable[tuple[int, Assessment]]]
) -> None:
    """Judge each row once for all rules that left it."""
    wanted: dict[int, list[str]] = {}
    for name, rest in left.items():
        for row in rest.judged.tolist():
            wanted.setdefault(row, []).append(name)
    for row, assessment in assess(np.array(sorted(wanted), np.int64)):
        for name in wanted[row]:
            left[name].put(row, [part for _, part in parts_of(assessment.judged(name))], codes)
