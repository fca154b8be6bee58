"""Where a catalog is, in words: a folder, a file, `servstd`, or a git revision of either, as in `HEAD~1:standards`.

Git is only read. The YAML files of a revision are laid out in a temporary folder, each in its place, so that what
they extend by a relative path is there too.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from servstd.catalog.git import Entry, Repository, write_entries
from servstd.catalog.source import SHIPPED, shipped_folder
from servstd.errors import CatalogError, Problem
from servstd.vocabulary import nearest

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_REVISION = re.compile(r"((?:\{[^}]*\}|[^:{])*):(.*)", re.DOTALL)  # a colon inside {...} belongs to the revision
_TEMPORARY = "servstd-"  # how the name of the temporary folder begins
_SUFFIXES = (".yaml", ".yml", "/catalog.lock")


@contextmanager
def folder_of(where: str) -> Iterator[Path]:
    """The folder or file that `where` names, while the block lasts.

    An existing folder or file is itself, `servstd` the shipped catalog. `REV:path` is that path of the git
    repository of the current folder at a revision; the path counts from the top of the repository as in git, else
    from the current folder (`./` and `../` always do). A `CatalogError` raised inside the block names its files as
    `REV:path`. Raises `CatalogError` when there is no such thing, and when git or the repository is missing.
    """
    if where == SHIPPED:
        yield shipped_folder()
        return
    parts = _split(where)
    if parts is None:
        yield _existing(where)
        return
    with TemporaryDirectory(prefix=_TEMPORARY) as folder:
        root = Path(folder).resolve()
        revision, wanted = parts
        path = _lay_out(revision, wanted, root, where)
        try:
            yield root / path
        except CatalogError as error:
            raise CatalogError(_renamed(problem, root, revision) for problem in error.problems) from None


def as_named(text: str, folder: Path, where: str | None) -> str:
    """A text with the files of a revision, which lie in a temporary folder, called what the user calls them."""
    root = next((one for one in folder.parents if one.name.startswith(_TEMPORARY)), None)
    if root is None or where is None or _exists(where):
        return text
    return text.replace(f"{root}{os.sep}", f"{where.partition(':')[0]}:")


def _split(where: str) -> tuple[str, str] | None:
    """Revision and path; None for what exists as it stands, for a path of Windows, and without a colon."""
    if _exists(where) or _DRIVE.match(where):
        return None
    found = _REVISION.fullmatch(where)
    return (found[1], found[2]) if found else None


def _exists(where: str) -> bool:
    try:
        return Path(where).exists()
    except (OSError, ValueError):  # too long, or with a null
        return False


def _existing(where: str) -> Path:
    """What is written as a path; raises `CatalogError` when nothing is there."""
    if _exists(where):
        return Path(where)
    try:
        known = sorted(str(Path(where).with_name(one.name)) for one in Path(where).parent.iterdir())
    except (OSError, ValueError):
        known = []
    hint = nearest(where, known)
    if hint is None and Repository.here_has(where):
        hint = f"for the git revision, name a folder in it: '{where}:FOLDER'"
    raise CatalogError([Problem("no-catalog", f"no file or folder {where!r}", hint=hint)])


def _lay_out(revision: str, wanted: str, root: Path, where: str) -> str:
    """Write the YAML files of a revision below `root`; the path in it that is wanted."""
    if not revision or revision.startswith("-"):
        what = "begins with '-'" if revision else "has no revision before the colon"
        raise CatalogError([Problem("unknown-revision", f"{where!r} {what}", hint="write it as 'HEAD~1:standards'")])
    repository = Repository.open(where)
    tree = repository.find_tree(revision)
    entries = repository.entries(tree)
    path = _find_path(wanted, entries, repository.prefix, where)
    kept = [one for one in entries if one.is_link or f"/{one.path}".endswith(_SUFFIXES) or one.path == path]
    write_entries(repository, kept, root)
    target = root / path
    if entries and not target.exists():  # a folder without any YAML, or a link that leads out of the repository
        target.mkdir(parents=True, exist_ok=True)
    return path


def _find_path(wanted: str, entries: list[Entry], prefix: str, where: str) -> str:
    """The path from the top of the repository; raises `CatalogError` when the revision has none such."""
    known = {"."}
    for entry in entries:
        path = entry.path
        while path and path not in known:
            known.add(path)
            path = posixpath.dirname(path)
    written = wanted.replace("\\", "/").rstrip("/") or "."
    from_here = posixpath.normpath(posixpath.join(prefix, written))
    from_top = from_here if re.match(r"\.\.?(/|$)", written) and wanted else posixpath.normpath(written)
    for path in (from_top, from_here):
        if path in known:
            return path
    linked = [one.path for one in entries if one.is_link and from_top.startswith(f"{one.path}/")]
    if linked:
        return from_top
    revision = where[: len(where) - len(wanted) - 1]
    message = f"there is no {wanted!r} at the revision {revision!r}"
    raise CatalogError([Problem("unknown-path", message, hint=nearest(wanted, sorted(known)))])


def _renamed(problem: Problem, root: Path, revision: str) -> Problem:
    """A problem with the files of the temporary folder called what the user calls them."""
    inside = re.compile(re.escape(str(root)) + r"[\\/]?")
    file = None if problem.file is None else inside.sub(f"{revision}:", problem.file)
    hint = None if problem.hint is None else inside.sub(f"{revision}:", problem.hint)
    return replace(problem, file=file, message=inside.sub(f"{revision}:", problem.message), hint=hint)
