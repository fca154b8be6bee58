"""The section on time: a control chart for each of some rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from servstd.objective import Summary
from servstd.objective.bands import alert_label
from servstd.objective.signals.chart import Chart, Count, p_chart
from servstd.outcome import FAIL, PASS
from servstd.report import charts
from servstd.report.parts import Section, Table, count_cell, share_cell, some, table, text_cell
from servstd.report.sections import MOST_CHARTS, About


def trend(about: About, chosen: Sequence[Summary]) -> Section:
    """A control chart a rule."""
    per, parts, apart = about.gathered.wishes.per, list[Any](), list[str]()
    for number, one in enumerate(chosen):
        rule_id = one.key["rule_id"]
        counts, nowhere = _by_period(about, rule_id)
        title = about.title(rule_id)
        apart += [f"{title} ({nowhere})"] if nowhere else []
        if len(counts) < 2:
            continue
        is_clustered = about.share(rule_id).is_clustered  # a target for opportunities says nothing of whole records
        objective = None if is_clustered else one.objective
        chart, alert = p_chart(counts, objective=objective), "" if objective is None else alert_label(objective)
        heading = f"{title}, whole records" if is_clustered else title
        picture = charts.trend_picture(chart, f"trend{number}", heading, alert)
        parts += some(picture, _table(chart, heading, per, alert))
    lead = (
        f"Of the rules with fails the first {MOST_CHARTS}, those with an objective before the others. Each {per} is by "
    )
    lead += "when the contact began. Points within the limits differ by chance; a signal has a name. An alert says "
    lead += f"'look': that {per} was below the objective by more than chance explains. Where nobody has confirmed the "
    lead += f"objective it says so, for then nothing is missed. Where {per}s spread wider than chance alone would have "
    lead += "it, the limits are Laney's p'. Where records hold several opportunities each record counts once."
    notes = (
        [] if parts else [f"The log holds fewer than two {per}s of any rule with fails, so there is no trend to see."]
    )
    notes += [f"Without a begin, and not shown: {'; '.join(apart)}."] if apart else []
    return Section("trend", "How it went over time", (lead, *notes), tuple(parts))


def _table(chart: Chart, title: str, per: str, alert: str) -> Table:
    rows = [
        (
            text_cell(point.label), count_cell(point.decided), share_cell(point.rate), share_cell(point.low),
            share_cell(point.high), text_cell(charts.signal_words(point, alert)),
        )
        for point in chart.points
    ]  # fmt: skip
    heads = (per, "decided", "rate", "lower limit", "upper limit", "signal")
    return table(f"{title}: by {per}, {chart.method.replace('_', ' ')}", heads, rows)


def _by_period(about: About, rule_id: str) -> tuple[list[Count], int]:
    """What each period decided, and how many were decided in records of no period."""
    is_clustered, nowhere = about.share(rule_id).is_clustered, 0
    found: dict[str, list[int]] = {}
    for (name, _, period), counts in about.figures.tally.groups.items():
        passed, failed = counts.passed, counts.failed
        if is_clustered:
            passed, failed = counts.records_with(PASS), counts.records_with(FAIL)
        if name != rule_id or not passed + failed:
            continue
        if period is None:
            nowhere += passed + failed
            continue
        pair = found.setdefault(period, [0, 0])
        pair[0] += passed
        pair[1] += passed + failed
    return [Count(label, *found[label]) for label in sorted(found)], nowhere
