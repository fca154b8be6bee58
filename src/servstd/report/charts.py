"""The charts of a report: rates with their intervals, a rate over time, Pareto, rules by team, funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from servstd.objective.figure import format_percent
from servstd.objective.signals.chart import Chart, Point
from servstd.objective.signals.funnel import Funnel, FunnelGroup, Place
from servstd.report.drawing import (
    FAIL,
    INK,
    LINE,
    LINK,
    PAPER,
    PASS,
    PENDING,
    QUIET,
    UNKNOWN,
    Picture,
    draw,
    need_extra,
)

MOST_BARS = 20
MOST_COLUMNS = 12
_WIDTH = 640
_BAND = {"green": PASS, "orange": PENDING, "red": FAIL, "grey": UNKNOWN}
_STYLE = {"pass": PASS, "pending": PENDING, "fail": FAIL, "unknown": UNKNOWN}
_PLACE = {
    Place.BELOW_998: FAIL, Place.BELOW_95: PENDING, Place.INSIDE: QUIET, Place.ABOVE_95: PENDING,
    Place.ABOVE_998: PASS, Place.TOO_FEW: UNKNOWN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RatePoint:
    """One rate for the chart of rates: 0..1, its interval, its target (None: none), and the label of its band.

    `records` are given when they hold several opportunities each.
    """

    name: str
    rate: float
    low: float
    high: float
    count: int
    target: float | None = None
    colour: str = "grey"
    label: str = ""
    records: int | None = None


def _altair() -> Any:
    need_extra()
    import altair

    return altair


def rates_picture(points: Sequence[RatePoint], name: str) -> Picture:
    """A dot with its interval for each rate, and a tick at its target; the first `MOST_BARS`."""
    alt = _altair()
    shown = points[:MOST_BARS]
    rows = [
        {
            "name": one.name, "rate": one.rate, "low": one.low, "high": one.high, "target": one.target,
            "text": _said_rate(one),
        }
        for one in shown
    ]  # fmt: skip
    colours = alt.Color(
        "name:N", scale=alt.Scale(domain=[one.name for one in shown], range=[_BAND[one.colour] for one in shown])
    )
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", sort=[one.name for one in shown], title=None))
    least = min((one.low for one in shown), default=0.0)
    scale = alt.Scale(domain=[0 if least < 0.5 else 0.5, 1])
    layers = [
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=_share(alt, "low", scale), x2="high:Q", color=colours),
        base.mark_tick(color=INK, thickness=2, size=14).encode(x=_share(alt, "target", scale)),
        base.mark_circle(size=70, opacity=1).encode(x=_share(alt, "rate", scale), color=colours),
        base.mark_text(align="left", x=_WIDTH + 12, color=INK).encode(text="text:N"),
    ]
    return draw(alt.layer(*layers).properties(width=_WIDTH, height={"step": 26}), name, _said_rates(points, shown))


def _said_rate(one: RatePoint) -> str:
    text = f"{format_percent(one.rate)}% of {one.count}" + (f" in {one.records} records" if one.records else "")
    return f"{text}, {one.label}" if one.label else text


def _share(alt: Any, column: str, scale: Any) -> Any:
    return alt.X(f"{column}:Q", scale=scale, title=None, axis=alt.Axis(format="%", grid=True, tickCount=6))


def _said_rates(points: Sequence[RatePoint], shown: Sequence[RatePoint]) -> str:
    more = f" The first {len(shown)} of {len(points)}." if len(points) > len(shown) else ""
    listed = "; ".join(f"{one.name} {format_percent(one.rate)}%" for one in shown[:5])
    return f"Rates with 95% intervals and targets.{more} {listed}{' and so on' if len(shown) > 5 else ''}."


def trend_picture(chart: Chart, name: str, title: str, alert: str = "alert") -> Picture | None:
    """A control chart: the rate of each period, the centre, the limits, and signals marked and named.

    `alert` are the words for an alert.
    """
    rows = [
        {"label": point.label, "rate": point.rate, "low": point.low, "high": point.high}
        | {"signal": signal_words(point, alert)}
        for point in chart.points if point.rate is not None
    ]  # fmt: skip
    if not rows or chart.centre is None:
        return None
    labels = [point.label for point in chart.points]
    known = [value for point in chart.points for value in (point.rate, point.low) if value is not None]
    signals = [row for row in rows if row["signal"]]
    said = f"{title}: {len(rows)} periods around {format_percent(chart.centre)}%, "
    said += "; ".join(f"{row['label']} {row['signal']}" for row in signals) if signals else "no signal"
    layers = _trend_layers(rows, labels, max(0.0, min(known) - 0.05), chart.centre)
    return draw(_altair().layer(*layers).properties(width=_WIDTH, height=220), name, said + ".", title)


def _trend_layers(rows: list[dict[str, Any]], labels: list[str], least: float, centre: float) -> list[Any]:
    alt = _altair()
    x = alt.X("label:O", sort=labels, title=None, axis=alt.Axis(labelAngle=-45 if len(labels) > 8 else 0))
    scale = alt.Scale(domain=[least, 1.0])
    base = alt.Chart(alt.Data(values=rows)).encode(x=x)
    y = _rate_axis(alt, scale)
    marked = base.transform_filter("datum.signal != ''")
    limits = [
        base.mark_line(interpolate="step", color=QUIET, strokeDash=[4, 3]).encode(y=alt.Y(f"{end}:Q", scale=scale))
        for end in ("low", "high")
    ]
    return [
        *limits,
        _centre_line(alt, centre),
        base.mark_line(color=LINK, strokeWidth=2).encode(y=y),
        base.mark_circle(color=LINK, size=50, opacity=1).encode(y=y),
        marked.mark_point(color=FAIL, size=160, strokeWidth=2, opacity=1).encode(y=y),
        marked.mark_text(color=FAIL, dy=-14).encode(y=y, text="signal:N"),
    ]


def _rate_axis(alt: Any, scale: Any) -> Any:
    return alt.Y("rate:Q", scale=scale, title=None, axis=alt.Axis(format="%", tickCount=6))


def _centre_line(alt: Any, centre: float) -> Any:
    return alt.Chart(alt.Data(values=[{"centre": centre}])).mark_rule(color=QUIET).encode(y="centre:Q")


def signal_words(point: Point, alert: str = "alert") -> str:
    """What a point is a signal of, in words; `alert` when it is below its objective by more than chance explains."""
    return ", ".join([*(word.replace("_", " ") for word in point.signals), *([alert] if point.is_alert else [])])


def pareto_picture(items: Sequence[tuple[str, int]], name: str, what: str) -> Picture | None:
    """Bars from the most to the fewest, with the share that they make up so far; the first `MOST_BARS`."""
    alt = _altair()
    total = sum(count for _, count in items)
    if not total:
        return None
    shown, rows, so_far = items[:MOST_BARS], [], 0
    for label, count in shown:
        so_far += count
        rows.append({"name": label, "count": count, "text": f"{count}, together {format_percent(so_far / total)}%"})
    y = alt.Y("name:N", sort=[label for label, _ in shown], title=None)
    base = alt.Chart(alt.Data(values=rows)).encode(y=y)
    x = alt.X("count:Q", title=None, axis=alt.Axis(tickMinStep=1, format="d"))
    layers = [
        base.mark_bar(color=FAIL, opacity=0.75).encode(x=x),
        base.mark_text(align="left", dx=6).encode(x=x, text="text:N"),
    ]
    said = f"{what}: " + "; ".join(f"{row['name']} {row['count']}" for row in rows[:5])
    return draw(alt.layer(*layers).properties(width=_WIDTH, height={"step": 26}), name, said + ".")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map; `style` is the class of its colour."""

    row: str
    column: str
    text: str
    style: str = ""


