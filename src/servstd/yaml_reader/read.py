"""YAML text to a tree that knows where everything was written.

The parser's events are walked by hand, so nothing is ever constructed or executed, and every anchor, alias and tag
is seen where it stands. All problems are reported at once; a syntax error ends the reading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from servstd.errors import Problem
from servstd.yaml_reader.syntax import FORBIDDEN

MAX_CHARACTERS = 1_000_000


def read_yaml(text: str, file: str | None = None) -> tuple[Any, list[Problem]]:
    """The tree of one YAML document, and everything found wrong with it in line order.

    Mappings are `MarkedDict`, lists `MarkedList`. After a syntax error, or over a size limit, the tree is None;
    with other problems it holds what could be read. An empty document is None.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        return None, [_too_large(file)]
    if found := FORBIDDEN.search(text):
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        message = f"the character U+{ord(found[0]):04X} can not be in YAML"
        source = FORBIDDEN.sub("\ufffd", text.split("\n", line)[line - 1])
        return None, [Problem("yaml-syntax", message, (), None, file, line, column, source)]
    from servstd.yaml_reader.walk import walk_document

    return walk_document(text, file)


def read_yaml_file(path: str | Path) -> tuple[Any, list[Problem], list[str]]:
    """The tree of a file, its problems and its lines. The file must be UTF-8; a byte order mark is allowed.

    A file that can not be read is a problem, not an exception.
    """
    name = str(path)
    try:
        size, data = Path(path).stat().st_size, b""
        if size <= 4 * MAX_CHARACTERS:  # what is larger has too many characters in any case
            data = Path(path).read_bytes()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        return None, [Problem("unreadable-file", f"the file can not be read: {reason}", file=name)], []
    if size > 4 * MAX_CHARACTERS:
        return None, [_too_large(name)], []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [_not_utf8(data, error.start, name)], []
    tree, problems = read_yaml(text, name)
    return tree, problems, text.splitlines()


def _too_large(file: str | None) -> Problem:
    return Problem("file-too-large", f"more than {MAX_CHARACTERS:,} characters; split the file", file=file)


def _not_utf8(data: bytes, at: int, file: str) -> Problem:
    line_start = data.rfind(b"\n", 0, at) + 1
    column = len(data[line_start:at].decode("utf-8", "replace")) + 1
    source = data[line_start:].partition(b"\n")[0].decode("utf-8", "replace")
    line = data.count(b"\n", 0, at) + 1
    message = f"the byte 0x{data[at]:02x} is not UTF-8"
    return Problem("not-utf8", message, (), "save the file as UTF-8", file, line, column, source)
