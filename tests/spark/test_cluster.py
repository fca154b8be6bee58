"""A cluster of two workers that is started and stopped here: a job on it, and jobs that lose a worker half-way."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.spark.cluster import PATIENCE_S, Cluster, wait_until
from tests.spark.contacts import contacts
from tests.spark.driver import AS_OF, gated

from servstd.spark.local import require_java

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES, ROWS = 6, 4_000


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    require_java()
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of contacts in several files, each of which knows its number."""
    folder = tmp_path_factory.mktemp("log")
    for number in range(FILES):
        part = pa.array([number] * ROWS)
        pq.write_table(contacts(number * ROWS, ROWS).append_column("part", part), folder / f"{number}.parquet")
    return folder


def test_jobs_that_lose_a_worker_give_the_same_verdicts_each_once(cluster: Cluster, log: Path, tmp_path: Path) -> None:
    gates = [tmp_path / "gate1", tmp_path / "gate2"]
    for gate in gates:
        gate.mkdir()
    # A file is a task for the data frame too.
    environment = cluster.environment("spark.sql.files.openCostInBytes=128m")
    command = [sys.executable, HERE / "driver.py", log, tmp_path]
    with subprocess.Popen(command, env=environment, cwd=tmp_path) as driver:
        try:
            for gate in gates:
                lose_a_worker(cluster, gate, driver)
                cluster.add_worker()
            assert driver.wait(PATIENCE_S) == 0
        finally:
            driver.kill()
    assert json.loads((tmp_path / "records.json").read_text("utf-8")) == [FILES * ROWS] * 2
    wanted = verdicts(gated(gates[0]).check_table(pq.read_table(log), as_of=AS_OF))
    files = sorted((tmp_path / "files").glob("*.parquet"))
    assert [one.name.partition("-")[0] for one in files] == [str(number) for number in range(FILES)]
    assert verdicts(pq.read_table(files)).equals(wanted)
    assert verdicts(pq.read_table(tmp_path / "frame")).equals(wanted)


def lose_a_worker(cluster: Cluster, gate: Path, driver: subprocess.Popen[bytes]) -> None:
    """Kill one of two workers while both are in the middle of a task, then let the job go on."""
    wait_until(lambda: driver.poll() is not None or len(list(gate.glob("waits-*"))) >= 2, "two tasks at the gate")
    assert driver.poll() is None, "the driver has ended"
    cluster.kill_worker()
    (gate / "open").touch()


def test_a_rule_of_a_kind_that_only_the_script_knows_runs_on_the_workers(cluster: Cluster, tmp_path: Path) -> None:
    script = Path(shutil.copy(ROOT / "examples" / "spark_custom_rule.py", tmp_path))
    command = [sys.executable, script]
    done = subprocess.run(command, env=cluster.environment(), cwd=tmp_path, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["O-1 pass/limit_kept", "O-2 fail/limit_broken", "O-3 unknown/missing_field"],
    ), done.stderr


def verdicts(table: pa.Table) -> pa.Table:
    """A compact table as texts, in the order of the records."""
    columns = [column.cast(pa.string()) for column in table.columns]
    return pa.table(columns, table.schema.names).sort_by("record_id").combine_chunks()
