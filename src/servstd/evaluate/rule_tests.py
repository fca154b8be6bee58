"""Running the tests of a catalog: those beside its rules and those of its `tests` lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

from servstd.catalog import Catalog
from servstd.catalog.rule_tests import RuleTest
from servstd.errors import Problem, ServstdError
from servstd.evaluate.because import because
from servstd.evaluate.evaluator import Evaluator
from servstd.evaluate.verdict import Verdict
from servstd.flat import classify_key
from servstd.record import Record
from servstd.values import TIME_HINT, BadValue, parse_instant
from servstd.vocabulary import RECORD_ATTRIBUTES, nearest

Observe = Callable[[RuleTest, Verdict], None]
_INSTANTS = ("due_at", "late_after")
_LENGTHS = {"elapsed_s": "elapsed", "late_by_s": "late_by"}
_LISTS = ("id", "fields", "agent_names", "events", "turns", "reviews", "complete_for", "tracked")
_WRONG_WORDS = ("unknown-event", "unknown-key", "unknown-field", "unknown-rule", "attribute-without-event")


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """One test of a rule: what was expected, what came, and how it came about.

    `wrong` lists (key, expected, got) for everything that differs; `because` is the verdict in one clause, with what
    could not be read of the record, and `explanation` in sentences; `problem` says why a test could not run. `test` is
    what was run, with its place in the files; `seconds` is how long it took.
    """

    rule_id: str
    name: str
    index: int
    expected: str
    test: RuleTest
    wrong: tuple[tuple[str, Any, Any], ...] = ()
    because: str = ""
    explanation: str = ""
    problem: str | None = None
    seconds: float = 0.0

    @property
    def is_passed(self) -> bool:
        """True when everything is as expected."""
        return not self.wrong and self.problem is None

    @property
    def place(self) -> str:
        """`policy/email.yaml:12`, or the path in a catalog that came from no file."""
        mark = self.test.mark
        if mark is not None and mark.file is not None:
            return f"{mark.file}:{mark.line}"
        return Problem("", "", self.test.keys).path

    def what(self) -> str:
        """`expected fail, got pass, because ...`, or why it could not run."""
        if self.problem is not None:
            return f"could not run: {self.problem}"
        parts = [
            f"expected {'' if key == 'outcome' else key + ' '}{_in_words(want)}, got {_in_words(_seen_from(want, got))}"
            for key, want, got in self.wrong
        ]
        return f"{'; '.join(parts)}, because {self.because}"

    def sentence(self) -> str:
        """One line with the rule and the test."""
        return f"{self.rule_id}: {self.name}: {self.what()}"


def run_tests(
    catalog: Catalog,
    rules: Iterable[str] | None = None,
    *,
    inherited: bool = False,
    observe: Observe | None = None,
) -> Iterator[RuleTestResult]:
    """Run the tests that the catalog wrote itself; with `rules` only those of these rules.

    Tests belong to the catalog that wrote them; `inherited` runs those of the catalogs below on this one too, where
    overrides, defaults and other calendars may rightly give other results. Disabled rules are tested as well.
    `observe` is called with every test that ran and its verdict.
    """
    wanted = None if rules is None else frozenset(rules)
    runner = _Runner(catalog, observe)
    for test in catalog.tests:
        if (test.is_own or inherited) and (wanted is None or test.rule_id in wanted):
            yield runner.run(test)


class _Runner:
    """Runs tests, keeping one evaluator for each calendar."""

    def __init__(self, catalog: Catalog, observe: Observe | None) -> None:
        self.catalog, self.observe = catalog, observe
        self.evaluators: dict[str | None, Evaluator] = {}

    def evaluator(self, calendar: str | None) -> Evaluator:
        """The catalog with another default calendar."""
        if calendar not in self.evaluators:
            catalog = self.catalog
            if calendar is not None:
                if calendar not in catalog.calendars:
                    raise _CanNotRun(f"no calendar is called {calendar!r}")
                catalog = replace(catalog, default_calendar=calendar, calendar_for=())
            self.evaluators[calendar] = Evaluator(catalog)
        return self.evaluators[calendar]

    def run(self, test: RuleTest) -> RuleTestResult:
        """Run one test."""
        begin = perf_counter()
        result = RuleTestResult(test.rule_id, test.name, test.index, str(test.expect.get("outcome")), test)
        try:
            verdict = self._verdict(test)
            wrong = tuple(
                (key, want, got)
                for key, want in test.expect.items()
                if (got := _got(verdict, key)) != _comparable(key, want)
            )
        except (ServstdError, BadValue, _CanNotRun) as error:
            return replace(result, problem=_in_one_line(error), seconds=perf_counter() - begin)
        if self.observe is not None:
            self.observe(test, verdict)
        if wrong:
            why = "; ".join((because(verdict), *_unread(verdict.record)))
            result = replace(result, wrong=wrong, because=why, explanation=verdict.explain())
        return replace(result, seconds=perf_counter() - begin)

    def _verdict(self, test: RuleTest) -> Verdict:
        evaluator, rule = self.evaluator(test.calendar), self.catalog.rules[test.rule_id]
        record = self._record(test, evaluator)
        instant = parse_instant(test.as_of) if test.as_of is not None else record.newest_at()
        if instant is None:
            instant = datetime.fromisoformat("2000-01-01T00:00+00:00")
        assessment = evaluator.check(record, as_of=instant)
        if test.use_reading is None:
            return assessment[rule.id]
        if test.use_reading not in (*rule.readings, rule.model.reading):
            raise _CanNotRun(f"{rule.id} has no reading {test.use_reading!r}")
        used = rule.as_read(test.use_reading)
        return Verdict(used, assessment.judge.judge(used), assessment)

    def _record(self, test: RuleTest, evaluator: Evaluator) -> Record:
        try:
            record = evaluator.reader.read({"id": test.name, **test.given})
        except ServstdError:
            raise
        except (TypeError, ValueError, AttributeError) as error:
            raise _CanNotRun(f"the record can not be read: {_in_one_line(error)}") from None
        self._check_words(test, record)
        return record

    def _check_words(self, test: RuleTest, record: Record) -> None:
        """A slip in a word would leave the test saying something else than it seems to."""
        vocabulary = self.catalog.vocabulary
        for problem in record.problems:
            if problem.code in _WRONG_WORDS:
                raise _CanNotRun(f"given.{problem.path}: {problem.message}{_hint(problem.hint)}")
        for key in test.given:
            what, name, _ = classify_key(key, vocabulary)
            if what == "field" and key not in _LISTS and name not in (*vocabulary.fields, *RECORD_ATTRIBUTES):
                events = [f"{event}_at" for event in vocabulary.events]
                hint = nearest(key, [*vocabulary.fields, *RECORD_ATTRIBUTES, *events])
                raise _CanNotRun(f"given.{key}: no field or event is called {key!r}{_hint(hint)}")


class _CanNotRun(Exception):
    """A test that can not run; the message says why."""


def _unread(record: Record) -> Iterator[str]:
    """What the test gives and nobody can read, each with its value and how to write it."""
    for problem in record.problems:
        hint = TIME_HINT if problem.code == "naive-time" else problem.hint  # a test has no mapping to give it a zone
        yield f"given.{problem.path}: {problem.message}{_hint(hint)}"


def _hint(hint: str | None) -> str:
    return f"; {hint}" if hint else ""


def _in_one_line(error: Exception) -> str:
    return "; ".join(line.strip() for line in str(error).splitlines()) or type(error).__name__


def _comparable(key: str, want: Any) -> Any:
    if key in _INSTANTS and want is not None:
        return parse_instant(want)
    return tuple(want) if isinstance(want, list) else want


def _seen_from(want: Any, got: Any) -> Any:
    """An instant on the clocks of the one that was expected, so that the two can be compared by eye."""
    if not isinstance(got, datetime) or not isinstance(want, str):
        return got
    zone = parse_instant(want).tzinfo
    return got.astimezone(zone)


def _in_words(value: Any) -> Any:
    """A value as the tests write it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="auto" if value.second or value.microsecond else "minutes")
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, (list, tuple)) else value


def _got(verdict: Verdict, key: str) -> Any:
    if key in _LENGTHS:
        length = getattr(verdict, _LENGTHS[key])
        return None if length is None else length.total_seconds()
    return getattr(verdict, key)
