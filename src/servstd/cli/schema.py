"""`servstd schema`: the JSON Schema of a catalog or of mappings, and the comments that lead editors to it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from servstd.catalog import Catalog, load_catalog
from servstd.catalog.source import catalog_files, shipped_folder
from servstd.cli.log_report import keep_inputs
from servstd.cli.stop import say, stop, stopping
from servstd.editor import catalog_schema, find_files, mapping_schema, refresh_modelines
from servstd.errors import Problem, ServstdError
from servstd.evaluate.whole_file import whole_file
from servstd.lint import CHECKS

_PAUSE_S = 0.5
_BY_LINE = ("$defs", "properties")


@dataclass(frozen=True, slots=True)
class SchemaOptions:
    """What was asked for."""

    folder: Path | None
    is_mapping: bool
    output: Path | None
    modelines: tuple[Path, ...]
    is_check: bool = False
    is_watched: bool = False


def run_schema(options: SchemaOptions) -> int:
    """Print the schema, or write it and say what was done; 1 when `--check` finds something out of date."""
    asked = {"--check": options.is_check, "--watch": options.is_watched, "--modelines": options.modelines}
    for name in (name for name, value in asked.items() if value and options.output is None):
        message = f"'{name}' goes with '-o': the file from which editors read the schema"
        raise stop(Problem("option-alone", message, (name,)))
    if options.is_check and options.is_watched:
        raise stop(Problem("option-alone", "'--check' writes nothing, and '--watch' goes on writing", ("--watch",)))
    keep_inputs(options.output, (), None, [options.folder])
    if options.is_watched:
        return _watch(options)
    with stopping():
        return _run_once(options)


def _run_once(options: SchemaOptions) -> int:
    catalog = load_catalog(options.folder, check_lock=False)  # what is being changed need not match its lock
    text = _written(mapping_schema(catalog)) if options.is_mapping else schema_text(catalog)
    if options.output is None:
        typer.echo(text, nl=False)
        return 0
    stale = list(_refresh(options, options.output, text))
    return 1 if options.is_check and stale else 0


def schema_text(catalog: Catalog) -> str:
    """The schema of a catalog as it is written to a file."""
    findings = {check.code: check.text.partition("\n")[0] for check in CHECKS}
    return _written(catalog_schema(catalog, findings=findings))


def _watch(options: SchemaOptions) -> int:
    """Write now and after every change, until it is interrupted; a catalog that does not load leaves what is there."""
    seen: dict[Path, int] | None = None
    try:
        while True:
            now = _changed_at(options.folder or shipped_folder())
            if now != seen:
                seen = now
                try:
                    _run_once(options)
                except ServstdError as error:
                    say(str(error))
                seen = _changed_at(options.folder or shipped_folder())
            time.sleep(_PAUSE_S)
    except KeyboardInterrupt:
        return 0


def _changed_at(place: Path) -> dict[Path, int]:
    """When each file of a catalog was last changed."""
    return {file: file.stat().st_mtime_ns for file in catalog_files(place) if file.exists()}


def _refresh(options: SchemaOptions, output: Path, text: str) -> Iterator[Path]:
    """Write what is out of date, or only name it; gives each such file."""
    files = find_files(options.modelines)
    if not output.is_file() or output.read_text("utf-8") != text:
        if not options.is_check:
            with whole_file(output) as stream:
                stream.write(text)
        typer.echo(f"{output}: {'out of date' if options.is_check else 'written'}")
        yield output
    else:
        typer.echo(f"{output}: kept")
    for refreshed in refresh_modelines(files, output, dry_run=options.is_check):
        is_stale = refreshed.done != "kept"
        typer.echo(
            f"{refreshed.path}: {'modelines out of date' if options.is_check and is_stale else _said(refreshed.done)}"
        )
        if is_stale:
            yield refreshed.path


def _said(done: str) -> str:
    return "kept" if done == "kept" else f"modelines {done}"


def _written(schema: dict[str, Any]) -> str:
    """JSON with a line for each key and each piece, so that a change of the catalog changes few lines."""
    parts = (f"{_json(key)}: {_pieces(value) if key in _BY_LINE else _json(value)}" for key, value in schema.items())
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _pieces(content: dict[str, Any]) -> str:
    return "{\n" + ",\n".join(f" {_json(name)}: {_json(piece)}" for name, piece in content.items()) + "\n}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
