"""Pseudonyms: a keyed one-way function, so that the same person has the same name within one key and no other.

HMAC-SHA256 (RFC 2104, FIPS 198-1) of the text, the first 80 bits of it in base 32. A plain hash is not enough: agents
and customers are few, so that all their hashes are quickly made. The key must come from outside the log and the
catalog, and be kept apart from what was made with it (GDPR Art. 4(5); EDPB guidelines 01/2025).
"""

from __future__ import annotations

import base64
import hmac
from collections import Counter
from typing import Any

from servstd.errors import Problem, ServstdError

SHORT_KEY = 16
_BYTES = 10


class PseudonymError(ServstdError, ValueError):
    """A key that can not be used. `.problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.render())
        self.problem = problem


class Pseudonymiser:
    """Gives pseudonyms under one key. `made` counts the different ones, by nothing but their number.

    Raises `PseudonymError` for a key that is empty.
    """

    def __init__(self, key: str | bytes) -> None:
        self._key = key.encode() if isinstance(key, str) else bytes(key)
        if not self._key.strip():
            message = "the key is empty, so that everybody could make the same pseudonyms"
            raise PseudonymError(Problem("empty-key", message, hint="openssl rand -hex 32 makes a key"))
        self.is_short = len(self._key) < SHORT_KEY
        self._known: dict[str, str] = {}

    def of(self, value: Any) -> str:
        """The pseudonym of a value: `p-` and 16 letters and digits. 7 and "7" have the same."""
        text = value if isinstance(value, str) else str(value)
        known = self._known.get(text)
        if known is None:
            digest = hmac.digest(self._key, text.strip().encode("utf-8", "surrogatepass"), "sha256")
            known = self._known[text] = "p-" + base64.b32encode(digest[:_BYTES]).decode().lower()
        return known

    def __repr__(self) -> str:
        return "Pseudonymiser(...)"  # never the key


class Account:
    """What was done to which column, for people to read: pseudonyms made, texts and places redacted, what was left out.

    Holds counts and names of columns, never a value.
    """

    def __init__(self) -> None:
        self.pseudonyms: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.redacted: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.left_out: dict[str, None] = {}
        self.kept: dict[str, None] = {}
