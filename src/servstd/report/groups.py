"""Sections on groups and people: rules by group, funnels, and ranks for who asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from servstd.objective import Summary
from servstd.objective.figure import format_percent
from servstd.objective.signals.funnel import Funnel, funnel
from servstd.objective.signals.ranking import Ranked, ranking
from servstd.objective.target import DEFAULT_MIN_N
from servstd.report import charts
from servstd.report.parts import Cell, Section, Table, count_cell, rule_cell, share_cell, some, table, text_cell
from servstd.report.sections import About
from servstd.report.shares import Share, Shown, shown_band

LEGEND = (
    "In the picture ++ stands for clearly met, + for met so far, - for not met but maybe by chance, -- for clearly not "
    "met, ? for too few to tell, and * for an objective that nobody has confirmed."
)
_NOTHING = Share()


def groups(about: About, chosen: Sequence[Summary]) -> Section:
    """Rules by group, each cell with its count; the longer of the two goes down the page."""
    by, least = about.gathered.wishes.by, about.gathered.wishes.min_group
    names = _groups_of(about)
    if len(names) < 2:
        return Section("groups", f"By {by}", (f"The log names fewer than two groups in {by!r}.",))
    rules = [*chosen, *(one for one in about.judged() if one not in chosen)]
    rows = [_row(about, one, names) for one in rules]
    lead = (
        f"Rates by {by} with how many were decided. Groups under {least} records are not shown; where that hides one "
    )
    lead += f"alone, the next smallest is not shown either, or it could be had by subtraction. {_removed(about)}"
    note = "Red here asks for more than in the summary: with many groups side by side some look bad by chance. "
    drawn = _drawn(rules[: len(chosen)], rows, names, len(names) > len(rules))
    picture = charts.heat_picture(drawn, "heat", f"Rules by {by}")
    parts = some(picture, _table_of(about, rules, rows, names))
    return Section("groups", f"By {by}", (lead, note + LEGEND), parts)


def _table_of(about: About, rules: Sequence[Summary], rows: Sequence[Sequence[Cell]], names: Sequence[Any]) -> Table:
    """Rules down and groups across, or the other way round when there are more groups."""
    by, ids = about.gathered.wishes.by, [one.key["rule_id"] for one in rules]
    if len(names) <= len(ids):
        found = [(rule_cell(about.title(rule_id), rule_id), *row) for rule_id, row in zip(ids, rows, strict=True)]
        return table(f"Rules by {by}", ("rule", *map(_name, names)), found)
    heads = (by, *(about.title(rule_id) for rule_id in ids))
    turned = zip(names, zip(*rows, strict=True), strict=True)
    return table(f"Rules by {by}", heads, ((text_cell(_name(name)), *row) for name, row in turned))


def _drawn(
    rules: Sequence[Summary], rows: Sequence[Sequence[Cell]], names: Sequence[Any], is_turned: bool
) -> list[charts.Cell]:
    """The cells of the picture: texts without words for bands, signs in their stead."""
    found = []
    for one, row in zip(rules, rows, strict=False):
        for name, cell in zip(names, row, strict=True):
            across, down = (one.key["rule_id"], _name(name)) if is_turned else (_name(name), one.key["rule_id"])
            text = f"{cell.text.partition(', ')[0]} {cell.sign}".rstrip()
            found.append(charts.Cell(down, across, text, cell.style))
    order = {_name(name): place for place, name in enumerate(names)}
    return sorted(found, key=lambda cell: order[cell.row]) if is_turned else found


def _groups_of(about: About) -> list[Any]:
    """Groups by how much they decided, nameless last."""
    sizes = Counter[Any]()
    for shares in about.gathered.fair.values():
        for name, share in shares.items():
            sizes[name] += share.decided
    return sorted(sizes, key=lambda name: (name is None, -sizes[name], str(name)))


def hidden(shares: Mapping[Any, Share], least: int) -> frozenset[Any]:
    """The groups that are not shown: those under `least` records, and a second where there is just one."""
    few = {name for name, share in shares.items() if 0 < share.records < least}
    rest = [name for name, share in shares.items() if share.records >= max(least, 1)]
    if len(few) == 1 and rest:
        few.add(min(rest, key=lambda name: (shares[name].records, str(name))))
    return frozenset(few)


def _row(about: About, one: Summary, names: Sequence[Any]) -> list[Cell]:
    shares = about.gathered.fair.get(one.key["rule_id"], {})
    least = about.gathered.wishes.min_group
    few = hidden(shares, least)
    found = []
    for name in names:
        share = shares.get(name, _NOTHING)
        if name in few:
            found.append(Cell(f"under {least}" if share.records < least else "not shown", -1.0))
        elif not share.decided:
            found.append(Cell("", -1.0))
        else:
            shown = None if one.objective is None else shown_band(share, one.objective, len(names))
            found.append(_share_cell(share, shown))
    return found


def _share_cell(share: Share, shown: Shown | None) -> Cell:
    text = f"{format_percent(share.rate)}% of {share.decided}"
    text += f" in {share.records} records" if share.is_clustered else ""
    if shown is None:
        return Cell(text, share.rate, is_number=True)
    return Cell(f"{text}, {shown.label}", share.rate, shown.style, True, shown.sign)


def funnels(about: About, chosen: Sequence[Summary]) -> Section:
    """Groups against each other, within what chance explains."""
    by = about.gathered.wishes.by
    parts = list[Any]()
    for number, one in enumerate(chosen):
        rule_id = one.key["rule_id"]
        pairs, is_clustered = _pairs(about, rule_id)
        if len(pairs) < 2:
            continue
        found = funnel(dict(sorted(pairs.items(), key=lambda pair: str(pair[0]))))
        title = f"{about.title(rule_id)}{', whole records' if is_clustered else ''}"
        parts += some(charts.funnel_picture(found, f"funnel{number}", title), _funnel_table(found, title, by))
    lead = f"Each {by} against the rate of all. Within the inner lines (95%) it is like the others; outside the outer "
    lead += "ones (99.8%) chance does not explain it. Where records hold several opportunities, whole records are "
    lead += f"compared. {_removed(about)}"
    if not parts:
        lead = f"No rule has two groups in {by!r} that are large enough to compare."
    return Section("funnel", f"Is one {by} really different?", (lead,), tuple(parts))


def _pairs(about: About, rule_id: str) -> tuple[dict[Any, tuple[int, int]], bool]:
    """The groups to compare; by records where these hold several opportunities, for those are not independent."""
    shares = about.gathered.fair.get(rule_id, {})
    few = hidden(shares, about.gathered.wishes.min_group)
    is_clustered = any(share.is_clustered for share in shares.values())
    known = {name: share for name, share in shares.items() if name is not None and name not in few and share.decided}
    return {name: one.by_records() if is_clustered else one.pair() for name, one in known.items()}, is_clustered


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


def people(about: About, chosen: Sequence[Summary]) -> Section | None:
    """Agents by the ranks that they may hold; only when asked for."""
    if not about.gathered.wishes.is_ranking:
        return None
    parts = list[Any]()
    for one in chosen:
        shares = about.gathered.people.get(one.key["rule_id"], {})
        is_clustered = any(share.is_clustered for share in shares.values())
        pairs = {name: share.by_records() if is_clustered else share.pair() for name, share in shares.items()}
        found = ranking(pairs, min_n=max(DEFAULT_MIN_N, about.gathered.wishes.min_group))
        rows = [
            (Cell(who.rank, float(who.best)), text_cell(who.name), count_cell(who.decided), _ranked_rate(who))
            for who in found.groups
        ]
        caption = f"{about.title(one.key['rule_id'])}: ranks that each may hold; {len(found.too_few)} with too few"
        parts += some(table(caption, ("rank", "agent", "decided", "rate (95% interval)"), rows))
    lead = "Asked for with --rank-agents. A rank of 1-4 says that chance may have put this person anywhere from first "
    lead += (
        "to fourth: that is a tie. Fails that frontline staff had no hand in are left out. Look at contacts, not at "
    )
    lead += "ranks."
    return Section("people", "People, with what chance leaves open", (lead, *_nobody(about, parts)), tuple(parts))


def _nobody(about: About, parts: Sequence[Any]) -> tuple[str, ...]:
    """Why no rank is shown."""
    if parts:
        return ()
    if not any(about.gathered.people.values()):
        return ("Nobody is ranked: no record that was judged names its agent.",)
    least = max(DEFAULT_MIN_N, about.gathered.wishes.min_group)
    return (f"Nobody is ranked: of the rules with fails, no agent has {least} decided or more.",)


def _ranked_rate(who: Ranked) -> Cell:
    ends = f"{format_percent(who.low)}-{format_percent(who.high)}"
    return Cell(f"{format_percent(who.rate)}% ({ends})", who.rate, is_number=True)


def _removed(about: About) -> str:
    removed = about.gathered.removed
    if not removed:
        return "Fails of other causes than frontline would be left out; none is named."
    said = ", ".join(f"{count} for {cause}" for cause, count in sorted(removed.items()))
    return f"Left out are fails that frontline staff had no hand in: {said}."


def _name(value: Any) -> str:
    return "none" if value is None else str(value)
