"""Every case of tests/cases/*.yaml through every path: outcome, reason and figures as written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from tests.case_files import Case, all_cases, catalog_of

from servstd import Catalog, Evaluator, Outcome
from servstd.outcome import REASONS

Columns = Mapping[str, Any]
Path = Callable[[Catalog, Case], Columns]
CASES = list(all_cases())


def check_one(catalog: Catalog, case: Case) -> Columns:
    """One record through `Evaluator.check`: the columns of the verdict table and the figures beside them."""
    evaluator = Evaluator(catalog, defaults=case.defaults)
    assessment = evaluator.check(case.record, as_of=datetime.fromisoformat(case.as_of))
    verdict = assessment[case.rule_id]
    lengths = {"remaining_s": verdict.remaining, "late_by_elapsed_s": verdict.late_by_elapsed}
    more = {name: None if length is None else length.total_seconds() for name, length in lengths.items()}
    more |= {"assumed": list(verdict.assumed), "names": list(verdict.names), "sensitive": verdict.sensitive}
    more["change_at"] = verdict.change_at and verdict.change_at.isoformat()
    more["explain"], more["problems"] = verdict.explain(), [problem.code for problem in assessment.problems]
    more["warn_at"] = [_local(at, verdict) for at in verdict.warning_instants()]
    return {**verdict.to_dict(), **more}


def check_outcome(catalog: Catalog, case: Case) -> Columns:
    """The outcome without its verdict."""
    evaluator = Evaluator(catalog, defaults=case.defaults)
    assessment = evaluator.check(case.record, as_of=datetime.fromisoformat(case.as_of))
    outcome = assessment.outcomes().get(case.rule_id, assessment[case.rule_id].outcome)  # a disabled rule has none
    return {"outcome": str(outcome), "explain": ""}


def _local(us: int, verdict: Any) -> str:
    return str(datetime.fromtimestamp(us / 1e6, verdict.assessment.as_of.tzinfo).isoformat())


# A path that gives fewer columns is asked only for those that it has.
PATHS: list[Path] = [check_one, check_outcome]


def comparable(value: Any) -> Any:
    """Instants are compared as instants, whatever their offset."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_is_judged_as_written(case: Case, path: Path) -> None:
    got = path(catalog_of(case.file), case)
    wrong = {
        name: (wanted, got[name])
        for name, wanted in case.expect.items()
        if name in got and comparable(got[name]) != comparable(wanted)
    }
    assert not wrong, (
        f"{case}: { ({name: f'wanted {w}, got {g}' for name, (w, g) in wrong.items()}) }: {got['explain']}"
    )


def test_every_reason_belongs_to_its_outcome() -> None:
    got = [(case, check_one(catalog_of(case.file), case)) for case in CASES]
    wrong = [str(case) for case, row in got if Outcome(row["outcome"]) not in REASONS[row["reason"]][0]]
    assert wrong == []


def test_every_key_of_an_expectation_is_a_column() -> None:
    known = set(check_one(catalog_of(CASES[0].file), CASES[0]))
    assert {name for case in CASES for name in case.expect} <= known


def test_names_are_not_used_twice_in_a_file() -> None:
    names = Counter(str(case) for case in CASES)
    assert [name for name, count in names.items() if count > 1] == []
