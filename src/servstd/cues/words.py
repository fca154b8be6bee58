"""Text to words: what a cue sees of an utterance.

Normalising is NFKC, straight apostrophes and casefolding; um, uh and er go; a stuttered word counts once;
contractions are written out ("I'm", "im" and "I am" are the same two words, "'s" is "is"); punctuation goes,
so that speech-to-text without commas reads the same as prose. Kept whole: e-mail addresses, dates in figures,
times, ordinals (26th) and redaction marks ([NAME], <PHONE>, {{company}}).

There are two ways through. `read_words` is the reference. `tokenise` and `read_capitals` take shorter ones for plain
text and agree with it (tests hold them together).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

Spans = tuple[tuple[int, ...], ...]
"""For every token the ends (exclusive) of the slot values that begin there."""

FILLERS = frozenset(("um", "uh", "er", "erm", "uhm", "umm", "uhh", "hmm", "mmm"))
HUMS = {("uh", "huh"): "uhhuh", ("mm", "hmm"): "mhm", ("mm", "hm"): "mhm", ("uh", "uh"): "uhuh", ("mm", "mm"): "mhm"}
DIGIT_WORDS = {
    "zero": 0, "oh": 0, "nought": 0, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
FIGURES = "#"
"""Stands in the vocabulary of every text with figures, an address or a redaction mark."""
ENDINGS = {"'m": "am", "'re": "are", "'ll": "will", "'ve": "have", "'d": "would", "'s": "is"}
# Forms that the endings above do not cover, and forms written without an apostrophe that are no other word.
CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "let's": ("let", "us"),
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "cant": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "y'all": ("you", "all"),
    "o'clock": ("oclock",),
    "ma'am": ("madam",),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "lemme": ("let", "me"),
    "alright": ("all", "right"),
    "ok": ("okay",),
    "okey": ("okay",),
    "thankyou": ("thank", "you"),
    "goodbye": ("good", "bye"),
    "goodnight": ("good", "night"),
    "voicemail": ("voice", "mail"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "youre": ("you", "are"),
    "youll": ("you", "will"),
    "youve": ("you", "have"),
    "theyre": ("they", "are"),
    "thats": ("that", "is"),
    "whats": ("what", "is"),
    "hes": ("he", "is"),
    "shes": ("she", "is"),
}
for _verb in "is are was were do does did has have had could would should must".split():
    CONTRACTIONS[_verb + "n't"] = CONTRACTIONS[_verb + "nt"] = (_verb, "not")

_MARK = r"[\[<{]{1,2}\s*[A-Za-z][A-Za-z0-9_ -]{0,30}\s*[\]>}]{1,2}"
_TOKEN = re.compile(
    rf"(?P<mark>{_MARK})"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})"
    r"|(?P<date>(?<![\w/.-])(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}([.-])\d{1,2}\4\d{2,4})(?![\w/-]))"
    r"|(?P<time>\d{1,2}:\d{2})"
    r"|(?P<nth>\d{1,4}(?:st|nd|rd|th)\b)"
    r"|\d+"
    r"|(?:(?!\d)[^\W_])+(?:'(?:(?!\d)[^\W_])+)*",
    re.IGNORECASE,
)
_MARKS = (
    ("[contact]", ("phone", "tel", "mail", "number", "contact", "extension", "digits")),
    ("[organisation]", ("org", "company", "business")),
    ("[date]", ("date", "day")),
    ("[name]", ("name", "person", "agent", "speaker", "colleague", "employee")),
)
_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ`´′＇", "'"))
# Letters, figures and apostrophes stay, in lower case; the rest parts words.
_PLAIN_CASED = bytes(c if chr(c).isalnum() or c == 39 else 32 for c in range(128)) + bytes(128)
_PLAIN = _PLAIN_CASED.lower()
_SENTENCE_END = re.compile(r"[.!?:\n]")
_FIGURES = b"0123456789"
_MARKUP = b"@[<{`"
_JOINED = re.compile(r"[0-9][-/.:][0-9]|[0-9]['a-z]|['a-z][0-9]", re.IGNORECASE)
_ODD = FILLERS | {word for word in CONTRACTIONS if "'" not in word} | {"mm"}


class Tokens:
    """Prepared text. `words` and `vocabulary` (the same words, for a quick look) serve every cue family.

    `spans` and `alive` keep what one family found out, so that others need not: where slots stand, which phrases
    may hit. Nothing else ever changes.
    """

    __slots__ = ("alive", "spans", "text", "vocabulary", "words")

    def __init__(self, text: str, words: tuple[str, ...], has_figures: bool = False) -> None:
        self.text = text
        self.words = words
        self.vocabulary = frozenset((*words, FIGURES) if has_figures else words)
        self.spans: dict[str, tuple[object, Spans]] = {}
        self.alive: tuple[object, int] | None = None

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        return f"Tokens({self.text!r})"

    def __reduce__(self) -> tuple[Callable[[str], Tokens], tuple[str]]:
        return tokenise, (self.text,)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reference saw: the words and, for each, whether it had a capital and began a sentence."""

    words: tuple[str, ...]
    capital: tuple[bool, ...]
    first: tuple[bool, ...]


