"""The handbook as one self-contained HTML page. It needs the extra `report`."""

from __future__ import annotations

from servstd.handbook import sentences
from servstd.handbook.escape import anchor
from servstd.handbook.model import Handbook
from servstd.page import render_page


def render_html(handbook: Handbook) -> str:
    """The page. Raises `ExtraMissing` without jinja2."""
    return render_page("handbook.html", title=handbook.title, handbook=handbook, say=sentences, anchor=anchor)
