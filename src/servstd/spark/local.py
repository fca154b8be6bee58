"""A Spark session on this machine, to try things with. In a cluster there is one already."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from servstd.errors import ExtraMissing

OLDEST_JAVA = 17
_INSTALL = (
    "apt-get install openjdk-17-jre-headless (Debian, Ubuntu) or brew install openjdk@17 (macOS), "
    "then set JAVA_HOME where it is not found by itself"
)


def local_session(cores: int = 2, **settings: str) -> Any:
    """A `SparkSession` of this process with some cores, bound to the loopback address.

    `settings` are more of Spark's own, with `_` for `.` (`spark_sql_shuffle_partitions="8"`). Raises `ExtraMissing`
    when there is no Java, or one too old, and says how to install it.
    """
    require_java()
    from pyspark.sql import SparkSession

    # Executors must run the interpreter that has servstd.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(f"local[{cores}]").appName("servstd")
    own = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    }
    for name, value in (own | {name.replace("_", "."): value for name, value in settings.items()}).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def require_java() -> None:
    """Raise `ExtraMissing` unless there is a Java that Spark can run on."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if found is None or not Path(found).exists():
        where = f"none at JAVA_HOME, {home}" if home else "none on the PATH"
        raise ExtraMissing(f"Spark needs Java {OLDEST_JAVA} or newer, and there is {where}: {_INSTALL}")
    version = java_version(found)
    if version is not None and version < OLDEST_JAVA:
        raise ExtraMissing(f"Spark needs Java {OLDEST_JAVA} or newer, and {found} is Java {version}: {_INSTALL}")


def java_version(java: str) -> int | None:
    """The major version of a Java, None when it does not tell."""
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    told = re.search(r'version "(?:1\.)?(\d+)', done.stderr)
    return int(told[1]) if told else None
