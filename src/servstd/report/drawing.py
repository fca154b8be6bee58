"""Charts as still pictures within a page: Altair describes them, vl-convert draws them, no script runs in the page.

It needs the extra `report`: altair and vl-convert-python. Colours are drawn as marks and then named after the
variables of the page's style, so that they follow light, dark and print. Every picture has a text that says what it
shows; the table of its numbers stands beside it in the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from servstd.errors import ExtraMissing

# Colours that nobody would choose, each for a variable of base.css.
INK, QUIET, LINE, PAPER = "#010101", "#010102", "#010103", "#010104"
PASS, FAIL, PENDING, UNKNOWN, LINK = "#010105", "#010106", "#010107", "#010108", "#010109"
_VARIABLES = {
    INK: "ink", QUIET: "quiet", LINE: "line", PAPER: "paper", PASS: "pass", FAIL: "fail", PENDING: "pending",
    UNKNOWN: "unknown", LINK: "link",
}  # fmt: skip
_FONT = "system-ui, sans-serif"
_SIZE = re.compile(r'<svg ([^>]*?)\swidth="[\d.]+" height="[\d.]+"')
_ID = re.compile(r'\bid="([\w-]+)"')
_DETAIL = re.compile(r' (?:aria-label|aria-roledescription|role|aria-hidden)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as SVG that may stand in a page as it is, what it shows in words, and what stands above it."""

    svg: str
    text: str
    title: str = ""


def need_extra() -> None:
    """Raises `ExtraMissing` when pictures can not be drawn."""
    for module in ("altair", "vl_convert"):
        if find_spec(module) is None:
            raise ExtraMissing("a report needs altair and vl-convert-python: pip install 'servstd[report]'")


def draw(chart: Any, name: str, text: str, title: str = "") -> Picture:
    """The picture of an Altair chart. `name` is its own within the page; the drawer escapes texts of the data."""
    need_extra()
    import vl_convert

    spec = chart.to_dict()
    spec["config"] = _config()
    # The drawer measures with another font than the browser writes with: room on both sides for wider letters.
    spec["padding"] = {"left": 40, "right": 110, "top": 8, "bottom": 8}
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return Picture(_for_page(svg, name), text, title)


def _config() -> dict[str, Any]:
    axis = {
        "labelColor": QUIET, "titleColor": QUIET, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE,
        "labelFont": _FONT, "titleFont": _FONT, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "labelLimit": 320,
    }  # fmt: skip
    return {
        "background": None,
        "view": {"stroke": None},
        "font": _FONT,
        "axis": axis,
        "text": {"color": INK, "font": _FONT, "fontSize": 12},
        "legend": {"disable": True},
        "header": {"labelColor": QUIET, "titleColor": QUIET},
    }


def _for_page(svg: str, name: str) -> str:
    """Without a size of its own, with ids of its own, and with the colours of the page.

    The words of the picture stand on its outside: labels within it would be read out one by one.
    """
    svg = _DETAIL.sub("", svg)
    svg = _SIZE.sub(r"<svg \1", svg, count=1)
    for found in dict.fromkeys(_ID.findall(svg)):
        svg = svg.replace(f'id="{found}"', f'id="{name}-{found}"').replace(f"url(#{found})", f"url(#{name}-{found})")
    for mark, variable in _VARIABLES.items():
        svg = svg.replace(f'"{mark}"', f'"var(--{variable})"')
    return svg
