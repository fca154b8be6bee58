"""The quick look over very many texts never misses what the matcher finds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cues.tables import sentences
from tests.record_strategies import shipped
from tests.table.sayings import ROW, small, table_of_calls
from tests.table.wide import differences

from servstd.cues import CueFamily, Names, tokenise
from servstd.cues.glance import HARMLESS, spelled
from servstd.cues.names import may_begin_own_name, own_name_spans
from servstd.cues.phrase import AnyWord, Choice, Maybe, Node, Sequence, Slot, parse_phrase
from servstd.cues.words import FIGURES, HUMS
from servstd.evaluate.table.word_index import WordIndex

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = Names(("Beacon Library", "Café Zoë", "O2"), ("Renée O'Brien-Smith", "Sam"))
VALUES = {
    "own_name": ["Sam", "Renee", "Mr Smith", "[NAME]", "o'brien", "Renée"],
    "organisation": ["Beacon Library", "café zoë", "o2", "{{company}}"],
    "name": ["Priya", "Ms Jones"],
    "unlisted_name": ["Priya"],
    "number": ["5", "twenty four"],
    "digits": ["214", "double four"],
    "weekday": ["Monday", "thurs"],
    "date": ["26th May", "tomorrow", "2026-05-26"],
    "period": ["3 days", "a couple of weeks"],
    "contact": ["555 123 4567", "help@example.org", "ext. 12"],
}


@cache
def families() -> dict[str, CueFamily]:
    return dict(shipped().catalog.cues)


def large(texts: list[str]) -> Any:
    return pa.array(texts, pa.large_string())


def looked_over(texts: list[str]) -> WordIndex:
    return WordIndex(large(texts))


def missed(texts: list[str], names: Names) -> Iterator[str]:
    """Texts in which a family is found although the quick look passed over them."""
    index, read = looked_over(texts), [*map(tokenise, texts)]
    for family in families().values():
        for number in np.flatnonzero(~index.may_hit(family, [names])):
            if family.find(read[number], names) is not None:
                yield f"{family.name}: {texts[number]!r}"


def test_the_quick_look_misses_no_sentence_of_the_cue_tests() -> None:
    texts = [text for key in ("hits", "misses") for _, text, _ in sentences(key)]
    assert len(texts) > 200
    assert list(missed(texts, NAMES)) == []


@st.composite
def matches(draw: st.DrawFn, node: Node) -> list[str]:
    """Words that a phrase matches, slots filled."""
    if isinstance(node, Choice):
        return draw(matches(draw(st.sampled_from(node.items))))
    if isinstance(node, Sequence):
        return [word for item in node.items for word in draw(matches(item))]
    if isinstance(node, Maybe):
        return draw(matches(node.item)) if draw(st.booleans()) else []
    if isinstance(node, AnyWord):
        return [draw(st.sampled_from(["well", "naïve", "2"]))]
    return [draw(st.sampled_from(VALUES[node.name]))] if isinstance(node, Slot) else [node.text]


SHORT = {
    "i am": ["I'm", "im", "I’m", "I`m"],
    "can not": ["can't", "cant", "cannot", "can’t"],
    "is not": ["isn't", "isnt"],
    "it is": ["it's", "IT’S"],
    "that is": ["thats", "that's"],
    "going to": ["gonna"],
    "thank you": ["thankyou", "Thank, you"],
    "let us": ["let's"],
    "i will": ["I'll"],
    "you have": ["you've", "youve"],
    "good bye": ["goodbye"],
}
WIDE = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in "abcdefghijklmnopqrstuvwxyz"})


@st.composite
def said_somehow(draw: st.DrawFn, words: list[str]) -> str:
    """Words as a transcript may write them."""
    text = " ".join(words)
    for whole, forms in SHORT.items():
        if whole in text and draw(st.booleans()):
            text = text.replace(whole, draw(st.sampled_from(forms)))
    for old, new in (("okay", "ok"), ("uhhuh", "uh-huh"), ("mhm", "mm hmm"), ("all right", "alright")):
        text = text.replace(old, new) if draw(st.booleans()) else text
    change = draw(st.sampled_from(["none", "upper", "title", "wide", "ligature", "decomposed", "split", "between"]))
    if change == "split" and len(text) > 3:
        cut = draw(st.integers(1, len(text) - 1))
        return text[:cut] + draw(st.sampled_from(["'", "’", "`"])) + text[cut:]
    noise = {
        "upper": text.upper(),
        "title": text.title(),
        "wide": text.translate(WIDE),
        "between": text.replace(" ", " um, "),
        "ligature": text.replace("fi", "ﬁ").replace("st", "ﬆ"),
        "decomposed": unicodedata.normalize("NFD", text),
    }
    edge = draw(st.sampled_from(["", "«", "hi5", "é", "_", "[", "'", "x'", "3", "\u00ad", "👍", "ß", "\n"]))
    return draw(st.sampled_from(["{0}{1}", "{1}{0}", "{1}, {0}.", "{0} {1}"])).format(noise.get(change, text), edge)


@st.composite
def texts_of_families(draw: st.DrawFn) -> str:
    family = draw(st.sampled_from([one for one in families().values() if one.phrases]))
    phrase = draw(st.sampled_from([text for role, text in family.phrases if role != "not"] or ["hello"]))
    return draw(said_somehow(draw(matches(parse_phrase(phrase).root))))


@settings(max_examples=max(40, settings.default.max_examples // 2))
@given(st.lists(texts_of_families(), min_size=1, max_size=12), st.sampled_from([NAMES, Names()]))
def test_the_quick_look_never_misses_what_the_matcher_finds(texts: list[str], names: Names) -> None:
    assert list(missed(texts, names)) == []


PIECES = [
    *"abst 'mxd3é-.[]{<>@_`’ßıſ…\u00b4",
    "can't",
    "n't",
    "'s",
    "''",
    "uh",
    "huh",
    "mm",
    "im",
    "élan's",
    "ﬁ",
    "’ve",
    "Ⅳ",
    "½",
    "26th",
    "ǅ",
]


@given(
    st.lists(
        st.sampled_from(PIECES) | st.characters(max_codepoint=0x1FFFF, exclude_categories=("Cs",)), max_size=12
    ).map("".join)
)
def test_every_word_of_a_text_is_a_word_of_one_of_its_pieces(text: str) -> None:
    index = looked_over([text])
    if index.is_odd[0]:
        return
    held = {word for piece in index.pieces for word in spelled(piece)}
    for word in tokenise(text).vocabulary:
        if word.isascii() and word.isalpha():
            assert word in held, word
        else:
            assert index.has_figures[0] if word.isascii() else index.is_beyond[0], word


def test_letters_that_are_taken_as_they_are_turn_into_no_others() -> None:
    for part in HARMLESS.split():
        first, _, last = part.partition("-")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            text = unicodedata.normalize("NFKC", chr(code)).casefold()
            assert not any(letter.isascii() and letter.isalnum() for letter in text), hex(code)
            assert all(letter.isalpha() for letter in text if letter.isalnum()), hex(code)


def test_hums_are_found_by_their_first_half() -> None:
    for first, second in HUMS:
        assert tokenise(f"{first} {second}").vocabulary <= spelled(first) | spelled(second)


def test_a_miss_of_the_quick_look_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordIndex, "may_hit", lambda index, *rest: index.is_odd)
    assert list(missed(["Hello"], NAMES)) == ["greeting: 'Hello'"]
    rows = [{**ROW, "turns": [{"speaker": "agent", "text": "Hello"}]}]
    assert len(differences(small(), table_of_calls(rows), AS_OF)) > 0


def test_pairs_are_in_order() -> None:
    assert all(int(one.split("-")[0], 16) < int(two.split("-")[0], 16) for one, two in pairwise(HARMLESS.split()))
    assert FIGURES not in spelled("hello")


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("This is Renée.", "Renée"),
        ("This is Renee.", "Renée"),
        ("This is José speaking", "Jose"),
        ("My name's Zoë", "Zoë"),
    ],
)
def test_names_with_accents_are_not_missed(text: str, agent: str) -> None:
    names = Names((), (agent,))
    assert families()["self_id"].find(text, names) is not None
    assert list(missed([text], names)) == []


def test_phrases_with_accents_are_not_missed() -> None:
    texts = ["Grüß Gott!", "GRÜSS GOTT", "Gru\u0308ß Gott", "Gott", "Herr Groß"]
    found = looked_over(texts).may_hit(small().catalog.cues["gruss"], [Names()])
    assert found.tolist() == [True, True, True, False, True], "the sharp s is always looked at"


@pytest.mark.parametrize("text", ["the café's here", "Zoë’ll see", "naïveté'd do", "l'été's over"])
def test_an_ending_behind_a_letter_with_an_accent_is_a_word(text: str) -> None:
    held = {word for piece in looked_over([text]).pieces for word in spelled(piece)}
    assert {word for word in tokenise(text).vocabulary if word.isascii() and word.isalpha()} <= held


@given(st.text("abé", max_size=6), st.text("abé", min_size=1, max_size=6))
def test_whatever_may_begin_a_name_is_looked_at(said: str, own: str) -> None:
    if said and said in may_begin_own_name([(own,)], lambda: [said]):
        return
    assert not own_name_spans((said,), Names((), (own,)))[0] if said else True
