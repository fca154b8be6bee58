"""What a file is that is no UTF-8 text, by its first bytes, and how a byte that is not UTF-8 may be meant."""

from __future__ import annotations

from servstd.errors import Problem

UTF8_HINT = "save the file as UTF-8"
UNPACK_HINT = "unpack it first"
_SHEET_HINT = "unpack it first; save a spreadsheet as CSV"
_KINDS = (
    (b"\x1f\x8b", "packed with gzip", UNPACK_HINT),
    (b"PK\x03\x04", "a ZIP archive, as .xlsx files are too", _SHEET_HINT),
    (b"BZh", "packed with bzip2", UNPACK_HINT),
    (b"\xfd7zXZ", "packed with xz", UNPACK_HINT),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", UNPACK_HINT),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet or document of Microsoft Office", "save the sheet as CSV"),
    (b"PAR1", "Parquet", "let its name end in .parquet"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_WORD = 30


def find_other_kind(first: bytes, file: str) -> Problem | None:
    """What is wrong with a file that begins so, or None when it may be UTF-8."""
    for start, name, hint in _KINDS:
        if first.startswith(start):
            return Problem("unknown-format", f"the file is {name}, not text", (), hint, file)
    if first.startswith(_UTF16) or _is_every_other_nul(first):
        return Problem("not-utf8", "the file is UTF-16, not UTF-8", (), UTF8_HINT, file)
    return None


def _is_every_other_nul(first: bytes) -> bool:
    """Whether a file begins as Latin letters do in UTF-16."""
    nul = [byte == 0 for byte in first[:4]]
    return nul in ([False, True, False, True], [True, False, True, False])


def describe_byte(line: bytes, place: int) -> str:
    """What is said of a byte that is not UTF-8, with the word that it makes in the usual encoding of Windows."""
    message = f"the byte 0x{line[place]:02x} is not UTF-8"
    try:
        text = line.decode("cp1252")
    except UnicodeDecodeError:
        return message
    start, end = place, place + 1
    while text[start].isalpha() and start and text[start - 1].isalpha() and end - start < _LONGEST_WORD:
        start -= 1
    while text[place].isalpha() and end < len(text) and text[end].isalpha() and end - start < _LONGEST_WORD:
        end += 1
    return f"{message}; as Windows-1252 it reads {text[start:end]!r}"
