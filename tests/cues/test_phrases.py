"""The phrase language: what it means, and what it says of phrases that cannot be used."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.cues import CueFamily, Names, parse_cues, tokenise
from servstd.cues.machine import machine_of
from servstd.cues.names import Names as NamesOf
from servstd.cues.needs import can_match
from servstd.cues.phrase import AnyWord, Choice, Maybe, Node, PhraseError, Sequence, Word, parse_phrase
from servstd.cues.slots import SpanTable


def family(*phrases: str, **more: object) -> CueFamily:
    families, problems = parse_cues({"cue": {"any": list(phrases), **more}})
    assert problems == []
    return families["cue"]


def matched(phrase: str, text: str, names: Names = NamesOf()) -> str | None:  # noqa: B008
    """The words of the first hit."""
    hit = family(phrase).find(text, names)
    return None if hit is None else " ".join(tokenise(text).words[hit.start : hit.end])


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("hi", "this is it", None),
        ("hi", "oh hi there", "hi"),
        ("may|can i put you on [a] [brief|short] hold", "so can I put you on a short hold",
            "can i put you on a short hold"),
        ("may|can i hold", "may can hold", None),
        ("(would you|do you) mind", "do you mind", "do you mind"),
        ("(would you|do you) mind", "you mind", None),
        ("a [b [c]] d", "a b d", "a b d"),
        ("a [b [c]] d", "a c d", None),
        ("a ... b", "a b", "a b"),
        ("a ... b", "a x y z w b", "a x y z w b"),
        ("a ... b", "a x y z w v b", None),
        ("... b", "x b", "x b"),
        ("^ morning", "morning all", "morning"),
        ("^ morning", "good morning", None),
        ("bye $", "bye", "bye"),
        ("bye $", "bye now", None),
        ("I'm here", "im here", "i am here"),
        ("a | b c", "b c", "b c"),
        ("ext <digits>", "ext two one four please", "ext two one four"),
        ("ext <digits>", "ext double four", "ext double four"),
        ("ext <digits>", "ext triple 4", "ext triple 4"),
        ("ext <digits>", "ext double glazing", None),
        ("ext <digits>", "ext 1", None),
        ("ext <digits>", "ext 1234567", None),
        ("ext <digits>", "ext [NUMBER]", "ext [contact]"),
        ("<digits> please", "123 4567 please", None),
        ("in <period>", "in three to five working days", "in three to five working days"),
        ("in <period>", "in 3-5 business days", "in 3 5 business days"),
        ("in <period>", "in two and a half weeks", "in two and a half weeks"),
        ("in <period>", "in 3 or", None),
        ("in <period>", "in a couple of months", "in a couple of months"),
        ("in <period>", "in a hundred and ten days", None),
        ("in <period>", "in one hundred and ten days", "in one hundred and ten days"),
        ("in <period>", "in a half day", "in a half day"),
        ("in <period>", "in working", None),
        ("in <period>", "in 2 working", None),
        ("<number> of", "twenty four of", "twenty four of"),
        ("<number> of", "and of", None),
        ("at <contact>", "at 555 010 4477", "at 555 010 4477"),
        ("at <contact>", "at 555 0104", "at 555 0104"),
        ("at <contact>", "at 555", None),
        ("at <contact>", "at extension number 214", "at extension number 214"),
        ("at <contact>", "at extension", None),
        ("at <contact>", "at sam.j@example.org", "at sam.j@example.org"),
        ("at <contact>", "at sam at example dot com", "at sam at example dot com"),
        ("at <contact>", "at sam at example dot", None),
        ("at <contact>", "at sam at example dot thing", None),
        ("at <contact>", "at [PHONE]", "at [contact]"),
        ("on <weekday>", "on Tuesday", "on tuesday"),
        ("on <weekday>", "on the table", None),
        ("by <date>", "by the 26th of May", "by the 26th of may"),
        ("by <date>", "by [DATE]", "by [date]"),
        ("by <date>", "by the way", None),
        ("with <name>", "with Maria Lopez", "with maria lopez"),
        ("with <name>", "with maria", "with maria"),
        ("with <name>", "with Mr Will", "with mr will"),
        ("with <name>", "with John F Kennedy now", "with john f kennedy"),
        ("with <name>", "with a specialist", None),
        ("with <name>", "with Billing", None),
        ("with <name>", "with mr", None),
        ("with <name>", "Here with Grace now", "with grace"),
        ("with <name>", "here with grace now", None),
        ("with <name>", "At Acme with zebedee now", None),
        ("with <name>", "At Acme with maria now", "with maria"),
        ("with <name>", "with [NAME]", "with [name]"),
        ("with <name>", "with 214", None),
    ],
)  # fmt: skip
def test_a_phrase_means_what_it_says(phrase: str, text: str, found: str | None) -> None:
    assert matched(phrase, text) == found


@pytest.mark.parametrize(
    ("said", "is_own"),
    [
        ("Sam", True), ("Mr Carter", True), ("Samantha Carter", True), ("Samanta", True), ("Samantho", True),
        ("Samanthaa", True), ("Sammy", False), ("Pam", False), ("Samantha Jones", True), ("Hank", True),
        ("thank", False), ("[NAME]", True), ("Samuela", False), ("Mr", False), ("Brown", False), ("Ann Lee", True),
        ("Ann Lea", True),
    ],
)  # fmt: skip
def test_an_own_name_may_be_one_letter_off_when_it_is_long(said: str, is_own: bool) -> None:
    names = Names(agent=("Sam", "Samantha Carter", "Hank", "Dr Ann Lee", "--"))
    assert (matched("this is <own_name>", f"this is {said}", names) is not None) == is_own
    assert (matched("this is <unlisted_name>", f"this is {said}", names) is not None) == (
        said in ("Sammy", "Pam", "Samuela", "Brown")
    )


@pytest.mark.parametrize(
    ("phrase", "code", "hint"),
    [
        ("may (i", "phrase-bracket", None),
        ("may [i)", "phrase-bracket", "'[' is closed by ']'"),
        ("may i)", "phrase-bracket", None),
        ("may | ", "phrase-empty-choice", None),
        ("(may|) i", "phrase-empty-choice", None),
        ("may [] i", "phrase-empty-choice", None),
        ("| may", "phrase-empty-choice", None),
        ("<own-name> here", "unknown-slot", "did you mean <own_name>?"),
        ("<zzz> here", "unknown-slot", "the slots are <own_name>, <organisation>, <name>, <unlisted_name>, <number>, "
            "<digits>, <weekday>, <date>, <period>, <contact>"),
        ("a < b", "unknown-slot", None),
        ("[may] [i]", "phrase-empty", "leave one word outside the brackets"),
        ("...", "phrase-empty", "leave one word outside the brackets"),
        ("([a]|b)", "phrase-empty", "leave one word outside the brackets"),
        ("", "phrase-empty", None),
        ("^ $", "phrase-empty", None),
        ("may ^ i", "phrase-anchor", None),
        ("may $ i", "phrase-anchor", None),
        ("may um i", "phrase-word", None),
        ("may i, please", "phrase-word", None),
        ("a " * 400, "phrase-too-large", "split it in two"),
        ("word " * 500, "phrase-too-large", None),
        ("(" * 13 + "a" + ")" * 13, "phrase-too-large", None),
    ],
)  # fmt: skip
def test_a_phrase_that_cannot_be_used_says_why(phrase: str, code: str, hint: str | None) -> None:
    families, (problem,) = parse_cues({"cue": {"any": ["good", phrase]}})
    assert families == {}
    assert (problem.code, problem.keys) == (code, ("cues", "cue", "any", 1))
    assert "invalid" not in problem.message
    assert problem.message == problem.message[0].lower() + problem.message[1:]
    if hint is not None or code == "phrase-bracket":
        assert problem.hint == hint


nodes: st.SearchStrategy[Node] = st.recursive(
    st.sampled_from((Word("a"), Word("b"), Word("c"), AnyWord())),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Sequence(tuple(items))),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Choice(tuple(items))),
        inner.map(Maybe),
    ),
    max_leaves=6,
)


def written(node: Node) -> str:
    if isinstance(node, Word):
        return node.text
    if isinstance(node, Maybe):
        return f"[{written(node.item)}]"
    if isinstance(node, Sequence):
        return f"({' '.join(written(item) for item in node.items)})"
    return f"({'|'.join(written(item) for item in node.items)})" if isinstance(node, Choice) else "..."


def spelled_out(node: Node) -> set[tuple[str, ...]]:
    """Every sequence of words that a phrase stands for; the slow, plain meaning. '*' is any word."""
    if isinstance(node, Word):
        return {(node.text,)}
    if isinstance(node, Maybe):
        return {(), *spelled_out(node.item)}
    if isinstance(node, Choice):
        return {words for item in node.items for words in spelled_out(item)}
    if isinstance(node, Sequence):
        parts = itertools.product(*(spelled_out(item) for item in node.items))
        return {tuple(word for part in choice for word in part) for choice in parts}
    return {("*",) * count for count in range(5)}


@given(nodes.filter(lambda node: len(written(node)) < 40), st.lists(st.sampled_from("abcd"), max_size=6))
def test_a_machine_finds_what_spelling_out_finds(node: Node, words: list[str]) -> None:
    try:
        parse_phrase(written(node))
    except PhraseError:
        return
    said = tuple(words)
    found, _ = machine_of(written(node)).scan(said, SpanTable(tokenise(""), Names()))
    expected: dict[int, int] = {}
    for sequence in spelled_out(node):
        for start in range(len(said) - len(sequence) + 1):
            part = said[start : start + len(sequence)]
            if sequence and all(want in ("*", word) for want, word in zip(sequence, part, strict=True)):
                end = start + len(sequence)
                expected[end] = min(start, expected.get(end, start))
    assert dict((end, start) for start, end in found) == expected  # noqa: C402
    assert not found or len(set(said)) != len(said) or can_match_all(written(node), " ".join(said))


def can_match_all(phrase: str, text: str) -> bool:
    tokens = tokenise(text)
    return can_match(phrase, tokens, SpanTable(tokens, Names()))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("a ... ... ... ... b", "a c "),
        ("[a] [a] [a] [a] [a] [a] [a] [a] a b", "a "),
        ("((a|a) [a]) ... ((a|a) [a]) ... c", "a b "),
        ("<name> ... <name> ... <name> zebra", "maria lopez "),
    ],
)
def test_the_work_grows_no_faster_than_the_text(phrase: str, text: str) -> None:
    machine = machine_of(phrase)
    steps = []
    for times in (100, 200, 400):
        words = tuple((text * times).split())
        spans = tuple((here + 1,) if here + 1 <= len(words) else () for here in range(len(words)))
        steps.append(machine.scan(words, lambda _, spans=spans: spans)[1])  # type: ignore[misc]
    assert steps[1] <= 2.1 * steps[0]
    assert steps[2] <= 2.1 * steps[1]
    assert steps[2] <= len(machine.words) * 400 * len(text.split())
