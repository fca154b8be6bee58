"""A folder of verdicts: a Parquet file for each log, and no other, for whoever reads the folder counts all of them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath

from servstd.cli.stop import stop
from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError

SUFFIX = ".parquet"


def targets_of(output: Path, logs: Sequence[str]) -> dict[str, Path]:
    """A file for each log, in folders as the logs lie."""
    names = names_of([Path(os.path.abspath(log)) for log in logs])
    return {log: output / f"{name.removesuffix(SUFFIX)}{SUFFIX}" for log, name in zip(logs, names, strict=True)}


def names_of(places: Sequence[PurePath]) -> list[str]:
    """The ways to some files from the folder that all of them lie in; on several drives, from a folder for each."""
    if len({place.drive.lower() for place in places}) > 1:
        drives = [re.sub(r"\W+", "_", place.drive).strip("_") for place in places]
        return [str(type(place)(drive, *place.parts[1:])) for drive, place in zip(drives, places, strict=True)]
    common = places[0].parent
    while not all(place.is_relative_to(common) for place in places):
        common = common.parent
    return [str(place.relative_to(common)) for place in places]


def check_folder(output: Path, logs: Sequence[str], targets: Mapping[str, Path]) -> None:
    """Refuse, before anything is judged, what would lose verdicts or logs, or mix in verdicts of other logs."""
    is_blind = _is_case_blind(output)
    first: dict[str, str] = {}
    for log in logs:
        key = _key(targets[log], is_blind)
        if key in first:
            _refuse_shared(first[key], log, targets[log])
        first[key] = log
    _keep_logs(logs, targets)
    strangers = [path for path in _verdicts_in(output) if _key(path, is_blind) not in first]
    if strangers:
        name = str(min(strangers).relative_to(output))
        message = f"{str(output)!r} holds {name!r}, which has no verdicts of these logs"
        raise _refused(message, "give an empty folder, or remove what is not of these logs")


def check_owner(target: Path, owner: str, log: str) -> None:
    """Refuse to write over the verdicts of another log, when what is finished is to be kept."""
    if target.exists() and owner != os.path.abspath(log):
        message = f"{str(target)!r} has the verdicts of {owner!r}, and would have those of {log!r}"
        raise _refused(message, "give an empty folder, or leave out --resume to begin anew")


def _refuse_shared(one: str, other: str, target: Path) -> None:
    if os.path.abspath(one) == os.path.abspath(other):
        raise _refused(f"{other!r} is named twice, and a folder has one file for each log", "name it once")
    message = f"the verdicts of {one!r} and of {other!r} would both be in {str(target)!r}"
    raise _refused(message, "rename one of them, or give one file for all, such as -o verdicts.parquet")


def _refused(message: str, hint: str) -> OutputError:
    return OutputError(Problem("unwritable-file", message, ("-o",), hint))


def _keep_logs(logs: Sequence[str], targets: Mapping[str, Path]) -> None:
    """Refuse to write over a log."""
    known = {_identity(log): log for log in logs}
    for target in filter(Path.exists, targets.values()):
        if (log := known.get(_identity(target))) is not None:
            raise stop(Problem("output-is-input", f"{log!r} is read, so it can not be written", ("-o",)))


def _identity(path: str | Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def _verdicts_in(output: Path) -> Iterator[Path]:
    """The Parquet files that a reader of the folder would find: it passes over names that begin with . or _."""
    for folder, inside, files in os.walk(output):
        inside[:] = [name for name in inside if not name.startswith((".", "_"))]
        for name in files:
            if name.lower().endswith(SUFFIX) and not name.startswith((".", "_")):
                yield Path(folder, name)


def _key(path: Path, is_blind: bool) -> str:
    """The same for two paths exactly when they lead to one file."""
    text = os.path.abspath(path)
    return unicodedata.normalize("NFC", text).casefold() if is_blind else text


def _is_case_blind(path: Path) -> bool:
    """Whether names that differ in case alone name one file there, asked of the folders that there are."""
    for folder in (path.absolute(), *path.absolute().parents):
        other = folder.with_name(folder.name.swapcase()) if folder.name else folder
        if other != folder and folder.exists():
            return other.exists() and other.samefile(folder)
    return False
