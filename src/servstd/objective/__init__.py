"""Figures over many verdicts: counts, rates with their intervals, objectives and bands."""

from servstd.objective.bands import (
    Band,
    band_of,
    is_alert,
    probability_of_this_few,
    probability_of_this_many,
)
from servstd.objective.interval import wilson
from servstd.objective.summary import Summary, format_rate, summarize, summarize_tally
from servstd.objective.tally import Counts, Tally
from servstd.objective.target import Objective, is_missed, parse_objective

__all__ = [
    "Band",
    "Counts",
    "Objective",
    "Summary",
    "Tally",
    "band_of",
    "format_rate",
    "is_alert",
    "is_missed",
    "parse_objective",
    "probability_of_this_few",
    "probability_of_this_many",
    "summarize",
    "summarize_tally",
    "wilson",
]
