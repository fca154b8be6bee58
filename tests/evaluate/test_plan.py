"""A plan takes a compiled catalog to other processes, with nothing left to work out."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import cloudpickle  # type: ignore[import-untyped]
import pytest

import servstd
from servstd import Evaluator, Plan, PlanError
from servstd.evaluate import plan as plans

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
CATALOG: dict[str, Any] = {
    "catalog": {"name": "mail", "version": "7"},
    "extends": "servstd",
    "calendars": {
        "office": {
            "time_zone": "America/New_York",
            "hours": {"mon-fri": "09:00-17:00"},
            "holidays": {"country": "US", "subdivision": "NY", "remove": ["Columbus Day"]},
        },
        "mill": {"time_zone": "Asia/Shanghai", "hours": {"mon-fri": "08:00-18:00"}, "holidays": {"country": "CN"}},
    },
    "default_calendar": "office",
    "calendar_for": [{"when": {"team": "shanghai"}, "use": "mill"}],
}
RECORDS = [
    {
        "id": f"{team}-{year}",
        "channel": "email",
        "team": team,
        "received_at": f"{year}-05-22T15:00-04:00",
        "responded_at": f"{year}-05-26T15:30-04:00",
    }
    for team in ("albany", "shanghai")
    for year in (2016, 2024, 2026)
]
# A worker in which nobody can import the packages that read YAML and compute holidays.
WORKER = """
import json, pickle, sys
class Nobody:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("yaml", "holidays"):
            raise ImportError(name + " is not for workers")
