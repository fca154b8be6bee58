"""The same verdicts on Spark: classic or Connect, by `mapInArrow` or by tasks that read whole Parquet files.

Needs the extra `spark`. What runs in the executors is in tasks.py and needs servstd with numpy and pyarrow there.
"""

from __future__ import annotations

try:
    import pyspark  # noqa: F401 - named here once, so that what lacks it says so
except ImportError as error:
    from servstd.errors import ExtraMissing

    raise ExtraMissing("Spark needs pyspark: pip install 'servstd[spark]'") from error

from servstd.spark.files import FileDone, check_files
from servstd.spark.frames import bad_rows, check, tally
from servstd.spark.local import local_session

__all__ = ["FileDone", "bad_rows", "check", "check_files", "local_session", "tally"]
