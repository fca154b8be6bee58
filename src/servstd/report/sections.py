"""Sections about the rules: what could be decided, how often they were met, when, where and why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servstd.catalog import Catalog
from servstd.evaluate.figures import Figures, Standing
from servstd.objective import Objective, Summary
from servstd.objective.bands import band_among
from servstd.objective.difference import rate_change
from servstd.objective.figure import format_percent
from servstd.objective.signals.chart import Count, p_chart
from servstd.objective.signals.funnel import Funnel, funnel
from servstd.report import charts
from servstd.report.gather import Gathered
from servstd.report.parts import Cell, Section, Table, count_cell, rate_cell, share_cell, some, table, text_cell

MOST_CHARTS, MOST_ROWS = 6, 12
_STANDING = {
    Standing.JUDGED: "judged",
    Standing.NEEDS_REVIEWER: "needs a reviewer",
    Standing.LACKS_DATA: "lacks data",
    Standing.NOTHING_TO_JUDGE: "did not come up",
}
_STYLE = {"green": "pass", "orange": "pending", "red": "fail", "grey": "unknown"}


@dataclass(frozen=True, slots=True)
class About:
    """What all sections need: the counts, the summaries by rule, the objectives, and the log before when given."""

    catalog: Catalog
    gathered: Gathered
    summaries: Sequence[Summary]
    objectives: Mapping[str, Objective]
    before: Figures | None = None

    @property
    def figures(self) -> Figures:
        """The counts by rule, group and period."""
        return self.gathered.figures

    def title(self, rule_id: str) -> str:
        """What a rule is called."""
        return " ".join(self.catalog.rules[rule_id].title.split())

    def judged(self) -> list[Summary]:
        """The rules with something decided, those with an objective first, then by how much was decided."""
        found = [one for one in self.summaries if one.decided]
        return sorted(found, key=lambda one: (one.objective is None, -one.decided, one.key["rule_id"]))


def coverage(about: About) -> Section:
    """What could be decided, and what the others lack."""
    figures = about.figures
    rows, counts = [], Counter[Standing]()
    for one in about.summaries:
        rule_id, standing = one.key["rule_id"], figures.standing(one)
        counts[standing] += 1
        lacking = ", ".join(list(figures.missing_words([rule_id]))[:4])
        decided, pending, unknown = map(count_cell, (one.decided, one.pending, one.unknown))
        cells = (share_cell(one.coverage), text_cell(_STANDING[standing]), text_cell(lacking))
        rows.append((_rule(about, rule_id), decided, pending, unknown, *cells))
    said = ", ".join(f"{counts[standing]} {words}" for standing, words in _STANDING.items() if counts[standing])
    heads = ("rule", "decided", "pending", "unknown", "coverage", "standing", "lacks")
    lead = f"Of {len(about.summaries)} rules: {said}."
    more = "Coverage is decided / (decided + unknown). Unknown counts neither as met nor as missed."
    caption = "Opportunities by rule: what could be decided"
    return Section("coverage", "What could be decided", (lead, more), some(table(caption, heads, rows)))


def summary(about: About) -> Section:
    """Each rule with its rate, interval, objective and band, and the change."""
    judged = about.judged()
    before = {} if about.before is None else {one.key["rule_id"]: one for one in about.before.summaries()}
    rows = []
    for one in judged:
        rule_id = one.key["rule_id"]
        cells = [count_cell(number) for number in (one.passed, one.failed, one.pending, one.unknown)]
        row = [_rule(about, rule_id), *cells, rate_cell(one), _target(one), _band(one)]
        rows.append([*row, _changed(one, before.get(rule_id))] if before else row)
    heads = ["rule", "pass", "fail", "pending", "unknown", "rate (95% interval)", "objective", "band"]
    heads += ["since before"] if before else []
    points = [_point(one) for one in judged]
    clear = [
        about.title(one.key["rule_id"]) for one in judged if one.band is not None and one.band.name == "CLEAR_GREEN"
    ]
    lead = "The rate is passed / (passed + failed) over opportunities, with Wilson's interval. Red says that the whole "
    lead += (
        "interval misses the objective; orange that it may be chance; a star that nobody has confirmed the objective."
    )
    good = f"Clearly met, and worth saying so: {', '.join(clear)}." if clear else ""
    picture = charts.rates_picture(points, "rates") if points else None
    parts = some(picture, table("Rules with something decided", heads, rows))
    return Section("summary", "How often the rules were met", tuple(filter(None, (lead, good))), parts)


def trend(about: About, chosen: Sequence[Summary]) -> Section:
    """A control chart a rule."""
    per, parts, notes = about.gathered.wishes.per, list[Any](), list[str]()
    for number, one in enumerate(chosen):
        counts = _by_period(about, one.key["rule_id"])
        if len(counts) < 2:
            continue
        chart = p_chart(counts, objective=one.objective)
        title = about.title(one.key["rule_id"])
        picture = charts.trend_picture(chart, f"trend{number}", title)
        rows = [
            (
                text_cell(point.label), count_cell(point.decided), share_cell(point.rate), share_cell(point.low),
                share_cell(point.high), text_cell(", ".join(word.replace("_", " ") for word in point.signals)),
            )
            for point in chart.points
        ]  # fmt: skip
        method = chart.method.replace("_", " ")
        caption = f"{title}: by {per}, {method}"
        parts += some(picture, table(caption, (per, "decided", "rate", "lower limit", "upper limit", "signal"), rows))
    lead = f"Each {per} by when the contact began. Points within the limits differ by chance; a signal has a name. "
    lead += "Where weeks spread wider than chance alone would have it, the limits are Laney's p'."
    if not parts:
        notes.append(f"The log holds fewer than two {per}s of any rule, so there is no trend to see.")
    return Section("trend", "How it went over time", (lead, *notes), tuple(parts))


def _by_period(about: About, rule_id: str) -> list[Count]:
    found: dict[str, list[int]] = {}
    for (name, _, period), counts in about.figures.tally.groups.items():
        if name == rule_id and period is not None and counts.decided:
            pair = found.setdefault(period, [0, 0])
            pair[0] += counts.passed
            pair[1] += counts.decided
    return [Count(label, *found[label]) for label in sorted(found)]


def pareto(about: About) -> Section:
    """Fails by rule and reason, and by cause."""
    gathered = about.gathered
    reasons = sorted(gathered.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    by_rule = Counter[str]()
    for (rule_id, _), count in reasons:
        by_rule[rule_id] += count
    ordered = sorted(by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
    causes = sorted(
        ((name or "not named", count) for name, count in gathered.causes.items()), key=lambda pair: -pair[1]
    )
    rows = [
        (_rule(about, rule_id), text_cell(reason.replace("_", " ")), count_cell(count))
        for (rule_id, reason), count in reasons
    ]
    cause_rows = [(text_cell(name), count_cell(count)) for name, count in causes]
    total = sum(by_rule.values())
    lead = f"{total} opportunities were missed. " if total else "Nothing was missed. "
    lead += "A cause stands in the field `cause` of a record, when somebody looked into it."
    picture = charts.pareto_picture([(rule_id, count) for rule_id, count in ordered], "pareto", "Fails by rule")
    named = [pair for pair in causes if pair[0] != "not named"]
    causes_picture = charts.pareto_picture(causes, "causes", "Fails by cause") if named else None
    parts = some(
        picture,
        table("Missed opportunities by rule and reason", ("rule", "reason", "missed"), rows),
        causes_picture,
        table("Missed opportunities by cause", ("cause", "missed"), cause_rows) if named else None,
    )
    return Section("pareto", "What was missed most", (lead,), parts)


def groups(about: About, chosen: Sequence[Summary]) -> Section:
    """Rules by group, each cell with its count."""
    by, least = about.gathered.wishes.by, about.gathered.wishes.min_group
    names = _groups_of(about)
    cells, rows = [], []
    for one in (*chosen, *(other for other in about.judged() if other not in chosen)):
        row = [_rule(about, one.key["rule_id"])]
        for name in names:
            passed, decided = about.gathered.fair.get(one.key["rule_id"], {}).get(name, (0, 0))
            cell = _group_cell(one, passed, decided, least, len(names))
            row.append(cell)
            if one in chosen:
                colour = {style: colour for colour, style in _STYLE.items()}.get(cell.style, "grey")
                cells.append(charts.Cell(one.key["rule_id"], _name(name), None, cell.text, colour))
        rows.append(row)
    lead = f"Rates by {by} with how many were decided. Groups under {least} are not shown. {_removed(about)}"
    note = "Red here asks for more than in the summary: with many groups side by side some look bad by chance."
    if len(names) < 2:
        return Section("groups", f"By {by}", (f"The log names fewer than two groups in {by!r}.",))
    heads = ("rule", *map(_name, names))
    parts = some(charts.heat_picture(cells, "heat", f"Rules by {by}"), table(f"Rules by {by}", heads, rows))
    return Section("groups", f"By {by}", (lead, note), parts)


def _groups_of(about: About) -> list[Any]:
    """Groups by how much they decided, nameless last."""
    sizes = Counter[Any]()
    for pairs in about.gathered.fair.values():
        for name, (_, decided) in pairs.items():
            sizes[name] += decided
    return sorted(sizes, key=lambda name: (name is None, -sizes[name], str(name)))


def _group_cell(one: Summary, passed: int, decided: int, least: int, groups: int) -> Cell:
    if decided < max(least, 1):
        return Cell("" if not decided else f"under {least}", -1.0)
    style = ""
    if one.objective is not None:
        style = _STYLE[band_among(passed, decided, one.objective, groups).colour]
    return Cell(f"{format_percent(passed / decided)}% of {decided}", passed / decided, style, is_number=True)


def funnels(about: About, chosen: Sequence[Summary]) -> Section:
    """Groups against each other, within what chance explains."""
    by, least = about.gathered.wishes.by, about.gathered.wishes.min_group
    parts = list[Any]()
    for number, one in enumerate(chosen):
        rule_id = one.key["rule_id"]
        pairs = {
            name: (passed, decided)
            for name, (passed, decided) in about.gathered.fair.get(rule_id, {}).items()
            if name is not None and decided >= max(least, 1)
        }
        if len(pairs) < 2:
            continue
        found = funnel(dict(sorted(pairs.items(), key=lambda pair: str(pair[0]))))
        title = about.title(rule_id)
        parts += some(charts.funnel_picture(found, f"funnel{number}", title), _funnel_table(found, title, by))
    lead = f"Each {by} against the rate of all. Within the inner lines (95%) it is like the others; outside the "
    lead += f"outer ones (99.8%) chance does not explain it. {_removed(about)}"
    if not parts:
        lead = f"No rule has two groups in {by!r} that are large enough to compare."
    return Section("funnel", f"Is a {by} really different?", (lead,), tuple(parts))


def _funnel_table(found: Funnel, title: str, by: str) -> Table:
    rows = [
        (
            text_cell(one.name), count_cell(one.decided), share_cell(one.rate),
            Cell(f"{format_percent(one.limits_95[0])}-{format_percent(one.limits_95[1])}%", one.limits_95[0]),
            text_cell(one.place.label),
        )
        for one in found.groups
    ]  # fmt: skip
    method = found.method.replace("_", " ")
    return table(f"{title}: {method}", (by, "decided", "rate", "95% of chance", "what it says"), rows)


def _removed(about: About) -> str:
    removed = about.gathered.removed
    if not removed:
        return "Fails of other causes than frontline would be left out; none is named."
    said = ", ".join(f"{count} for {cause}" for cause, count in sorted(removed.items()))
    return f"Left out are fails that frontline staff had no hand in: {said}."


def _rule(about: About, rule_id: str) -> Cell:
    return Cell(about.title(rule_id), rule_id, "rule")


def _name(value: Any) -> str:
    return "none" if value is None else str(value)


def _target(one: Summary) -> Cell:
    if one.objective is None:
        return text_cell(None)
    text = f"{'at most ' if one.objective.is_at_most else ''}{one.objective.target * 100:.10g}%"
    return Cell(text if one.objective.confirmed else f"{text}*", one.objective.target, is_number=True)


def _band(one: Summary) -> Cell:
    if one.band is None:
        return text_cell(None)
    return Cell(one.band.label, style=_STYLE[one.band.colour])


def _changed(one: Summary, before: Summary | None) -> Cell:
    if before is None:
        return text_cell(None)
    found = rate_change((before.passed, before.decided), (one.passed, one.decided))
    if found.difference is None:
        return text_cell(found.direction.label)
    return Cell(f"{found.difference * 100:+.1f} points: {found.direction.label}", found.difference)


def _point(one: Summary) -> charts.RatePoint:
    target = None if one.objective is None else one.objective.target
    colour, label = ("grey", "") if one.band is None else (one.band.colour, one.band.label)
    return charts.RatePoint(
        one.key["rule_id"], one.rate or 0.0, one.low or 0.0, one.high or 0.0, one.decided, target, colour, label
    )
