"""Where the slots of a phrase can stand in a text: for every token the ends of the values that begin there."""

from __future__ import annotations

from collections.abc import Callable

from servstd.cues.dates import date_at, weekday_at
from servstd.cues.names import Names, name_spans, own_name_spans, sequence_spans, unlisted_spans
from servstd.cues.words import DIGIT_WORDS, Spans, Tokens

NUMBER_WORDS = frozenset(DIGIT_WORDS) - {"oh"} | frozenset(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty"
    " seventy eighty ninety hundred thousand".split()
)
UNITS = frozenset(
    "second seconds minute minutes min mins hour hours hr hrs h day days week weeks fortnight fortnights month months"
    " quarter quarters year years weekday weekdays workday workdays night nights".split()
)
_OF_UNIT = frozenset("working business calendar full clear more whole office week".split())
_ONE_OR_SO = tuple(
    tuple(some.split())
    for some in "a couple of|a couple|a few|several|a half|half a|half an|couple of|a|an|another".split("|")
)
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
DIGIT_LIKE = frozenset((*DIGIT_WORDS, *_REPEATS))
_MAIL_ENDS = frozenset("com org net edu gov uk co ca eu au us io info".split())
_EXTENSION = frozenset(("extension", "ext", "extn", "x"))
LEAST_PHONE_DIGITS = 7


class SpanTable:
    """The slot values of one text, found when first asked for and kept with the text."""

    __slots__ = ("_known", "_names", "_tokens")

    def __init__(self, tokens: Tokens, names: Names) -> None:
        self._tokens, self._names = tokens, names
        self._known: dict[str, Spans] = {}

    def __call__(self, slot: str) -> Spans:
        spans = self._known.get(slot)
        if spans is None:
            names = self._names if slot in _BY_NAMES else None
            kept = self._tokens.spans.get(slot)
            if kept is None or kept[0] != names:  # one record's names at a time, so that this never grows
                kept = self._tokens.spans[slot] = (names, self._find(slot))
            spans = self._known[slot] = kept[1]
        return spans

    def has(self, slot: str) -> bool:
        """Whether the slot can stand anywhere in the text."""
        return any(self(slot))

    def _find(self, slot: str) -> Spans:
        if slot == "name":
            return name_spans(self._tokens)
        if slot == "own_name":
            return own_name_spans(self._tokens.words, self._names)
        if slot == "unlisted_name":
            return unlisted_spans(self("name"), self("own_name"))
        if slot == "organisation":
            return sequence_spans(self._tokens.words, self._names.organisation, "[organisation]")
        words, finder = self._tokens.words, _FINDERS[slot]
        ends = [finder(words, here) for here in range(len(words))]
        return tuple((end,) if end else () for end in ends)


def number_at(words: tuple[str, ...], here: int) -> int | None:
    """The end of a number that begins at a token: 5, twenty four, two hundred and ten."""
    end = here
    if words[here].isdigit():
        return here + 1
    while end < len(words) and (words[end] in NUMBER_WORDS or (words[end] == "and" and words[end - 1] == "hundred")):
        end += 1
    return end if end > here and words[here] != "and" else None


def digits_at(words: tuple[str, ...], here: int) -> int | None:
    """The end of two to six digits: 214, two one four, double four."""
    if words[here] == "[contact]":
        return here + 1
    count, end = _run_of_digits(words, here)
    return end if 2 <= count <= 6 else None


def period_at(words: tuple[str, ...], here: int) -> int | None:
    """The end of a number and a unit of time: 5 days, three to five working days, a week, half an hour."""
    for some in _ONE_OR_SO:
        if words[here : here + len(some)] == some:
            end = _unit(words, here + len(some))
            if end:
                return end
    end = number_at(words, here)
    if end is None:
        return None
    if words[end : end + 1] in (("to",), ("or",)):
        end = (number_at(words, end + 1) if end + 1 < len(words) else None) or end
    elif words[end : end + 3] == ("and", "a", "half"):
        end += 3
    elif end < len(words) and words[here].isdigit() and words[end].isdigit():  # 3-5 days: the hyphen is gone
        end += 1
    return _unit(words, end)


def contact_at(words: tuple[str, ...], here: int) -> int | None:
    """The end of a telephone number (at least 7 digits), an extension with its digits or an e-mail address."""
    word = words[here]
    if word == "[contact]" or "@" in word:
        return here + 1
    if word in _EXTENSION:
        start = here + 1
        while start < len(words) and words[start] in ("number", "is"):
            start += 1
        return digits_at(words, start) if start < len(words) else None
    count, end = _run_of_digits(words, here)
    if count >= LEAST_PHONE_DIGITS:
        return end
    if words[here + 1 : here + 2] == ("at",) and words[here + 3 : here + 4] == ("dot",):
        return here + 5 if words[here + 4 : here + 5] and words[here + 4] in _MAIL_ENDS else None
    return None


def _run_of_digits(words: tuple[str, ...], here: int) -> tuple[int, int]:
    """(how many digits, the token after them); (0, here) inside a longer run, so that a part is never taken."""
    if here and _digits_in(words, here - 1)[0] and not _digits_in(words, here - 1)[1] > here:
        return 0, here
    count, end = 0, here
    while end < len(words):
        more, after = _digits_in(words, end)
        if not more:
            break
        count, end = count + more, after
    return count, end


def _digits_in(words: tuple[str, ...], here: int) -> tuple[int, int]:
    word = words[here]
    if word.isdigit():
        return len(word), here + 1
    times = _REPEATS.get(word)
    if times and here + 1 < len(words):
        after = words[here + 1]
        return (times, here + 2) if after in DIGIT_WORDS or (after.isdigit() and len(after) == 1) else (0, here)
    return (1, here + 1) if word in DIGIT_WORDS else (0, here)


def _unit(words: tuple[str, ...], here: int) -> int | None:
    for _ in range(2):
        if here < len(words) and words[here] in _OF_UNIT and words[here + 1 : here + 2] != ():
            here += 1
    return here + 1 if here < len(words) and words[here] in UNITS else None


def _weekday_end(words: tuple[str, ...], here: int) -> int | None:
    return None if weekday_at(words, here) is None else here + 1


def _date_end(words: tuple[str, ...], here: int) -> int | None:
    named = date_at(words, here)
    return named.end if named else None


_BY_NAMES = frozenset(("own_name", "unlisted_name", "organisation"))
_FINDERS: dict[str, Callable[[tuple[str, ...], int], int | None]] = {
    "number": number_at,
    "digits": digits_at,
    "period": period_at,
    "contact": contact_at,
    "weekday": _weekday_end,
    "date": _date_end,
}
