"""The nearest known word, keys read as the ones that were meant, and one message a slip."""

from __future__ import annotations

from typing import Any

import pytest

from servstd.errors import Problem
from servstd.spelling import find_nearest, flag_hint, nearest, one_a_slip, read_keys, shown, unknown_name
from servstd.yaml_reader import Mark, MarkedDict, locate

KEYS = ("from", "to", "within", "time_zone", "id")


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("fom", KEYS, "from"),
        ("form", KEYS, "from"),
        ("ID", KEYS, "id"),
        ("Time Zone", KEYS, "time_zone"),
        ("time-zone", KEYS, "time_zone"),
        ("witin", KEYS, "within"),
        ("anu", ("any", "not"), "any"),
        ("caller", ("agent", "customer"), "customer"),
        ("caller", ("agent", "system"), None),
        ("n/a", ("pass", "not_applicable"), "not_applicable"),
        ("boolean", ("text", "yes or no"), "yes or no"),
        ("high", ("major", "minor", "info"), "major"),
        ("high", ("low", "normal"), None),
        ("started", KEYS, None),
        (None, KEYS, None),
    ],
)
def test_the_nearest_word_is_the_one_that_was_meant(word: object, known: Any, meant: str | None) -> None:
    assert find_nearest(word, known) == meant
    assert nearest(word, known) == (None if meant is None else f"did you mean {meant!r}?")


@pytest.mark.parametrize(
    ("value", "hint"),
    [("no", "did you mean false?"), ("Yes", "did you mean true?"), ("on", "did you mean true?"), ("perhaps", None)],
)
def test_a_word_for_true_or_false_is_understood(value: str, hint: str | None) -> None:
    assert flag_hint(value) == hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        (5, "5"),
        ("a", "'a'"),
        (["a", None, False], "[a, null, false]"),
        ({"a": [1]}, "{a: [1]}"),
        (["x" * 70], "a list"),
        ({"x" * 70: 1}, "a mapping"),
    ],
)
def test_what_was_got_is_shown_as_it_is_written(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_key_that_is_nearly_right_is_read_as_that_one() -> None:
    read, problems = read_keys({"fom": "received", "to": "x"}, KEYS, ("check",))
    assert read == {"from": "received", "to": "x"}
    assert [(problem.keys, problem.hint) for problem in problems] == [(("check", "fom"), "did you mean 'from'?")]


def test_a_key_is_not_read_as_one_that_is_there() -> None:
    read, problems = read_keys({"fom": "received", "from": "opened"}, KEYS, ())
    assert read == {"from": "opened"}
    assert [problem.code for problem in problems] == ["unknown-key"]


def test_what_is_only_a_little_like_a_key_is_not_read_as_that() -> None:
    read, problems = read_keys({"within_days": "2"}, ("within",), ())
    assert read == {}
    assert problems[0].hint == "did you mean 'within'?"


def test_a_tree_from_a_file_stays_as_it_is_and_knows_the_place_of_both_spellings() -> None:
    spec = MarkedDict({"fom": "received"}, {"fom": ("a.yaml", 1, 1, 1, 6)})
    read_keys(spec, KEYS, ())
    assert spec == {"fom": "received"}
    assert locate(spec, ("from",)) == locate(spec, ("fom",)) == Mark("a.yaml", 1, 6)


def lacking(key: str, *path: str) -> Problem:
    return Problem("missing-key", f"missing key {key!r}", path)


def test_an_unknown_key_and_the_missing_one_of_the_same_mapping_are_one_slip() -> None:
    _, unknown = read_keys({"started": "received"}, ("from", "to"), ("check",))
    [problem] = one_a_slip([*unknown, lacking("from", "check")])
    assert problem.message == "unknown key 'started', and missing key 'from'; allowed: from, to"


def test_slips_of_two_mappings_stay_two() -> None:
    _, unknown = read_keys({"started": "received"}, ("from", "to"), ("check",))
    assert len(one_a_slip([*unknown, lacking("from", "other")])) == 2


def test_two_missing_keys_and_one_unknown_are_two_slips() -> None:
    _, unknown = read_keys({"started": "received"}, ("from", "to"), ("check",))
    assert len(one_a_slip([*unknown, lacking("from", "check"), lacking("to", "check")])) == 2


def test_keys_that_are_like_none_may_be_told_as_a_whole() -> None:
    read, problems = read_keys({"id": 1, "gold": 2, "basic": 3}, KEYS, ("a",), lambda given: f"write {sorted(given)}")
    assert read == {"id": 1}
    assert [(problem.path, problem.hint) for problem in problems] == [("a.gold", "write ['basic', 'gold', 'id']")]


@pytest.mark.parametrize(("given", "count"), [({"form": 1, "gold": 2}, 2), ({"id": 1}, 0)])
def test_keys_of_which_one_is_near_are_told_one_by_one(given: dict[str, Any], count: int) -> None:
    _, problems = read_keys(given, KEYS, (), lambda _: "never")
    assert [problem.hint for problem in problems] == ["did you mean 'from'?", None][:count]


def test_keys_that_may_mean_anything_are_told_one_by_one() -> None:
    _, problems = read_keys({"gold": 2, "basic": 3}, KEYS, (), lambda _: None)
    assert [problem.path for problem in problems] == ["gold", "basic"]


@pytest.mark.parametrize(
    ("known", "message", "hint"),
    [
        (("office",), "no calendar is called 'home'; there is office", None),
        (("office", "shop"), "no calendar is called 'home'; there are office, shop", None),
        (("office", "homes"), "no calendar is called 'home'", "did you mean 'homes'?"),
        ((), "no calendar is called 'home'", None),
        (tuple("abcdef"), "no calendar is called 'home'", None),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_few_that_there_are(
    known: tuple[str, ...], message: str, hint: str | None
) -> None:
    assert unknown_name("unknown-calendar", "home", known, ("a",)) == Problem("unknown-calendar", message, ("a",), hint)
