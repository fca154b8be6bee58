"""Putting the files of a new policy repository into a folder that holds nothing yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from servstd.evaluate.whole_file import whole_file

_MAY_BE_THERE = (".git",)


def in_the_way(folder: Path) -> list[str]:
    """What stands where the repository is to go: the folder itself when it is a file, else names inside it."""
    if folder.exists() and not folder.is_dir():
        return [str(folder)]
    if not folder.is_dir():
        return []
    inside = (f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir())
    return sorted(name for name in inside if name.rstrip("/") not in _MAY_BE_THERE)


def write_repository(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files, names relative to the folder; nothing that is there is ever replaced.

    Raises `FileExistsError` when something is in the way, `OutputError` or `OSError` when it can not be written.
    """
    found = in_the_way(folder)
    if found:
        raise FileExistsError(", ".join(found))
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as stream:
            stream.write(text)
