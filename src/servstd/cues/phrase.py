"""The phrase language of cues, and its parser.

    may|can|could i|we [just] put|place|pop you on [a] [brief|short] hold

| written | means |
|---|---|
| `word` | this word, whole, in any case; contractions are written out on both sides |
| `a|b` | one of the neighbours; in brackets it parts whole sequences: `(is it|would it be) okay` |
| `[...]` | may be left out |
| `(...)` | a group |
| `...` | a gap of nought to four words |
| `<slot>` | a name, number or date (see `SLOTS`) |
| `^`, `$` | the start and the end of the turn; only first and last in a phrase |

There is no repetition, so every phrase has a longest match, and no phrase can be slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from servstd.cues.words import expand

SLOTS = {
    "own_name": "the agent's own name or alias",
    "organisation": "a name of the organisation",
    "name": "one to three words that may be a person's name",
    "unlisted_name": "a name that is not the agent's own",
    "number": "a number, in figures or words",
    "digits": "two to six digits, written or spoken",
    "weekday": "a day of the week",
    "date": "a date, a day of the week, today or tomorrow",
    "period": "a number and a unit of time",
    "contact": "a telephone number, an extension or an e-mail address",
}
GAP = 4
MAX_CHARACTERS = 1000
MAX_POSITIONS = 200
_MAX_DEPTH = 12
_LEX = re.compile(r"\.\.\.|<[^<>\s]*>|[\[\]()|^$]|[^\s\[\]()|^$<>]+|[<>]")
_CLOSE = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Word:
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class AnyWord:
    """One word of a gap."""


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    item: Node


Node = Word | Slot | AnyWord | Sequence | Choice | Maybe


@dataclass(frozen=True, slots=True)
class Phrase:
    """A parsed phrase. `at_start`, `at_end`: it must begin or end the turn. `size`: its words, slots and gap words."""

    text: str
    root: Node
    at_start: bool
    at_end: bool
    size: int
    slots: frozenset[str]


_GAP = Sequence(tuple(Maybe(AnyWord()) for _ in range(GAP)))


class PhraseError(Exception):
    """A phrase that cannot be used; `code`, `message` and `hint` become a Problem."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@lru_cache(maxsize=8192)
def parse_phrase(text: str) -> Phrase:
    """Parse one phrase, or raise PhraseError."""
    if len(text) > MAX_CHARACTERS:
        raise PhraseError("phrase-too-large", f"a phrase of {len(text)} characters, more than {MAX_CHARACTERS}")
    parts = _LEX.findall(text)
    at_start, at_end = parts[:1] == ["^"], parts[-1:] == ["$"]
    parser = _Parser(text, parts[at_start : len(parts) - at_end])
    root = parser.parse()
    if can_be_empty(root):
        raise PhraseError(
            "phrase-empty", f"'{text}' matches a text without words", "leave one word outside the brackets"
        )
    if parser.size > MAX_POSITIONS:
        raise PhraseError(
            "phrase-too-large", f"'{text[:40]}...' has more than {MAX_POSITIONS} words", "split it in two"
        )
    return Phrase(text, root, at_start, at_end, parser.size, frozenset(parser.slots))


def can_be_empty(node: Node) -> bool:
    """Whether the phrase matches no words at all; a gap may be empty, so it does not count."""
    if isinstance(node, Sequence):
        return all(can_be_empty(item) for item in node.items)
    if isinstance(node, Choice):
        return any(can_be_empty(item) for item in node.items)
    return isinstance(node, Maybe)


class _Parser:
    """Recursive descent over the lexed parts; one look ahead."""

    def __init__(self, text: str, parts: list[str]) -> None:
        self.text, self.parts, self.at, self.depth, self.size = text, parts, 0, 0, 0
        self.slots: set[str] = set()

    def parse(self) -> Node:
        if not self.parts:
            raise PhraseError("phrase-empty", "a phrase without words")
        root = self._joined()
        if self.at < len(self.parts):
            raise PhraseError("phrase-bracket", f"'{self.text}': '{self.parts[self.at]}' closes nothing")
        return root

    def _peek(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def _joined(self) -> Node:
        """Outside brackets: `|` joins neighbours."""
        items: list[Node] = []
        while self._peek() not in ("", ")", "]"):
            choices = [self._atom()]
            while self._peek() == "|":
                self.at += 1
                choices.append(self._atom())
            items.append(choices[0] if len(choices) == 1 else Choice(tuple(choices)))
        return _sequence(items)

    def _parted(self) -> Node:
        """Inside brackets: `|` parts whole sequences."""
        choices: list[Node] = []
        while True:
            items: list[Node] = []
            while self._peek() not in ("", "|", ")", "]"):
                items.append(self._atom())
            if not items:
                raise self._empty_choice()
            choices.append(_sequence(items))
            if self._peek() != "|":
                return choices[0] if len(choices) == 1 else Choice(tuple(choices))
            self.at += 1

    def _atom(self) -> Node:
        part = self._peek()
        if part in ("", "|", ")", "]"):
            raise self._empty_choice()
        self.at += 1
        if part in _CLOSE:
            return self._group(part)
        if part == "...":
            self.size += GAP
            return _GAP
        if part in ("^", "$"):
            place = "first" if part == "^" else "last"
            raise PhraseError("phrase-anchor", f"'{self.text}': '{part}' may only come {place}")
        if part[0] in "<>":
            return self._slot(part)
        node, size = _word(part)
        if node is None:
            raise PhraseError("phrase-word", f"'{self.text}': '{part}' is no word that a text can hold")
        self.size += size
        return node

    def _group(self, opening: str) -> Node:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise PhraseError("phrase-too-large", f"'{self.text[:40]}...': brackets more than {_MAX_DEPTH} deep")
        inner = self._parted()
        if self._peek() != _CLOSE[opening]:
            raise PhraseError("phrase-bracket", f"'{self.text}': '{opening}' is never closed", self._closing(opening))
        self.at += 1
        self.depth -= 1
        return Maybe(inner) if opening == "[" else inner

    def _closing(self, opening: str) -> str | None:
        return f"'{opening}' is closed by '{_CLOSE[opening]}'" if self._peek() else None

    def _slot(self, part: str) -> Node:
        name = part[1:-1]
        if name in SLOTS:
            self.size += 1
            self.slots.add(name)
            return Slot(name)
        near = get_close_matches(name, SLOTS, 1)
        known = ", ".join(f"<{slot}>" for slot in SLOTS)
        hint = f"did you mean <{near[0]}>?" if near else f"the slots are {known}"
        raise PhraseError("unknown-slot", f"'{self.text}': no slot is called '{part}'", hint)

    def _empty_choice(self) -> PhraseError:
        return PhraseError("phrase-empty-choice", f"'{self.text}': nothing stands on one side of '|' or in brackets")


@lru_cache(maxsize=4096)
def _word(part: str) -> tuple[Node | None, int]:
    """A written word as the words of a text, and how many; None when no text can hold it."""
    words = expand(part.casefold())
    if not words or not all(word.isalnum() for word in words):
        return None, 0
    return _sequence([Word(word) for word in words]), len(words)


def _sequence(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Sequence(tuple(items))
