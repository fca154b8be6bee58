"""LOG arguments: files, folders, patterns and standard input, as a list of files."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from servstd.adapters.rows import SUFFIXES
from servstd.cli.stop import say, stop
from servstd.cli.wrapping import count_of
from servstd.errors import Problem

_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".7z", ".xlsx", ".xls", ".ods")
"""Endings of files in which a log may lie packed."""
_OURS = ".servstd"
"""What a folder of verdicts holds."""


def find_logs(arguments: Sequence[str], file_format: str | None = None) -> list[str]:
    """The files that the arguments name, in their order; those of a folder or a pattern sorted, each once.

    A folder stands for the logs in it, a pattern (`*`, `?`, `[...]`, `**`) for the logs that it matches; what is no log
    by its name is left out, unless a format is given. Ends the command when one of them stands for nothing.
    """
    found: list[str] = []
    known: set[Path] = set()
    problems: list[Problem] = []
    for argument in arguments:
        if argument == "-" or not (is_many(argument)):
            found.append(argument)
            known.add(Path(argument).absolute())
            continue
        files = [path for path in _matches(argument) if path.is_file() and _is_log(path, file_format)]
        if not files:
            problems.append(_nothing(argument))
        for problem in _left_out(argument, file_format):
            say(problem.render())
        new = {path.absolute(): path for path in files if path.absolute() not in known}
        found += map(str, new.values())
        known |= set(new)
    if problems:
        raise stop(*problems)
    return found


def is_many(argument: str) -> bool:
    """Whether an argument may stand for several files."""
    path = Path(argument)
    return path.is_dir() or (glob.has_magic(argument) and not path.exists())


def _matches(argument: str) -> Iterator[Path]:
    names: Iterable[str] = (
        map(str, Path(argument).iterdir()) if Path(argument).is_dir() else glob.glob(argument, recursive=True)
    )
    return (Path(name) for name in sorted(names))


def _is_log(path: Path, file_format: str | None) -> bool:
    return not path.name.startswith(".") and (file_format is not None or path.suffix.lower() in SUFFIXES)


def _left_out(argument: str, file_format: str | None) -> Iterator[Problem]:
    """What of a folder somebody may believe to be judged, and is not: packed logs, and those in folders of it."""
    if not Path(argument).is_dir():
        return
    inside = list(_matches(argument))
    packed = [] if file_format else [path for path in inside if path.is_file() and path.suffix.lower() in _PACKED]
    if packed:
        message = f"left out of the folder {argument!r}: {count_of(len(packed), 'packed file')}, as {str(packed[0])!r}"
        yield Problem("log-left-out", message, hint="unpack it first; of a sheet, save it as CSV")
    folders = [one for one in inside if one.is_dir() and not one.name.startswith(".") and not (one / _OURS).is_dir()]
    below = [one for path in folders for one in _matches(str(path)) if one.is_file() and _is_log(one, file_format)]
    if below:
        message = f"left out of the folder {argument!r}: {count_of(len(below), 'log')} in folders, as {str(below[0])!r}"
        yield Problem("log-left-out", message, hint=f"'{argument.rstrip('/')}/**' takes those too")


def _nothing(argument: str) -> Problem:
    path = Path(argument)
    what = f"the folder {argument!r} holds no log" if path.is_dir() else f"{argument!r} matches no log"
    return Problem("no-such-log", f"{what}: a log ends in {', '.join(SUFFIXES)}")
