"""`servstd pseudonymise`: a log in which nobody is named."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any, TextIO

from servstd.adapters.private import Known, is_answer_file, private_rules
from servstd.adapters.rows import RawRow, Rows, open_rows
from servstd.catalog import Catalog, load_catalog
from servstd.cli.arguments import read_mapping
from servstd.cli.log_report import keep_inputs
from servstd.cli.stop import say, stop, stopping
from servstd.cli.wrapping import count_of, printable, wrap
from servstd.errors import Problem, RecordError
from servstd.evaluate.whole_file import whole_file
from servstd.privacy import Pseudonymiser, Redactor
from servstd.privacy.cells import plain_cell, safe_cell
from servstd.privacy.pseudonym import SHORT_KEY, Account
from servstd.privacy.rows import RowWriter
from servstd.reviewing.answers import scale_of

KEY_VARIABLE = "SERVSTD_KEY"
_SUFFIXES = (".csv", ".tsv", ".jsonl", ".json")
_MOST_BAD = 20
_OPTIONS = {"name": "--names", "text": "--redact", "keep": "--keep"}
_STILL_PERSONAL = "this is still personal data: whoever has the key can find out who is meant, so keep the key apart"


@dataclass(frozen=True, slots=True)
class PseudonymiseOptions:
    """What the command line asked for. Columns stand with commas between them."""

    log: str
    output: Path
    catalog: Path | None
    mapping: Path | None
    key_file: Path | None
    names: str | None
    texts: str | None
    keep: str | None
    input_format: str | None


def run_pseudonymise(options: PseudonymiseOptions) -> int:
    """Write the log anew, and say what was done to which column."""
    if options.output.suffix.lower() not in _SUFFIXES:
        message = f"{str(options.output)!r} does not end in {', '.join(_SUFFIXES[:-1])} or {_SUFFIXES[-1]}"
        raise stop(Problem("unknown-format", message, ("-o",)))
    keep_inputs(options.output, [options.log], options.mapping, [options.catalog, options.key_file])
    with stopping():
        pseudonymiser = Pseudonymiser(_read_key(options.key_file))
        if pseudonymiser.is_short:
            say(f"the key has fewer than {SHORT_KEY} characters, so that it may be guessed")
        catalog = load_catalog(options.catalog)
        rows = open_rows(options.log, options.input_format)
        return _write(options, catalog, rows, pseudonymiser)


def _read_key(path: Path | None) -> bytes:
    """The key in a file, without its line end, or in the environment; never an argument, which others can see."""
    if path is None:
        if KEY_VARIABLE not in os.environ:
            message = f"there is no key: name a file with --key-file, or set {KEY_VARIABLE}"
            raise stop(Problem("no-key", message, hint="openssl rand -hex 32 > key.txt makes one"))
        return os.environ[KEY_VARIABLE].encode()
    try:
        return path.read_bytes().strip()
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise stop(Problem("unreadable-file", f"the key {str(path)!r} can not be read: {reason}")) from None


def _write(options: PseudonymiseOptions, catalog: Catalog, rows: Rows, pseudonymiser: Pseudonymiser) -> int:
    mapping = read_mapping(catalog, options.mapping)
    first = next(rows.rows, None)
    columns = rows.header if rows.header is not None else first.cells if first is not None else ()
    is_answers = mapping is None and is_answer_file(columns)
    people = [name for names in catalog.agents.values() for name in names]  # the organisation is nobody
    rules = private_rules(_known(catalog), mapping, _given(options), is_answers)
    writer = RowWriter(rules, pseudonymiser, Redactor(people))
    raws: Iterator[RawRow] = chain([] if first is None else [first], rows.rows)
    if rules.case is not None:
        raws = _gathered(options, writer, raws)
    done = _Done(raws, writer, is_answers)
    with whole_file(options.output) as stream:
        _write_rows(stream, options.output.suffix.lower(), rows.header, done)
        if not done.written:
            raise RecordError([Problem("no-rows", f"{options.log!r} holds no row that can be read")])
        if not done.is_something:
            message = f"no column of {options.log!r} is known: {', '.join(writer.account.left_out)}"
            raise RecordError([Problem("unknown-column", message, hint="--names, --redact and --keep name columns")])
    _tell(options.output, done, writer.account)
    for place in rules.not_there():
        say(f"{_OPTIONS[rules.given[place]]}: no column of the log is called {place!r}")
    say(_STILL_PERSONAL)
    return 0


def _gathered(options: PseudonymiseOptions, writer: RowWriter, raws: Iterator[RawRow]) -> Iterator[RawRow]:
    """The rows once more, when all names of each case are known; what can be read only once is held until then."""
    held: list[RawRow] = []
    is_once = options.log == "-"
    for raw in raws:
        if raw.problem is None:
            writer.gather(raw.cells)
        held += [raw] if is_once else []
    return iter(held) if is_once else open_rows(options.log, options.input_format).rows


def _known(catalog: Catalog) -> Known:
    answers = {answer for rule_id in catalog.rules for answer in scale_of(rule_id, catalog)}
    answers |= {answer for scale in catalog.vocabulary.scales.values() for answer in scale}
    return Known(catalog.vocabulary, catalog.rules, answers)


def _given(options: PseudonymiseOptions) -> dict[str, str]:
    """What somebody named; where one column is named twice, the stricter wins."""
    return {
        **dict.fromkeys(_split(options.keep), "keep"),
        **dict.fromkeys(_split(options.texts), "text"),
        **dict.fromkeys(_split(options.names), "name"),
    }


def _split(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


class _Done(Iterator[dict[str, Any]]):
    """The rows without names, as they are asked for; what can not be read is said and counted."""

    def __init__(self, raws: Iterator[RawRow], writer: RowWriter, is_answers: bool) -> None:
        self.written, self.bad, self.formulas, self.is_something, self.writer = 0, 0, 0, False, writer
        self._raws, self._is_answers = raws, is_answers

    def __next__(self) -> dict[str, Any]:
        for raw in self._raws:
            if raw.problem is None:
                self.written += 1
                cells = raw.cells
                if self._is_answers:  # the table of a sheet holds them as spreadsheets may
                    cells = {name: plain_cell(value) for name, value in cells.items()}
                row = self.writer.row(cells)
                self.is_something = self.is_something or bool(row)
                return row
            self.bad += 1
            if self.bad <= _MOST_BAD:
                say(raw.problem.render())
        raise StopIteration


def _write_rows(stream: TextIO, suffix: str, header: Sequence[str] | None, rows: _Done) -> None:
    if suffix == ".jsonl":
        stream.writelines(_as_json(row) + "\n" for row in rows)
    elif suffix == ".json":
        separators = chain(["[\n"], repeat(",\n"))
        stream.writelines(next(separators) + _as_json(row) for row in rows)
        stream.write("\n]\n")
    else:
        _write_table(stream, "\t" if suffix == ".tsv" else ",", header, rows)


def _write_table(stream: TextIO, delimiter: str, header: Sequence[str] | None, rows: _Done) -> None:
    found: Iterable[Mapping[str, Any]] = rows
    if header is None:  # JSON has no header: its columns are known when all is read
        found = list(rows)
        header = list(dict.fromkeys(name for row in found for name in row))
    table = csv.DictWriter(stream, rows.writer.columns(header), delimiter=delimiter, lineterminator="\n")
    table.writeheader()
    table.writerows({name: _cell(value, rows) for name, value in row.items()} for row in found)


def _as_json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _cell(value: Any, rows: _Done) -> Any:
    """A table holds lists, true and false as JSON writes them, nothing for null, and no formulas."""
    if isinstance(value, (list, dict, bool)):
        return json.dumps(value, ensure_ascii=False)
    safe = safe_cell(value)
    rows.formulas += safe is not value
    return safe


def _tell(output: Path, done: _Done, account: Account) -> None:
    """What was done to which column, so that somebody can look at it."""
    say(f"wrote {count_of(done.written, 'row')} to {output}")
    if done.bad:
        say(f"{count_of(done.bad, 'row')} could not be read and {'is' if done.bad == 1 else 'are'} not in it")
    for title, parts in (
        ("pseudonyms", [f"{place} ({count})" for place, count in account.pseudonyms.items()]),
        ("redacted", [_redacted(account, place) for place in account.texts]),
        (
            "dropped, since no declared word takes it",
            [f"{place} ({count})" for place, count in account.dropped.items()],
        ),
        ("left out", list(account.left_out)),
        ("kept as they are", list(account.kept)),
    ):
        if parts:
            for line in wrap(printable(f"{title}: {', '.join(parts)}"), "", "  "):
                say(line)
    if done.formulas:
        say(f"{count_of(done.formulas, 'cell')} would be a formula to a spreadsheet: an apostrophe stands before it")


def _redacted(account: Account, place: str) -> str:
    return f"{place} ({count_of(account.redacted[place], 'place')} in {count_of(account.texts[place], 'text')})"