sys.meta_path.insert(0, Nobody())
evaluator, records, as_of = pickle.load(sys.stdin.buffer)
told = [evaluator.check(record, as_of=as_of).to_dict() for record in records]
table = [evaluator.check_table(__import__("pyarrow").Table.from_pylist(records), as_of=as_of).to_pylist()]
print(json.dumps({"digest": evaluator.catalog.digest, "told": told, "table": table}))
"""


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return Evaluator(servstd.load_catalog(CATALOG), defaults={"audience": "external"}, strict=True)


def worked(data: bytes, code: str = WORKER) -> Any:
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def told(evaluator: Evaluator) -> list[Any]:
    return [json.loads(json.dumps(evaluator.check(record, as_of=AS_OF).to_dict())) for record in RECORDS]


def fresh(evaluator: Evaluator) -> Evaluator:
    """A copy from bytes, not the one that this process keeps."""
    plans._kept.clear()
    return Plan.from_bytes(Plan.of(evaluator).to_bytes()).evaluator()


def test_a_worker_computes_no_holidays_and_parses_no_yaml(evaluator: Evaluator) -> None:
    import pyarrow as pa

    found = worked(pickle.dumps((evaluator, RECORDS, AS_OF)))
    assert found["digest"] == evaluator.catalog.digest
    assert found["told"] == told(evaluator)
    assert found["table"] == [evaluator.check_table(pa.Table.from_pylist(RECORDS), as_of=AS_OF).to_pylist()]


def test_without_the_years_of_a_record_a_worker_must_compute(evaluator: Evaluator) -> None:
    plan = Plan.of(evaluator, years=(2020, 2020))
    data = pickle.dumps((plan, RECORDS, AS_OF))
    code = WORKER.replace("evaluator, records", "plan, records")
    code = code.replace("told =", "evaluator = plan.evaluator()\ntold =")
    assert '"reason": "check_error"' in json.dumps(worked(data, code)["told"])


def test_a_copy_gives_the_same_verdicts_in_and_beyond_its_years(evaluator: Evaluator) -> None:
    plan = Plan.of(evaluator, years=(2024, 2024))
    plans._kept.clear()
    copy = plan.evaluator()
    assert copy is not evaluator
    assert told(copy) == told(evaluator)
    assert (copy.defaults, copy.strict) == (evaluator.defaults, True)
    assert {name: one.digest for name, one in copy.catalog.calendars.items()} == {
        name: one.digest for name, one in evaluator.catalog.calendars.items()
    }


def test_the_digest_of_a_plan_is_that_of_its_catalog(evaluator: Evaluator) -> None:
    plan = Plan.of(evaluator)
    copy = fresh(evaluator)
    assert plan.digest == evaluator.catalog.digest == copy.catalog.digest
    assert plan.versions["servstd"] == servstd.__version__
    del copy.catalog.__dict__["digest"]  # so that it is worked out from what arrived
    assert copy.catalog.digest == plan.digest


def test_what_a_catalog_holds_beside_its_rules_arrives(tmp_path: Path) -> None:
    waived = {
        **CATALOG,
        "names": {"organisation": ["Acme"], "agents": {"a7": ["Sam"]}},
        "waivers": [{"rule": "email.response_time", "reason": "flood", "approved_by": "board"}],
    }
    before = Evaluator(servstd.load_catalog(waived))
    after = fresh(before)
    assert after.catalog.names_for("a7", ()) == before.catalog.names_for("a7", ())
    verdicts = [one.check(RECORDS[2], as_of=AS_OF)["email.response_time"] for one in (before, after)]
    assert verdicts[0].to_dict() == verdicts[1].to_dict()
    assert verdicts[1].reason == "waived"
    assert after.catalog.tests == before.catalog.tests
    assert after.catalog.rules["email.response_time"].readings == before.catalog.rules["email.response_time"].readings
    assert verdicts[1].sensitive == verdicts[0].sensitive


def test_a_frozen_catalog_stays_frozen(tmp_path: Path) -> None:
    from datetime import date

    from servstd.catalog.freeze import freeze

    (tmp_path / "catalog.yaml").write_text(json.dumps({**CATALOG, "extends": "servstd"}))
    catalog = servstd.load_catalog(tmp_path)
    (tmp_path / "catalog.lock").write_text(freeze(catalog, today=date(2026, 1, 1)).text)
    before = Evaluator(servstd.load_catalog(tmp_path))
    after = fresh(before)
    assert after.catalog.lock == before.catalog.lock
    assert after.catalog.lock is not None
    assert told(after) == told(before)


def test_one_process_makes_an_evaluator_once(evaluator: Evaluator) -> None:
    data = Plan.of(evaluator).to_bytes()
    assert Plan.from_bytes(data).evaluator() is Plan.from_bytes(data).evaluator()
    other = Evaluator(evaluator.catalog, defaults={"audience": "internal"})
    assert Plan.of(other).evaluator() is not Plan.from_bytes(data).evaluator()


def test_a_process_does_not_keep_evaluators_without_end(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_MOST_KEPT", 2)
    plans._kept.clear()
    for team in "abc":
        Plan.of(Evaluator(evaluator.catalog, defaults={"team": team}), years=(2024, 2024)).evaluator()
    assert len(plans._kept) == 2


def test_a_pickle_of_an_evaluator_is_its_plan(evaluator: Evaluator) -> None:
    data = pickle.dumps(evaluator)
    assert pickle.loads(data) is pickle.loads(data)
    assert len(data) < 1_000_000
    assert told(pickle.loads(data)) == told(evaluator)


def test_a_plan_can_be_made_of_a_copy(evaluator: Evaluator) -> None:
    copy = fresh(fresh(evaluator))
    assert told(copy) == told(evaluator)


def test_plans_of_the_same_are_equal(evaluator: Evaluator) -> None:
    one = Plan.of(evaluator, years=(2024, 2025))
    assert one == pickle.loads(pickle.dumps(one)) == Plan.from_bytes(one.to_bytes())
    assert hash(one) == hash(Plan.from_bytes(one.to_bytes()))
    assert one != Plan.of(evaluator, years=(2024, 2026))
    assert repr(one).startswith(f"<Plan of {one.digest[:12]}, 2024 to 2025")


@pytest.mark.parametrize("years", [(2026, 2024), ("2024", "2026"), (2024,), 2024])
def test_years_that_are_none_are_refused(evaluator: Evaluator, years: Any) -> None:
    with pytest.raises(PlanError, match="first and the last"):
        Plan.of(evaluator, years=years)


def test_threads_make_plans_while_others_judge() -> None:
    evaluator = Evaluator(servstd.load_catalog(CATALOG))
    expected = told(evaluator)
    given = [*RECORDS] * 10

    def judge(record: Any) -> Any:
        assessment = evaluator.check(record, as_of=AS_OF)
        return [verdict.sensitive for verdict in assessment]  # reads other readings, and keeps them

    with ThreadPoolExecutor(8) as pool:
        judged = [pool.submit(judge, record) for record in given]
        made = [pool.submit(lambda: told(Plan.of(evaluator, years=(2024, 2026)).evaluator())) for _ in range(4)]
        assert all(one.result() == expected for one in made)
        assert len([one.result() for one in judged]) == len(given)


# --- kinds of check of your own

KIND = """
from servstd.kinds.base import Check
from servstd.finding import Finding
from servstd.outcome import FAIL, PASS
from typing import ClassVar, Literal

