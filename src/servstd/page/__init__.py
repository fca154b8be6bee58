"""Self-contained HTML pages: one file each, nothing fetched, everything from a log or catalog escaped."""

from servstd.page.render import render_page

__all__ = ["render_page"]
