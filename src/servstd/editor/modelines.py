"""Modelines: two comments at the top of a YAML file that tell editors where its schema is.

`# yaml-language-server: $schema=...` is for editors with the YAML language server, `# $schema: ...` for those of
JetBrains. Both hold the path from the folder of the file. Nothing but these two lines is ever touched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from servstd.catalog.source import catalog_files
from servstd.errors import Problem, ServstdError
from servstd.evaluate.whole_file import whole_file

_FORMS = (
    ("# yaml-language-server: $schema=", re.compile(r"#\s*yaml-language-server\s*:\s*\$schema\s*=.*")),
    ("# $schema: ", re.compile(r"#\s*\$schema\s*:.*")),
)
_BYTE_ORDER_MARK = "\ufeff"


class ModelineError(ServstdError, ValueError):
    """A file can not be given modelines; `.problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.render())
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of one file: `done` is `added`, `refreshed` or `kept`."""

    path: Path
    done: str


def find_files(places: Iterable[Path]) -> list[Path]:
    """The files named, and the YAML files of the folders named, each once; raises `ModelineError` for another path."""
    found: dict[Path, None] = {}
    for place in places:
        if not place.exists():
            raise ModelineError(Problem("no-catalog", f"no file or folder {str(place)!r}"))
        if place.is_file() and place.suffix.lower() not in (".yaml", ".yml"):
            raise ModelineError(
                Problem("unknown-format", f"{str(place)!r} is no YAML file: it ends in neither .yaml nor .yml")
            )
        files = catalog_files(place)
        if not files:
            raise ModelineError(Problem("no-catalog", f"no YAML file in {str(place)!r}"))
        found |= dict.fromkeys(files)
    return list(found)


def refresh_modelines(files: Iterable[Path], schema: Path, *, dry_run: bool = False) -> Iterator[Refreshed]:
    """Put the modelines of a schema at the top of each file, or bring those that are there up to date.

    Raises `ModelineError` for a file that can not be read, or a path that no modeline can hold.
    """
    for path in files:
        text = _text(path)
        lines = with_modelines(text, _way(path, schema))
        if lines == text:
            yield Refreshed(path, "kept")
            continue
        done = "refreshed" if any(form.fullmatch(line) for line in _head(text) for _, form in _FORMS) else "added"
        if not dry_run:
            mode = path.stat().st_mode
            with whole_file(path) as stream:
                stream.write(lines)
            os.chmod(path, mode)
        yield Refreshed(path, done)


def with_modelines(text: str, way: str) -> str:
    """A YAML text with the modelines of the schema at `way`; line ends and all other lines stay as they are."""
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    rest = text.removeprefix(mark)
    end = "\r\n" if "\r\n" in rest else "\n"
    head = _head(text)
    lines = rest.splitlines(keepends=True)
    new: list[str] = []
    for start, form in _FORMS:
        places = [index for index, line in enumerate(head) if form.fullmatch(line)]
        if not places:
            new.append(f"{start}{way}{end}")
        for place in places[:1]:
            written = lines[place]
            lines[place] = f"{start}{way}" + written[len(written.rstrip("\r\n")) :]
    return mark + "".join([*new, *lines])


def _head(text: str) -> list[str]:
    """The comments and empty lines before anything else, without their line ends."""
    head: list[str] = []
    for line in text.removeprefix(_BYTE_ORDER_MARK).splitlines():
        if line.strip() and not line.startswith("#"):
            break
        head.append(line.rstrip())
    return head


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        message = f"the file can not be read: {reason}"
        raise ModelineError(Problem("unreadable-file", message, file=str(path))) from None
    except UnicodeDecodeError as error:
        message = f"the byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise ModelineError(Problem("not-utf8", message, (), "save the file as UTF-8", str(path))) from None


def _way(path: Path, schema: Path) -> str:
    """The path from the folder of a file to the schema, with slashes."""
    way = Path(os.path.relpath(schema.resolve(), path.resolve().parent)).as_posix()
    if re.search(r"\s", way):
        raise ModelineError(Problem("blank-in-path", f"{way!r} holds a blank, at which editors end the path"))
    return way if way.startswith("../") else f"./{way}"
