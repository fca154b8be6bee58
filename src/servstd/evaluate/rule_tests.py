"""Running the tests that stand beside the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from servstd.catalog import Catalog, Rule
from servstd.errors import RecordError
from servstd.evaluate.evaluator import Evaluator
from servstd.evaluate.verdict import Verdict
from servstd.values import BadValue, parse_instant

_INSTANTS = ("due_at", "late_after")
_LENGTHS = {"elapsed_s": "elapsed", "late_by_s": "late_by"}


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """One test beside a rule: what was expected, what came, and how it came about.

    `wrong` lists (key, expected, got) for everything that differs; `problem` says why a test could not run.
    """

    rule_id: str
    name: str
    index: int
    expected: str
    wrong: tuple[tuple[str, Any, Any], ...] = ()
    explanation: str = ""
    problem: str | None = None

    @property
    def is_passed(self) -> bool:
        """True when everything is as expected."""
        return not self.wrong and self.problem is None

    def sentence(self) -> str:
        """One line: `expected fail, got pass, because ...`."""
        if self.problem is not None:
            return f"{self.rule_id}: {self.name}: could not run: {self.problem}"
        parts = [
            f"expected {'' if key == 'outcome' else key + ' '}{want}, got {_shown(got)}"
            for key, want, got in self.wrong
        ]
        return f"{self.rule_id}: {self.name}: {'; '.join(parts)}, because {self.explanation}"


def run_tests(
    catalog: Catalog, rules: Iterable[str] | None = None, *, inherited: bool = False
) -> Iterator[RuleTestResult]:
    """Run the tests beside the rules that the catalog wrote itself, or of the rules named.

    Tests belong to the catalog that wrote them; `inherited` runs those of the catalogs below on this one too, where
    other calendars and overrides may rightly give other results. Disabled rules are tested as well.
    """
    own = [rule_id for rule_id in catalog.rules if inherited or rule_id in catalog.own_rules]
    names = own if rules is None else list(rules)
    runner = _Runner(catalog)
    for rule_id in names:
        for index, test in enumerate(catalog.rules[rule_id].tests):
            yield runner.run(catalog.rules[rule_id], index, test)


class _Runner:
    """Runs tests, keeping one evaluator for each calendar."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.evaluators: dict[str | None, Evaluator] = {}

    def evaluator(self, calendar: str | None) -> Evaluator:
        """The catalog with another default calendar."""
        if calendar not in self.evaluators:
            catalog = self.catalog
            if calendar is not None:
                catalog = replace(catalog, default_calendar=calendar, calendar_for=())
            self.evaluators[calendar] = Evaluator(catalog)
        return self.evaluators[calendar]

    def run(self, rule: Rule, index: int, test: Mapping[str, Any]) -> RuleTestResult:
        """Run one test."""
        expect = test["expect"]
        wanted: Mapping[str, Any] = expect if isinstance(expect, Mapping) else {"outcome": expect}
        name = str(test.get("name") or f"test {index + 1}")
        result = RuleTestResult(rule.id, name, index, str(wanted.get("outcome")))
        try:
            verdict = self._verdict(rule, test, name)
        except (RecordError, BadValue, KeyError) as error:
            return replace(result, problem=str(error))
        wrong = tuple(
            (key, want, got) for key, want in wanted.items() if (got := _got(verdict, key)) != _comparable(key, want)
        )
        return replace(result, wrong=wrong, explanation=_because(verdict))

    def _verdict(self, rule: Rule, test: Mapping[str, Any], name: str) -> Verdict:
        calendar = test.get("calendar")
        if calendar is not None and calendar not in self.catalog.calendars:
            raise KeyError(f"no calendar is called {calendar!r}")
        evaluator = self.evaluator(calendar)
        record = evaluator.reader.read({"id": name, **test["given"]})
        as_of = test.get("as_of")
        instant = parse_instant(as_of) if as_of is not None else record.newest_at()
        if instant is None:
            instant = datetime.fromisoformat("2000-01-01T00:00+00:00")
        assessment = evaluator.check(record, as_of=instant)
        reading = test.get("use_reading")
        if reading is None:
            return assessment[rule.id]
        used = replace(rule, body=rule.under(reading), reading=reading, versions=())
        return Verdict(used, assessment.judge.judge(used, used.body), assessment)


def _because(verdict: Verdict) -> str:
    names = f" ({', '.join(verdict.names)})" if verdict.names else ""
    return f"{verdict.reason}{names}: {verdict.explain()}"


def _comparable(key: str, want: Any) -> Any:
    if key in _INSTANTS and want is not None:
        return parse_instant(want)
    return tuple(want) if isinstance(want, list) else want


def _shown(value: Any) -> Any:
    """An instant as the tests write it."""
    return value.isoformat(timespec="minutes" if not value.second else "auto") if isinstance(value, datetime) else value


def _got(verdict: Verdict, key: str) -> Any:
    if key in _LENGTHS:
        length = getattr(verdict, _LENGTHS[key])
        return None if length is None else length.total_seconds()
    return getattr(verdict, key)
