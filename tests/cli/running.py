"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MATERIAL = Path(__file__).parent / "material"
GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Ran:
    """What a command printed, and the code that it left with."""

    out: str
    err: str
    code: int


Servstd = Callable[..., Ran]
