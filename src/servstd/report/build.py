"""A report: all its sections in the order in which a QA lead reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servstd.catalog import Catalog
from servstd.errors import Problem
from servstd.evaluate.figures import Figures
from servstd.objective import Objective
from servstd.report import groups, more_sections, over_time, sections
from servstd.report.gather import Gathered
from servstd.report.parts import Section
from servstd.report.reviewers import reviewers
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
    sampled: Collection[str] = (),
    service_level: timedelta | None = None,
) -> Report:
    """The report of what was gathered. `before` are the figures of the period before, `problems` those of lint.

    `sampled` are rules that reviewers decided on a drawn part, which get no band; within `service_level` calls should
    be answered. Rules with an objective have charts first. Raises `ExtraMissing` without the extra `report`.
    """
    what = About(catalog, gathered, gathered.figures.summaries(objectives), before, frozenset(sampled))
    found = (
        *_on_rules(what, as_of, service_level),
        more_sections.contacts(what),
        reviewers(what, calibration, disputes),
        more_sections.readings(what),
        more_sections.open_work(what, as_of),
        more_sections.health(what, problems),
    )
    return Report(title, tuple(about), found, dict(versions or {}))


def _on_rules(what: About, as_of: datetime, service_level: timedelta | None) -> Iterator[Section]:
    chosen = [one for one in what.judged() if one.failed][:MOST_CHARTS]  # nothing is to be seen in 100%
    yield sections.coverage(what)
    yield sections.summary(what)
    yield more_sections.measures(what, as_of, service_level)
    yield over_time.trend(what, chosen)
    yield sections.pareto(what)
    yield groups.groups(what, what.judged()[:MOST_ROWS])
    yield groups.funnels(what, chosen)
    people = groups.people(what, chosen)
    if people is not None:
        yield people