def tokenise(text: str) -> Tokens:
    """Prepare a text for any number of cue families. Nothing that was said is kept here."""
    plain = _plain_words(text)
    if plain is not None:
        return plain
    words = read_words(text).words
    return Tokens(text, words, not all(word.isalpha() for word in words))


def _plain_words(text: str) -> Tokens | None:
    """The short way, for ASCII text without marks, addresses, dates and times; else None."""
    raw = _plain_bytes(text)
    if raw is None:
        return None
    has_figures = len(raw.translate(None, _FIGURES)) != len(raw)
    if has_figures and _JOINED.search(text):
        return None
    words = raw.translate(_PLAIN).decode("ascii").split()
    if b"'" in raw:
        words = [word.strip("'") for word in words]
    if not _ODD.isdisjoint(words):
        return None
    if b"'" in raw:
        words = [part for word in words for part in (expand(word) if "'" in word or not word else (word,))]
    if len(frozenset(words)) != len(words):
        words = [w for w, before in zip(words, ["", *words], strict=False) if w != before or _is_digit(w)]
    return Tokens(text, tuple(words), has_figures)


def _plain_bytes(text: str) -> bytes | None:
    raw = text.encode("ascii") if text.isascii() else None
    return None if raw is None or b"''" in raw or len(raw.translate(None, _MARKUP)) != len(raw) else raw


def read_capitals(text: str) -> Reading:
    """What `read_words` returns, the short way where the text is plain and without figures."""
    raw = _plain_bytes(text)
    if raw is None or len(raw.translate(None, _FIGURES)) != len(raw):
        return read_words(text)
    found: list[tuple[str, bool, bool]] = []
    for sentence in _SENTENCE_END.split(text):
        first = True
        for word in sentence.encode("ascii").translate(_PLAIN_CASED).decode("ascii").split():
            lower = word.lower().strip("'")
            if lower in _ODD:
                return read_words(text)
            capital = word.strip("'")[:1].isupper()
            for part in expand(lower) if "'" in lower or not lower else (lower,):
                found.append((part, capital, first))
                capital = first = False
    return _reading(_without_stutter(found))


def _reading(found: list[tuple[str, bool, bool]]) -> Reading:
    return Reading(tuple(w for w, _, _ in found), tuple(c for _, c, _ in found), tuple(f for _, _, f in found))


def _is_digit(word: str) -> bool:
    return word in DIGIT_WORDS or word[0].isdigit()


def expand(word: str) -> tuple[str, ...]:
    """One casefolded word with its contraction written out; nothing for a filler or a bare apostrophe."""
    word = word.strip("'")
    known = CONTRACTIONS.get(word)
    if known is not None:
        return known
    if "'" in word:
        stem, _, ending = word.rpartition("'")
        full = ENDINGS.get("'" + ending)
        return (*expand(stem), full) if full else (word.replace("'", ""),)
    return (word,) if word and word not in FILLERS else ()


def read_words(text: str) -> Reading:
    """The reference: words with the place of capitals and sentence starts."""
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    found: list[tuple[str, bool, bool]] = []
    end = 0
    for match in _TOKEN.finditer(text):
        first = not found or any(c in ".!?:\n" for c in text[end : match.start()])
        end = match.end()
        raw = match.group()
        for place, word in enumerate(_words_of(match)):
            found.append((word, place == 0 and raw[0].isupper(), first and place == 0))
    return _reading(_without_stutter(_without_fillers(found)))


def _words_of(match: re.Match[str]) -> tuple[str, ...]:
    raw = match.group().casefold()
    if match.lastgroup == "mark":
        return (next((mark for mark, keys in _MARKS if any(key in raw for key in keys)), "[redacted]"),)
    if match.lastgroup is not None or raw.isdigit():
        return (raw,)
    return (raw,) if raw in FILLERS else expand(raw)


def _without_fillers(found: list[tuple[str, bool, bool]]) -> list[tuple[str, bool, bool]]:
    """Drop um and er, and keep hums that mean yes or no (uh-huh) as one word."""
    kept: list[tuple[str, bool, bool]] = []
    skip = False
    for here, after in zip(found, [*found, ("", False, False)][1:], strict=True):
        if skip:
            skip = False
        elif (here[0], after[0]) in HUMS:
            kept.append((HUMS[here[0], after[0]], here[1], here[2]))
            skip = True
        elif here[0] not in FILLERS:
            kept.append(here)
    return kept


def _without_stutter(found: list[tuple[str, bool, bool]]) -> list[tuple[str, bool, bool]]:
    """Drop a word said twice running ("can can I"), but never a digit: "four four" is 44."""
    kept: list[tuple[str, bool, bool]] = []
    for here in found:
        if not kept or here[0] != kept[-1][0] or _is_digit(here[0]):
            kept.append(here)
    return kept
