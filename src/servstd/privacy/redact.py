"""Texts without what points to somebody: e-mail addresses, phone and card numbers, accounts, long numbers, names.

It looks for shapes, so that it errs on the side of removing: a date of eight digits goes too. It does not find names
that nobody listed, street addresses, numbers spelled out in words, or what only its context gives away. Texts that
were redacted still need care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from servstd.privacy.names import Names, replace_names

# No pattern begins where another character of its own kind stands before, so that each letter is looked at once.
_LOCAL = r"\w.+'’!#$&*/=?^`{|}~\-"
_DOMAIN = r"[\w-]++(?:\.[\w-]++)+"
_EMAIL = re.compile(rf"(?<![{_LOCAL}%])[{_LOCAL}%]++@{_DOMAIN}")
_EMAIL_IN_ADDRESS = re.compile(rf"(?<![{_LOCAL}%])(?:[{_LOCAL}]|%(?!40))++%40{_DOMAIN}")  # as a web address holds it
_SPACES = " \u00a0\u2000-\u200f\u202f\u2060\ufeff"
_DASHES = r"\-\u00ad\u2010-\u2015\u2212\uff0d"
_ACCOUNT = re.compile(
    rf"\b[A-Z]{{2}}\d{{2}}(?:[{_SPACES}{_DASHES}]?[A-Z0-9]{{4}}){{2,7}}+(?:[{_SPACES}{_DASHES}]?[A-Z0-9]{{1,3}})?\b",
    re.IGNORECASE,
)
_DIGITS = re.compile(rf"(?<!\d)[+\uff0b]?\d(?:[{_SPACES}{_DASHES}()./_,]{{0,3}}+\d){{5,}}+")
_LETTER = re.compile(r"[^\W\d_]")
_MOST_PHONE, _LEAST_PHONE = 15, 7
_LEAST_ACCOUNT = 8
_CARD = range(13, 20)


class Redactor:
    """Replaces what points to somebody by `[e-mail]`, `[phone]`, `[card]`, `[account]`, `[number]` and `[name]`.

    `names` are those to look for, as whole words in any case. `redact` is linear in the length of the text, whatever
    the names.
    """

    def __init__(self, names: Iterable[str] = (), below: Redactor | None = None) -> None:
        self._names: tuple[Names, ...] = (Names(names), *(below._names if below is not None else ()))

    def with_names(self, names: Iterable[str]) -> Redactor:
        """One that looks for these names too."""
        return Redactor(names, self)

    def redact(self, text: str) -> tuple[str, int]:
        """The text with its replacements, and how many there are."""
        found = 0
        for pattern in (_EMAIL, _EMAIL_IN_ADDRESS):
            text, count = pattern.subn("[e-mail]", text)
            found += count
        found += sum(_is_account(match[0]) for match in _ACCOUNT.finditer(text))
        text = _ACCOUNT.sub(lambda match: "[account]" if _is_account(match[0]) else match[0], text)
        text, count = _DIGITS.subn(lambda match: _number(match[0]), text)
        found += count
        text, count = replace_names(text, self._names, "[name]")
        return text, found + count


def is_name(value: object) -> bool:
    """Whether a value that says who somebody is can be looked for in texts: a letter in it, and two characters.

    A bare number or a single letter means too much else.
    """
    return isinstance(value, str) and len(value.strip()) > 1 and _LETTER.search(value) is not None


def _is_account(text: str) -> bool:
    """In small letters it may be any words: then it needs the digits of an account."""
    return text.upper() == text or sum(letter.isdigit() for letter in text) >= _LEAST_ACCOUNT


def _number(text: str) -> str:
    digits = [int(letter) for letter in text if letter.isdigit()]
    if len(digits) in _CARD and _is_card(digits):
        return "[card]"
    is_grouped = text[0] in "+\uff0b" or any(not letter.isdigit() for letter in text)
    if _LEAST_PHONE <= len(digits) <= _MOST_PHONE and (is_grouped or digits[0] == 0):
        return "[phone]"
    return "[number]"


def _is_card(digits: list[int]) -> bool:
    """Luhn's check (ISO/IEC 7812-1): every second digit from the right is doubled, and the sum ends in 0."""
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
