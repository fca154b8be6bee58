"""Text to words."""

from __future__ import annotations

import itertools
import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.cues.words import DIGIT_WORDS, expand, read_capitals, read_words, tokenise

WORDS = (
    "can",
    "Sam",
    "I",
    "uh'",
    "''",
    "i",
    "uh",
    "huh",
    "um",
    "I'm",
    "can't",
    "ok",
    "sam's",
    "let's",
    "four",
    "4",
    "im",
    "voicemail",
    "'",
    "x",
)
PARTS = (
    *WORDS,
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "!",
    "\n",
    "[NAME]",
    "26th",
    "10:30",
    "5/6",
    "a@b.org",
    "-",
    "é",
    "’s",
    "214",
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Um, can I, er, put you on hold?", "can i put you on hold"),
        ("I'm sure you\u2019ll be fine, it`s OK", "i am sure you will be fine it is okay"),
        ("Cannot, can't, cant, won't", "can not can not can not will not"),
        ("can can I I put", "can i put"),
        ("four four 2 2", "four four 2 2"),
        ("e-mail sam.j@example.co.uk!", "e mail sam.j@example.co.uk"),
        ("My name is [AGENT_NAME_1] of <company>", "my name is [name] of [organisation]"),
        ("on [DATE] at {{phone}} [LAUGHS]", "on [date] at [contact] [redacted]"),
        ("uh-huh, mm hmm, uh uh", "uhhuh mhm uhuh"),
        ("the 26th, 2026-05-26 or 26/05/2026 at 10:30", "the 26th 2026-05-26 or 26/05/2026 at 10:30"),
        ("\uff23\uff21\uff2e \uff29", "can i"),
        ("x214 3-5 days", "x 214 3 5 days"),
        ("'quoted' rock'n'roll o'brien's", "quoted rocknroll obrien is"),
        ("five o'clock, y'all", "five oclock you all"),
        ("", ""),
        ("... ---", ""),
    ],
)
def test_text_is_read_as_words(text: str, words: str) -> None:
    assert " ".join(tokenise(text).words) == words


def test_a_filler_or_an_apostrophe_is_no_word() -> None:
    assert expand("um") == expand("'") == ()


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join) | st.text(string.printable, max_size=40))
def test_the_short_way_agrees_with_the_reference(text: str) -> None:
    assert tokenise(text).words == read_words(text).words
    assert read_capitals(text) == read_words(text)


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    tokens = tokenise(text)
    assert len(tokens) == len(tokens.words)
    assert set(tokens.words) <= tokens.vocabulary


@given(st.lists(st.sampled_from(("can", "four", "7")), max_size=6))
def test_only_digits_may_be_said_twice_running(words: list[str]) -> None:
    read = tokenise(" ".join(words)).words
    assert all(a != b or a in DIGIT_WORDS or a.isdigit() for a, b in itertools.pairwise(read))


def test_capitals_and_sentence_starts_are_seen() -> None:
    reading = read_capitals("Hello Sam. this IS it")
    assert reading.capital == (True, True, False, True, False)
    assert reading.first == (True, False, True, False, False)


def test_prepared_text_can_be_pickled_and_shown() -> None:
    tokens = tokenise("hello there")
    assert pickle.loads(pickle.dumps(tokens)).words == tokens.words
    assert repr(tokens) == "Tokens('hello there')"
