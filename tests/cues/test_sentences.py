"""The shipped families on tables of sentences."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cues.tables import sentences, shipped, shipped_spec, tables
from servstd.cues import Names, tokenise

IMPORTANT = (
    "greeting", "closing", "thanks", "self_id_person", "transfer_ask", "give_name", "give_extension", "hold_ask",
    "unavailable", "ask_urgent", "offer_message", "ask_for_person", "cant",
)  # fmt: skip
PLAIN = re.compile(r"[A-Za-z ,.?!']+")


@pytest.mark.parametrize(("family", "text", "names"), sentences("hits"))
def test_a_sentence_that_says_it_is_found(family: str, text: str, names: Names) -> None:
    assert shipped()[family].find(text, names) is not None


@pytest.mark.parametrize(("family", "text", "names"), sentences("misses"))
def test_a_sentence_that_only_sounds_like_it_is_not_found(family: str, text: str, names: Names) -> None:
    assert shipped()[family].find(text, names) is None


@pytest.mark.parametrize(("family", "text", "names"), sentences("no_means_yes"))
def test_a_question_to_which_no_agrees_is_known(family: str, text: str, names: Names) -> None:
    hit = shipped()[family].find(text, names)
    assert hit is not None
    assert hit.no_means_yes


@pytest.mark.parametrize(("family", "text", "names"), sentences("plain_no"))
def test_a_plain_question_takes_no_for_no(family: str, text: str, names: Names) -> None:
    hit = shipped()[family].find(text, names)
    assert hit is not None
    assert not hit.no_means_yes


def test_speech_to_text_without_capitals_and_commas_is_found_as_well() -> None:
    missed = [
        (family, text)
        for family, text, names in sentences("hits")
        if PLAIN.fullmatch(text)
        for said in (text.upper(), re.sub("[,.?!]", "", text).lower(), f"  {text} ".replace(" ", "   "))
        if shipped()[family].find(said, names) is None
    ]
    assert missed == []


def test_the_quick_look_never_says_no_to_a_hit() -> None:
    together = tokenise(" ".join(text for _, text, _ in sentences("hits")))
    for family, text, _ in sentences("hits"):
        assert shipped()[family].may_hit(text)
        assert shipped()[family].may_hit(together)


def test_important_families_have_many_sentences() -> None:
    hits = Counter(family for family, _, _ in sentences("hits"))
    misses = Counter(family for family, _, _ in sentences("misses"))
    assert all(hits[name] >= 12 and misses[name] >= 8 for name in IMPORTANT)


def test_every_family_has_sentences_unless_the_organisation_brings_its_own() -> None:
    own = {name for name, body in shipped_spec()["cues"].items() if body.get("script") and not body["any"]}
    assert own == {"greeting_script", "commitment_statement"}
    assert {table["family"] for table in tables()} == set(shipped()) - own


def test_every_family_says_what_it_is() -> None:
    assert all(family.brief for family in shipped().values())


def test_greetings_and_farewells_are_found_in_real_conversations(shared_data: Path) -> None:
    conversations = json.loads((shared_data / "dialogues" / "bcontrast_dev.json").read_text(encoding="utf-8"))
    agents = [[u["source"] for u in turns if u["speaker"] == "agent"] for turns in conversations.values()]
    greeted = sum(any(shipped()["greeting"].find(text) for text in texts[:2]) for texts in agents)
    closed = sum(
        any(shipped()[name].find(text) for name in ("closing", "thanks") for text in texts[-2:]) for texts in agents
    )
    assert (len(agents), greeted, closed) == (78, 77, 76)
