"""A cue told to people: which words, where they are looked for, and what it means when they are not found."""

from __future__ import annotations

from typing import Any

from servstd.terms.phrasing import Phrasing
from servstd.terms.told import Told, rows

_REPLIES = {"any": "the other side must have answered", "agrees": "the other side must have said yes"}


def cue_words(check: Any, words: Phrasing) -> Told:
    """The parameters of a `cue` in words."""
    speaker, is_text = words.speaker(check.cue, check.by), check.in_ is not None
    silence = None if check.silence_counts_after is None else words.target(check.silence_counts_after)
    told = rows(
        ("Words looked for", words.cue(check.cue)),
        ("Said by", None if is_text else f"the {speaker}"),
        ("In the text of", words.event(check.in_) if is_text else None),
        ("Looked for", _where(check, speaker, words)),
        ("And then", _REPLIES.get(check.reply)),
        ("Silence", silence and f"counts as an answer after {silence}"),
        ("No answer", "it fails" if check.no_reply == "fail" and check.reply != "none" else None),
        ("The date in it", None if check.names_date_of is None else _date(words.event(check.names_date_of))),
        ("When not found", _unfound(check, speaker)),
    )
    return Told(told, (), tuple(_undecided(check)))


def _where(check: Any, speaker: str, words: Phrasing) -> str:
    number, word = (check.first, "first") if check.first else (check.last, "last")
    turns = f"in the {speaker}'s {word} {'turn' if number == 1 else f'{number} turns'}" if number else ""
    return ", ".join(part for part in (turns, words.stretch(check.from_, check.until)) if part)


def _date(event: str) -> str:
    return f"must be the first open day after {event}; a date that is over fails"


def _unfound(check: Any, speaker: str) -> str:
    if check.cue_policy != "strict":
        return "that proves nothing"
    return "it fails" if check.in_ is not None else f"it fails, when all the {speaker}'s words are at hand"


def _undecided(check: Any) -> list[str]:
    is_text = check.in_ is not None
    texts = ["there is no text to search" if is_text else "the words are not at hand, or not all of them"]
    if check.cue_policy != "strict":
        texts.append("the words are not found in them" if not is_text else "the words are not found in it")
    if check.reply == "agrees":
        texts.append("the answer is neither a yes nor a no")
    return texts
