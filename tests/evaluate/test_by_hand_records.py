"""Records made by hand are read by the vocabulary, as the flat form is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import servstd
from servstd import Event, Record, Turn

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
RECEIVED = Event("received", datetime(2026, 5, 19, 14, tzinfo=UTC))
EVALUATOR = servstd.Evaluator()


def outcome(**given: Any) -> tuple[str, str]:
    given = {"channel": "email", "events": (RECEIVED,), **given}
    verdict = EVALUATOR.check(Record(id="E-1", **given), as_of=AS_OF)["email.response_time"]
    return str(verdict.outcome), verdict.reason


def test_an_attribute_written_as_text_is_read() -> None:
    robot = Event("responded", datetime(2026, 5, 19, 15, tzinfo=UTC), attributes={"automated": "true"})
    assert outcome(events=(RECEIVED, robot)) == ("fail", "overdue")


def test_a_field_written_as_text_is_read() -> None:
    assert outcome(fields={"no_response_required": "yes"}) == ("not_applicable", "excepted")


def test_an_unknown_channel_is_undecided_and_named() -> None:
    assert outcome(channel="Email")[0] == "unknown"
    assessment = EVALUATOR.check(Record(id="E-1", channel="Email", events=(RECEIVED,)), as_of=AS_OF)
    assert [problem.code for problem in assessment.problems] == ["unknown-value"]


@pytest.mark.parametrize(
    "given",
    [
        {"channel": "Email"},
        {"events": (Event("recieved", RECEIVED.at),)},
        {"turns": (Turn("Agent", "Hello."),)},
        {"fields": {"recieved_at": "2026-05-19"}},
    ],
    ids=["channel", "event", "speaker", "field"],
)
def test_strict_refuses_what_the_vocabulary_does_not_know(given: dict[str, Any]) -> None:
    with pytest.raises(servstd.RecordError):
        servstd.Evaluator(strict=True).check(Record(id="E-1", **given), as_of=AS_OF)


def test_a_record_that_is_typed_already_is_taken_as_it_is() -> None:
    record = Record(id="E-1", channel="email", fields={"no_response_required": False}, events=(RECEIVED,))
    assert EVALUATOR.check(record, as_of=AS_OF).record is record


@pytest.mark.parametrize("as_of", ["2026", None, 5, datetime(2026, 6, 1), datetime(9999, 12, 31, tzinfo=UTC)])
def test_an_instant_that_is_none_is_refused(as_of: Any) -> None:
    with pytest.raises(servstd.RecordError):
        EVALUATOR.check({"id": "E-1"}, as_of=as_of)


@pytest.mark.parametrize("record", [None, [], "E-1", 5])
def test_what_is_no_record_is_refused(record: Any) -> None:
    with pytest.raises(servstd.RecordError):
        EVALUATOR.check(record, as_of=AS_OF)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"id": "E-1", 5: "x", None: "y", "channel": "email"},
            ["a key must be text, got 5", "a key must be text, got None"],
        ),
        ({"id": "E-1", b"team": "care"}, ["a key must be text, got b'team'"]),
        ({"id": "E-1", "fields": {5: "x"}}, ["fields: a key must be text, got 5"]),
        (Record(id="E-1", fields={5: "x"}), ["a key must be text, got 5"]),  # type: ignore[dict-item]
    ],
    ids=["record", "bytes", "fields", "made"],
)
def test_keys_that_are_no_text_are_all_told(given: Any, says: list[str]) -> None:
    with pytest.raises(servstd.RecordError) as error:
        EVALUATOR.check(given, as_of=AS_OF)
    assert [str(problem) for problem in error.value.problems] == [f"{said} [key-not-text]" for said in says]
    again = {"id": "E-1", "channel": "email", "events": [{"type": "received", "at": RECEIVED.at}]}
    assert EVALUATOR.check(again, as_of=AS_OF)["email.response_time"].outcome == "fail"


def test_an_assessment_knows_its_rules() -> None:
    assessment = EVALUATOR.check({"id": "E-1"}, as_of=AS_OF)
    assert "email.response_time" in assessment
    assert "email.respons_time" not in assessment
    assert assessment.get("email.respons_time") is None
