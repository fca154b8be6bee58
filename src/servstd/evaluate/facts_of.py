"""Facts of a record under a catalog: with the calendar that the catalog gives it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from servstd.calendar import BusinessCalendar
from servstd.catalog import Catalog
from servstd.facts import Facts, Opportunity
from servstd.record import Record


class SeenFacts(Facts):
    """A record as seen at `as_of`, with its calendar."""

    def __init__(self, record: Record, as_of: int, catalog: Catalog, defaults: Mapping[str, Any]) -> None:
        super().__init__(record, as_of, catalog.vocabulary, defaults)
        self.catalog = catalog

    @cached_property
    def calendar(self) -> BusinessCalendar:
        """The first calendar of `calendar_for` whose condition is shown, else the default."""
        catalog = self.catalog
        if catalog.calendar_for:
            blank = Opportunity(self, catalog, catalog.calendar(), "", None)
            for choice in catalog.calendar_for:
                if choice.when.test(self.values, blank) is True:
                    return catalog.calendar(choice.use)
        return catalog.calendar()
