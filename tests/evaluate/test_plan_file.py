"""Plans as bytes: those of another version, cut short or changed are refused, with a message that says why."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from tests.record_strategies import shipped

import servstd
from servstd import Evaluator, Plan, PlanError
from servstd.evaluate import plan as plans
from servstd.evaluate import plan_file


@pytest.fixture(scope="module")
def evaluator() -> Evaluator:
    return shipped()


def test_a_plan_of_another_version_is_refused_with_both_named(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan.of(evaluator)
    data, pickled = plan.to_bytes(), pickle.dumps(evaluator)
    monkeypatch.setattr(servstd, "__version__", "0.9.9")
    message = r"made by servstd 0\.1\.0 \(format 1\), and this is servstd 0\.9\.9 \(format 1\)"
    with pytest.raises(PlanError, match=message):
        Plan.from_bytes(data)
    with pytest.raises(PlanError, match=message):
        pickle.loads(pickled)


def test_a_plan_of_another_format_is_refused(evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Plan.of(evaluator).to_bytes()
    monkeypatch.setattr(plans, "FORMAT", 2)
    with pytest.raises(PlanError, match=r"\(format 1\), and this is servstd .* \(format 2\)"):
        Plan.from_bytes(data)


def test_nothing_is_unpickled_before_the_header_is_checked(
    evaluator: Evaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Plan.of(evaluator).to_bytes(lambda outside: b"never read")
    monkeypatch.setattr(servstd, "__version__", "0.9.9")
    monkeypatch.setattr(pickle, "loads", lambda data: pytest.fail("unpickled"))
    with pytest.raises(PlanError, match="made by"):
        Plan.from_bytes(data)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda data: data[:-1], "checksum differs"),
        (lambda data: data + b"x", "checksum differs"),
        (lambda data: data[:30], "checksum differs"),
        (lambda data: data.replace(b'"digest": "', b'"digest": "0', 1), "checksum differs"),
        (lambda data: data.replace(b'"years": [2', b'"years": [1', 1), "checksum differs"),
        (lambda data: data.replace(b'"content": ', b'"CONTENT": ', 1), "checksum differs"),
        (lambda data: pickle.dumps(1), "are no plan"),
        (lambda data: b"", "are no plan"),
        (lambda data: "text", "got str"),
    ],
)
def test_what_is_no_whole_plan_is_refused(evaluator: Evaluator, harm: Any, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        Plan.from_bytes(harm(Plan.of(evaluator).to_bytes()))


def with_header(plan: Plan, **changed: Any) -> bytes:
    """The bytes of a plan with another header and a checksum that is right; None leaves a name out."""
    header, body = plan_file.unpack(plan.to_bytes())
    lines = json.dumps({name: value for name, value in {**header, **changed}.items() if value is not None})
    return plan_file.seal(lines.encode() + b"\n" + body)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"digest": None}, "has no 'digest'"),
        ({"digest": 7}, "has 7 for 'digest'"),
        ({"years": None}, "has no 'years'"),
        ({"years": 2024}, "has 2024 for 'years'"),
        ({"years": [2026, 2024]}, "years are the first and the last"),
        ({"versions": None}, "has no 'versions'"),
        ({"versions": ["x"]}, r"has \['x'\] for 'versions'"),
        ({"content": None}, "has no 'content'"),
        ({"content": "12"}, "has '12' for 'content'"),
        ({"content": 12}, "its parts are not of the lengths that its header tells"),
        ({"content": -1, "outside": 1}, "its parts are not of the lengths"),
        ({"format": None}, "format None"),
    ],
)
def test_a_header_that_is_none_of_a_plan_is_refused(evaluator: Evaluator, changed: Any, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        Plan.from_bytes(with_header(Plan.of(evaluator, (2024, 2024)), **changed))


@pytest.mark.parametrize("header", [b"{", b"[1]", b"\xff", b""])
def test_a_header_that_can_not_be_read_is_refused(header: bytes) -> None:
    with pytest.raises(PlanError, match="the header of the plan can not be read"):
        Plan.from_bytes(plan_file.seal(header + b"\nbody"))
