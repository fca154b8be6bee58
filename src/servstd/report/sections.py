"""Sections about the rules: what could be decided, how often they were met, and what was missed most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from servstd.catalog import Catalog
from servstd.evaluate.figures import REVIEW_REASONS, Figures, Standing
from servstd.objective import Summary
from servstd.objective.difference import rate_change
from servstd.objective.summary import IN_PART, LOW_COVERAGE, SAMPLED
from servstd.report import charts
from servstd.report.gather import Gathered
from servstd.report.parts import Cell, Section, count_cell, rate_cell, rule_cell, share_cell, some, table, text_cell
from servstd.report.shares import Share, Shown, shown_band

MOST_CHARTS, MOST_ROWS = 6, 12
# As they stand in a row, and after a number.
_STANDING = {
    Standing.JUDGED: ("judged", "judged"),
    Standing.NEEDS_REVIEWER: ("needs a reviewer", "waiting for a reviewer"),
    Standing.LACKS_DATA: ("lacks data", "lacking data"),
    Standing.NOTHING_TO_JUDGE: ("did not come up", "that did not come up"),
}
_COUNTED = {"judged": "judged", IN_PART: IN_PART, **dict(_STANDING.values())}


@dataclass(frozen=True, slots=True)
class About:
    """What all sections need: the counts, the summaries by rule, and the log before when given.

    `sampled` are the rules that reviewers decided on a sample of unequal chances: their rates are not of the whole.
    """

    catalog: Catalog
    gathered: Gathered
    summaries: Sequence[Summary]
    before: Figures | None = None
    sampled: frozenset[str] = frozenset()

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

    def share(self, rule_id: str) -> Share:
        """What all records together decided of a rule."""
        return self.gathered.shares.get(rule_id, Share())

    def band(self, one: Summary) -> Shown | None:
        """The band of a rule; none without an objective."""
        if one.objective is None:
            return None
        if one.key["rule_id"] in self.sampled:
            return Shown(SAMPLED, "grey", "?")
        return shown_band(self.share(one.key["rule_id"]), one.objective)


def coverage(about: About) -> Section:
    """What could be decided, and what the others lack; rules that did not come up stand last."""
    figures, rows, counts = about.figures, [], Counter[str]()
    standings = {one.key["rule_id"]: figures.standing(one) for one in about.summaries}
    last = Standing.NOTHING_TO_JUDGE
    for one in sorted(about.summaries, key=lambda one: standings[one.key["rule_id"]] is last):
        rule_id = one.key["rule_id"]
        standing = _STANDING[standings[rule_id]][0]
        if standing == "judged" and one.is_in_part:
            standing = IN_PART
        counts[standing] += 1
        decided, pending, unknown = map(count_cell, (one.decided, one.pending, one.unknown))
        cells = (share_cell(one.coverage), text_cell(standing), text_cell(_lacking(figures, rule_id)))
        rows.append((_rule(about, rule_id), decided, pending, unknown, *cells))
    said = ", ".join(f"{counts[word]} {words}" for word, words in _COUNTED.items() if counts[word])
    heads = ("rule", "decided", "pending", "unknown", "coverage", "standing", "lacks")
    lead = f"Of {len(rows)} rule{'' if len(rows) == 1 else 's'}: {said}."
    more = "Coverage is decided / (decided + unknown). Unknown counts neither as met nor as missed. Judged in part: "
    more += f"under {LOW_COVERAGE:.0%} of what came up could be decided, so the rate may not hold for the rest."
    caption = "Opportunities by rule: what could be decided"
    return Section("coverage", "What could be decided", (lead, more), some(table(caption, heads, rows)))


def _lacking(figures: Figures, rule_id: str) -> str:
    words = list(figures.missing_words([rule_id]))[:4]
    if any(reason in REVIEW_REASONS for reason, _ in figures.lacking.get(rule_id, ())):
        words.append("a reviewer's answer")
    if figures.lacks_setting(rule_id):
        words.append("a setting of the catalog")
    return ", ".join(words)


def summary(about: About) -> Section:
    """Each rule with its rate, interval, objective and band, and the change."""
    judged = about.judged()
    before = {} if about.before is None else {one.key["rule_id"]: one for one in about.before.summaries()}
    rows = []
    for one in judged:
        row = _summary_row(about, one)
        rows.append([*row, _changed(about, one, before.get(one.key["rule_id"]))] if before else row)
    heads = ["rule", "pass", "fail", "records", "coverage", "rate (95% interval)"]
    heads += ["objective", "band", *(["since before"] if before else [])]
    clear = [about.title(one.key["rule_id"]) for one in judged if (shown := about.band(one)) and shown.sign == "++"]
    lead = "The rate is passed / (passed + failed) over opportunities, with Wilson's interval; records are those in "
    lead += "which something was decided. Several opportunities of one record are alike, and count for fewer in the "
    lead += "interval. Red says that the whole interval misses the objective; orange that it may be chance; a star "
    lead += "that nobody has confirmed the objective: it is never red."
    good = f"Clearly met, and worth saying so: {', '.join(clear)}." if clear else ""
    picture = charts.rates_picture([_point(about, one) for one in judged], "rates") if judged else None
    parts = some(picture, table("Rules with something decided", heads, rows))
    return Section("summary", "How often the rules were met", tuple(filter(None, (lead, good))), parts)


def _summary_row(about: About, one: Summary) -> list[Cell]:
    rule_id, shown = one.key["rule_id"], about.band(one)
    numbers = (one.passed, one.failed, about.share(rule_id).records)
    band = text_cell(None) if shown is None else Cell(shown.label, style=shown.style)
    cells = [*map(count_cell, numbers), share_cell(one.coverage), rate_cell(one), _target(one), band]
    return [_rule(about, rule_id), *cells]


def pareto(about: About) -> Section:
    """Fails by rule and reason, and by cause."""
    gathered = about.gathered
    reasons = sorted(gathered.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    by_rule = Counter[str]()
    for (rule_id, _), count in reasons:
        by_rule[rule_id] += count
    ordered = sorted(by_rule.items(), key=lambda pair: (-pair[1], pair[0]))
    named = ((name or "not named", count) for name, count in gathered.causes.items())
    causes = sorted(named, key=lambda pair: (-pair[1], pair[0]))
    rows = [
        (_rule(about, rule_id), text_cell(reason.replace("_", " ")), count_cell(count))
        for (rule_id, reason), count in reasons
    ]
    cause_rows = [(text_cell(name), count_cell(count)) for name, count in causes]
    total = sum(by_rule.values())
    missed = "1 opportunity was" if total == 1 else f"{total} opportunities were" if total else "Nothing was"
    lead = f"{missed} missed. A cause stands in the field `cause` of a record, when somebody looked into it."
    picture = charts.pareto_picture(ordered, "pareto", "Fails by rule")
    is_named = any(gathered.causes)
    parts = some(
        picture,
        table("Missed opportunities by rule and reason", ("rule", "reason", "missed"), rows),
        charts.pareto_picture(causes, "causes", "Fails by cause") if is_named else None,
        table("Missed opportunities by cause", ("cause", "missed"), cause_rows) if is_named else None,
    )
    return Section("pareto", "What was missed most", (lead,), parts)


def _rule(about: About, rule_id: str) -> Cell:
    return rule_cell(about.title(rule_id), rule_id)


def _target(one: Summary) -> Cell:
    if one.objective is None:
        return text_cell(None)
    text = f"{'at most ' if one.objective.is_at_most else ''}{one.objective.target * 100:.10g}%"
    return Cell(text if one.objective.confirmed else f"{text}*", one.objective.target, is_number=True)


def _changed(about: About, one: Summary, before: Summary | None) -> Cell:
    """The difference and what it says; of whole records where these hold several opportunities."""
    if before is None:
        return text_cell(None)
    is_clustered = about.share(one.key["rule_id"]).is_clustered
    then, now = (
        (it.records_passed, it.records_passed + it.records_failed) if is_clustered else (it.passed, it.decided)
        for it in (before, one)
    )
    found = rate_change(then, now)
    if found.difference is None:
        return text_cell(found.direction.label)
    unit = "points of whole records" if is_clustered else "points"
    return Cell(f"{found.difference * 100:+.1f} {unit}: {found.direction.label}", found.difference)


def _point(about: About, one: Summary) -> charts.RatePoint:
    target = None if one.objective is None else one.objective.target
    share, shown = about.share(one.key["rule_id"]), about.band(one)
    colour, label = ("grey", "") if shown is None else (shown.colour, shown.label)
    ends = (one.rate or 0.0, one.low or 0.0, one.high or 0.0)
    return charts.RatePoint(
        one.key["rule_id"], *ends, one.decided, target, colour, label, share.records if share.is_clustered else None
    )
