"""`servstd docs`: a catalog as a handbook for staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer

from servstd.catalog import load_catalog
from servstd.cli.arguments import choose_rules, read_choice, read_day
from servstd.cli.log_report import keep_inputs
from servstd.cli.stop import say, stop, stopping
from servstd.cli.wrapping import count_of
from servstd.errors import Problem
from servstd.evaluate.whole_file import OutputError, whole_file
from servstd.handbook import MARK, Handbook, build_handbook, render_folder, render_html, render_markdown

_STYLES = ("markdown", "html")
_HTML = (".html", ".htm")
_FILES = (".md", ".markdown", ".txt", *_HTML)


@dataclass(frozen=True, slots=True)
class DocsOptions:
    """What was asked for."""

    folder: Path | None
    style: str | None
    output: Path | None
    as_of: str | None
    rules: str | None
    is_all: bool


def run_docs(options: DocsOptions) -> None:
    """Print the handbook, or write it to a file or a folder."""
    style = _style(options)
    keep_inputs(options.output, (), None, [options.folder])
    day = None if options.as_of == "today" else read_day("--as-of", options.as_of)
    with stopping():
        catalog = load_catalog(options.folder)
        if options.as_of == "today":
            day = datetime.now(catalog.zone).date()
        is_whole = options.rules is None and not options.is_all
        names = None if is_whole else choose_rules(catalog, options.rules, options.is_all)
        handbook = build_handbook(catalog, names, as_of=day)
        _write(handbook, style, options.output)


def _style(options: DocsOptions) -> str:
    is_page = options.output is not None and options.output.suffix.lower() in _HTML
    style = options.style or ("html" if is_page else "markdown")
    read_choice("--format", style, _STYLES)
    if style == "html" and options.output is not None and _is_folder(options.output):
        message = f"{str(options.output)!r} is a folder, and HTML is one page"
        raise stop(Problem("option-alone", message, ("--output",), "name a file such as handbook.html"))
    return style


def _is_folder(output: Path) -> bool:
    """True for a folder that is there, and for a new name that does not look like a file."""
    return output.is_dir() or (not output.exists() and output.suffix.lower() not in _FILES)


def _write(handbook: Handbook, style: str, output: Path | None) -> None:
    if style == "markdown" and output is not None and _is_folder(output):
        texts = {output / name: text for name, text in render_folder(handbook).items()}
        _keep_others(texts)
    else:
        text = render_html(handbook) if style == "html" else render_markdown(handbook)
        if output is None:
            typer.echo(text, nl=False)
            return
        texts = {output: text}
    _write_all(texts)
    rules = count_of(len(handbook.entries), "rule")
    say(f"wrote {rules} to {output}" + (f", {count_of(len(texts), 'file')}" if len(texts) > 1 else ""))


def _keep_others(texts: dict[Path, str]) -> None:
    """Only pages of an earlier run are written over: a folder may hold pages that people wrote."""
    others = [path for path in texts if path.exists() and not _is_ours(path)]
    if others:
        names = ", ".join(path.name for path in others)
        message = f"{str(others[0].parent)!r} holds {names}, which servstd docs did not write"
        raise OutputError(Problem("unwritable-file", message, hint="name a folder of its own"))


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.readline().strip() == MARK
    except OSError:
        return False


def _write_all(texts: dict[Path, str]) -> None:
    for path, text in texts.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            message = f"{str(path.parent)!r} can not be made: {reason}"
            raise OutputError(Problem("unwritable-file", message)) from None
        with whole_file(path) as stream:
            stream.write(text)
