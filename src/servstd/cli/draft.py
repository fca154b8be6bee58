"""`servstd map`: a first mapping for a log, guessed from its columns."""

from __future__ import annotations

from pathlib import Path

import typer

from servstd.adapters.draft import draft_mapping, look_at, render_draft
from servstd.adapters.rows import open_rows
from servstd.catalog import load_catalog
from servstd.cli.arguments import read_input_format
from servstd.cli.log_report import keep_inputs
from servstd.cli.stop import say, stop, stopping
from servstd.cli.wrapping import count_of
from servstd.errors import Problem
from servstd.evaluate.whole_file import whole_file

_SUFFIXES = (".yaml", ".yml")


def run_draft(log: str, folder: Path | None, output: Path | None, input_format: str | None) -> int:
    """Print the draft, or write it, and say how much could be guessed."""
    read_input_format(input_format)
    if output is not None:
        _check_output(output, log, folder)
    with stopping():
        catalog = load_catalog(folder)
        rows = open_rows(log, input_format)
        look = look_at(rows.header, rows.rows, rows.repeated)
        if not look.rows:
            raise stop(Problem("no-rows", f"{log!r} holds no row that can be read"), *filter(None, [look.first_bad]))
        draft = draft_mapping(look, catalog.vocabulary, catalog.zone.key)
        text = render_draft(draft, look, "standard input" if log == "-" else Path(log).name)
        if output is None:
            typer.echo(text, nl=False)
        else:
            with whole_file(output) as stream:
                stream.write(text)
    if look.first_bad is not None:
        say(f"{look.bad_count} of {count_of(look.rows + look.bad_count, 'row')} can not be read, the first:")
        say(look.first_bad.render())
    guessed = sum(one.target is not None for one in draft.guesses)
    if draft.is_flat:
        say("each column is named as in the flat form: this log needs no mapping")
    where = "" if output is None else f"wrote {output}: "
    count = count_of(len(draft.guesses), "column")
    say(f"{where}{guessed} of {count} guessed, beside the id; read each line before you use it")
    return 0


def _check_output(output: Path, log: str, folder: Path | None) -> None:
    """A YAML file that is not there yet: a mapping that somebody corrected is not written over."""
    if output.suffix.lower() not in _SUFFIXES:
        raise stop(Problem("unknown-format", f"{str(output)!r} does not end in .yaml or .yml", ("-o",)))
    keep_inputs(output, [log], None, [folder])
    if output.exists():
        message = f"{str(output)!r} is there already; a draft is never written over what may have been corrected"
        raise stop(Problem("output-in-use", message, ("-o",)))
