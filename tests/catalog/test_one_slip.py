"""One slip gives one message: every key and word of slips.yaml is misspelt, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from servstd import CatalogError, load_catalog
from servstd.errors import Problem
from servstd.yaml_reader import MarkedDict, MarkedList, read_yaml

SOURCE = Path(__file__).parent / "slips.yaml"
TEXT = SOURCE.read_text("utf-8")
UNLIKE = "zzqx"
Keys = tuple[str | int, ...]

# Names of the catalog's own: where nothing refers to them any name will do.
OWN = frozenset("1 5 a7 count held outbound parcel plain slower stars strict tone weight words".split())
# A name that is misspelt where it is declared is told at each place that uses it: which of them is wrong is not known.
DECLARED = frozenset(("mail.answer", "mail.care", "mail.kind", "office", "parcel_sent", "take_care", "take_care_too"))
FREE_TEXT = frozenset(
    ("brief", "name", "version", "title", "statement", "question", "reason", "approved_by", "reading")
)
NOT_WORDS = frozenset(("5", "1", "a party", "in time", "london", "high", "Tarnbrook", "Sam", "not now", "moving house"))


def places(tree: Any, keys: Keys = ()) -> Iterator[tuple[str, Keys, int, int, str]]:
    """Each key and each text of a tree: which of the two, its path, line, column, and what is written."""
    if isinstance(tree, MarkedDict):
        for key, value in tree.items():
            _, key_line, key_column, line, column = tree.marks[key]
            yield "key", (*keys, key), key_line, key_column, key
            if isinstance(value, str):
                yield "word", (*keys, key), line, column, value
            yield from places(value, (*keys, key))
    elif isinstance(tree, MarkedList):
        for index, value in enumerate(tree):
            if isinstance(value, str):
                yield "word", (*keys, index), *tree.marks[index][1:3], value
            yield from places(value, (*keys, index))


def is_known_word(what: str, keys: Keys, written: str) -> bool:
    """Whether a slip in it can be seen at all."""
    if "given" in keys[:-1] or "fixtures" in keys[:-1] or ("names" in keys[:-1] and "agents" in keys[:-1]):
        return False
    if what == "key":
        return written not in OWN and written not in DECLARED
    if keys[0] == "profiles":  # its readings are looked up when it is used
        return False
    is_phrase = keys[0] == "cues" and not {"includes", "by"} & set(map(str, keys))
    is_free = {str(key) for key in keys} & FREE_TEXT or written in NOT_WORDS or keys[0] == "disable"
    return not (is_phrase or is_free)


PLACES = [place for place in places(read_yaml(TEXT, SOURCE.name)[0]) if is_known_word(place[0], place[1], place[4])]


def nearly(word: str) -> str:
    return f"{word[:2]}{word[3:]}" if len(word) > 3 else f"{word}{word[-1]}"


def problems_with(place: tuple[str, Keys, int, int, str], slip: str, folder: Path) -> list[Problem]:
    _, _, line, column, written = place
    lines = TEXT.split("\n")
    row = lines[line - 1]
    at = row.index(written, column - 1)
    lines[line - 1] = row[:at] + slip + row[at + len(written) :]
    path = folder / "slips.yaml"
    path.write_text("\n".join(lines), "utf-8")
    try:
        load_catalog(path)
    except CatalogError as error:
        return list(error.problems)
    return []


def told(problems: list[Problem]) -> list[str]:
    return [problem.headline() for problem in problems]


def test_the_catalog_is_right_as_it_is() -> None:
    load_catalog(SOURCE)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0]}-{place[2]}-{place[4]}")
def test_a_misspelt_word_gives_one_message_on_its_line(place: tuple[str, Keys, int, int, str], tmp_path: Path) -> None:
    problems = problems_with(place, nearly(place[4]), tmp_path)
    assert len(problems) == 1, told(problems)
    assert problems[0].line == place[2]


@pytest.mark.parametrize(
    "place", [place for place in PLACES if place[0] == "key"], ids=lambda place: f"{place[2]}-{place[4]}"
)
def test_a_key_that_is_like_no_other_gives_one_message_too(
    place: tuple[str, Keys, int, int, str], tmp_path: Path
) -> None:
    problems = problems_with(place, UNLIKE, tmp_path)
    assert len(problems) == 1, told(problems)


def test_enough_is_misspelt() -> None:
    assert len(PLACES) > 150
