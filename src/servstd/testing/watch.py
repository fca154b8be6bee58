"""Watching the vector check of a kind while tables are judged: what it raises and how much it decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import numpy as np

from servstd.columns import LEFT, Columns
from servstd.kinds.base import Check


@dataclass
class Watch:
    """What was seen of the `check_columns` of one kind: verdicts it decided, those it left, and its faults."""

    kind: type[Check]
    decided: int = 0
    left: int = 0
    faults: list[str] = field(default_factory=list)
    error: Exception | None = None

    @property
    def has_vector_check(self) -> bool:
        """Whether the kind has one at all."""
        return self.kind.check_columns is not Check.check_columns

    @contextmanager
    def on(self) -> Iterator[None]:
        """Look on while this lasts."""
        original = self.kind.check_columns

        def watched(check: Any, columns: Columns) -> Any:
            try:
                found = original(check, columns)
            except Exception as error:
                self.error = self.error or error
                self.faults.append(f"check_columns raised {type(error).__name__}: {error}")
                raise
            return found if self._is_seen(found, columns) else None

        with patch.object(self.kind, "check_columns", watched):
            yield

    def _is_seen(self, found: Any, columns: Columns) -> bool:
        """Count what was decided; False, and noted, for an answer of the wrong form."""
        if found is None:
            self.left += columns.count
            return True
        codes = getattr(found, "codes", found)
        if not isinstance(codes, np.ndarray) or codes.dtype != np.uint8 or codes.shape != (columns.count,):
            form = f"{codes.dtype} of shape {codes.shape}" if isinstance(codes, np.ndarray) else type(codes).__name__
            self.faults.append(f"check_columns gave {form}, not uint8 of shape ({columns.count},)")
            return False
        strange = sorted({code for code in codes.tolist() if code != LEFT and code >= len(columns.codes.pairs)})
        if strange:
            self.faults.append(f"check_columns gave the code {strange[0]}, which 'columns.codes' does not have")
            return False
        left = int(np.count_nonzero(codes == LEFT))
        self.left, self.decided = self.left + left, self.decided + columns.count - left
        return True
