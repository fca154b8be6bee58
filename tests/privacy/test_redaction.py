"""What is taken out of texts, and what stays."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.privacy import Redactor
from servstd.privacy.redact import is_name

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
    ("ask o'brien@example.org", "ask [e-mail]"),
    ("?to=joe%2Bx%40x.org&b", "[e-mail]&b"),
    ("40% of a%40b", "40% of a%40b"),
    ("ring 020–7946–0958", "ring [phone]"),
    ("ring 020\u00a07946\u00a00958", "ring [phone]"),
    ("ring 020\u20117946\u20110958", "ring [phone]"),
    ("ring 020_7946_0958 or 020, 7946, 0958", "ring [phone] or [phone]"),
    ("4111_1111_1111_1111", "[card]"),
    ("rooms 12, 14", "rooms 12, 14"),
    ("gb82 west 1234 5698 7654 32", "[account]"),
    ("gb82west12345698765432", "[account]"),
    ("ab12 some text with words", "ab12 some text with words"),  # small letters need an account's digits
    ("AB12 SOME TEXT WITH", "[account]"),
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


def one_by_one(names: list[str], text: str) -> str:
    """What is meant, as a search for one name after the other at each place, the longest first."""
    wanted = sorted(
        {" ".join(name.split()) for name in names if re.search(r"\w", name)}, key=lambda one: (-len(one), one)
    )
    pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in wanted)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "[name]", text, flags=re.IGNORECASE) if wanted else text


LETTERS = st.text(st.sampled_from("aAb -.'(\n"), max_size=7)


@given(st.lists(LETTERS, max_size=6), st.text(st.sampled_from("aAbB -.'(\n"), max_size=40))
def test_names_are_found_as_were_each_looked_for_by_itself(names: list[str], text: str) -> None:
    assert Redactor(names).redact(text)[0] == one_by_one(names, text)
    assert Redactor(names[:2]).with_names(names[2:]).redact(text)[0] == one_by_one(names, text)


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("J. O'Hara", "Ask j.  o'hara.", "Ask [name]."),
        ("O'Hara", "O Hara and O’Hara", "O Hara and O’Hara"),  # what stands between is part of the name
        ("(Sam)", "x (Sam) (Sam)y x(Sam) (sam)", "x [name] (Sam)y x(Sam) [name]"),
        ("Sam Jr.", "Sam Jr. and Sam Jr", "[name] and Sam Jr"),
        ("Straße", "STRASSE and straße", "[name] and [name]"),
        ("İnci Kaya", "inci kaya", "[name]"),
        ("Sam", "Sam's Sam_ sam", "[name]'s Sam_ [name]"),
        ("Anna-Lena", "Anna met anna-lena", "Anna met [name]"),
    ],
)
def test_signs_and_letters_of_names(name: str, text: str, wanted: str) -> None:
    assert Redactor([name]).redact(text)[0] == wanted


@pytest.mark.parametrize("name", ["Sam {}", "Sam-{}", "Sam Lee {}", "{} Sam", "Sam ({})"])
def test_a_record_of_very_many_names_takes_no_longer_than_they_are(name: str) -> None:
    names = [name.format(f"n{number}") for number in range(20_000)]
    text = " and ".join(["Sam", "Sam Lee", names[-1], names[7], "sam n"] * 2_000)
    begin = time.process_time()
    found, count = Redactor().with_names(names).redact(text)
    assert (count, names[7] in found) == (4_000, False)
    assert time.process_time() - begin < 5


def test_more_names_come_on_top() -> None:
    assert Redactor(["Sam"]).with_names(["Kim"]).redact("Sam and Kim")[0] == "[name] and [name]"


def test_of_many_names_the_longest_wins_wherever_it_was_listed() -> None:
    redactor = Redactor(["Sam"]).with_names(["Sam Lee", "T-1"])
    assert redactor.redact("Sam Lee and Sam on t-1, not T-12") == ("[name] and [name] on [name], not T-12", 3)


@pytest.mark.parametrize(
    ("value", "is_one"), [("Jo", True), ("a7", True), ("J", False), ("17", False), (17, False), (None, False)]
)
def test_a_name_to_look_for_has_a_letter_and_two_characters(value: object, is_one: bool) -> None:
    assert is_name(value) is is_one


@given(st.text(st.sampled_from("4111 -+@.ab()/'%0_,–"), max_size=60))
def test_what_was_redacted_holds_nothing_more_to_redact(text: str) -> None:
    once, _ = Redactor().redact(text)
    assert Redactor().redact(once)[1] == 0


MORE = [
    "gb12 abcd ",
    "gb12 1234 5678 ",
    "'",
    "a%40",
    "%1",
    "a%40a.",
    "1, ",
    "1–",
    "1_",
    "Sam ",
    "sam",
    "\u00a0",
    "1\u200b",
]


@pytest.mark.parametrize("letters", ["a", "1", "1 ", "a.", "A1", "+", "@", "a@", "a@a.", "(", "GB12 ABCD ", *MORE])
def test_a_long_text_takes_no_longer_than_its_length(letters: str) -> None:
    begin = time.perf_counter()
    Redactor(["Sam"]).redact(letters * (200_000 // len(letters)))
    assert time.perf_counter() - begin < 2
