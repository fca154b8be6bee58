"""Reading git: trees and files of a revision. Nothing is written to the repository, no hook and no shell runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from servstd.errors import CatalogError, Problem
from servstd.vocabulary import nearest

_LINK = "120000"
_SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or link of a tree: its mode, the name of its content, and its path with slashes."""

    mode: str
    object_id: str
    path: str

    @property
    def is_link(self) -> bool:
        """True for a symbolic link: its content is where it points to."""
        return self.mode == _LINK


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository of the current folder; `prefix` is the way from its top to that folder, empty at the top."""

    prefix: str

    @classmethod
    def open(cls, where: str) -> Repository:
        """Find it; raises `CatalogError`. `where` is what the user wrote, for messages."""
        if shutil.which("git") is None:
            message = f"{where!r} names a git revision, and the program 'git' is not installed"
            raise CatalogError([Problem("no-git", message, hint="install git, or name a folder")])
        done = _git(["rev-parse", "--show-prefix"])
        if done.returncode:
            said = _said(done)
            is_none = "not a git repository" in said
            reason = "the current folder is in no git repository" if is_none else f"git says {said!r}"
            message = f"{where!r} names a git revision, and {reason}"
            raise CatalogError([Problem("no-repository", message)])
        return cls(os.fsdecode(done.stdout).rstrip("\n"))

    @staticmethod
    def here_has(revision: str) -> bool:
        """True when the current folder is in a repository that knows a revision."""
        if revision.startswith("-") or "\0" in revision or shutil.which("git") is None:
            return False
        return _git(["rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}"]).returncode == 0

    def find_tree(self, revision: str) -> str:
        """The id of a revision's tree; raises `CatalogError` for an unknown one."""
        done = None if "\0" in revision else _git(["rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}"])
        if done is None or done.returncode:
            message = f"git knows no revision {revision!r}"
            raise CatalogError([Problem("unknown-revision", message, hint=_hint(revision))])
        return done.stdout.decode().strip()

    def entries(self, tree: str) -> list[Entry]:
        """All files and links below a tree, submodules left out."""
        listed = os.fsdecode(_checked(["ls-tree", "-r", "-z", "--full-tree", tree]))
        found = []
        for line in listed.split("\0"):
            about, _, path = line.partition("\t")
            if path and not about.startswith(_SUBMODULE):
                mode, _, object_id = about.split()
                found.append(Entry(mode, object_id, path))
        return found

    def contents(self, entries: Sequence[Entry]) -> list[bytes]:
        """The content of each entry."""
        asked = "".join(f"{entry.object_id}\n" for entry in entries).encode()
        given, start = _checked(["cat-file", "--batch"], text=asked), 0
        found = []
        for _ in entries:
            end = given.index(b"\n", start)
            length = int(given[start:end].split()[2])
            found.append(given[end + 1 : end + 1 + length])
            start = end + length + 2
        return found


def write_entries(repository: Repository, entries: Sequence[Entry], root: Path) -> None:
    """Write files and links below a folder; what would land or lead outside it is left out."""
    safe = [entry for entry in entries if _is_inside(PurePosixPath(entry.path).parts)]
    links = []
    for entry, content in zip(safe, repository.contents(safe), strict=True):
        if entry.is_link:
            links.append((root / entry.path, os.fsdecode(content)))
            continue
        target = root / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    while links and (made := [link for link in links if _write_link(*link, root)]):  # a link may lead to a link
        links = [link for link in links if link not in made]


def _is_inside(parts: Iterable[str]) -> bool:
    return all(part not in ("..", ".", "/") for part in parts)


def _write_link(link: Path, target_name: str, root: Path) -> bool:
    """True when it was made: when what it leads to is there, and inside."""
    target = link.parent / target_name
    if not target.exists() or not target.resolve().is_relative_to(root.resolve()):
        return False
    try:
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target_name, target_is_directory=target.is_dir())
    except OSError:  # a system that keeps links for administrators: what it leads to is then missing
        return False
    return True


def _hint(revision: str) -> str | None:
    """A name that is near: `main` for `mian~1`. Else, that a shallow clone does not hold what is older."""
    listed = _git(["for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes"])
    names = ["HEAD", *os.fsdecode(listed.stdout).split()]
    bare = re.split(r"[~^@]", revision, maxsplit=1)[0]
    if bare not in names and (near := nearest(bare, names)):
        return near
    if _git(["rev-parse", "--is-shallow-repository"]).stdout.strip() == b"true":
        return "the clone is shallow, so that older revisions are missing: git fetch --unshallow"
    return None


def _git(arguments: Sequence[str], text: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git; its words in English, for one of them is asked about."""
    environment = {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(["git", *arguments], input=text, capture_output=True, env=environment, check=False)
    except OSError as error:
        message = f"git can not be run: {(error.strerror or type(error).__name__).lower()}"
        raise CatalogError([Problem("no-git", message)]) from None


def _checked(arguments: Sequence[str], text: bytes | None = None) -> bytes:
    done = _git(arguments, text=text)
    if done.returncode:
        raise CatalogError([Problem("no-repository", f"git can not read the revision; it says {_said(done)!r}")])
    return done.stdout


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git complains of."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"exit code {done.returncode}"
