"""A rule of a kind of your own on Spark, as in a notebook: the workers need servstd[spark] and not this file.

Run it by itself (`python examples/spark_custom_rule.py`), or on a cluster by `spark-submit --master ...`.
"""

# %% the kind: lamps are sold by the box
from datetime import UTC, datetime
from typing import ClassVar, Literal

import pyarrow as pa
from pyspark.sql import SparkSession

import servstd
import servstd.spark
from servstd.facts import Opportunity
from servstd.finding import Finding, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS


class WholeBoxes(Check):
    """A number is a whole multiple of a box."""

    name: ClassVar[str] = "whole_boxes"
    kind: Literal["whole_boxes"] = "whole_boxes"
    field: str
    box: int

    def check(self, opportunity: Opportunity) -> Finding:
        number = opportunity.values.get(self.field)
        if number is None:
            return unknown("missing_field", self.field)
        return Finding(PASS, "limit_kept") if number % self.box == 0 else Finding(FAIL, "limit_broken")

    def fields_read(self) -> frozenset[str]:
        return super().fields_read() | {self.field}


# %% a policy that uses it
policy = {
    "fields": {"lamps": {"type": "number", "brief": "lamps ordered"}},
    "rules": {
        "order.whole_boxes": {
            "title": "Lamps are ordered by the box",
            "check": {"kind": "whole_boxes", "field": "lamps", "box": 6},
        }
    },
}
evaluator = servstd.Evaluator(servstd.load_catalog(policy, kinds=[WholeBoxes]))

# %% on Spark
spark = SparkSession.builder.getOrCreate()
orders = pa.table({"id": ["O-1", "O-2", "O-3"], "lamps": [12, 13, None]})
verdicts = servstd.spark.check(spark.createDataFrame(orders), evaluator, datetime(2026, 6, 1, tzinfo=UTC))
for row in sorted(verdicts.collect()):
    print(row["record_id"], row["order.whole_boxes"])
spark.stop()
