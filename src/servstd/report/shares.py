"""Passed of decided opportunities and how they lie in records, and the band that this leaves.

Opportunities of one record are alike: ten interruptions of one call are no ten chances. So the interval, and with it
the band, goes by how many independent ones they count for.
"""

from __future__ import annotations

from dataclasses import dataclass

from servstd.objective import Objective, bands
from servstd.objective.bands import Band, band_among, band_of

STYLES = {"green": "pass", "orange": "pending", "red": "fail", "grey": "unknown"}
SIGNS = {Band.CLEAR_GREEN: "++", Band.GREEN: "+", Band.ORANGE: "-", Band.RED: "--", Band.TOO_FEW: "?"}


@dataclass(slots=True)
class Share:
    """`passed` of `decided` opportunities. They lie in `records`, of which `whole` missed nothing.

    `squares` is the sum of the squares of how many were decided in each record.
    """

    passed: int = 0
    decided: int = 0
    records: int = 0
    whole: int = 0
    squares: int = 0

    def add(self, passed: int, failed: int) -> None:
        """Count what one record decided; a record that decided nothing is none."""
        decided = passed + failed
        if decided:
            self.passed += passed
            self.decided += decided
            self.records += 1
            self.whole += not failed
            self.squares += decided * decided

    @property
    def rate(self) -> float:
        """passed / decided; 0 when nothing is decided."""
        return self.passed / self.decided if self.decided else 0.0

    @property
    def is_clustered(self) -> bool:
        """True when a record holds several opportunities."""
        return self.decided > self.records

    @property
    def effective(self) -> float:
        """For how many independent ones they count, as `Counts.effective`: decided^2 / squares."""
        return self.decided**2 / self.squares if self.squares else 0.0

    def by_records(self) -> tuple[int, int]:
        """(records in which nothing was missed, records)."""
        return self.whole, self.records

    def pair(self) -> tuple[int, int]:
        """(passed, decided)."""
        return self.passed, self.decided


@dataclass(frozen=True, slots=True)
class Shown:
    """A band as a report shows it: its label, its colour, and its sign where there is no room for a label."""

    label: str
    colour: str
    sign: str

    @property
    def style(self) -> str:
        """The class of its cell."""
        return STYLES[self.colour]


def shown_band(share: Share, objective: Objective, groups: int = 1) -> Shown:
    """The band of a share, beside others when there are several `groups`.

    What nobody has confirmed is never red: its label says so, and what would be red is orange.
    """
    given, effective = (share.passed, share.decided, objective), share.effective or None
    band = band_among(*given, groups, effective=effective) if groups > 1 else band_of(*given, effective=effective)
    star = "" if objective.confirmed or band is Band.TOO_FEW else "*"
    return Shown(*bands.shown_band(band, objective), f"{SIGNS[band]}{star}")
