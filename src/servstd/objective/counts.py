"""What one group of verdicts holds: records and opportunities by outcome and reason, in little room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from servstd.outcome import FAIL, PASS, PENDING, UNKNOWN, Outcome

Pair = tuple[Outcome, str]
COUNTED = (PASS, FAIL, PENDING, UNKNOWN)
AMOUNTS = ("records", "passed", "failed", "pending", "unknown", "squares")
"""What a cell counts: see `Counts`."""
_WIDTH = len(AMOUNTS)
_MOST_SHARED = 10_000
_SHARED: dict[tuple[Any, ...], tuple[Any, ...]] = {}


def shared(names: tuple[Any, ...]) -> tuple[Any, ...]:
    """The one tuple that stands for all equal ones: a million groups have few reasons among them."""
    found = _SHARED.get(names)
    if found is None:
        if len(_SHARED) >= _MOST_SHARED:
            return names
        found = _SHARED[names] = names
    return found


class Counts:
    """What one group holds: `cells` by outcome and reason.

    A cell counts records (each gives one verdict a rule), and how many opportunities of these records passed, failed,
    are pending and are unknown: one record may hold several. `passed`, `failed`, `pending` and `unknown` are the sums,
    `verdicts` the records. Last in a cell is the sum of the squares of how many each record decided, which tells how
    the opportunities lie in records. Sums that are given by themselves stand in cells without a reason and without
    records; whoever gives them says that each is on its own.
    """

    # One flat list and a tuple that many share, for a dict of lists takes three times the room.
    __slots__ = ("_amounts", "_pairs")

    def __init__(
        self,
        passed: int = 0,
        failed: int = 0,
        pending: int = 0,
        unknown: int = 0,
        verdicts: Mapping[Pair, int] | None = None,
    ) -> None:
        self._pairs: tuple[Pair, ...] = ()
        self._amounts: list[int] = []
        for place, amount in enumerate((passed, failed, pending, unknown)):
            if amount:
                self.add(COUNTED[place], "", (0, *(amount * (place == other) for other in range(4))))
        for (outcome, reason), count in (verdicts or {}).items():
            self.add(outcome, reason, (count, 0, 0, 0, 0, 0))

    def add(self, outcome: Outcome, reason: str, amounts: Sequence[int]) -> None:
        """Add records and their opportunities that passed, failed, are pending and are unknown, then their squares.

        Where the squares are not known and left out, they are taken to be the largest that the others allow.
        """
        if len(amounts) < _WIDTH:
            amounts = (*amounts, _most_squares(outcome, amounts[0], amounts[1] + amounts[2]))
        pair = (outcome, reason)
        if pair not in self._pairs:
            self._pairs = shared((*self._pairs, pair))
            self._amounts = [*self._amounts, *amounts]
            return
        first, own = self._pairs.index(pair) * _WIDTH, self._amounts
        for place, amount in enumerate(amounts, first):
            own[place] += amount

    def __add__(self, other: Counts) -> Counts:
        whole = Counts()
        whole._pairs, whole._amounts = self._pairs, self._amounts.copy()
        for (outcome, reason), cell in other._each():
            whole.add(outcome, reason, cell)
        return whole

    def __eq__(self, other: object) -> bool:
        return self._given() == other._given() if isinstance(other, Counts) else NotImplemented

    def __getstate__(self) -> tuple[tuple[Pair, ...], list[int]]:
        return self._pairs, self._amounts

    def __setstate__(self, state: tuple[tuple[Pair, ...], list[int]]) -> None:
        self._pairs, self._amounts = shared(state[0]), state[1]

    def __repr__(self) -> str:
        return f"Counts({', '.join(f'{pair[0]}/{pair[1]}: {cell}' for pair, cell in self._each())})"

    def _each(self) -> Iterator[tuple[Pair, list[int]]]:
        for place, pair in enumerate(self._pairs):
            yield pair, self._amounts[place * _WIDTH : (place + 1) * _WIDTH]

    def _given(self) -> dict[Pair, list[int]]:
        return {pair: cell for pair, cell in self._each() if any(cell)}

    def _sum(self, place: int) -> int:
        return sum(self._amounts[place::_WIDTH])

    def sums(self) -> list[int]:
        """All amounts of all cells together, in the order of `AMOUNTS`."""
        own = self._amounts
        return own.copy() if len(own) == _WIDTH else [sum(own[place::_WIDTH]) for place in range(_WIDTH)]

    @property
    def cells(self) -> Mapping[Pair, Sequence[int]]:
        """The amounts of each outcome and reason, in the order of `AMOUNTS`: a copy."""
        return dict(self._each())

    @property
    def passed(self) -> int:
        """Opportunities that passed."""
        return self._sum(1)

    @property
    def failed(self) -> int:
        """Opportunities that failed."""
        return self._sum(2)

    @property
    def pending(self) -> int:
        """Opportunities that are pending."""
        return self._sum(3)

    @property
    def unknown(self) -> int:
        """Opportunities that are undecided."""
        return self._sum(4)

    @property
    def verdicts(self) -> Counter[Pair]:
        """Records by outcome and reason."""
        return Counter({pair: cell[0] for pair, cell in self._each() if cell[0]})

    @property
    def decided(self) -> int:
        """Opportunities that passed or failed: what a rate is made of."""
        return self.passed + self.failed

    @property
    def effective(self) -> float:
        """For how many independent opportunities the decided ones count: decided^2 / squares.

        Opportunities of one record are taken to be alike (L. Kish, Survey Sampling, Wiley 1965): ten holds of one call
        are not ten chances. Equal to `decided` where every record decided one.
        """
        return effective_count(self.decided, self._sum(5))

    @property
    def opportunities(self) -> int:
        """All opportunities: passed, failed, pending and unknown."""
        return self.passed + self.failed + self.pending + self.unknown

    @property
    def records(self) -> int:
        """How many verdicts there are, the not applicable ones among them."""
        return self._sum(0)

    def records_with(self, outcome: Outcome) -> int:
        """How many records have this outcome."""
        amounts = self._amounts
        return sum(amounts[place * _WIDTH] for place, (one, _) in enumerate(self._pairs) if one is outcome)

    def reasons(self) -> dict[str, int]:
        """Records by reason, the most frequent first, then by name."""
        found: dict[str, int] = {}
        for place, (_, reason) in enumerate(self._pairs):
            if reason:
                found[reason] = found.get(reason, 0) + self._amounts[place * _WIDTH]
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def effective_count(decided: int, squares: int) -> float:
    """decided^2 / squares, between 1 and `decided`; see `Counts.effective`."""
    squares = min(max(squares, decided), decided**2)
    return float(decided) if squares == decided else decided**2 / squares


def _most_squares(outcome: Outcome, records: int, decided: int) -> int:
    """The largest sum of squares of so many decided opportunities in so many records; without records each is one.

    In a record that passed or failed something was decided; in others that need not be.
    """
    if not records:
        return decided
    rest = min(records - 1, decided) if outcome in (PASS, FAIL) else 0
    return (decided - rest) ** 2 + rest
