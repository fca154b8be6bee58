"""Texts without what points to somebody: e-mail addresses, phone and card numbers, accounts, long numbers, names.

It looks for shapes, so that it errs on the side of removing: a date of eight digits goes too. It does not find names
that nobody listed, street addresses, numbers spelled out in words, or what only its context gives away. Texts that
were redacted still need care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# No pattern begins where another character of its own kind stands before, so that each letter is looked at once.
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+")
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}+(?:[ ]?[A-Z0-9]{1,3})?\b")
_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ ().\-/]{0,3}+\d){5,}+")
_MOST_PHONE, _LEAST_PHONE = 15, 7
_CARD = range(13, 20)


class Redactor:
    """Replaces what points to somebody by `[e-mail]`, `[phone]`, `[card]`, `[account]`, `[number]` and `[name]`.

    `names` are those to look for, as whole words in any case. `redact` is linear in the length of the text.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = tuple(names)
        wanted = sorted({" ".join(name.split()) for name in self.names if name.strip()}, key=len, reverse=True)
        pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in wanted)
        self._names = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if wanted else None

    def with_names(self, names: Iterable[str]) -> Redactor:
        """One that looks for these names too."""
        return Redactor((*self.names, *names))

    def redact(self, text: str) -> tuple[str, int]:
        """The text with its replacements, and how many there are."""
        found = 0
        text, count = _EMAIL.subn("[e-mail]", text)
        found += count
        text, count = _ACCOUNT.subn("[account]", text)
        found += count
        text, count = _DIGITS.subn(lambda match: _number(match[0]), text)
        found += count
        if self._names is not None:
            text, count = self._names.subn("[name]", text)
            found += count
        return text, found


def _number(text: str) -> str:
    digits = [int(letter) for letter in text if letter.isdigit()]
    if len(digits) in _CARD and _is_card(digits):
        return "[card]"
    is_grouped = text[0] == "+" or any(not letter.isdigit() for letter in text)
    if _LEAST_PHONE <= len(digits) <= _MOST_PHONE and (is_grouped or digits[0] == 0):
        return "[phone]"
    return "[number]"


def _is_card(digits: list[int]) -> bool:
    """Luhn's check (ISO/IEC 7812-1): every second digit from the right is doubled, and the sum ends in 0."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
