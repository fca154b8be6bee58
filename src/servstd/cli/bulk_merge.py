"""The output of a bulk run: one file made of the verdicts of all parts, or a folder with a file for each log."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any

from servstd import __version__
from servstd.cli.bulk_folder import SUFFIX, check_folder, check_owner, targets_of
from servstd.cli.bulk_part import Judging, Part
from servstd.cli.bulk_store import Store, kept_folder, passing_folder
from servstd.cli.bulk_writing import writing
from servstd.cli.check_ask import Asked, is_folder
from servstd.cli.wrapping import count_of
from servstd.evaluate.versions import versions_of
from servstd.evaluate.whole_file import whole_path


class Outputs:
    """Where the verdicts of `logs` go: `output` is a file, a folder, or None."""

    def __init__(self, output: Path | None, logs: Sequence[str]) -> None:
        self.output, self.logs = output, logs
        self.is_folder = output is not None and is_folder(output)
        self._targets = targets_of(output, logs) if output is not None and self.is_folder else {}

    def check(self) -> None:
        """Refuse a folder that would not hold the verdicts of these logs, all of them and no others."""
        if self.output is not None and self.is_folder:
            check_folder(self.output, self.logs, self._targets)

    @property
    def part_suffix(self) -> str | None:
        """How the verdicts of a part are written; a JSON file is made of JSON Lines."""
        if self.output is None:
            return None
        suffix = SUFFIX if self.is_folder else self.output.suffix.lower()
        return ".jsonl" if suffix == ".json" else suffix

    def is_kept(self, asked: Asked) -> bool:
        """Whether a later run may go on with what this one has finished."""
        return self.is_folder or asked.options.is_resumed

    def may_slice(self, asked: Asked) -> bool:
        """Whether a long log may be judged in parts."""
        return not self.is_folder and (asked.options.is_resumed or (asked.options.workers or 1) > 1)

    def folder(self, asked: Asked) -> AbstractContextManager[Path]:
        """The folder for what is finished."""
        if self.output is None:
            return passing_folder(None)
        if self.is_folder:
            return self._in_folder(self.output)
        target = Path(os.path.realpath(self.output))
        kept = target.with_name(f".{target.name}.resume")
        return kept_folder(kept) if asked.options.is_resumed else passing_folder(self.output)

    @contextmanager
    def _in_folder(self, output: Path) -> Iterator[Path]:
        with writing(output):
            output.mkdir(exist_ok=True)
        with kept_folder(output / ".servstd") as folder:
            yield folder

    def settings(self, judging: Judging, mapping: Path | None) -> dict[str, Any]:
        """What the verdicts depend on beside the logs."""
        versions = versions_of(judging.evaluator.catalog)
        return {
            "servstd": __version__,
            "catalog": judging.evaluator.catalog.digest,
            "holidays": versions["holidays"],
            "time_zones": versions["time_zones"],
            "mapping": None if mapping is None else hashlib.sha256(mapping.read_bytes()).hexdigest(),
            "input_format": judging.input_format,
            "as_of": judging.as_of.isoformat(),
            "rules": judging.rules,
            "by": list(judging.by),
            "verdicts": self.part_suffix,
        }

    def file_of(self, part: Part) -> str | None:
        """The name of the file of a part, from the folder, when every log has one."""
        return str(self._targets[part.log].relative_to(self.output or "")) if self.is_folder else None

    def keep_others(self, store: Store, parts: Sequence[Part]) -> None:
        """Refuse to write over what is finished of logs that are not among these."""
        for part in parts:
            owner = store.owner_of(part, self.file_of(part))
            if owner is not None:
                check_owner(self._targets[part.log], owner, part.log)

    def has(self, part: Part) -> bool:
        """Whether the verdicts of a finished part are still there."""
        suffix = self.part_suffix
        return suffix is None or (self._targets[part.log] if self.is_folder else part.file(suffix)).is_file()

    def withdraw(self, parts: Sequence[Part]) -> None:
        """Take away what the folder has of parts that are to be judged: it may be as of another instant."""
        for part in parts:
            with writing(self._targets[part.log]):
                self._targets[part.log].unlink(missing_ok=True)

    def publish(self, part: Part) -> None:
        """Put the file of a finished part in its place, when every log has one."""
        if self.is_folder:
            target = self._targets[part.log]
            with writing(target):
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(part.file(SUFFIX), target)

    def said_so_far(self, store: Store) -> str | None:
        """What there is when the run is stopped now."""
        if self.output is None:
            return None
        if self.is_folder:
            return (
                f"{count_of(len(store.finished), 'file')} in {str(self.output)!r} stay, and --resume goes on from them"
            )
        if store.settings is not None:
            return f"nothing was written, {count_of(len(store.finished), 'part')} are kept for --resume"
        return "nothing was written"

    def said(self) -> str | None:
        """What there is when all is done."""
        return None if self.output is None else f"{str(self.output)!r} is written"


def merge(parts: Sequence[Part], suffix: str | None, outputs: Outputs) -> None:
    """Make the one output of the verdicts of all parts, in order."""
    output = outputs.output
    if output is None or suffix is None or outputs.is_folder:
        return
    files = [part.file(suffix) for part in parts]
    with whole_path(output) as whole:
        if output.suffix.lower() == ".json":
            _as_list(files, whole)
        elif len(files) == 1:
            os.replace(files[0], whole)
        elif suffix == ".parquet":
            from servstd.evaluate.table.parquet import concat_files

            concat_files(files, whole)
        else:
            _chain(files, whole, 1 if suffix == ".csv" else 0)


def _chain(files: Sequence[Path], whole: Path, header_lines: int) -> None:
    """Texts one after the other; the header is that of the first."""
    with whole.open("xb") as stream:
        for place, file in enumerate(files):
            with file.open("rb") as part:
                for _ in range(header_lines if place else 0):
                    part.readline()
                shutil.copyfileobj(part, stream, 1 << 20)


def _as_list(files: Sequence[Path], whole: Path) -> None:
    """JSON Lines as one list, a line each."""
    with whole.open("xb") as stream:
        is_first = True
        for file in files:
            with file.open("rb") as part:
                is_first = _put_items(part, stream, is_first)
        stream.write(b"[\n]\n" if is_first else b"\n]\n")


def _put_items(part: IO[bytes], stream: IO[bytes], is_first: bool) -> bool:
    for line in part:
        stream.write(b"[\n" if is_first else b",\n")
        stream.write(line.rstrip(b"\n"))
        is_first = False
    return is_first
