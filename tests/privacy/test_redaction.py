"""What is taken out of texts, and what stays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.privacy import Redactor

SEEN = [
    ("Write to jo.smith+x@mail.example.org.", "Write to [e-mail]."),
    ("Call +44 20 7946 0958 or 020 7946 0958!", "Call [phone] or [phone]!"),
    ("(555) 010-1234 is mine", "([phone] is mine"),
    ("card 4111 1111 1111 1111 ok", "card [card] ok"),
    ("card 4111 1111 1111 1112 ok", "card [number] ok"),  # Luhn says no: a long number all the same
    ("account GB82 WEST 1234 5698 7654 32.", "account [account]."),
    ("order 12345", "order 12345"),
    ("order 123456", "order [number]"),
    ("born 1980-05-22", "born [phone]"),  # a date of eight digits goes too
    ("at 15:00, 24 hours, 3.5 lamps, 100%", "at 15:00, 24 hours, 3.5 lamps, 100%"),
    ("a@b", "a@b"),
]


@pytest.mark.parametrize(("text", "wanted"), SEEN)
def test_what_points_to_somebody_is_replaced(text: str, wanted: str) -> None:
    assert Redactor().redact(text)[0] == wanted


def test_replacements_are_counted() -> None:
    assert Redactor(["Sam"]).redact("Sam, 0201234567, s@x.org, card 4111111111111111")[1] == 4
    assert Redactor(["Sam"]).redact("nobody") == ("nobody", 0)


def test_names_are_whole_words_in_any_case_the_longest_first() -> None:
    redactor = Redactor(["Sam", "Sam  Lee", ""])
    assert redactor.redact("SAM lee met Samantha and sam\nLee, not same.")[0] == (
        "[name] met Samantha and [name], not same."
    )


def test_more_names_come_on_top() -> None:
    assert Redactor(["Sam"]).with_names(["Kim"]).redact("Sam and Kim")[0] == "[name] and [name]"


@given(st.text(st.sampled_from("4111 -+@.ab()/"), max_size=60))
def test_what_was_redacted_holds_nothing_more_to_redact(text: str) -> None:
    once, _ = Redactor().redact(text)
    assert Redactor().redact(once)[1] == 0


@pytest.mark.parametrize("letters", ["a", "1", "1 ", "a.", "A1", "+", "@", "a@", "a@a.", "(", "GB12 ABCD "])
def test_a_long_text_takes_no_longer_than_its_length(letters: str) -> None:
    begin = time.perf_counter()
    Redactor(["Sam"]).redact(letters * (200_000 // len(letters)))
    assert time.perf_counter() - begin < 2
