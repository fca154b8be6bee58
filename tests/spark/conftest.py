"""Spark on this machine, one session for all tests but those with a cluster of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

# Nothing here can even be imported without pyspark.
collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
ROOT = Path(__file__).resolve().parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder starts Spark, whose sockets Python finds open when they are collected."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.spark)
            item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
            item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Two cores of this machine. Without Java it fails, and says how to install it."""
    from servstd.spark import local_session

    os.environ["PYSPARK_PYTHON"] = sys.executable
    # Workers import what a task was defined in; here that may be a test.
    os.environ["PYTHONPATH"] = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    session = local_session(2, spark_log_level="ERROR", spark_sql_files_maxPartitionBytes="1m")
    yield session
    session.stop()
