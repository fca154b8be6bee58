"""Events, reviews and what rows say of themselves, as columns: the same verdicts, whatever the layout."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.record_strategies import Subject, shipped, subjects_of_shipped_rules
from tests.table.layouts import LAYOUTS, flat_struct, listed
from tests.table.small_words import AS_OF, AT, small, source
from tests.table.wide import differences, table_of

import servstd
from servstd import Event, Record
from servstd.evaluate.table.decode import read_instants
from servstd.evaluate.table.run import TableRun
from servstd.flat import FlatReader
from servstd.values import BadValue, parse_instant, to_us


def wrong_in(subjects: Iterable[Subject], layout: Any, wide: Iterable[str] = ()) -> list[str]:
    """Where the table and the records disagree; the events are all a list can hold, so that none is untracked."""
    by_instant: dict[datetime, list[Record]] = {}
    for number, subject in enumerate(subjects):
        by_instant.setdefault(subject.as_of, []).append(replace(subject.record, id=f"r{number}"))
    wrong = []
    for as_of, records in by_instant.items():
        run = TableRun(shipped(), listed(records, layout, wide), as_of)
        found = pa.Table.from_batches(list(run.compact())).to_pylist()
        assert not run.work.failed
        for record, got in zip(records, found, strict=True):
            for verdict in shipped().check(record.to_dict(), as_of=as_of):
                wanted = f"{verdict.outcome.value}/{verdict.reason}"
                if got[verdict.rule_id] != wanted:
                    wrong.append(f"{verdict.rule_id}: {wanted}, in the table {got[verdict.rule_id]}: {record}")
    return wrong


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_of_a_list_of_events_gives_the_verdicts_of_the_records(name: str) -> None:
    part = list(LAYOUTS).index(name)
    assert wrong_in(subjects_of_shipped_rules()[part::24], LAYOUTS[name]) == []


def test_events_in_columns_and_in_a_list_at_once_are_all_there() -> None:
    assert wrong_in(subjects_of_shipped_rules()[8::24], flat_struct, ("received", "answered", "opened")) == []


INSTANTS = st.integers(0, 6).map(lambda number: AT + timedelta(minutes=30 * number))


def _value(name: str) -> st.SearchStrategy[Any]:
    return {"size": st.sampled_from([None, 2, 3]), "loud": st.sampled_from([None, True, False])}.get(name, st.none())


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(["aa", "aa", "bb", "cc", "zz"]))
    names = {"aa": ("size", "loud")}.get(kind, ())
    given_ = {name: value for name in names if (value := draw(_value(name))) is not None}
    sequence, ref = draw(st.sampled_from([0, 0, 1, 2])), draw(st.sampled_from([None, None, "a", "b"]))
    return Event(kind, draw(INSTANTS), None, draw(st.sampled_from([None, "x"])), ref, given_, sequence)


@settings(max_examples=max(40, settings.default.max_examples // 2))
@given(st.lists(st.lists(events(), max_size=6), min_size=1, max_size=6), st.sampled_from([*LAYOUTS]), st.booleans())
def test_shuffled_and_repeated_events_give_the_verdicts_of_the_records(
    found: list[list[Event]], layout: str, in_columns: bool
) -> None:
    records = [Record(str(number), events=tuple(some)) for number, some in enumerate(found)]
    table = listed(records, LAYOUTS[layout], ("aa", "bb") if in_columns else ())
    got = small().check_table(table, as_of=AS_OF).to_pylist()
    for record, row in zip(records, got, strict=True):
        for verdict in small().check(record.to_dict(), as_of=AS_OF):
            assert row[verdict.rule_id] == f"{verdict.outcome.value}/{verdict.reason}", verdict.rule_id


def test_events_come_in_the_order_of_record_instant_and_sequence() -> None:
    late, early = Event("aa", AT + timedelta(hours=1), sequence=1), Event("aa", AT, sequence=5)
    first = Event("aa", AT + timedelta(hours=1), sequence=0)
    records = [Record("a", events=(late, early, first)), Record("b", events=(early,))]
    rows = source(listed(records, flat_struct)).events("aa")
    assert rows is not None
    assert rows.row.tolist() == [0, 0, 0, 1]
    assert rows.at.tolist() == [early.at_us, late.at_us, late.at_us, early.at_us]
    assert rows.sequence.tolist() == [5, 0, 1, 5]
    assert not rows.is_unsure.any()


def test_events_that_only_their_content_tells_apart_are_unsure() -> None:
    same = (Event("aa", AT, attributes={"size": 1}), Event("aa", AT, attributes={"size": 5}), Event("bb", AT))
    given_ = source(listed([Record("a", events=same)], flat_struct))
    first, other = given_.events("aa"), given_.events("bb")
    assert first is not None
    assert other is not None
    assert (first.is_unsure.tolist(), other.is_unsure.tolist()) == ([True, True], [False])


def test_a_default_that_is_declared_is_laid_under_and_never_makes_an_event_automatic() -> None:
    rows = source(listed([Record("a", events=(Event("aa", AT), Event("bb", AT)))], flat_struct)).events("aa")
    assert rows is not None
    loud = rows.attributes["loud"]
    assert [loud.values[code] for code in loud.codes] == [True]
    assert not rows.is_automated.any()


def test_a_type_with_one_event_a_record_needs_no_list_and_one_that_nobody_has_gives_nothing() -> None:
    wide = source(table_of([{"id": "a", "aa_at": AT, "aa_size": 3}, {"id": "b"}]))
    column = wide.event("aa")
    assert column is not None
    assert (column.is_there.tolist(), column.is_unsure.tolist()) == ([True, False], [False, False])
    rows = wide.events("aa")
    assert rows is not None
    assert (rows.row.tolist(), rows.at.tolist()) == ([0], [to_us(AT)])
    assert (wide.event("cc"), wide.events("cc"), wide.events("nobody")) == (None, None, None)


BAD: dict[str, Any] = {
    "no instant": {"type": "aa", "at": None},
    "an empty instant": {"type": "aa", "at": ""},
    "a wall time": {"type": "aa", "at": "2026-05-20T10:00"},
    "31 February": {"type": "aa", "at": "2026-02-31T10:00Z"},
    "a bad number": {"type": "aa", "at": "2026-05-20T10:00Z", "size": "many"},
    "a bad end": {"type": "aa", "at": "2026-05-20T10:00Z", "until": "noon"},
    "a bad sequence": {"type": "aa", "at": "2026-05-20T10:00Z", "sequence": "third"},
    "an odd sequence": {"type": "aa", "at": "2026-05-20T10:00Z", "sequence": "99999999999999999999"},
    "no type": {"type": None, "at": "2026-05-20T10:00Z"},
    "a type nobody knows": {"type": "ab", "at": "2026-05-20T10:00Z"},
    "an empty reference": {"type": "aa", "at": "2026-05-20T10:00Z", "ref": "", "actor": ""},
}


@pytest.mark.parametrize("name", BAD)
def test_what_can_not_be_read_is_bad_data_as_in_a_record(name: str) -> None:
    good = {"type": "bb", "at": "2026-05-20T10:30Z"}
    rows = [[BAD[name], good], [good], [{"type": "aa", "at": "2026-05-20T10:00Z"}, good]]
    names = dict.fromkeys(key for items in rows for item in items for key in item)
    kind = pa.list_(pa.struct(dict.fromkeys(names, pa.string())))
    table = pa.table({"id": ["a", "b", "c"], "events": pa.array(rows, kind)})
    assert differences(small(), table, AS_OF, may_fail=False) == []


@pytest.mark.parametrize(
    "at",
    [
        pa.array([[{"type": "aa", "at": AT.date()}]]),
        pa.array([[{"type": "aa", "at": 1}]]),
        pa.array(
            [[{"type": "aa", "at": datetime(2026, 5, 20, 10)}]],
            pa.list_(pa.struct({"type": pa.string(), "at": pa.timestamp("us")})),
        ),
        pa.array([[{"type": "aa"}]]),
        pa.array([[{"type": 5, "at": AT}]]),
        pa.array([[{"at": AT}]]),
        pa.array([None], pa.null()),
        pa.array([[]], pa.list_(pa.null())),
        pa.array([""]),
    ],
    ids=lambda array: str(array.type),
)
def test_lists_that_hold_no_events_are_judged_like_records(at: Any) -> None:
    assert differences(small(), pa.table({"id": ["a"], "events": at}), AS_OF, may_fail=False) == []


def test_a_null_among_the_events_stops_the_table_as_it_stops_a_record() -> None:
    table = pa.table({"id": ["a"], "events": pa.array([[None, {"type": "aa", "at": AT}]])})
    with pytest.raises(servstd.RecordError, match="expected a list of events"):
        small().check_table(table, as_of=AS_OF)


def test_a_value_beside_the_type_goes_before_one_in_the_attributes() -> None:
    kind = pa.struct(
        {
            "type": pa.string(),
            "at": pa.timestamp("us", "UTC"),
            "size": pa.int64(),
            "attributes": pa.map_(pa.string(), pa.string()),
        }
    )
    items = [
        {"size": 1, "attributes": [("size", "5")]},
        {"size": None, "attributes": [("size", "1"), ("size", "5")]},
        {"size": 5, "attributes": [("size", "many")]},
        {"size": None, "attributes": [("size", "many")]},
        {"size": 5, "attributes": None},
    ]
    lists = [[{"type": "aa", "at": AT, **item}] for item in items]
    table = pa.table({"id": [*"abcde"], "events": pa.array(lists, pa.list_(kind))})
    assert small().check_table(table, as_of=AS_OF)["x.size"].to_pylist() == [
        "unknown/no_such_event",
        "pass/done",
        "pass/done",
        "unknown/bad_data",
        "pass/done",
    ]
    assert differences(small(), table.slice(1), AS_OF, may_fail=False) == []


TEXTS = st.one_of(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(lambda at: at.isoformat() + "Z"),
    st.from_regex(
        r"\A(2026|0000|0001|9999)-(0[0-9]|1[0-3])-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,7})?)?"
        r"(Z|z|[+-][0-2][0-9]:?[0-6][0-9])?\Z"
    ),
    st.sampled_from(
        ["", " 2026-05-20T10:00Z", "2026-05-20T24:00Z", "2026-05-20", "2026-W21-3T10:00Z", "20260520T1000Z"]
    ),
)


@given(st.lists(st.none() | TEXTS, max_size=6))
def test_texts_are_the_instants_that_records_read_in_them(given_: list[str | None]) -> None:
    at, is_there, is_bad = read_instants(pa.array(given_, pa.string()), FlatReader(small().catalog.vocabulary))
    for number, text in enumerate(given_):
        if not text:
            assert (is_there[number], is_bad[number]) == (False, False)
            continue
        try:
            wanted = to_us(parse_instant(text))
        except BadValue:
            assert (is_there[number], is_bad[number]) == (False, True), text
        else:
            assert (at[number], is_there[number], is_bad[number]) == (wanted, True, False), text


def test_sliced_batches_hold_the_events_of_their_own_rows() -> None:
    records = [
        Record(str(number), events=(Event("aa", AT + timedelta(hours=number)),) * (number % 3)) for number in range(9)
    ]
    for name, layout in LAYOUTS.items():
        table = listed(records, layout)
        for begin, end in ((0, 9), (2, 6), (4, 5), (3, 3)):
            rows = source(table.slice(begin, end - begin)).events("aa")
            wanted = [number - begin for number in range(begin, end) for _ in range(number % 3)]
            assert ([] if rows is None else rows.row.tolist()) == wanted, (name, begin)
            if rows is not None:
                assert np.all(rows.at == [to_us(AT + timedelta(hours=row + begin)) for row in wanted]), name
