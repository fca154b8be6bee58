"""What a run of tests gave, before it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from servstd.evaluate.coverage import RuleCoverage
from servstd.evaluate.rule_tests import RuleTestResult
from servstd.outcome import Outcome
from servstd.yaml_reader import Mark


@dataclass(frozen=True, slots=True)
class Lack:
    """A rule without tests of some outcomes that it can have, and where the rule is written."""

    rule_id: str
    outcomes: tuple[Outcome, ...]
    mark: Mark | None

    def sentence(self) -> str:
        """`email.response_time: no test of fail or not_applicable`."""
        return f"{self.rule_id}: {self.what()}"

    def what(self) -> str:
        """The same without the rule."""
        return f"no test of {' or '.join(outcome.value for outcome in self.outcomes)}"

    @property
    def place(self) -> str:
        """`policy/email.yaml:3: `, or nothing for a catalog that came from no file."""
        return "" if self.mark is None or self.mark.file is None else f"{self.mark.file}:{self.mark.line}: "


@dataclass
class SelftestReport:
    """The results, the lacks that `--require-tests` found, and what `--coverage` counted (None: not asked for).

    `rules` is how many rules were to be tested, `is_alone` whether the catalog extends none.
    """

    results: Sequence[RuleTestResult]
    lacks: Sequence[Lack] = ()
    coverage: Sequence[RuleCoverage] | None = field(default=None)
    rules: int = 0
    is_alone: bool = True

    @property
    def failed(self) -> list[RuleTestResult]:
        """The tests that failed or could not run."""
        return [result for result in self.results if not result.is_passed]

    @property
    def not_run(self) -> list[RuleTestResult]:
        """The tests that could not run."""
        return [result for result in self.results if result.problem is not None]

    @property
    def inherited_failed(self) -> list[RuleTestResult]:
        """Failed tests of the catalogs below."""
        return [result for result in self.failed if not result.test.is_own]
