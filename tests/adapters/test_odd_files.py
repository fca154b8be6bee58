"""Text logs that are not what they should be: open quotes, other line ends, other encodings, other formats."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servstd.adapters import text_batches
from servstd.adapters.batches import LINE, open_batches
from servstd.adapters.first_bytes import describe_byte
from servstd.adapters.rows import open_rows
from servstd.errors import RecordError

HEADER = "id,channel,at,note"
_FIVE = "7: 5 cells where the header has 4 [cell-count]"
Ids = Callable[[str | bytes], tuple[list[str], list[str]]]


def table(count: int, **notes: str) -> str:
    """Rows R0, R1, ...; some with notes of their own."""
    rows = [f"R{n},email,2026-05-20T10:00Z,{notes.get(f'R{n}', f'note {n}')}\n" for n in range(count)]
    return HEADER + "\n" + "".join(rows)


@pytest.fixture(params=[30, 10**6])
def ids(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ids:
    """The first cells of a CSV file and its problems; read in batches it gives the same."""
    monkeypatch.setattr(text_batches, "_BLOCK_BYTES", request.param)

    def read(text: str | bytes) -> tuple[list[str], list[str]]:
        path = tmp_path / "a.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        raws = list(open_rows(path).rows)
        rows = [(raw.line, raw.cells) for raw in raws if raw.problem is None]
        source = open_batches(path)
        found = [(row.pop(LINE), row) for batch in source.to_batches() for row in batch.to_pylist()]
        assert found == rows
        bad = [raw.problem for raw in raws if raw.problem is not None]
        assert [row.problem for row in source.bad_rows] == bad
        return [next(iter(cells.values())) for _, cells in rows], [
            problem.headline().removeprefix(f"{path}:") for problem in bad
        ]

    return read


def names(count: int, *without: int) -> list[str]:
    return [f"R{n}" for n in range(count) if n not in without]


def test_a_quote_that_is_never_closed_costs_its_own_row_only(ids: Ids) -> None:
    said = ["7: a quote in it is never closed; the 4 lines after it are read as rows [open-quote]"]
    assert ids(table(10, R5='"never closed')) == (names(10, 5), said)
    assert ids(table(6, R5='"never closed')) == (names(5), ["7: a quote in it is never closed [open-quote]"])


def test_a_text_that_the_end_of_the_file_cuts_off_is_one_bad_row(ids: Ids) -> None:
    said = ["4: a quote in it is never closed; it runs over 2 more lines [open-quote]"]
    assert ids(table(3, R2='"Dear all,\nthis is a long,\nletter')) == (names(2), said)
    said = ["4: a quote in line 5 is never closed [open-quote]"]
    assert ids(HEADER + '\na,b,c,d\n\n"R1\nx",b,c,"open\n')[1] == said


def test_a_quote_that_takes_in_other_rows_is_said_and_they_are_read(ids: Ids) -> None:
    said = ["4: a quote in it runs over 3 more lines, which are read as rows [open-quote]"]
    assert ids(table(9, R2='"open', R5='ends" here')) == (names(9, 2), said)
    assert ids(table(9, R2='"open', R5='"ends",x')) == (
        names(9, 2, 5),
        [*said, "7: 5 cells where the header has 4 [cell-count]"],
    )


def test_of_rows_that_a_quote_took_in_only_those_that_are_not_utf8_are_bad(ids: Ids) -> None:
    found, [_, bad] = ids(table(9, R2='"open', R6="Wärme").encode("latin-1"))
    assert found == names(9, 2, 6)
    assert bad == "8: note: the byte 0xe4 is not UTF-8; as Windows-1252 it reads 'Wärme' [not-utf8]"


def test_a_well_formed_text_that_looks_like_rows_is_said_but_its_lines_are_never_rows(ids: Ids) -> None:
    said = ["4: a quote in it runs over 3 more lines that look like rows [open-quote]"]
    assert ids(table(9, R2='"open', R5='ends here"')) == (names(9, 2, 3, 4, 5), said)


@pytest.mark.parametrize(
    "note",
    [
        '"Dear all,\n\nthanks, for, this\n,,,\nbye"',
        '"says ""hello"",\nand more"',
        '"a, b, c, d\ne, f, g, h\ni, j, k, l\nm"',
        '"sloppy "quotes" in\na, text"',
    ],
)
def test_honest_texts_of_several_lines_are_cells(ids: Ids, note: str) -> None:
    found, bad = ids(table(3, R1=note))
    assert found == names(3) or "sloppy" in note
    assert not bad or "sloppy" in note


def test_a_long_text_is_a_cell_and_the_limit_of_csv_stays_as_it_was(ids: Ids) -> None:
    before = csv.field_size_limit()
    assert ids(table(3, R1="x" * 200_000)) == (names(3), [])
    assert ids(table(3, R1='"' + "x\n" * 200_000 + '"')) == (names(3), [])
    assert csv.field_size_limit() == before


def test_a_text_that_is_far_too_long_is_a_bad_row(ids: Ids, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("quotes", "text_table", "text_batches"):
        monkeypatch.setattr(f"servstd.adapters.{place}.LONGEST_CELL", 1000)
    before = csv.field_size_limit(900)
    try:
        assert ids(table(3, R1="x" * 2000)) == (
            names(3, 1),
            ["3: a cell in it has more than 1,000 characters [bad-row]"],
        )
        found, [bad] = ids(table(90, R5='"open'))
        assert found == names(90, 5)
        assert "more lines, which are read as rows [open-quote]" in bad
        _, [bad, *_] = ids(table(9, R5='"' + "words\n" * 200 + '"'))
        assert "a cell in it has more than 1,000 characters; a quote in it runs over" in bad
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize("header", ["id;name", "id\tname", "id|name", "sep=;\r\nid;name", '"id";"Name, first"'])
def test_the_header_shows_what_parts_the_cells(ids: Ids, header: str) -> None:
    delimiter = next(one for one in ";\t|" if one in header)
    assert ids(f"{header}\n1{delimiter}a, b\n2{delimiter}c\n") == (["1", "2"], [])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"id,note\r1,a\r2,b\r", "a.csv:1: the lines end in CR, as on old Macs [bad-row]"),
        ("a.csv", b"id,\rnote\n1,a\n", "a.csv:1: a CR in the header is in no quotes [bad-row]"),
        ("a.csv", b'id,"note\n1,a\n', "a.csv:1: a quote in the header is not closed [open-quote]"),
        ("a.csv", b'id,"note\n' + b"1,a\n" * 50_000, "a.csv:1: a quote in the header is not closed [open-quote]"),
        ("a.csv", "id,note\n".encode("utf-16-le"), "a.csv: the file is UTF-16, not UTF-8 [not-utf8]"),
        ("a.csv", "id,note\n".encode("utf-16-be"), "a.csv: the file is UTF-16, not UTF-8 [not-utf8]"),
        ("a.csv", gzip.compress(b"id\n1\n", mtime=0), "a.csv: the file is packed with gzip, not text [unknown-format]"),
        ("a.jsonl", b"PK\x03\x04", "a ZIP archive, as .xlsx files are too, not text [unknown-format]"),
        ("a.csv.gz", b"", "a.csv.gz: '.gz' does not say its format; give one of"),
        ("a.json", b'{"id": 1}\n{"id": 2}\n', "hint: a record in each line is JSON Lines: let its name end in .jsonl"),
        ("a.csv", b"sep=;\n", "the file is empty [no-header]"),
    ],
)
def test_a_file_of_another_kind_says_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        list(open_rows(path).rows)
    assert said in str(caught.value)
    if name.endswith((".csv", ".jsonl")):
        with pytest.raises(RecordError) as by_columns:
            list(open_batches(path).to_batches())
        assert str(by_columns.value) == str(caught.value)


def test_a_cr_in_a_row_is_a_bad_row(ids: Ids) -> None:
    assert ids("id,a\n1,x\ry\n2,z\n") == (["2"], ["2: a CR in it is in no quotes [bad-row]"])


def test_a_byte_that_is_not_utf8_is_named_with_its_column_and_the_hint_once(ids: Ids, tmp_path: Path) -> None:
    found, [first, second] = ids("id,team\n1,die Wärme\n2,x\n3,Öl\n".encode("latin-1"))
    assert found == ["2"]
    assert first == "2: team: the byte 0xe4 is not UTF-8; as Windows-1252 it reads 'Wärme' [not-utf8]"
    assert second == "4: team: the byte 0xd6 is not UTF-8; as Windows-1252 it reads 'Öl' [not-utf8]"
    hints = [raw.problem.hint for raw in open_rows(tmp_path / "a.csv").rows if raw.problem]
    assert hints == ["save the file as UTF-8", None]


def test_a_byte_that_windows_does_not_know_either_is_only_named() -> None:
    assert describe_byte(b"a\x81", 1) == "the byte 0x81 is not UTF-8"
    assert describe_byte(b"5 \x80 ", 2) == "the byte 0x80 is not UTF-8; as Windows-1252 it reads '€'"
    assert describe_byte(b"\xe4" * 90, 0).count("ä") == 30


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_half_a_character_in_json_becomes_the_mark_for_what_is_no_character(tmp_path: Path, name: str) -> None:
    value = {"id": "A", "note": "cut \ud83d", "k\udc00": ["\ude00\ud83d", {"whole": "😀", "no": "\\ud83d"}]}
    text = json.dumps(value)
    path = tmp_path / name
    path.write_text(f"[{text}]" if name == "a.json" else text + "\n")
    wanted: dict[str, Any] = {"id": "A", "note": "cut �", "k�": ["��", {"whole": "😀", "no": "\\ud83d"}]}
    assert [raw.cells for raw in open_rows(path).rows] == [wanted]


def test_json_that_is_named_json_lines_says_so_once(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    hint = "a list over the whole file is JSON: let its name end in .json, or give --input-format json"
    for text, count in (('[{"id": 1}]\n', 1), ('[\n{"id": 1},\n{"id": 2}\n]\n', 3)):
        path.write_text(text)
        hints = [raw.problem.hint for raw in open_rows(path).rows if raw.problem]
        assert hints == [hint, *[None] * (count - 1)]
