"""Reading a real log with one of the examples, and judging it by the policy of that example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import pytest

import servstd
from servstd.adapters import BadRow, load_mapping, read_log


@dataclass(frozen=True)
class Judged:
    """A log with its records, its bad rows and the evaluator of the example's policy."""

    records: list[servstd.Record]
    bad_rows: list[BadRow]
    evaluator: servstd.Evaluator

    def verdicts(self, as_of: datetime) -> dict[str, dict[str, tuple[str, str]]]:
        """Outcome and reason of every rule on every record, by id."""
        found = self.evaluator.check_many(self.records, as_of=as_of)
        return {one.record_id: {v.rule_id: (str(v.outcome), v.reason) for v in one} for one in found}


@dataclass
class Example:
    """A folder in examples/ with its policy and mappings."""

    folder: Path

    @cached_property
    def evaluator(self) -> servstd.Evaluator:
        return servstd.Evaluator(servstd.load_catalog(self.folder / "policy"))

    def read(self, log: Path, mapping: str = "mapping.yaml") -> Judged:
        words = self.evaluator.catalog.vocabulary
        items = list(read_log(log, load_mapping(self.folder / mapping, words), words))
        records = [item for item in items if isinstance(item, servstd.Record)]
        return Judged(records, [item for item in items if isinstance(item, BadRow)], self.evaluator)


@pytest.fixture(scope="session")
def example(project_root: Path) -> Callable[[str], Example]:
    return lambda name: Example(project_root / "examples" / name)
