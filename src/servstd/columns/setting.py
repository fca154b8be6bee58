"""What is the same for all batches of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from servstd.cues import Names

if TYPE_CHECKING:
    from servstd.calendar import BusinessCalendar
    from servstd.columns.codes import Codes
    from servstd.cues import CueFamily
    from servstd.vocabulary import Vocabulary


def _own_names(agent: Any, own: Any) -> Names:
    return Names((), own)


@dataclass
class Setting:
    """What is the same for all batches of a run."""

    vocabulary: Vocabulary
    cues: Mapping[str, CueFamily]
    codes: Codes
    calendar: BusinessCalendar | None
    defaults: Mapping[str, Any]
    tracked: frozenset[str] | None = None
    complete_for: frozenset[str] = frozenset()
    fiscal_year_start: int = 1
    names_for: Callable[[Any, Any], Names] = _own_names
