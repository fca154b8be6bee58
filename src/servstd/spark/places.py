"""Where a log or a result lies: a URI or path that tells the filesystem, and a path on that filesystem."""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pyarrow.fs as pfs


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder. `root` is what was given, and tells the filesystem; `path` is on that, as it writes paths.

    `inside` is the part of the path below the root, empty for the root itself. A URI holds its path with escapes,
    and its host may be part of the path on the filesystem: neither can be made of the other by cutting text.
    """

    root: str
    path: str
    inside: str = ""

    @classmethod
    def of(cls, path: str | Path) -> Place:
        """The place of a path, which is made absolute, or of a URI."""
        text = str(path)
        root = text if "://" in text else str(Path(text).absolute())
        return cls(root, pfs.FileSystem.from_uri(root)[1])

    def __str__(self) -> str:
        """The place as a URI where its root is one, else as a path."""
        if "://" not in self.root:
            return self.path
        uri = urlsplit(self.root)
        path = posixpath.join(uri.path, quote(self.inside, "/=")) if self.inside else uri.path
        return uri._replace(path=path).geturl()

    @property
    def filesystem(self) -> Any:
        """The filesystem of the root, with whatever its URI says of it."""
        return pfs.FileSystem.from_uri(self.root)[0]

    @property
    def digest(self) -> str:
        """The same for a file that is given as a path, as a URI or by its folder; who asks for it is no part of it."""
        uri = urlsplit(self.root if "://" in self.root else "file://")
        known = "\n".join((uri.scheme, uri.netloc.rpartition("@")[2], uri.query, self.path))
        return hashlib.sha256(os.fsencode(known)).hexdigest()[:16]

    def at(self, inside: str) -> Place:
        """A place in this folder."""
        return Place(self.root, posixpath.join(self.path, inside), inside)

    def files(self) -> Iterator[Place]:
        """The file itself, or those in the folder and its folders in the order of their paths."""
        filesystem = self.filesystem
        found = filesystem.get_file_info(self.path)
        if found.type is pfs.FileType.File:
            yield self
        elif found.type is pfs.FileType.Directory:
            inside = filesystem.get_file_info(pfs.FileSelector(self.path, recursive=True))
            paths = sorted(one.path for one in inside if one.type is pfs.FileType.File)
            yield from (Place(self.root, path, path[len(self.path) :].strip("/")) for path in paths)
