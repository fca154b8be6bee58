"""Families: how phrases work together, and how a catalog's mistakes are told."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from cues.tables import sentences, shipped
from servstd.cues import Hit, Names, parse_cues, tokenise
from servstd.errors import Problem


def problems_of(spec: dict[str, Any]) -> list[Problem]:
    return parse_cues(spec)[1]


def test_a_hit_says_where_and_by_which_phrase() -> None:
    families, _ = parse_cues({"cue": {"any": ["back on <weekday>", "thank you"]}})
    assert families["cue"].find("I am back on Monday") == Hit(2, 5, "back on <weekday>", False, True)
    assert families["cue"].find("well thank you") == Hit(1, 3, "thank you")


def test_all_hits_come_from_left_to_right_without_overlap() -> None:
    families, _ = parse_cues({"cue": {"any": ["a b", "a b c", "c d", "d"]}})
    assert [(h.start, h.end) for h in families["cue"].find_all("a b c d a b")] == [(0, 3), (3, 4), (4, 6)]


def test_a_not_phrase_cancels_only_the_hit_that_it_overlaps() -> None:
    families, _ = parse_cues({"cue": {"any": ["thank you"], "not": ["thank you for holding"]}})
    assert families["cue"].find("thank you for holding") is None
    assert families["cue"].find("thank you for holding and thank you for calling") == Hit(5, 7, "thank you")


def test_a_question_that_no_agrees_to_marks_every_hit_that_it_overlaps() -> None:
    families, _ = parse_cues({"cue": {"any": ["i put you on hold"], "no_means_yes": ["mind if i put you on hold"]}})
    hit = families["cue"].find("do you mind if I put you on hold")
    assert hit is not None
    assert hit.no_means_yes


def test_an_included_family_counts_with_its_exceptions() -> None:
    spec = {
        "one": {"any": "hello", "not": "say hello"},
        "two": {"includes": ["one"], "any": ["bye"]},
        "three": {"includes": ["two", "one"]},
    }
    families, problems = parse_cues(spec)
    assert problems == []
    assert families["three"].find("hello") is not None
    assert families["three"].find("say hello") is None
    assert families["three"].find("bye") is not None


def test_a_phrase_may_be_a_single_text() -> None:
    assert parse_cues({"cue": {"any": "hello"}})[0]["cue"].find("hello") is not None


def test_other_keys_are_kept() -> None:
    spec = {"cue": {"any": ["no"], "by": "customer", "language": "fr", "policy": "lean_only", "brief": "refuses"}}
    cue = parse_cues(spec)[0]["cue"]
    assert (cue.by, cue.language, cue.policy, cue.brief, cue.script) == (
        "customer",
        "fr",
        "lean_only",
        "refuses",
        False,
    )
    assert shipped()["cant"].policy == "lean_only"


@pytest.mark.parametrize(
    ("family", "organisation", "agent", "configured"),
    [
        ("self_id", (), (), False),
        ("self_id", ("Acme",), (), True),
        ("self_id", (), ("Sam",), True),
        ("self_id_person", ("Acme",), (), False),
        ("self_id_organisation", (), ("Sam",), False),
        ("self_id_unknown_name", (), (), True),
        ("greeting", (), (), True),
        ("greeting_script", (), (), False),
        ("unavailable_script", (), (), True),
    ],
)
def test_a_family_is_configured_when_it_can_hit(
    family: str, organisation: tuple[str, ...], agent: tuple[str, ...], configured: bool
) -> None:
    assert shipped()[family].is_configured(Names(organisation, agent)) == configured


def test_a_name_that_may_be_left_out_is_not_needed() -> None:
    spec = {"may": {"any": ["hello [<own_name>]"]}, "either": {"any": ["this is <own_name>|<organisation>"]}}
    families, _ = parse_cues(spec)
    assert families["may"].is_configured(Names())
    assert not families["either"].is_configured(Names())
    assert families["either"].is_configured(Names(organisation=("Acme",)))


def test_a_script_without_phrases_never_hits() -> None:
    assert shipped()["greeting_script"].find("good morning") is None


def test_names_of_two_agents_do_not_mix_on_one_prepared_text() -> None:
    tokens, cue = tokenise("This is Sam speaking"), shipped()["self_id_person"]
    assert cue.find(tokens, Names(agent=("Sam",))) is not None
    assert cue.find(tokens, Names(agent=("Ada",))) is None
    assert cue.find(tokens, Names(agent=("Sam",))) is not None


def test_two_catalogs_can_look_at_one_prepared_text() -> None:
    tokens = tokenise("hello")
    first, second = (parse_cues({"cue": {"any": [phrase]}})[0]["cue"] for phrase in ("hello", "bye"))
    assert [first.find(tokens) is not None, second.find(tokens) is not None] == [True, False]


def test_families_can_be_pickled() -> None:
    families = shipped()
    again = pickle.loads(pickle.dumps(families))
    assert again == families
    for family, text, names in sentences("hits"):
        assert again[family].find(text, names) == families[family].find(text, names)


@pytest.mark.parametrize(
    ("spec", "code", "path", "hint"),
    [
        ({"cue": None}, "wrong-type", ("cues", "cue"), None),
        ({"cue": ["a"]}, "wrong-type", ("cues", "cue"), None),
        ({"cue": {"any": ["a"], "ani": ["b"]}}, "unknown-key", ("cues", "cue", "ani"), "did you mean 'any'?"),
        ({"cue": {"any": ["a"], "zzz": 1}}, "unknown-key", ("cues", "cue", "zzz"), None),
        ({"cue": {"any": {"a": "b"}}}, "wrong-type", ("cues", "cue", "any"), None),
        ({"cue": {"any": [False, "a"]}}, "wrong-type", ("cues", "cue", "any", 0), "put it in quotes"),
        ({"cue": {"any": [True, "a"]}}, "wrong-type", ("cues", "cue", "any", 0), "put it in quotes"),
        ({"cue": {"any": [5, "a"]}}, "wrong-type", ("cues", "cue", "any", 0), "put it in quotes"),
        ({"cue": {"any": ["a"], "by": "agnt"}}, "wrong-value", ("cues", "cue", "by"), None),
        ({"cue": {"any": ["a"], "script": "true"}}, "wrong-value", ("cues", "cue", "script"), None),
        ({"cue": {"any": ["a"], "script": 1}}, "wrong-value", ("cues", "cue", "script"), None),
        ({"cue": {"any": ["a"], "policy": "lean"}}, "wrong-value", ("cues", "cue", "policy"), None),
        ({"cue": {"any": ["a"], "by": ["agent"]}}, "wrong-value", ("cues", "cue", "by"), None),
        ({"cue": {"any": []}}, "cue-empty", ("cues", "cue"),
            "give phrases under 'any', or set 'script: true' when each organisation brings its own"),
        ({"cue": {"not": ["a"]}}, "cue-empty", ("cues", "cue"), None),
        ({"cue": {"any": ["a"], "includes": ["qeu"]}}, "unknown-cue", ("cues", "cue", "includes", 0), None),
        ({"cue": {"any": ["a"], "includes": ["cux"]}}, "unknown-cue", ("cues", "cue", "includes", 0),
            "did you mean 'cue'?"),
        ({"cue": {"any": ["a"], "includes": ["cue"]}}, "cue-cycle", ("cues", "cue", "includes", 0), None),
        ({"cue": {"any": [f"a {'b ' * 190} w{n}" for n in range(30)]}}, "cue-too-large", ("cues", "cue"),
            "make two families of it"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    spec: dict[str, Any], code: str, path: tuple[str | int, ...], hint: str | None
) -> None:
    families, (problem,) = parse_cues(spec)
    assert "cue" not in families
    assert (problem.code, problem.keys) == (code, path)
    assert "invalid" not in problem.message
    if hint is not None:
        assert problem.hint == hint


def test_families_that_include_each_other_are_both_told() -> None:
    spec = {"one": {"includes": ["two"]}, "two": {"includes": ["one"]}, "three": {"includes": ["one"], "any": "a"}}
    families, problems = parse_cues(spec)
    assert [problem.code for problem in problems] == ["cue-cycle", "cue-cycle"]
    assert set(families) == {"three"}


def test_a_family_that_includes_a_faulty_one_adds_no_second_problem() -> None:
    spec = {"one": {"any": ["("]}, "two": {"includes": ["one"]}, "three": {"includes": ["two"]}}
    families, problems = parse_cues(spec)
    assert families == {}
    assert [problem.code for problem in problems] == ["phrase-empty-choice"]


def test_all_problems_are_told_at_once() -> None:
    codes = [problem.code for problem in problems_of({"a": {"any": ["(", "<x>", "good"]}, "b": {"any": []}})]
    assert codes == ["phrase-empty-choice", "unknown-slot", "cue-empty"]


def test_problems_begin_at_the_path_given() -> None:
    _, (problem,) = parse_cues({"cue": {"any": ["("]}}, ("catalog", "cues"))
    assert problem.path == "catalog.cues.cue.any[0]"
