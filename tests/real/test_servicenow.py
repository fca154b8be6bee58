"""An event log of a service desk: 890 incidents in 5,998 rows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from .conftest import Example, Judged

AS_OF = datetime(2017, 3, 1, tzinfo=UTC)  # after the last row

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def desk(example: Callable[[str], Example]) -> Example:
    return example("servicenow")


@pytest.fixture(scope="session")
def rows(shared_data: Path) -> list[str]:
    """The header and the rows, as lines."""
    return (shared_data / "uci_incident" / "incidents_890.csv").read_text("utf-8").splitlines()


@pytest.fixture(scope="session")
def log(desk: Example, shared_data: Path) -> Judged:
    return desk.read(shared_data / "uci_incident" / "incidents_890.csv")


def test_every_incident_becomes_one_record(log: Judged, rows: list[str]) -> None:
    assert log.bad_rows == []
    assert len(log.records) == len({record.id for record in log.records}) == 890
    assert len({row.split(",")[0] for row in rows[1:]}) == 890


def test_states_become_events_and_waiting_becomes_pauses(log: Judged) -> None:
    counts = Counter(event.type for record in log.records for event in record.events)
    assert counts["opened"] == 890
    assert counts["waiting_started"] >= counts["waiting_ended"] > 0
    decided = [verdict for verdicts in log.verdicts(AS_OF).values() for verdict in verdicts.values()]
    assert {"pass", "fail"} <= {outcome for outcome, _ in decided}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_the_rows_does_not_matter(
    desk: Example, log: Judged, rows: list[str], tmp_path: Path, seed: int
) -> None:
    header, *lines = rows
    random.Random(seed).shuffle(lines)
    path = tmp_path / "shuffled.csv"
    path.write_text("\n".join([header, *lines]), "utf-8")
    shuffled = desk.read(path)
    assert shuffled.bad_rows == []
    assert shuffled.verdicts(AS_OF) == log.verdicts(AS_OF)