class Short(Check):
    \"\"\"The subject is short.\"\"\"

    name: ClassVar[str] = "short"
    kind: Literal["short"] = "short"
    at_most: int

    def check(self, opportunity):
        subject = opportunity.values.get("subject") or ""
        return Finding(PASS if len(subject) <= self.at_most else FAIL, "custom")
"""
RULES = {"mail.short": {"title": "t", "statement": "s", "check": {"kind": "short", "at_most": 3}}}
JUDGE = """
import json, pickle, sys
sys.path[:0] = {path!r}
import servstd
evaluator = {read}
found = [evaluator.check({{"id": "1", "subject": text}}, as_of="2026-01-01T00:00Z") for text in ("abc", "abcd")]
print(json.dumps([assessment["mail.short"].outcome for assessment in found]))
"""
UNPICKLED = "pickle.load(sys.stdin.buffer)"
FROM_BYTES = "servstd.Plan.from_bytes(sys.stdin.buffer.read()).evaluator()"


def catalog_with_kind() -> dict[str, Any]:
    return {"extends": "servstd", "fields": {"subject": {"type": "text", "brief": "b"}}, "rules": RULES}


def test_a_kind_of_a_module_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "our_kinds.py").write_text(KIND)
    monkeypatch.syspath_prepend(tmp_path)
    our_kinds = import_module("our_kinds")

    evaluator = Evaluator(servstd.load_catalog(catalog_with_kind(), kinds=[our_kinds.Short]))
    plan = Plan.of(evaluator)
    assert plan.outside == (our_kinds.Short,)
    assert worked(pickle.dumps(evaluator), JUDGE.format(path=[str(tmp_path)], read=UNPICKLED)) == ["pass", "fail"]
    with pytest.raises(AssertionError, match="No module named 'our_kinds'"):
        worked(pickle.dumps(evaluator), JUDGE.format(path=[], read=UNPICKLED))
    data = plan.to_bytes()
    monkeypatch.delitem(sys.modules, "our_kinds")
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one != str(tmp_path)])
    with pytest.raises(PlanError, match="a kind of check that is not here: No module named 'our_kinds'"):
        Plan.from_bytes(data)


def notebook_kind() -> Any:
    """A kind as a notebook has it: nobody else can import it."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(KIND, "notebook", "exec", dont_inherit=True), space)
    return space["Short"]


def test_a_kind_of_a_notebook_goes_with_cloudpickle() -> None:
    kind = notebook_kind()
    evaluator = Evaluator(servstd.load_catalog(catalog_with_kind(), kinds=[kind]))
    assert worked(cloudpickle.dumps(evaluator), JUDGE.format(path=[], read=UNPICKLED)) == ["pass", "fail"]
    data = Plan.of(evaluator).to_bytes(cloudpickle.dumps)
    assert worked(data, JUDGE.format(path=[], read=FROM_BYTES)) == ["pass", "fail"]


def test_a_kind_that_was_written_anew_is_not_the_old_one() -> None:
    first, second = notebook_kind(), notebook_kind()
    one = Plan.of(Evaluator(servstd.load_catalog(catalog_with_kind(), kinds=[first])))
    two = Plan.of(Evaluator(servstd.load_catalog(catalog_with_kind(), kinds=[second])))
    assert type(one.evaluator().catalog.rules["mail.short"].check) is first
    assert type(two.evaluator().catalog.rules["mail.short"].check) is second


def test_what_can_not_be_pickled_is_said(evaluator: Evaluator) -> None:
    with pytest.raises(PlanError, match="can not be pickled"):
        Plan.of(Evaluator(evaluator.catalog, defaults={"team": (one for one in "ab")}))
