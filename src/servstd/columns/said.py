"""What was said in a batch of records, as arrays: who spoke when, and in which turns a cue is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from servstd.columns.arrays import Bools, FieldColumn, Ints, nothing

if TYPE_CHECKING:
    from servstd.cues import CueFamily, Names

Find = Callable[["CueFamily", Ints, "NamesOfRows", Ints], Bools]


@dataclass(frozen=True)
class NamesOfRows:
    """The names that count for self-identification in each record: `values[codes[row]]`."""

    codes: Ints
    values: Sequence[Names]

    def ask(self, test: Callable[[Names], bool]) -> Bools:
        """Where a test of the names is met."""
        answers = [test(names) for names in self.values]
        if len(set(answers)) == 1:
            return np.full(len(self.codes), answers[0])
        found: Bools = np.array(answers, np.bool_).take(self.codes)
        return found


def names_of_rows(
    agents: FieldColumn | None, own: FieldColumn | None, count: int, names_for: Callable[[Any, Any], Names]
) -> NamesOfRows:
    """The names of each record, by its agent and by the names that it gives itself."""
    one, two = agents or nothing(count), own or nothing(count)
    width = len(two.values) + 1
    pairs, codes = np.unique((one.codes.astype(np.int64) + 1) * width + two.codes + 1, return_inverse=True)
    values = [names_for((None, *one.values)[pair // width], ((), *two.values)[pair % width]) for pair in pairs.tolist()]
    return NamesOfRows(codes, values)


@dataclass(frozen=True)
class SaidRows:
    """Turns as seen at one instant, flat, in the order of each record; adjacent ones of one speaker are joined.

    `row` is the record of each, ascending, out of `count`. `speaker` is a place in `speakers`. `at` is its instant
    where `is_timed`. `is_unsure`, by record, marks those with turns that could not be read. `find` looks for a cue
    family in some of the turns, given the names that count in each record and the record of each turn.
    """

    count: int
    row: Ints
    speaker: NDArray[np.int32]
    speakers: tuple[str, ...]
    at: Ints
    is_timed: Bools
    is_unsure: Bools
    find: Find


class Said:
    """The turns of a batch. Each is searched at most once for each family."""

    def __init__(self, rows: SaidRows, names: NamesOfRows) -> None:
        self.rows, self.names = rows, names
        self._found: dict[str, tuple[Bools, Bools]] = {}
        self._spoken: dict[str, Spoken] = {}

    @cached_property
    def amount(self) -> Ints:
        """How many turns each record has."""
        return np.bincount(self.rows.row, minlength=self.rows.count)

    def by(self, speaker: str) -> Spoken:
        """The turns of one speaker."""
        if speaker not in self._spoken:
            numbers = [number for number, name in enumerate(self.rows.speakers) if name == speaker]
            self._spoken[speaker] = Spoken(self.rows, np.flatnonzero(np.isin(self.rows.speaker, numbers)))
        return self._spoken[speaker]

    def hits(self, families: Iterable[CueFamily], places: Ints) -> Bools:
        """In which of the turns at some places one of the families is found."""
        found = np.zeros(len(places), np.bool_)
        for family in families:
            found[~found] = self._hits(family, places[~found])
        return found

    def _hits(self, family: CueFamily, places: Ints) -> Bools:
        if family.name not in self._found:
            none = np.zeros(len(self.rows.row), np.bool_)
            self._found[family.name] = none, none.copy()
        is_known, is_hit = self._found[family.name]
        is_wanted = np.zeros(len(is_known), np.bool_)
        is_wanted[places] = True
        todo = np.flatnonzero(is_wanted & ~is_known)
        if len(todo):
            is_hit[todo] = self.rows.find(family, todo, self.names, self.rows.row[todo])
            is_known[todo] = True
        return is_hit[places]


class Spoken:
    """The turns of one speaker, by their `place` among all; those of each record stand between two `offsets`."""

    def __init__(self, rows: SaidRows, place: Ints) -> None:
        self.place = place
        row = rows.row[place]
        self.amount = np.bincount(row, minlength=rows.count)
        self.offsets = np.concatenate([[0], np.cumsum(self.amount)])
        self.has_times = np.zeros(rows.count, np.bool_)
        self.has_times[row[rows.is_timed[place]]] = True

    def of(self, record: Ints) -> tuple[Ints, Ints]:
        """All turns of some records, a record perhaps several times: which of `record`, and the place of the turn."""
        amount = self.amount[record]
        owner = np.repeat(np.arange(len(record)), amount)
        begins = np.cumsum(amount) - amount
        return owner, self.place[self.offsets[record][owner] + np.arange(len(owner)) - begins[owner]]
