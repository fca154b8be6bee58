"""All checks of a catalog, in the order of their page."""

from __future__ import annotations

from servstd.lint.base import LintCheck
from servstd.lint.checks import (
    calendars,
    conditions,
    contradictions,
    emptiness,
    objectives,
    repeats,
    rule_tests,
    scope,
    sources,
    switches,
    tables,
    targets,
    versions,
    waivers,
    words,
)

MODULES = (
    scope,
    conditions,
    repeats,
    contradictions,
    versions,
    tables,
    targets,
    calendars,
    objectives,
    sources,
    rule_tests,
    waivers,
    switches,
    words,
    emptiness,
)
CHECKS: tuple[LintCheck, ...] = tuple(
    one for module in MODULES for one in vars(module).values() if isinstance(one, LintCheck)
)
