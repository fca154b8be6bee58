"""Tables that once gave other verdicts than their records, or none at all."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
import pytest
from tests.record_strategies import shipped
from tests.table.wide import differences

import servstd
from servstd import Evaluator
from servstd.errors import RecordError
from servstd.evaluate.table.flat_source import FlatSource
from servstd.finding import Finding
from servstd.flat import FlatReader
from servstd.kinds.base import Check
from servstd.outcome import FAIL

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
INSTANT = pa.timestamp("us", "UTC")
DAY = "2026-05-20T"
OFFICE = {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}
WORDS: dict[str, Any] = {
    "fields": {"score": {"type": "number"}, "grp": {"type": "text"}},
    "events": {"aa": {}, "bb": {}, "cc": {}},
    "calendars": {"x": OFFICE},
    "default_calendar": "x",
}
WITHIN_A_DAY = {"kind": "deadline", "from": "aa", "to": "bb", "within": "1 business day"}
AT_LEAST = {"kind": "limit", "of": {"field": "score"}, "at_least": -1, "for_every": {"count": 1, "field": "score"}}


def evaluator(check: dict[str, Any], kinds: Any = (), **more: Any) -> Evaluator:
    rules = {"a.b": {"title": "t", "check": check}, **more.pop("rules", {})}
    return Evaluator(servstd.load_catalog({**WORDS, **more, "rules": rules}, kinds=kinds))


def table(**columns: Any) -> pa.Table:
    count = max(len(column) for column in columns.values())
    return pa.table({"id": [str(number) for number in range(count)], **columns})


def test_a_waiver_with_a_condition_covers_only_the_records_that_meet_it() -> None:
    waivers = [{"rule": "a.b", "reason": "r", "when": {"grp": "g"}}]
    judged = evaluator({"kind": "limit", "of": {"field": "score"}, "at_most": 5}, waivers=waivers)
    assert differences(judged, table(score=[9, 9, 9], grp=["g", "x", None]), AS_OF) == []


@pytest.mark.parametrize(
    ("demanded", "columns"),
    [
        ({"open": "aa"}, {"aa_at": [f"{DAY}10:00Z", f"{DAY}20:00Z", None]}),
        (
            {"happened": "aa", "before": "bb"},
            {"aa_at": [f"{DAY}10:00Z", f"{DAY}20:00Z", None], "bb_at": [f"{DAY}11:00Z"] * 3},
        ),
        ({"rule": "a.c", "outcome": "pass"}, {"score": [3, -3, None]}),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_demanded_of_a_record_may_be_an_event_or_another_rule(demanded: Any, columns: Any) -> None:
    check = {"kind": "recorded", "fields": ["grp"], "with": demanded}
    judged = evaluator(check, rules={"a.c": {"title": "t", "check": AT_LEAST}})
    assert differences(judged, table(grp=["g"] * 3, **columns), AS_OF) == []


class Own(Check):
    """Fails for a reason of its own, in columns too."""

    name: ClassVar[str] = "own"
    kind: Literal["own"] = "own"

    def check(self, opportunity: Any) -> Finding:
        return Finding(FAIL, "my_reason")

    def check_columns(self, columns: Any) -> Any:
        return np.full(columns.count, columns.codes.of(FAIL, "my_reason"), np.uint8)


class Breaks(Own):
    """A vector check that raises."""

    name: ClassVar[str] = "breaks"
    kind: Literal["breaks"] = "breaks"  # type: ignore[assignment]

    def check_columns(self, columns: Any) -> Any:
        raise ZeroDivisionError


@pytest.mark.parametrize("kind", ["all_of", "first_decided"])
def test_a_reason_of_a_kind_of_your_own_counts_within_a_combination(kind: str) -> None:
    checks = {"mine": {"kind": "own"}, "there": {"kind": "recorded", "fields": ["grp"]}}
    judged = evaluator({"kind": kind, "checks": checks}, [Own])
    assert differences(judged, table(grp=["g", "g"]), AS_OF) == []
    assert judged.check_table(table(grp=["g"]), as_of=AS_OF)["a.b"].to_pylist() == ["fail/my_reason"]


def test_a_vector_check_that_raises_leaves_its_records_to_the_scalar_one() -> None:
    judged = evaluator({"kind": "breaks"}, [Breaks])
    assert judged.check_table(table(grp=["g"]), as_of=AS_OF)["a.b"].to_pylist() == ["fail/my_reason"]


def test_strict_holidays_are_asked_for_the_time_used_too() -> None:
    strict = {**OFFICE, "holidays": {"country": "US"}, "known_until": "2025-12-31", "strict_holidays": True}
    judged = evaluator({**WITHIN_A_DAY, "within": "1 business hour"}, calendars={"x": strict})
    rows = table(aa_at=["2025-05-20T10:00Z"] * 2, bb_at=["2026-05-20T20:00Z", None])
    assert differences(judged, rows, AS_OF) == []


def test_names_of_agents_and_what_a_record_tracks_are_its_own() -> None:
    texts = pa.list_(pa.string())
    calls = table(channel=["phone"] * 2, audience=["external"] * 2, agent_names=pa.array([None, ["Sam"]], texts))
    assert differences(shipped(), calls, AS_OF) == []
    tracked = pa.array([None, ["aa"], []], texts)
    assert differences(evaluator(WITHIN_A_DAY), table(aa_at=[f"{DAY}10:00Z"] * 3, tracked=tracked), AS_OF) == []


def test_only_an_event_that_says_so_itself_is_automatic() -> None:
    events = {"aa": {"attributes": {"automated": {"type": "yes or no", "default": True}}}, "bb": {}}
    judged = evaluator(WITHIN_A_DAY, events=events)
    rows = table(aa_at=[f"{DAY}10:00Z"] * 3, aa_automated=[None, True, False], bb_at=[f"{DAY}11:00Z"] * 3)
    assert differences(judged, rows, AS_OF) == []


@pytest.mark.parametrize("within", ["end of 0 calendar days", "end of 1 calendar day", "end of 1 business day"])
def test_days_that_end_twice_are_left_to_the_clock(within: str) -> None:
    hours = {"time_zone": "America/St_Johns", "hours": {"mon-sun": "00:00-23:00"}}
    judged = evaluator({**WITHIN_A_DAY, "within": within}, calendars={"x": hours})
    rows = table(aa_at=["2010-11-07T02:35Z"] * 3, bb_at=["2010-11-08T04:00Z", "2010-11-07T03:00Z", None])
    assert differences(judged, rows, AS_OF) == []


@pytest.mark.parametrize("within", ["3000000000 elapsed hours", "1 calendar day"])
def test_instants_and_targets_beyond_all_calendars_do_not_stop_the_table(within: str) -> None:
    judged = evaluator({**WITHIN_A_DAY, "within": within})
    far = pa.array([10**18, 0, None], pa.timestamp("us", "UTC"))
    assert judged.check_table(table(aa_at=far), as_of=AS_OF)["a.b"].to_pylist()[0].startswith("unknown/")
    early = table(aa_at=["0001-01-01T00:00+14:00", f"{DAY}10:00Z"], bb_at=[None, f"{DAY}11:00Z"])
    assert differences(judged, early, AS_OF) == []


@pytest.mark.parametrize("under", [10**15, -(10**15), 2**62, -(2**62)])
@pytest.mark.parametrize(
    "check",
    [
        WITHIN_A_DAY,
        {**WITHIN_A_DAY, "released_by": "cc"},
        {"kind": "limit", "of": {"elapsed": ["aa", "bb"]}, "at_most": "2 business hours"},
        {"kind": "recorded", "event": "aa", "until": "bb"},
    ],
    ids=["target", "released", "elapsed", "recorded"],
)
def test_what_stands_under_the_nulls_of_instants_changes_no_verdict(check: dict[str, Any], under: int) -> None:
    judged, given = evaluator(check), [1_779_270_000_000_000 + hours * 3_600_000_000 for hours in (-1, 0, 1)]
    times = list(itertools.product([*given, None], repeat=3))
    columns = {f"{name}_at": [row[place] for row in times] for place, name in enumerate(("aa", "bb", "cc"))}
    clean = table(**{name: pa.array(values, INSTANT) for name, values in columns.items()})
    dirty = table(**{name: _over(values, under) for name, values in columns.items()})
    assert judged.check_table(dirty, as_of=AS_OF) == judged.check_table(clean, as_of=AS_OF)
    assert differences(judged, dirty, AS_OF) == []


def test_an_event_without_an_instant_that_can_not_be_read_stands_at_the_beginning() -> None:
    judged = evaluator(WITHIN_A_DAY, events={"aa": {"attributes": {"size": {"type": "number"}}}, "bb": {}})
    rows = table(aa_at=_over([None, 7], 2**62), aa_size=["odd", "3"])
    events = FlatSource(rows.to_batches()[0], FlatReader(judged.catalog.vocabulary)).events("aa")
    assert events is not None
    assert (events.at.tolist(), events.is_unsure.tolist()) == ([0, 7], [True, False])


def _over(values: list[int | None], under: int) -> Any:
    """Instants with a number of ours under the nulls."""
    numbers = np.array([under if value is None else value for value in values], np.int64)
    return pa.array(numbers, INSTANT, mask=np.array([value is None for value in values]))


def test_views_run_ends_and_odd_types_of_columns_are_read() -> None:
    judged = evaluator({"kind": "recorded", "fields": ["grp"]})
    rows = pa.table({
        "id": pa.array(["a", "b"], pa.string_view()),
        "team": pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array(["x", None])),
        "channel": pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int8()), pa.array(["email"], pa.string_view())),
        "tags": pa.array([["x"], None], pa.list_(pa.string_view())),
        "raw": pa.array([b"x", None], pa.binary_view()),
        "grp": pa.RunEndEncodedArray.from_arrays([2], ["g"]),
        "agent": pa.array([["a"], None]),
    })  # fmt: skip
    found = judged.check_table(pa.concat_tables([rows, rows]), as_of=AS_OF)
    assert found["a.b"].to_pylist() == ["pass/done"] * 4
    assert servstd.expand(found)["team"].to_pylist() == ["x", None] * 2


def test_chunks_with_other_dictionaries_become_one_table() -> None:
    judged = evaluator({"kind": "recorded", "fields": ["grp"]})
    small = pa.dictionary(pa.int8(), pa.string())
    parts = [
        table(grp=["g"] * 100, team=pa.array([f"{letter}{number}" for number in range(100)], small)) for letter in "ab"
    ]
    found = judged.check_table(pa.concat_tables(parts), as_of=AS_OF)
    assert found["team"].to_pylist()[-1] == "b99"


def test_a_column_that_is_there_twice_is_refused() -> None:
    rows = pa.table([["1"], ["email"], ["phone"]], names=["id", "channel", "channel"])
    with pytest.raises(RecordError, match="the column 'channel' is there twice"):
        shipped().check_table(rows, as_of=AS_OF)


def test_one_batch_expands_like_a_table() -> None:
    (batch,) = shipped().iter_tables(table(grp=["g"]), as_of=AS_OF)
    assert servstd.expand(batch).num_rows == len(shipped().reported)


def test_a_strict_evaluator_is_strict_in_a_table() -> None:
    strict = Evaluator(strict=True)
    with pytest.raises(RecordError, match="no event is called 'foo'"):
        strict.check_table(table(channel=["email"], foo_at=["x"]), as_of=AS_OF)


def test_ids_are_written_as_records_have_them() -> None:
    for ids in ([1.0, 2.5], [1, 2], [True, False]):
        rows = pa.table({"id": ids})
        for full in (False, True):
            found = shipped().check_table(rows, as_of=AS_OF, full=full)["record_id"].to_pylist()
            assert list(dict.fromkeys(found)) == [str(one) for one in ids]
