"""Real logs through tables by the same mapping: the verdict table is the one of records, to the last cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import servstd
from servstd.adapters import BadRow, Log, load_mapping, read_log
from servstd.evaluate.rows import verdict_row
from servstd.evaluate.table.full import rows_batch

from .conftest import Example

pa = pytest.importorskip("pyarrow")
csv, pj = pytest.importorskip("pyarrow.csv"), pytest.importorskip("pyarrow.json")

AS_OF = datetime(2022, 5, 20, 17, 4, tzinfo=UTC)
LATER = datetime(2017, 3, 1, tzinfo=UTC)
BOSTON = ("boston311", "boston311")
LOGS = {
    "boston": (*BOSTON, "boston311-100.csv", "mapping.yaml", AS_OF),
    "boston, day first": (*BOSTON, "boston311-dmy-100.csv", "mapping_day_first.yaml", AS_OF),
    "boston, dates alone": (*BOSTON, "boston311-100-notime.csv", "mapping.yaml", AS_OF),
    "boston, true and false": (*BOSTON, "boston311-10-boolean-tf.csv", "mapping.yaml", AS_OF),
    "incidents": ("servicenow", "uci_incident", "incidents_890.csv", "mapping.yaml", LATER),
}


@pytest.fixture(params=LOGS)
def log(request: pytest.FixtureRequest, example: Callable[[str], Example], shared_data: Path) -> Any:
    name, folder, file, mapping, as_of = LOGS[request.param]
    return example(name), shared_data / folder / file, mapping, as_of


def texts_of(path: Path) -> Any:
    """A CSV file as a table of texts, as the reader of records has it."""
    with path.open("rb") as stream:
        names = stream.readline().decode().strip().split(",")
    options = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return csv.read_csv(path, convert_options=options)


def by_records(log: Log, evaluator: servstd.Evaluator, as_of: datetime) -> Iterator[Any]:
    """Rows of the verdict table, record by record."""
    records = (item for item in log if not isinstance(item, BadRow))
    return (verdict_row(verdict) for one in evaluator.check_many(records, as_of=as_of) for verdict in one)


def test_a_real_log_has_the_same_verdict_file_through_records_and_through_a_table(log: Any, tmp_path: Path) -> None:
    folder, path, mapping, as_of = log
    evaluator, words = folder.evaluator, folder.evaluator.catalog.vocabulary
    rules = load_mapping(folder.folder / mapping, words)
    wanted = pa.Table.from_batches([rows_batch(by_records(read_log(path, rules, words), evaluator, as_of))])
    table = servstd.read_table(texts_of(path), folder.folder / mapping, evaluator.catalog)
    found = evaluator.check_table(table, as_of=as_of, full=True)
    keys = [("record_id", "ascending"), ("rule_id", "ascending")]
    one, other = wanted.sort_by(keys).combine_chunks(), found.sort_by(keys).combine_chunks()
    assert other.schema.equals(one.schema)
    assert other.equals(one)
    assert one.num_rows > 0


def test_the_counts_are_those_of_the_records(log: Any) -> None:
    folder, path, mapping, as_of = log
    evaluator, words = folder.evaluator, folder.evaluator.catalog.vocabulary
    records = [item for item in read_log(path, load_mapping(folder.folder / mapping, words), words)
               if not isinstance(item, BadRow)]  # fmt: skip
    verdicts = [verdict for one in evaluator.check_many(records, as_of=as_of) for verdict in one]
    table = servstd.read_table(texts_of(path), folder.folder / mapping, evaluator.catalog)
    tally = evaluator.tally_table(table, as_of=as_of)
    assert servstd.summarize(tally) == servstd.summarize(verdicts)
