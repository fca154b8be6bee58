"""The real logs and the examples, by rows and by columns."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from servstd import load_catalog
from servstd.adapters import load_mapping
from servstd.adapters.table import order
from servstd.vocabulary import Vocabulary

from .both import differences


@pytest.fixture(scope="module")
def examples(project_root: Path) -> Path:
    return project_root / "examples"


def words(folder: Path) -> Vocabulary:
    return load_catalog(folder / "policy").vocabulary


@pytest.mark.parametrize(
    ("name", "mapping"),
    [
        ("boston311-100.csv", "mapping.yaml"),
        ("boston311-100.jsonl", "mapping.yaml"),
        ("boston311-100-bad.tsv", "mapping.yaml"),
        ("boston311-100-notime.csv", "mapping.yaml"),
        ("boston311-10-boolean-tf.csv", "mapping.yaml"),
        ("boston311-dmy-100.csv", "mapping_day_first.yaml"),
    ],
)
def test_the_requests_of_boston(shared_data: Path, examples: Path, name: str, mapping: str) -> None:
    known = words(examples / "boston311")
    loaded = load_mapping(examples / "boston311" / mapping, known)
    assert differences(shared_data / "boston311" / name, loaded, known) == []


def test_the_month_of_the_contact_centre(examples: Path, month: Path) -> None:
    folder = examples / "contact_centre"
    known = words(folder)
    assert differences(month, load_mapping(folder / "mapping.yaml", known), known) == []


def test_the_mails_in_flat_form(examples: Path) -> None:
    known = load_catalog(examples / "policy").vocabulary
    assert differences(examples / "policy" / "may.csv", None, known) == []


@pytest.fixture(scope="module")
def incidents(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The log of incidents as it is, shuffled, and as Parquet."""
    folder = tmp_path_factory.mktemp("incidents")
    log = shared_data / "uci_incident" / "incidents_890.csv"
    header, *lines = log.read_text("utf-8").splitlines()
    random.Random(5).shuffle(lines)
    (folder / "shuffled.csv").write_text("\n".join([header, *lines]), "utf-8")
    texts = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(header.split(","), pa.string()))
    pq.write_table(pyarrow.csv.read_csv(log, convert_options=texts), folder / "log.parquet", row_group_size=777)
    return {"as it is": log, "shuffled": folder / "shuffled.csv", "parquet": folder / "log.parquet"}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["as it is", "shuffled", "parquet"])
@pytest.mark.parametrize("is_long", [False, True], ids=["at once", "in parts"])
def test_the_incidents(
    incidents: dict[str, Path], examples: Path, form: str, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_long:
        monkeypatch.setattr(order, "MOST_BYTES", 1 << 16)
        monkeypatch.setattr(order, "CHUNK_BYTES", 1 << 16)
    known = words(examples / "servicenow")
    mapping = load_mapping(examples / "servicenow" / "mapping.yaml", known)
    assert differences(incidents[form], mapping, known) == []
