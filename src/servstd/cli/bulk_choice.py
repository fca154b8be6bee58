"""Whether logs are judged by columns or record by record. The answer is the same, only the time differs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from servstd.adapters.rows import SUFFIXES
from servstd.cli.check_ask import Asked, is_folder
from servstd.cli.stop import stop
from servstd.errors import ExtraMissing, Problem

# Below it, loading what works on columns takes longer than judging.
_BIG_BYTES = {"parquet": 500_000}
_BIG_TEXT_BYTES = 4_000_000
CHOICES = ("auto", "always", "never")


def wants_bulk(asked: Asked) -> bool:
    """Whether to judge by columns. Ends the command when what was asked for can not be done so."""
    options = asked.options
    needs = [
        *(["--resume"] if options.is_resumed else []),
        *(["--workers"] if options.workers is not None else []),
        *(["-o FOLDER"] if options.output is not None and is_folder(options.output) else []),
    ]
    by_record = [
        *(["standard input"] if "-" in asked.logs else []),
        *(["--reviews"] if options.reviews else []),
        *(["--bulk never"] if options.bulk == "never" else []),
    ]
    if by_record:
        if needs or options.bulk == "always":
            what = needs[0] if needs else "--bulk always"
            raise stop(Problem("not-in-bulk", f"{what} does not go with {by_record[0]}", ("--bulk",)))
        return False
    is_there = find_spec("pyarrow") is not None and find_spec("numpy") is not None
    if needs or options.bulk == "always":
        if not is_there:
            raise ExtraMissing("judging by columns needs pyarrow and numpy: pip install 'servstd[bulk]'")
        return True
    return is_there and _is_big(asked)


def _is_big(asked: Asked) -> bool:
    """Whether the logs are worth it, all of them together."""
    share = 0.0
    for log in asked.logs:
        path = Path(log)
        file_format = asked.options.input_format or SUFFIXES.get(path.suffix.lower(), "")
        if path.is_file():
            share += path.stat().st_size / _BIG_BYTES.get(file_format, _BIG_TEXT_BYTES)
    return share >= 1
