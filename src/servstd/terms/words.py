"""Looking for cues in the turns of a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from servstd.facts import Opportunity, Said

if TYPE_CHECKING:
    from servstd.cues import CueFamily, Hit


def families(cues: Iterable[str], opportunity: Opportunity) -> list[CueFamily]:
    """The cue families of these names."""
    known = opportunity.setting.cues
    return [known[name] for name in cues]


def find_hit(cues: Iterable[str], said: Said, opportunity: Opportunity) -> Hit | None:
    """The first hit of any of these families in a turn."""
    for family in families(cues, opportunity):
        hit = said.hit(family, opportunity.names)
        if hit is not None:
            return hit
    return None


def find_turn(cues: Iterable[str], by: str | None, opportunity: Opportunity) -> Said | None:
    """The first turn in which one of these cues is said."""
    for said in opportunity.facts.turns:
        for family in families(cues, opportunity):
            if said.speaker == (by or family.by) and said.hit(family, opportunity.names):
                return said
    return None
