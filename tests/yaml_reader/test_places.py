"""Marks: where each key and value was written, and how problems find their place."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from servstd.errors import Problem
from servstd.yaml_reader import Mark, MarkedDict, MarkedList, locate, merge_marks, place, read_yaml

TEXT = """\
rules:
  email.response_time:
    title: An e-mail is answered
    check: {kind: dedline, within: 24 hours}
    steps:
      - a
      - {b: 1, bb: 2}
"""
RULE = ("rules", "email.response_time")


@pytest.fixture
def tree() -> Any:
    found, problems = read_yaml(TEXT, "email.yaml")
    assert not problems
    return found


@pytest.mark.parametrize(
    ("path", "at_key", "line", "column"),
    [
        ((), False, 1, 1),
        (("rules",), False, 1, 1),
        (RULE, False, 2, 3),
        ((*RULE, "title"), False, 3, 12),
        ((*RULE, "title"), True, 3, 5),
        ((*RULE, "check"), False, 4, 12),
        ((*RULE, "check", "kind"), False, 4, 19),
        ((*RULE, "check", "kind"), True, 4, 13),
        ((*RULE, "steps", 0), False, 6, 9),
        ((*RULE, "steps", 1, "bb"), False, 7, 20),
        ((*RULE, "steps", 1, "bb"), True, 7, 16),
    ],
)
def test_every_key_and_value_has_its_place(
    tree: Any, path: tuple[str | int, ...], at_key: bool, line: int, column: int
) -> None:
    assert locate(tree, path, at_key) == Mark("email.yaml", line, column)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("nothing",), 1),
        ((*RULE, "owner"), 2),
        ((*RULE, "check", "cycles", "x"), 4),
        ((*RULE, "steps", 9), 5),
        ((*RULE, "steps", "x"), 5),
        ((*RULE, "title", "x"), 3),
        ((*RULE, 3), 2),
    ],
)
def test_a_path_that_is_not_there_has_the_place_of_its_deepest_part(
    tree: Any, path: tuple[str | int, ...], line: int
) -> None:
    found = locate(tree, path)
    assert found is not None
    assert found.line == line


def test_a_plain_tree_has_no_places() -> None:
    assert locate({"a": [1]}, ("a", 0)) is None
    assert locate(3, ("a",)) is None


def test_a_marked_part_of_a_plain_tree_keeps_its_places(tree: Any) -> None:
    assert locate({"outer": tree}, ("outer", *RULE, "title")) == Mark("email.yaml", 3, 12)


def test_marked_trees_are_plain_values_to_everyone_else(tree: Any) -> None:
    plain = json.loads(json.dumps(tree))
    assert tree == plain
    assert type(plain["rules"]) is dict
    assert tree["rules"]["email.response_time"]["steps"] == ["a", {"b": 1, "bb": 2}]


@pytest.mark.parametrize("through", [copy.copy, copy.deepcopy, lambda tree: pickle.loads(pickle.dumps(tree))])
def test_copies_and_pickles_keep_their_marks(tree: Any, through: Any) -> None:
    again = through(tree)
    assert again == tree
    assert isinstance(again, MarkedDict)
    assert locate(again, (*RULE, "steps", 1, "b")) == locate(tree, (*RULE, "steps", 1, "b"))
    assert locate(again, ()) == Mark("email.yaml", 1, 1)


def test_merged_mappings_take_each_mark_from_the_part_that_gave_the_value() -> None:
    base = read_yaml("a: 1000\nb: 2000\nc: 3000\nd: {x: 1}\n", "base.yaml")[0]
    over = read_yaml("\n\n\nb: 9000\nd: {x: 1}\n", "over.yaml")[0]
    merged = merge_marks({**base, **over, "d": {**base["d"], **over["d"]}, "e": 5}, base, {"e": 5}, over)
    assert merged == {"a": 1000, "b": 9000, "c": 3000, "d": {"x": 1}, "e": 5}
    assert locate(merged, ("a",)) == Mark("base.yaml", 1, 4)
    assert locate(merged, ("b",)) == Mark("over.yaml", 4, 4)
    assert locate(merged, ("d",)) == Mark("over.yaml", 5, 4)
    assert locate(merged, ()) == Mark("over.yaml", 4, 1)
    assert "e" not in merged.marks


def test_a_value_kept_from_the_base_keeps_the_place_of_the_base() -> None:
    base, over = read_yaml("a: one text\nb: gone\n", "base.yaml")[0], read_yaml("a: another\n", "over.yaml")[0]
    merged = merge_marks({"a": base["a"]}, base, over)
    assert locate(merged, ("a",)) == Mark("base.yaml", 1, 4)
    assert set(merged.marks) == {"a"}


def test_containers_can_be_made_by_hand() -> None:
    assert MarkedDict() == {}
    assert MarkedList() == []
    part = MarkedList(["x", "y"], [("f", 1, 1, 1, 3)])
    assert locate(part, (0,)) == Mark("f", 1, 3)
    assert locate(part, (1,)) is None


def test_a_problem_with_a_value_points_at_the_value(tree: Any) -> None:
    problem = Problem(
        "unknown-kind", "no kind is called 'dedline'", (*RULE, "check", "kind"), "did you mean 'deadline'?"
    )
    assert place(problem, tree, {"email.yaml": TEXT.splitlines()}).render() == (
        "email.yaml:4:19: rules.email.response_time.check.kind: no kind is called 'dedline' [unknown-kind]\n"
        "      check: {kind: dedline, within: 24 hours}\n"
        "                    ^\n"
        "hint: did you mean 'deadline'?"
    )


@pytest.mark.parametrize("code", ["unknown-key", "unknown-field", "unknown-attribute", "word-taken"])
def test_a_problem_with_a_key_points_at_the_key(tree: Any, code: str) -> None:
    placed = place(Problem(code, "m", (*RULE, "check", "within")), tree)
    assert (placed.line, placed.column, placed.source) == (4, 28, None)


def test_a_word_that_the_message_quotes_is_pointed_at_where_it_stands() -> None:
    tree = read_yaml("a: {field: chanel}\nfield: field\n")[0]
    unknown = Problem("unknown-field", "no field is called 'chanel'", ("a", "field"))
    assert place(unknown, tree).column == 12
    assert place(Problem("unknown-field", "no field is called 'field'", ("field",)), tree).column == 1
    assert place(Problem("unknown-field", "no field is called 'x'", ()), tree).column == 1


def test_a_problem_without_a_place_stays_as_it_is(tree: Any) -> None:
    somewhere = Problem("x", "m", ("rules",), file="other.yaml", line=7)
    assert place(somewhere, tree) is somewhere
    nowhere = Problem("x", "m", ("a",))
    assert place(nowhere, {"a": 1}) is nowhere


def test_a_source_shorter_than_the_mark_gives_no_line(tree: Any) -> None:
    assert place(Problem("x", "m", (*RULE, "title")), tree, {"email.yaml": ["one"]}).source is None
