"""`check_parity`: whether a kind of check gives the same verdicts by every path, and says the truth of itself."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from servstd.catalog import Catalog, Rule, load_catalog
from servstd.evaluate import Evaluator
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.record import Record
from servstd.testing.aims import Aim, Trial, aim_at
from servstd.testing.honesty import Honesty, Pair, additions, changes
from servstd.testing.paths import Difference, differences, travelled
from servstd.testing.records import trials
from servstd.testing.smaller import fewest, smallest
from servstd.testing.values import BEGIN
from servstd.testing.watch import Watch

OFFICE = {"time_zone": "America/New_York", "hours": {"mon-fri": "09:00-17:00"}, "holidays": {"dates": ["2026-05-25"]}}
_MOST_RECORDS = 12

T = TypeVar("T")


@dataclass(frozen=True)
class Parity:
    """What was compared: the rules and how many records, and `notes` of what is no fault but worth knowing.

    `decided` is the share of the verdicts that the vector check decided by itself, 0 to 1; None: there is none.
    """

    rules: tuple[str, ...]
    records: int
    decided: float | None
    notes: tuple[str, ...] = ()


@dataclass
class _Batch:
    """Records with different ids, and the instant to judge them at."""

    records: list[Record]
    as_of: datetime


def check_parity(
    kind: type[Check] | str,
    *checks: Mapping[str, Any],
    catalog: Catalog | Mapping[str, Any] | None = None,
    records: Iterable[Record | Mapping[str, Any]] = (),
    as_of: datetime | None = None,
    examples: int = 40,
) -> Parity:
    """Judge records by every path and compare outcome, reason, due time, time used and opportunities.

    The paths are: one by one, which is the reference; tables of wide columns, of texts and of lists of events; long
    logs clustered by case and in the order of time; and all of it through a pickled evaluator, as a worker gets it.

    `kind` is a class, or the name of a shipped kind. `checks` are the parameters to try, as in YAML; `catalog` holds
    the words they use and may hold whole rules of the kind, as a mapping that `load_catalog` takes (or, without
    `checks`, as a `Catalog`). `records` are judged beside the generated ones, as of `as_of` or of their newest event.
    `examples` says how many batches of records are generated.

    Raises `AssertionError` with the rule, the smallest record found and what differs; also for a vector check that
    raises or gives no codes, for a check that raises, reads what it does not name, or is wrong about what helps and
    harms. Raises `ValueError` when no rule is of the kind.
    """
    model = KINDS[kind] if isinstance(kind, str) else kind
    evaluator = Evaluator(_catalog_of(model, checks, catalog))
    rules = [rule for rule in evaluator.catalog.rules.values() if _is_of(model, rule)]
    if not rules:
        raise ValueError(f"no rule is of the kind '{model.name}': give its parameters, or a catalog with such rules")
    own = [_trial(evaluator, record, as_of) for record in records]
    work = _Work(model, evaluator, [aim_at(evaluator, rule.id) for rule in rules], own, examples)
    for aim in work.aims:
        work.ask(aim)
    work.compare()
    return Parity(tuple(rule.id for rule in rules), work.seen, work.share(), tuple(work.notes))


def _catalog_of(
    model: type[Check], checks: Sequence[Mapping[str, Any]], given: Catalog | Mapping[str, Any] | None
) -> Catalog:
    if isinstance(given, Catalog):
        if checks:
            raise ValueError("give parameters with a mapping of words, or a catalog that has the rules")
        return given
    body = dict(given or {})
    if "calendars" not in body and "extends" not in body:
        body |= {"calendars": {"office": OFFICE}, "default_calendar": "office"}
    rules = dict(body.get("rules") or {})
    for number, check in enumerate(checks, start=1):
        rules[f"parity.check_{number}"] = {"title": model.name, "check": {"kind": model.name, **check}}
    own = [] if KINDS.get(model.name) is model else [model]
    return load_catalog({**body, "rules": rules}, kinds=own)


def _is_of(model: type[Check], rule: Rule) -> bool:
    """Whether a rule is decided by a check of this kind, perhaps within another."""
    todo: list[Check] = [body.check for body in rule.bodies]
    while todo:
        check = todo.pop()
        if isinstance(check, model):
            return True
        todo += check.children()
    return False


def _trial(evaluator: Evaluator, given: Record | Mapping[str, Any], as_of: datetime | None) -> Trial:
    record = evaluator.reader.typed(given) if isinstance(given, Record) else evaluator.reader.read(given)
    return Trial(record, as_of or record.newest_at() or BEGIN)


@dataclass
class _Work:
    """One comparison while it is being made."""

    model: type[Check]
    evaluator: Evaluator
    aims: list[Aim]
    own: list[Trial]
    examples: int
    seen: int = 0
    notes: list[str] = field(default_factory=list)
    watch: Watch = field(init=False)
    worker: Evaluator | None = field(init=False)

    def __post_init__(self) -> None:
        """Watch the kind, and send the evaluator on its journey."""
        self.watch = Watch(self.model)
        try:
            self.worker = travelled(self.evaluator)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            self.worker = None
            self.notes.append(f"it can not be pickled, so no worker can run it: {error}")

    def compare(self) -> None:
        """All paths, over the records given and over generated ones."""
        with self.watch.on():
            given = [*self.own, *(seed for aim in self.aims for seed in aim.seeds)]
            for as_of in dict.fromkeys(trial.as_of for trial in given):
                self._require_same(_numbered([trial.record for trial in given if trial.as_of == as_of], as_of))
            found = self._find(self._batches(), self._differ)
            if found is not None:
                self._require_same(found)
        self._note_share()

    def _batches(self) -> st.SearchStrategy[_Batch]:
        many = st.lists(trials(self.evaluator, self.aims, self.own), min_size=1, max_size=_MOST_RECORDS)
        return many.map(lambda some: _numbered([trial.record for trial in some], some[0].as_of))

    def _differ(self, batch: _Batch) -> bool:
        self.seen += len(batch.records)
        return next(self._faults(batch), None) is not None

    def _require_same(self, batch: _Batch) -> None:
        """Raise for the first fault of a batch, told with as little of it as shows one."""
        self.seen += len(batch.records)
        if next(self._faults(batch), None) is None:
            return
        records = fewest(batch.records, lambda some: any(self._faults(_Batch([*some], batch.as_of))))
        raise AssertionError(next(self._faults(_Batch([*records], batch.as_of)))) from self.watch.error

    def _faults(self, batch: _Batch) -> Iterator[str]:
        """What is wrong, as it is told."""
        self.watch.faults.clear()
        yield from self._raised(batch)
        for one in differences(batch.records, batch.as_of, self.evaluator, self.worker):
            yield from self._vector_faults(batch)
            yield _different(one, self.evaluator)
        yield from self._vector_faults(batch)

    def _vector_faults(self, batch: _Batch) -> Iterator[str]:
        return (_told(text, batch.records, batch.as_of) for text in self.watch.faults[:1])

    def _raised(self, batch: _Batch) -> Iterator[str]:
        for record in batch.records:
            assessment = self.evaluator.check(record, as_of=batch.as_of)
            for aim in self.aims:
                verdict = assessment[aim.rule_id]
                if verdict.reason == "check_error":
                    text = f"{aim.rule_id}: check raised {', '.join(verdict.names)}"
                    yield _told(text, [record], batch.as_of)

    def ask(self, aim: Aim) -> None:
        """Whether the check of one rule says the truth of itself."""
        if aim.rule.versions or any(waiver.rule == aim.rule_id for waiver in self.evaluator.catalog.waivers):
            return  # which version or waiver holds may go by anything
        laws, one = Honesty(self.evaluator, aim), trials(self.evaluator, [aim], self.own)
        self._find(one, laws.note)
        self._require(aim, "does not name all that it reads", changes(laws, one), laws.is_read)
        if laws.helping():
            more = additions(laws, laws.helping(), one)
            self._require(aim, "calls helping what can harm", more, laws.is_hurt)
        if laws.harming():
            more = additions(laws, laws.harming(), one)
            self._require(aim, "calls harming what can help", more, laws.is_mended)

    def _require(self, aim: Aim, fault: str, pairs: st.SearchStrategy[Pair], is_broken: Callable[[Pair], bool]) -> None:
        found = self._find(pairs, is_broken)
        if found is None:
            return
        pair = found.of(smallest(found.trial.record, lambda record: is_broken(found.of(record))))
        one, other = (
            self.evaluator.check(record, as_of=pair.trial.as_of)[aim.rule_id]
            for record in (pair.trial.record, pair.changed)
        )
        text = f"{aim.rule_id}: the check {fault}: {_short(one)} became {_short(other)} {pair.what}"
        raise AssertionError(_told(text, [pair.trial.record], pair.trial.as_of))

    def _find(self, some: st.SearchStrategy[T], is_wanted: Callable[[T], object]) -> T | None:
        """An example that is wanted, the same in every run; None when there is none."""
        how = settings(max_examples=self.examples, derandomize=True, database=None, deadline=None,
                       phases=[Phase.generate], suppress_health_check=list(HealthCheck))  # fmt: skip
        try:
            return find(some, lambda one: bool(is_wanted(one)), settings=how)
        except NoSuchExample:
            return None

    def share(self) -> float | None:
        """The share of the verdicts that the vector check decided."""
        if not self.watch.has_vector_check:
            return None
        return self.watch.decided / max(self.watch.decided + self.watch.left, 1)

    def _note_share(self) -> None:
        if not self.watch.has_vector_check:
            self.notes.append("it has no check_columns: tables and Spark judge its records one by one")
        elif not self.watch.decided:
            self.notes.append("check_columns left every record: tables and Spark judge them one by one")


def _numbered(records: Iterable[Record], as_of: datetime) -> _Batch:
    """Records with ids of their own, as a table needs them."""
    return _Batch([replace(record, id=f"r{number}") for number, record in enumerate(records)], as_of)


def _told(text: str, records: Iterable[Record], as_of: datetime) -> str:
    told = [json.dumps(record.to_dict(), default=str, ensure_ascii=False) for record in records]
    return "\n".join([text, *(f"  record: {one}" for one in told), f"  as of: {as_of.isoformat()}"])


def _different(one: Difference, evaluator: Evaluator) -> str:
    check = evaluator.catalog.rules[one.rule_id].spec.get("check")
    text = f"{one.rule_id}: {one.column} is {one.found!r} through {one.path}, {one.by_itself!r} by itself"
    return _told(text, [one.record], one.as_of) + f"\n  check: {json.dumps(check, default=str, ensure_ascii=False)}"


def _short(verdict: Any) -> str:
    return f"{verdict.outcome.value}/{verdict.reason}"
