"""One small number for an outcome with its reason, so that a column of verdicts takes a byte a row."""

from __future__ import annotations

from servstd.outcome import REASONS, Outcome

LEFT = 255
"""The row was not decided; the scalar check has to judge it."""
ABSENT = 254
"""Within a combination: the `when` of the check is not met, so that it takes no part."""


class Codes:
    """The pairs of outcome and reason, numbered as they are met; those of the closed list come first.

    A kind of somebody else's may give reasons of its own. Numbers mean the same within one object only: what is
    written to a file is the text.
    """

    def __init__(self) -> None:
        self.pairs: list[tuple[Outcome, str]] = []
        self._known: dict[tuple[Outcome, str], int] = {}
        for reason, (outcomes, _) in REASONS.items():
            for outcome in outcomes:
                self.of(outcome, reason)

    def of(self, outcome: Outcome, reason: str) -> int:
        """The number of a pair. Raises `OverflowError` beyond 254 pairs, which no catalog has."""
        code = self._known.get((outcome, reason))
        if code is None:
            code = len(self.pairs)
            if code >= ABSENT:
                raise OverflowError(f"more than {ABSENT} pairs of outcome and reason")
            self._known[outcome, reason] = code
            self.pairs.append((outcome, reason))
        return code

    def texts(self) -> list[str]:
        """`fail/late` for each number, as the compact table holds it."""
        return [f"{outcome.value}/{reason}" for outcome, reason in self.pairs]
