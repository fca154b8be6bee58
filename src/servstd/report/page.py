"""The page of a report: one file that asks nothing of any server."""

from __future__ import annotations

from markupsafe import Markup

from servstd.page import render_page
from servstd.report.build import Report
from servstd.report.drawing import Picture
from servstd.report.parts import Table

FEWEST_TO_FILTER = 12


def render_report(report: Report) -> str:
    """The page. Raises `ExtraMissing` without jinja2."""
    return render_page(
        "report.html",
        title=report.title,
        report=report,
        is_table=lambda part: isinstance(part, Table),
        drawn=_drawn,
        fewest=FEWEST_TO_FILTER,
    )


def _drawn(picture: Picture) -> Markup:
    """SVG that the drawer made, in which texts of the data are escaped already."""
    return Markup(picture.svg)
