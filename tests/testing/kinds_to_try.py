"""Kinds of check with one fault each, and some without."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from servstd.columns import LEFT, Columns
from servstd.columns.columns import NO, YES
from servstd.facts import Opportunity
from servstd.finding import Finding, unknown
from servstd.kinds.base import Check
from servstd.outcome import FAIL, PASS, UNKNOWN

WORDS: dict[str, Any] = {
    "fields": {"lamps": {"type": "number"}, "gift": {"type": "yes or no"}},
    "events": {"packed": {}, "dropped": {}},
}


class Boxes(Check):
    """A number is a whole multiple of a box. Without a vector check."""

    name: ClassVar[str] = "boxes"
    kind: Literal["boxes"] = "boxes"
    box: int

    def check(self, opportunity: Opportunity) -> Finding:
        lamps = opportunity.values.get("lamps")
        if lamps is None:
            return unknown("missing_field", "lamps")
        return Finding(PASS, "limit_kept") if lamps % self.box == 0 else Finding(FAIL, "limit_broken")

    def fields_read(self) -> frozenset[str]:
        return super().fields_read() | {"lamps"}

    def reads_only_its_words(self) -> bool:
        return True


class BoxesByColumns(Boxes):
    """The same with a vector check."""

    def check_columns(self, columns: Columns) -> Any:
        codes = columns.codes
        answer = columns.field("lamps").ask(lambda lamps: None if lamps is None else lamps % self.box == 0)
        known = {YES: codes.of(PASS, "limit_kept"), NO: codes.of(FAIL, "limit_broken")}
        missing = codes.of(UNKNOWN, "missing_field")
        return np.array([known.get(one, missing) for one in answer.tolist()], np.uint8)


class WrongAtNone(BoxesByColumns):
    """No lamps at all fail in columns alone."""

    def check_columns(self, columns: Columns) -> Any:
        found = super().check_columns(columns)
        is_none = columns.field("lamps").ask(lambda lamps: lamps == 0) == YES
        return np.where(is_none, np.uint8(columns.codes.of(FAIL, "limit_broken")), found)


class Raises(Boxes):
    """Its vector check raises where there are many lamps."""

    def check_columns(self, columns: Columns) -> Any:
        if 9 in columns.field("lamps").values:
            raise ZeroDivisionError("nine")
        return np.full(columns.count, LEFT, np.uint8)


class TooShort(Boxes):
    """Its vector check gives one code too few."""

    def check_columns(self, columns: Columns) -> Any:
        return np.full(columns.count - 1, LEFT, np.uint8)


class NoCode(Boxes):
    """Its vector check gives a number that is no code."""

    def check_columns(self, columns: Columns) -> Any:
        return np.full(columns.count, 250, np.uint8)


class Lazy(Boxes):
    """Its vector check leaves everything."""

    def check_columns(self, columns: Columns) -> Any:
        return np.full(columns.count, LEFT, np.uint8)


class Breaks(Boxes):
    """Its check raises where no number is given."""

    def check(self, opportunity: Opportunity) -> Finding:
        return Finding(PASS if opportunity.values["lamps"] else FAIL, "custom")


class ReadsAField(Boxes):
    """Reads a field that it does not name."""

    def check(self, opportunity: Opportunity) -> Finding:
        return Finding(PASS, "custom") if opportunity.values.get("gift") is True else super().check(opportunity)


class ReadsAnEvent(Boxes):
    """Reads an event that it does not name, and does not say that it reads no more than it names."""

    def check(self, opportunity: Opportunity) -> Finding:
        return Finding(FAIL, "custom") if opportunity.facts.events(("dropped",)) else super().check(opportunity)

    def reads_only_its_words(self) -> bool:
        return False


class Listens(Boxes):
    """Reads what was said, and says that nothing but a field matters."""

    def check(self, opportunity: Opportunity) -> Finding:
        return Finding(FAIL, "custom") if opportunity.facts.turns else super().check(opportunity)


class Packed(Check):
    """Something was packed and not dropped; it says what helps and harms."""

    name: ClassVar[str] = "packed"
    kind: Literal["packed"] = "packed"

    def check(self, opportunity: Opportunity) -> Finding:
        if opportunity.facts.events(("dropped",)):
            return Finding(FAIL, "custom")
        return Finding(PASS if opportunity.facts.events(("packed",)) else FAIL, "custom")

    def events(self) -> frozenset[str]:
        return super().events() | {"packed", "dropped"}

    def helping(self) -> frozenset[str]:
        return frozenset({"packed"})

    def harming(self) -> frozenset[str]:
        return frozenset({"dropped"})


class HelpsNot(Packed):
    """Says that what harms helps."""

    def helping(self) -> frozenset[str]:
        return frozenset({"dropped"})

    def harming(self) -> frozenset[str]:
        return frozenset()


class HarmsNot(Packed):
    """Says that what helps harms."""

    def harming(self) -> frozenset[str]:
        return frozenset({"packed"})
