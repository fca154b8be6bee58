"""Where a bulk run keeps what is finished: a folder beside the output, with a manifest when it is to be resumed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servstd.adapters.batch import LogNotes
from servstd.adapters.notes_file import notes_from_dict
from servstd.cli.bulk_part import Claims, Part
from servstd.cli.bulk_writing import writing
from servstd.cli.stop import stop
from servstd.errors import Problem
from servstd.evaluate.figures import Figures
from servstd.evaluate.figures_file import figures_from_dict
from servstd.evaluate.whole_file import remove_left_over

MANIFEST = "manifest.jsonl"
_SETTINGS = {
    "servstd": "another version of servstd",
    "catalog": "another catalog",
    "holidays": "another version of holidays",
    "time_zones": "other time-zone data",
    "mapping": "another mapping",
    "input_format": "another format of logs",
    "as_of": "another instant",
    "rules": "other rules",
    "by": "other groups",
    "verdicts": "another kind of output",
}


Stamp = tuple[int, int, int]


@dataclass
class Store:
    """The folder of a run. `settings` is what all parts are judged by; None: nothing is kept for a later run.

    `finished` has by the name of a part the digests of its log and of its claims, the log, and the name of its file
    when every log has one. `stamps` are what the logs were like before anything was judged, `changed` those that were
    not like that any more when they had been judged.
    """

    folder: Path
    settings: Mapping[str, Any] | None
    finished: dict[str, dict[str, Any]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamp | None] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)

    def begin(self, part: Part) -> None:
        """A part is not finished any more."""
        if self.finished.pop(part.base.name, None) is not None:
            self._note({"part": part.base.name, "log": part.log, "state": "begun"})

    def done(self, part: Part, file: str | None = None) -> None:
        """A part is finished, its files are there. For this run alone when its log was changed in the meantime."""
        digests = {"input": self.digest(part.log), "claims": digest_of_claims(part.claims)}
        known = {**digests, "log": os.path.abspath(part.log), "file": file}
        self._finish(part.base.name, known)
        if self.settings is not None and _stamp(part.log) != self.stamps[part.log]:
            self.changed.add(part.log)
            return
        self._note({"part": part.base.name, "state": "done", **known})

    def _finish(self, name: str, known: dict[str, Any]) -> None:
        """Note what is finished; a file has the verdicts of whatever was finished last."""
        if (file := known.get("file")) is not None:
            if (before := self._names.get(file, name)) != name:
                self.finished.pop(before, None)
            self._names[file] = name
        self.finished[name] = known

    def owner_of(self, part: Part, file: str | None) -> str | None:
        """The other log, as an absolute path, whose verdicts are in the file that those of a part would be in."""
        name = None if file is None else self._names.get(file)
        if name is None or name == part.base.name or name not in self.finished:
            return None
        return str(self.finished[name]["log"])

    def has(self, part: Part) -> bool:
        """Whether a part is finished, with its log as it is now and these claims."""
        return self.claims_of(part) == digest_of_claims(part.claims)

    def claims_of(self, part: Part) -> str | None:
        """The digest of the claims that a part was judged with; None when it is not finished."""
        known = self.finished.get(part.base.name)
        return None if known is None or known["input"] != self.digest(part.log) else known["claims"]

    def digest(self, log: str) -> str:
        """SHA-256 of a log; nothing where nothing is kept, or where there is no log any more."""
        if self.settings is None:
            return ""
        if log not in self.digests:
            try:
                with Path(log).open("rb") as stream:
                    self.digests[log] = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError:
                self.digests[log] = ""
        return self.digests[log]

    def _note(self, entry: Mapping[str, Any]) -> None:
        if self.settings is not None:
            path = self.folder / MANIFEST
            with writing(path), path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry) + "\n")

    def open(self, is_resumed: bool, logs: Sequence[str]) -> None:
        """Go on with what the manifest says is finished, or begin anew. From now on the logs are to stay the same."""
        if self.settings is None:
            return
        self.stamps = {log: _stamp(log) for log in logs}
        entries = _entries(self.folder / MANIFEST) if is_resumed else []
        if entries:
            self._compare(entries[0])
            for entry in entries[1:]:
                self._take(entry)
            return
        for old in self.folder.iterdir():
            if old.name != _LOCK:
                with writing(old):
                    old.unlink()
        self._note(self.settings)

    def forget(self, outputs_stay: bool) -> None:
        """The run is over: what is needed no more goes. A manifest beside the files of a folder stays."""
        if self.settings is not None and not outputs_stay:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, entry: Mapping[str, Any]) -> None:
        name = str(entry.get("part"))
        is_whole = {"input", "claims", "log"} <= entry.keys() and (self.folder / f"{name}.json").is_file()
        if entry.get("state") == "done" and is_whole:
            self._finish(name, {key: entry.get(key) for key in ("input", "claims", "log", "file")})
        else:
            self.finished.pop(name, None)

    def _compare(self, before: Mapping[str, Any]) -> None:
        """Refuse to mix what was judged differently."""
        settings = self.settings or {}
        other = [name for name in _SETTINGS if before.get(name) != settings.get(name)]
        if not other:
            return
        shown = [f"{_SETTINGS[name]} ({_short(before.get(name))}, now {_short(settings.get(name))})" for name in other]
        message = f"what is finished in {str(self.folder)!r} was judged by {', '.join(shown)}"
        raise stop(Problem("resume-mismatch", message, ("--resume",), "leave out --resume to begin anew"))


_LOCK = "lock"


def _short(value: Any) -> str:
    text = "none" if value is None else value if isinstance(value, str) else ",".join(map(str, value))
    return text[:12] if len(text) == 64 else text[:40]


def _entries(path: Path) -> list[dict[str, Any]]:
    """The lines of a manifest. One that was cut off counts for nothing, and nothing counts without the first."""
    if not path.is_file():
        return []
    text = path.read_text("utf-8", "replace")
    if not text.endswith("\n"):
        with writing(path), path.open("a", encoding="utf-8") as stream:
            stream.write("\n")  # so that the next line does not go on from what was cut off
    entries = [entry for line in text.splitlines() if isinstance(entry := _entry(line), dict)]
    return entries if entries and "servstd" in entries[0] else []


def _entry(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _stamp(log: str) -> Stamp | None:
    """What changes with a log: size, time, and which file it is; None for no file."""
    try:
        found = os.stat(log)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


@contextmanager
def kept_folder(folder: Path) -> Iterator[Path]:
    """A folder that stays, for one run at a time."""
    with writing(folder):
        folder.mkdir(exist_ok=True)
        stream = (folder / _LOCK).open("w")
    with stream:
        if not _locked(stream.fileno()):
            message = f"another run is at work in {str(folder)!r}"
            raise stop(Problem("output-in-use", message, ("--resume",)))
        yield folder


def _locked(descriptor: int) -> bool:
    """Take a lock that goes with the process; where there are none, nobody else is asked."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def passing_folder(output: Path | None) -> Iterator[Path]:
    """A folder that goes with the run; beside the output, so that a finished file need not be copied."""
    if output is None:
        with tempfile.TemporaryDirectory(prefix="servstd-") as name:
            yield Path(name)
        return
    target = Path(os.path.realpath(output))
    remove_left_over(target)
    folder = target.with_name(f".{target.name}.{os.getpid()}.parts")
    with writing(output):
        folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def digest_of_claims(claims: Claims) -> str:
    """A short text that is the same for the same claims."""
    if not claims:
        return ""
    return hashlib.sha256(json.dumps(sorted(claims.items())).encode("utf-8", "replace")).hexdigest()


def found_in(part: Part) -> tuple[Figures, LogNotes, dict[str, Any]]:
    """What came of a part that is finished."""
    pairs = json.loads(part.file(".json").read_text("utf-8"))
    return figures_from_dict(pairs["figures"]), notes_from_dict(pairs["notes"]), pairs["work"]
