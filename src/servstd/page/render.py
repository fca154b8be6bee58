"""Templates filled in with values. It needs the extra `report`: jinja2.

A page is one file: its style stands inside it, it asks nothing of any server, and its content security policy
forbids that it ever does. All values are escaped by Jinja's autoescape; no template may switch that off.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from servstd.errors import ExtraMissing

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def _environment() -> Environment:
    if find_spec("jinja2") is None:
        raise ExtraMissing("HTML pages need jinja2: pip install 'servstd[report]'")
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("servstd.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_page(template: str, **values: Any) -> str:
    """The page of a template such as `explain.html`, which extends `base.html`.

    Every template gets `title`. Raises `ExtraMissing` without jinja2.
    """
    return _environment().get_template(template).render(**values)
