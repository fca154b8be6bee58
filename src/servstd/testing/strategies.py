"""The public strategies: records of a catalog, alone or with an instant to judge them at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from servstd.catalog import Catalog
from servstd.evaluate import Evaluator
from servstd.record import Record
from servstd.testing import records as made
from servstd.testing.aims import Trial, aim_at
from servstd.testing.values import BEGIN


def trials(
    catalog: Catalog, rules: Iterable[str] | None = None, seeds: Iterable[Record | Mapping[str, Any]] = ()
) -> st.SearchStrategy[Trial]:
    """Records that reach some of the rules (all, when none are named), each with an instant to judge it at.

    They begin at `seeds` (records of your own) and at the tests beside the rules, or at nothing, and are changed:
    events near the limits that the rule sets, a microsecond before and after them, at one instant, at openings, on
    the nights on which clocks change, beyond all calendars; values at the bounds that the rule names, or missing;
    several events of a type, pauses, turns and reviews. Raises `KeyError` for an unknown rule.
    """
    evaluator = Evaluator(catalog)
    known = [evaluator.reader.typed(one) if isinstance(one, Record) else evaluator.reader.read(one) for one in seeds]
    given = [Trial(record, record.newest_at() or BEGIN) for record in known]
    names = catalog.rules if rules is None else rules
    return made.trials(evaluator, [aim_at(evaluator, name) for name in names], given)


def records(
    catalog: Catalog, rules: Iterable[str] | None = None, seeds: Iterable[Record | Mapping[str, Any]] = ()
) -> st.SearchStrategy[Record]:
    """The records of `trials`, without the instants."""
    return trials(catalog, rules, seeds).map(lambda trial: trial.record)
