"""Judging records: one record at a time."""

from __future__ import annotations

from servstd.evaluate.assessment import Assessment
from servstd.evaluate.evaluator import Deadline, Evaluator
from servstd.evaluate.verdict import Verdict

__all__ = ["Assessment", "Deadline", "Evaluator", "Verdict"]
