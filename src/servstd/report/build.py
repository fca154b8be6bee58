"""A report: all its sections in the order in which a QA lead reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from servstd.catalog import Catalog
from servstd.errors import Problem
from servstd.evaluate.figures import Figures
from servstd.objective import Objective
from servstd.report import more_sections, sections
from servstd.report.gather import Gathered
from servstd.report.parts import Section
from servstd.report.sections import MOST_CHARTS, MOST_ROWS, About
from servstd.reviewing.calibration import Calibration
from servstd.reviewing.disputes import Dispute


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows: `about` are lines on what was judged, `versions` on what judged it."""

    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    versions: Mapping[str, str]


def build_report(
    gathered: Gathered,
    catalog: Catalog,
    *,
    as_of: datetime,
    title: str,
    about: Sequence[str] = (),
    versions: Mapping[str, str] | None = None,
    objectives: Mapping[str, Objective] | None = None,
    before: Figures | None = None,
    calibration: Calibration | None = None,
    disputes: Sequence[Dispute] = (),
    problems: Iterable[Problem] = (),
) -> Report:
    """The report of what was gathered. `before` are the figures of the period before, `problems` those of lint.

    Charts are drawn for the rules with an objective first, then for those with most decided. Raises `ExtraMissing`
    without the extra `report`.
    """
    known = dict(objectives or {})
    what = About(catalog, gathered, gathered.figures.summaries(known), known, before)
    found = [
        *_on_rules(what, as_of),
        more_sections.contacts(what),
        more_sections.reviewers(what, calibration, disputes),
        more_sections.readings(what),
        more_sections.open_work(what, as_of),
        more_sections.health(what, problems),
    ]
    return Report(title, tuple(about), tuple(found), dict(versions or {}))


def _on_rules(what: About, as_of: datetime) -> Iterator[Section]:
    chosen = [one for one in what.judged() if one.failed][:MOST_CHARTS]  # nothing is to be seen in 100%
    yield sections.coverage(what)
    yield sections.summary(what)
    yield more_sections.measures(what, as_of)
    yield sections.trend(what, chosen)
    yield sections.pareto(what)
    yield sections.groups(what, what.judged()[:MOST_ROWS])
    yield sections.funnels(what, chosen)
    people = more_sections.people(what, chosen)
    if people is not None:
        yield people
