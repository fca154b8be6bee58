"""The catalog as a handbook for staff: what each rule asks, why, how it is decided, with examples."""

from servstd.handbook.build import build_handbook
from servstd.handbook.html import render_html
from servstd.handbook.markdown import MARK, render_folder, render_markdown
from servstd.handbook.model import Handbook

__all__ = ["MARK", "Handbook", "build_handbook", "render_folder", "render_html", "render_markdown"]