def heat_picture(cells: Sequence[Cell], name: str, title: str) -> Picture | None:
    """Rows by columns, each cell with its rate and count as text; the first `MOST_BARS` by `MOST_COLUMNS`."""
    alt = _altair()
    rows = list(dict.fromkeys(cell.row for cell in cells))[:MOST_BARS]
    columns = list(dict.fromkeys(cell.column for cell in cells))[:MOST_COLUMNS]
    shown = [cell for cell in cells if cell.row in rows and cell.column in columns]
    if not shown:
        return None
    values = [
        {"row": one.row, "column": one.column, "text": one.text, "style": one.style or "unknown"} for one in shown
    ]
    base = alt.Chart(alt.Data(values=values)).encode(
        x=alt.X("column:N", sort=columns, title=None, axis=alt.Axis(orient="top", labelAngle=0, grid=False)),
        y=alt.Y("row:N", sort=rows, title=None, axis=alt.Axis(grid=False)),
    )
    colours = alt.Color("style:N", scale=alt.Scale(domain=list(_STYLE), range=list(_STYLE.values())))
    layers = [
        base.mark_rect(opacity=0.22, stroke=PAPER, strokeWidth=2).encode(color=colours),
        base.mark_text(color=INK).encode(text="text:N"),
    ]
    width = max(_WIDTH // len(columns), 96)
    said = f"{title}: {len(rows)} rows by {len(columns)} columns, each with its rate and count; the table has all."
    return draw(alt.layer(*layers).properties(width={"step": width}, height={"step": 28}), name, said)


def funnel_picture(funnel: Funnel, name: str, title: str) -> Picture | None:
    """Groups by their count and rate, within limits that narrow as counts grow; those outside are named."""
    groups = [one for one in funnel.groups if one.decided]
    if len(groups) < 2 or funnel.centre is None:
        return None
    rows = [
        {
            "count": one.decided, "rate": one.rate, "place": one.place.value,
            "low": one.limits_95[0], "high": one.limits_95[1],
            "lowest": one.limits_998[0], "highest": one.limits_998[1],
            "text": _named(one.name, one.place, len(groups)),
        }
        for one in sorted(groups, key=lambda one: one.decided)
    ]  # fmt: skip
    least = min(min(one.rate, one.limits_998[0]) for one in groups)
    said = f"{title}: {len(groups)} groups around {format_percent(funnel.centre)}%, {_said_funnel(groups)}"
    layers = _funnel_layers(rows, max(0.0, least - 0.03), funnel.centre)
    return draw(_altair().layer(*layers).properties(width=_WIDTH, height=300), name, said + ".", title)


def _said_funnel(groups: Sequence[FunnelGroup]) -> str:
    """Who stands out, or that nobody does, or that nobody has enough to tell."""
    few = sum(one.place is Place.TOO_FEW for one in groups)
    if few == len(groups):
        return "none has enough to tell"
    outside = [one for one in groups if one.place not in (Place.INSIDE, Place.TOO_FEW)]
    said = "; ".join(f"{one.name} {one.place.label}" for one in outside) or "all judged within what chance explains"
    return f"{said} ({len(groups) - few} judged, {few} with too few)" if few else said


def _funnel_layers(rows: list[dict[str, Any]], least: float, centre: float) -> list[Any]:
    alt = _altair()
    scale = alt.Scale(domain=[least, 1.0])
    base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("count:Q", title="decided", axis=alt.Axis(tickMinStep=1)))
    y = _rate_axis(alt, scale)
    colours = alt.Color("place:N", scale=alt.Scale(domain=[one.value for one in _PLACE], range=list(_PLACE.values())))
    lines = [
        base.mark_line(color=QUIET if far else LINE, strokeDash=[2, 3] if far else [6, 3], strokeWidth=1.5).encode(
            y=alt.Y(f"{column}:Q", scale=scale)
        )
        for column, far in (("low", False), ("high", False), ("lowest", True), ("highest", True))
    ]
    return [
        *lines,
        _centre_line(alt, centre),
        base.mark_circle(size=80, opacity=1).encode(y=y, color=colours),
        base.mark_text(dy=-12, color=INK).encode(y=y, text="text:N"),
    ]


def _named(name: Any, place: Place, count: int) -> str:
    """Few groups are all named, of many those that stand out."""
    is_named = count <= 12 or place in (Place.BELOW_998, Place.ABOVE_998)
    return ("none" if name is None else str(name)) if is_named else ""
