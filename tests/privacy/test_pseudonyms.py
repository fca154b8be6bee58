"""Pseudonyms: the same person has the same name under one key, and no other way back."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.privacy import PseudonymError, Pseudonymiser


def test_a_pseudonym_is_the_hmac_sha256_of_the_text() -> None:
    """RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?"."""
    known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).hexdigest() == known
    # the first ten bytes of it, 01011 01111 01110 01100 ... are L P O M ... in RFC 4648
    assert Pseudonymiser("Jefe").of("what do ya want for nothing?") == "p-lpomcrv7mb2u42qe"


@pytest.mark.parametrize("key", ["", b"", "  ", b"\n"])
def test_an_empty_key_is_refused(key: str | bytes) -> None:
    with pytest.raises(PseudonymError, match=r"the key is empty"):
        Pseudonymiser(key)


def test_one_letter_is_a_key_but_a_short_one() -> None:
    assert [Pseudonymiser("k" * length).is_short for length in (1, 15, 16)] == [True, True, False]


@given(st.text(), st.text())
def test_the_same_text_has_the_same_pseudonym_and_another_has_another(one: str, other: str) -> None:
    made, again = Pseudonymiser("a key"), Pseudonymiser(b"a key")
    assert made.of(one) == again.of(one)
    assert (made.of(one) == made.of(other)) == (one.strip() == other.strip())


def test_another_key_gives_another_pseudonym() -> None:
    assert Pseudonymiser("one").of("a7") != Pseudonymiser("two").of("a7")


def test_a_number_and_its_text_are_the_same_person() -> None:
    assert Pseudonymiser("a key").of(7) == Pseudonymiser("a key").of("7") == Pseudonymiser("a key").of(" 7 ")


def test_the_key_is_never_shown() -> None:
    assert "secret" not in repr(Pseudonymiser("secret key"))
