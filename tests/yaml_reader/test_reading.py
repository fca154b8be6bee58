"""Reading YAML: scalars, limits, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from servstd.errors import Problem
from servstd.yaml_reader import read, read_yaml, read_yaml_file, walk


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test here runs with the parser in C and with the one in Python."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(walk, "_Loader", getattr(yaml, request.param))


def only_problem(text: str) -> Problem:
    _, problems = read_yaml(text, "f.yaml")
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("0x1f", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("2.", 2.0),
        ("1e3", 1000.0),
        ("-0.25", -0.25),
        ("[]", []),
        ("{}", {}),
        ("'true'", "true"),
        ('"12"', "12"),
        ("''", ""),
    ],
)
def test_core_scalars_have_their_values(written: str, value: object) -> None:
    tree, problems = read_yaml(f"a: {written}\n")
    assert not problems
    assert tree["a"] == value
    assert isinstance(tree["a"], type(value))


@pytest.mark.parametrize(
    "written",
    (
        "yes no on off Yes NO y n 2026-07-03 2026-07-03T10:00:00Z 1:30 09:00-17:00 012 -007 00.5 1_000 0b1 +0x1f "
        "1e999 .inf .nan tRUE nil 1.2.3 24% " + "9" * 5000
    ).split(),
)
def test_all_else_stays_text_as_written(written: str) -> None:
    assert read_yaml(f"a: {written}\n") == ({"a": written}, [])


def test_keys_stay_text_as_written() -> None:
    tree, problems = read_yaml("2026-07-03: closed\n12: a\ntrue: b\n1.50: c\n~: d\nnull: e\n")
    assert not problems
    assert list(tree) == ["2026-07-03", "12", "true", "1.50", "~", "null"]


def test_block_scalars_keep_their_text() -> None:
    assert read_yaml("a: |\n  one\n  two\nb: >-\n  one\n  two\n")[0] == {"a": "one\ntwo\n", "b": "one two"}


def test_json_is_read_too() -> None:
    spec = {"a": [1, 2.5, None, {"b": "x"}], "c": {"d": [True, []]}}
    assert read_yaml(json.dumps(spec)) == (spec, [])


@pytest.mark.parametrize("text", ["", "\n", "# a comment\n", "---\n", "~\n"])
def test_an_empty_document_is_none(text: str) -> None:
    assert read_yaml(text) == (None, [])


def test_a_byte_order_mark_is_ignored() -> None:
    assert read_yaml("\ufeffa: 1\n") == ({"a": 1}, [])


def test_a_duplicate_key_names_the_first_and_loses() -> None:
    tree, problems = read_yaml("a:\n  x: 1\n  y: 2\n  x: {z: 3}\n", "f.yaml")
    assert tree == {"a": {"x": 1, "y": 2}}
    assert [problem.render() for problem in problems] == [
        "f.yaml:4:3: a.x: the key 'x' is there already, at line 2 [duplicate-key]\n    x: {z: 3}\n    ^"
    ]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("a: &x 1\n", "anchor-not-allowed", (1, 4)),
        ("&x a: 1\n", "anchor-not-allowed", (1, 1)),
        ("a: &x {b: 1}\n", "anchor-not-allowed", (1, 4)),
        ("a: *x\n", "alias-not-allowed", (1, 4)),
        ("*x : 1\n", "alias-not-allowed", (1, 1)),
        ("a: !thing 1\n", "tag-not-allowed", (1, 4)),
        ("a: !!python/object:os.system {b: 1}\n", "tag-not-allowed", (1, 4)),
        ("a: !!binary aGk=\n", "tag-not-allowed", (1, 4)),
        ("!x a: 1\n", "tag-not-allowed", (1, 1)),
        ("a: ! [1]\n", "tag-not-allowed", (1, 4)),
        ("a:\n  <<: {b: 1}\n", "merge-key-not-allowed", (2, 3)),
        ("? [1]\n: 1\n", "key-not-text", (1, 3)),
        ("? {b: 1}\n: 1\n", "key-not-text", (1, 3)),
        ("?\n: 2\n", "key-not-text", (1, 2)),
        ("a: 1\n---\nb: 1\n", "several-documents", (2, 1)),
        ("a: x\n\x01\n", "yaml-syntax", (2, 1)),
        ("a: \ud800\n", "yaml-syntax", (1, 4)),
    ],
)
def test_what_is_refused_is_placed(text: str, code: str, place: tuple[int, int]) -> None:
    problem = only_problem(text)
    assert (problem.code, (problem.line, problem.column), problem.file) == (code, place, "f.yaml")


def test_a_quoted_merge_key_is_a_key() -> None:
    assert read_yaml("'<<': 1\n") == ({"<<": 1}, [])


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a: b: c\n", "a ':' stands where no key can be", (1, 5)),
        ("a:\n\tb: 1\n", "a tab where only spaces are allowed", (2, 1)),
        ("a: [1, 2\nb: 3\n", "the '[' that opens here is not closed before line 2", (1, 4)),
        ("a:\n  b: {c: 1\n  d: e\n", "the '{' that opens here is not closed before line 3", (2, 6)),
        ("a: {b: 1\n", "the '{' that opens here is not closed", (1, 4)),
        ("a: [']'\n", "the '[' that opens here is not closed", (1, 4)),
        ("a: {b: 1\n  c: 2}\n", "expected ',' or '}' before this line, for the '{' of line 1 is open", (2, 3)),
        ("a: [1\nb: 2]\n", "expected ',' or ']' before this line, for the '[' of line 1 is open", (2, 1)),
        ("a: [1, 2}\n", "expected ',' or ']' in a list", (1, 9)),
        ("a: [1, 2]]\n", "the ']' closes nothing", (1, 10)),
        ("a: }\n", "the '}' closes nothing", (1, 4)),
        ("a: [1,,2]\n", "a ',' stands where a value is expected", (1, 7)),
        ("x: 0\na: 'x\n", "the quote ' that opens here is not closed", (2, 4)),
        ('a: "x\nb: c\nd: "e"\n', 'the quote " that opens here is closed only on line 3', (1, 4)),
        ("a: 'x\n  y' z\n", "the quote ' that opens here is closed only on line 2", (1, 4)),
        ('a: "x\n---\n', 'the quote " that opens here is not closed', (1, 4)),
        ('a: "\\xzz"\n', "an escape in double quotes lacks its digits", (1, 7)),
        ("a: ? b\n", "a '?' stands where no key can be", (1, 4)),
        ("a: %x\n", "a text can not begin with this character", (1, 4)),
        ("a: & x\n", "a name is missing after '&' or '*'", (1, 5)),
        ("a: - b\n", "a '-' stands where no list item can be", (1, 4)),
        ("a: 1\n- b\n", "a key is expected here; what it belongs to began at line 1", (2, 1)),
        ("- a\nb: 1\n", None, (2, 1)),
        ("a: 'x'y\n", "the end of the line, or ',' in a list, is expected here", (1, 7)),
        ("- 'x'y\n", "the end of the line, or ',' in a list, is expected here", (1, 6)),
        ("a: !e!x 1\n", "tags are not allowed", (1, 4)),
        ("a: b\nd\n", "expected ':' after the key; the file ends before", (2, 1)),
        ("  a: 1\n b: 2\n", "the file holds one mapping or list, and this is outside it", (2, 2)),
        ("a: >2x\n y\n", "only a comment can follow on the line of '|' or '>'", (1, 6)),
    ],
)
def test_syntax_errors_say_plainly_what_is_wrong(text: str, message: str | None, place: tuple[int, int]) -> None:
    problem = only_problem(text)
    assert problem.code == "yaml-syntax"
    assert (problem.line, problem.column) == place
    assert message in (problem.message, None)
    assert problem.source == text.splitlines()[place[0] - 1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:~b\nc: d\n", (1, 3)),
        ("c: d\na:~b\n", (2, 3)),
        ("c: d\na:~b\ne: f\n", (2, 3)),
        ("a:~b\nc:~d\ne: f\n", (1, 3)),
        ("a:~\n  b: c\n", (1, 3)),
        ("a:~ b\nc: d\n", (1, 3)),
        ("a:~{b: c}\nd: e\n", (1, 3)),
        ("a:~'x: y'\n", (1, 3)),
        ("r:\n  x:\n    kind:~deadline\n  t: y\n", (3, 10)),
        ("r:\n~~x: 1\n", (2, 1)),
        ("r:\n  y: 2\n~ x: 1\n", (3, 1)),
        ("r:\n  y: 2\n ~x: 1\n", (3, 2)),
        ("r: {a:~b}\n", (1, 7)),
        ("- a\n-~b\n", (2, 2)),
        ("k:\n  - a\n  -~b\n", (3, 4)),
        ("k:\n  -~b\n", (2, 4)),
        ("k:\n  -~a: 1\n", (2, 4)),
        ("k:\n  - a:~b\n", (2, 7)),
        ("a~: 1\n", (1, 2)),
        ("note: |\n  a:~b\nc:~d\ne: f\n", (3, 3)),
        ("note: |\n  a:~b\nc: d\n~e: f\n", (4, 1)),
    ],
)
@pytest.mark.parametrize("blank", ["\u00a0", "\u202f"])
def test_a_no_break_space_is_named_where_a_blank_belongs(text: str, place: tuple[int, int], blank: str) -> None:
    problem = only_problem(text.replace("~", blank))
    says = {"\u00a0": "a no-break space (U+00A0)", "\u202f": "a narrow no-break space (U+202F)"}[blank]
    assert problem.message == f"{says} stands where a blank belongs"
    assert (problem.code, problem.hint) == ("yaml-syntax", "type a plain blank in its place")
    assert (problem.line, problem.column) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b~c\n", "b~c"),
        ("a: 10~% of it\n", "10~% of it"),
        ("a: Note:~this\n", "Note:~this"),
        ("a:\n  Note:~this\n", "Note:~this"),
        ("a: note:~this\n", "note:~this"),
        ("a: 'b:~c'\n", "b:~c"),
        ("a: |\n  b:~c\n", "b:~c\n"),
        ("a: ['-~b']\n", ["-~b"]),
        ("a: b # c:~d\n", "b"),
        ("b: '~'\na:\n", None),
        ("a: {Good~Friday: 1, 'x~': 2}\n", {"Good~Friday": 1, "x~": 2}),
    ],
)
def test_a_no_break_space_in_a_text_stays(text: str, value: object) -> None:
    text, want = text.replace("~", "\u00a0"), repr(value).replace("~", "\\xa0")
    tree, problems = read_yaml(text)
    assert (repr(tree["a"]), problems) == (want, [])


def test_a_no_break_space_that_is_not_at_fault_is_not_blamed() -> None:
    problem = only_problem("a: |\n  b:\u00a0c\nd: e: f\n")
    assert (problem.message, problem.line) == ("a ':' stands where no key can be", 3)


def test_the_hint_to_quote_is_given_only_where_a_colon_precedes() -> None:
    assert only_problem("a: b: c\n").hint == "quote a text that holds ': ' or begins with one of []{}&*!|>'\"%@`"
    assert only_problem("a: 1\n  b: 2\n").hint == "indent the line like the one above it"
    assert only_problem("a: [1\nb: 2]\n: x\n").hint is None


def test_how_to_close_is_said_where_it_is_certain() -> None:
    assert only_problem("a: [1\nb: [2]\n").hint == "close it with ']'"
    assert only_problem("a: {b: 1\n").hint == "close it with '}'"
    assert only_problem("a: {b: 1\n  c: 2}\n").hint is None
    assert only_problem('a: "b\n').hint == 'close it with " where the text ends'
    assert only_problem("a: 'b\n").hint == "close it with ' where the text ends; ' in it is written ''"


def test_an_alias_is_reported_where_it_is_used_and_its_anchor_goes_without_saying() -> None:
    tree, problems = read_yaml("a: &x 1\nb: *x\nc: &y 2\n")
    assert tree == {"a": 1, "b": None, "c": 2}
    assert [(problem.code, problem.line) for problem in problems] == [
        ("alias-not-allowed", 2),
        ("anchor-not-allowed", 3),
    ]
    assert problems[0].hint == "write out what stands at line 1"


def test_after_many_aliases_reading_stops() -> None:
    tree, problems = read_yaml("a: &x 1\nb: [" + "*x, " * 50 + "]\n")
    assert tree is None
    assert len(problems) == walk.MAX_ALIASES + 1
    assert problems[-1].message == "more than 10 aliases, and none is allowed"


def test_everything_before_a_syntax_error_is_reported_with_it() -> None:
    tree, problems = read_yaml("a: &x 1\nb: 1\nb: 2\nc: 'x\n")
    assert tree is None
    assert [problem.code for problem in problems] == ["anchor-not-allowed", "duplicate-key", "yaml-syntax"]


def test_a_file_over_the_size_limit_is_refused_unread(tmp_path: Path) -> None:
    text = "a: " + "x" * read.MAX_CHARACTERS
    assert only_problem(text).headline() == "f.yaml: more than 1,000,000 characters; split the file [file-too-large]"
    path = tmp_path / "big.yaml"
    path.write_text(text * 5)
    assert [problem.code for problem in read_yaml_file(path)[1]] == ["file-too-large"]


def test_a_file_with_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_NODES", 10)
    assert read_yaml("[" + "1," * 9 + "]")[1] == []
    problem = only_problem("[" + "1," * 10 + "]")
    assert (problem.code, problem.message) == ("file-too-large", "more than 10 values; split the file")


@pytest.mark.parametrize("text", ["[" * 150 + "]" * 150, "{a: " * 150 + "1" + "}" * 150, "? " * 150 + "a"])
def test_deep_nesting_is_refused_before_it_hurts(text: str) -> None:
    _, problems = read_yaml(text)
    assert problems[-1].code == "nested-too-deep"
    assert problems[-1].message == "more than 100 levels deep"


def test_a_file_is_read_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: ü\nb: 1\n".encode())
    assert read_yaml_file(path) == ({"a": "ü", "b": 1}, [], ["a: ü", "b: 1"])


def test_a_file_that_is_not_utf8_is_a_problem_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb\xc3\xbc: \xfc\n")
    _, [problem], _ = read_yaml_file(path)
    assert problem.headline() == f"{path}:2:5: the byte 0xfc is not UTF-8 [not-utf8]"
    assert problem.hint == "save the file as UTF-8"


def test_a_file_that_can_not_be_read_is_a_problem(tmp_path: Path) -> None:
    _, [missing], _ = read_yaml_file(tmp_path / "none.yaml")
    assert missing.message == "the file can not be read: no such file or directory"
    _, [folder], _ = read_yaml_file(tmp_path)
    assert folder.code == "unreadable-file"


@pytest.mark.slow
def test_the_shipped_standards_hold_no_surprise() -> None:
    for path in sorted((Path(__file__).parents[2] / "standards").glob("*.yaml")):
        tree, problems, _ = read_yaml_file(path)
        assert not problems
        assert tree
