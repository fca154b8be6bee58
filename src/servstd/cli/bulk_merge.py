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
from servstd.cli.bulk_part import Judging, Part
from servstd.cli.bulk_store import Store, kept_folder, passing_folder
from servstd.cli.check_ask import Asked, is_folder
from servstd.cli.wrapping import count_of
from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError, whole_path

_OF_FOLDER = ".parquet"


class Outputs:
    """Where the verdicts of `logs` go: `output` is a file, a folder, or None."""

    def __init__(self, output: Path | None, logs: Sequence[str]) -> None:
        self.output = output
        self.is_folder = output is not None and is_folder(output)
        self._targets = _targets(output, logs) if output is not None and self.is_folder else {}

    @property
    def part_suffix(self) -> str | None:
        """How the verdicts of a part are written; a JSON file is made of JSON Lines."""
        if self.output is None:
            return None
        suffix = _OF_FOLDER if self.is_folder else self.output.suffix.lower()
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
        try:
            output.mkdir(exist_ok=True)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise OutputError(Problem("unwritable-file", f"{str(output)!r} can not be made: {reason}")) from None
        with kept_folder(output / ".servstd") as folder:
            yield folder

    def settings(self, judging: Judging, mapping: Path | None) -> dict[str, Any]:
        """What the verdicts depend on beside the logs."""
        return {
            "servstd": __version__,
            "catalog": judging.evaluator.catalog.digest,
            "mapping": None if mapping is None else hashlib.sha256(mapping.read_bytes()).hexdigest(),
            "as_of": judging.as_of.isoformat(),
            "rules": judging.rules,
            "by": list(judging.by),
            "verdicts": self.part_suffix,
        }

    def has(self, part: Part) -> bool:
        """Whether the file of a finished part is still there."""
        return not self.is_folder or self._targets[part.log].is_file()

    def publish(self, part: Part) -> None:
        """Put the file of a finished part in its place, when every log has one."""
        if self.is_folder:
            target = self._targets[part.log]
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part.file(_OF_FOLDER), target)

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


def _targets(output: Path, logs: Sequence[str]) -> dict[str, Path]:
    """A file for each log, in folders as the logs lie."""
    places = {log: Path(os.path.abspath(log)) for log in logs}
    common = Path(os.path.commonpath([place.parent for place in places.values()]))
    names = {log: str(place.relative_to(common)) for log, place in places.items()}
    return {log: output / f"{name.removesuffix(_OF_FOLDER)}{_OF_FOLDER}" for log, name in names.items()}


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
