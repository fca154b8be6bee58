"""Figures over many verdicts: counts, rates with their intervals, objectives and bands."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from servstd.objective.bands import (
    Band,
    alert_label,
    band_among,
    band_of,
    is_alert,
    probability_of_this_few,
    probability_of_this_many,
)
from servstd.objective.counts import Counts
from servstd.objective.interval import wilson
from servstd.objective.summary import Summary, format_rate, summarize, summarize_tally
from servstd.objective.tally import Tally
from servstd.objective.target import Objective, is_missed, parse_objective

if TYPE_CHECKING:
    from servstd.objective.blend import SCORE_FORMULAS, score
    from servstd.objective.difference import Change, Direction, change, newcombe, rate_change
    from servstd.objective.figure import Figure, format_figure
    from servstd.objective.measures.complaints import Complaint, complaint_rate, repeat_complaints
    from servstd.objective.measures.holdings import Backlog, backlog, retention
    from servstd.objective.measures.items import Basis
    from servstd.objective.measures.lengths import hold_time, resolution_time, response_time, times_of_verdicts
    from servstd.objective.measures.queue import (
        ABANDONMENT_FORMULAS,
        SERVICE_LEVEL_FORMULAS,
        QueueCall,
        QueueCounts,
        abandonment,
        answered_within,
        blocked,
        queue_counts,
        service_level,
        speed_of_answer,
    )
    from servstd.objective.measures.returns import (
        FIRST_CONTACT_FORMULAS,
        Contact,
        first_contact_resolution,
        reopen_rate,
    )
    from servstd.objective.measures.routing import misroute_rate, owners_per_case, transfer_rate
    from servstd.objective.measures.surveys import (
        SATISFACTION_FORMULAS,
        expectations,
        net_promoter,
        response_rate,
        satisfaction,
        survey_coverage,
    )
    from servstd.objective.measures.times import Length, Times, percentile, percentile_interval
    from servstd.objective.measures.verdicts import RULE_OBJECTIVES, promises_kept, rule_objective, rule_share
    from servstd.objective.period import Period, period_at, periods_between, previous_period
    from servstd.objective.reviewers.agreement import Agreement, cohen_kappa, percent_agreement
    from servstd.objective.reviewers.alpha import krippendorff_alpha
    from servstd.objective.reviewers.weighted import Sampled, weighted_rate
    from servstd.objective.signals.chart import Chart, Count, chart_of_verdicts, p_chart
    from servstd.objective.signals.funnel import Funnel, Place, funnel, funnel_limits
    from servstd.objective.signals.monitor import MonitorStatus, ObjectiveMonitor, watch
    from servstd.objective.signals.ranking import Ranking, fair_counts, ranking, ranking_of_verdicts
    from servstd.objective.signals.rules import RULE_SETS, signals_of

__all__ = [
    "ABANDONMENT_FORMULAS",
    "FIRST_CONTACT_FORMULAS",
    "RULE_OBJECTIVES",
    "RULE_SETS",
    "SATISFACTION_FORMULAS",
    "SCORE_FORMULAS",
    "SERVICE_LEVEL_FORMULAS",
    "Agreement",
    "Backlog",
    "Band",
    "Basis",
    "Change",
    "Chart",
    "Complaint",
    "Contact",
    "Count",
    "Counts",
    "Direction",
    "Figure",
    "Funnel",
    "Length",
    "MonitorStatus",
    "Objective",
    "ObjectiveMonitor",
    "Period",
    "Place",
    "QueueCall",
    "QueueCounts",
    "Ranking",
    "Sampled",
    "Summary",
    "Tally",
    "Times",
    "abandonment",
    "alert_label",
    "answered_within",
    "backlog",
    "band_among",
    "band_of",
    "blocked",
    "change",
    "chart_of_verdicts",
    "cohen_kappa",
    "complaint_rate",
    "expectations",
    "fair_counts",
    "first_contact_resolution",
    "format_figure",
    "format_rate",
    "funnel",
    "funnel_limits",
    "hold_time",
    "is_alert",
    "is_missed",
    "krippendorff_alpha",
    "misroute_rate",
    "net_promoter",
    "newcombe",
    "owners_per_case",
    "p_chart",
    "parse_objective",
    "percent_agreement",
    "percentile",
    "percentile_interval",
    "period_at",
    "periods_between",
    "previous_period",
    "probability_of_this_few",
    "probability_of_this_many",
    "promises_kept",
    "queue_counts",
    "ranking",
    "ranking_of_verdicts",
    "rate_change",
    "reopen_rate",
    "repeat_complaints",
    "resolution_time",
    "response_rate",
    "response_time",
    "retention",
    "rule_objective",
    "rule_share",
    "satisfaction",
    "score",
    "service_level",
    "signals_of",
    "speed_of_answer",
    "summarize",
    "summarize_tally",
    "survey_coverage",
    "times_of_verdicts",
    "transfer_rate",
    "watch",
    "weighted_rate",
    "wilson",
]

# Loaded when they are first used: judging a record needs none of them.
_HOMES = {
    "blend": "score SCORE_FORMULAS",
    "difference": "Change change Direction newcombe rate_change",
    "figure": "Figure format_figure",
    "measures.complaints": "Complaint complaint_rate repeat_complaints",
    "measures.holdings": "Backlog backlog retention",
    "measures.items": "Basis",
    "measures.lengths": "hold_time resolution_time response_time times_of_verdicts",
    "measures.queue": (
        "abandonment ABANDONMENT_FORMULAS answered_within blocked queue_counts "
        "QueueCall QueueCounts service_level SERVICE_LEVEL_FORMULAS speed_of_answer"
    ),
    "measures.returns": "Contact FIRST_CONTACT_FORMULAS first_contact_resolution reopen_rate",
    "measures.routing": "misroute_rate owners_per_case transfer_rate",
    "measures.surveys": "expectations net_promoter response_rate satisfaction SATISFACTION_FORMULAS survey_coverage",
    "measures.times": "Length percentile percentile_interval Times",
    "measures.verdicts": "promises_kept rule_objective RULE_OBJECTIVES rule_share",
    "period": "Period period_at periods_between previous_period",
    "reviewers.agreement": "Agreement cohen_kappa percent_agreement",
    "reviewers.alpha": "krippendorff_alpha",
    "reviewers.weighted": "Sampled weighted_rate",
    "signals.chart": "Chart chart_of_verdicts Count p_chart",
    "signals.funnel": "Funnel funnel funnel_limits Place",
    "signals.monitor": "MonitorStatus ObjectiveMonitor watch",
    "signals.ranking": "fair_counts Ranking ranking ranking_of_verdicts",
    "signals.rules": "RULE_SETS signals_of",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{home}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
