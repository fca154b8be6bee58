"""The report of a log for people who lead quality: numbers first, then one page that shows them.

`gather` counts, `build_report` turns counts into what is shown, `render_report` makes the page.
"""

from servstd.report.build import Report, build_report
from servstd.report.gather import Gathered, Wishes, gather
from servstd.report.page import render_report

__all__ = ["Gathered", "Report", "Wishes", "build_report", "gather", "render_report"]
