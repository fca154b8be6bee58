"""The sets of records for which conditions are shown: unions of boxes over the classes of each field.

A box says for some variables which of their classes are meant, as bits of a whole number; a variable that it does not
name may be anything. A variable is a field, or a condition that can not be looked into (`happened`, `said`, `open`,
`rule`): the same condition is the same variable, which is true, false or undecided. Different conditions of that sort
are taken to be independent, so that a set may come out too large and never too small: `is_empty` and `is_inside` are
only true when it is certain. Undecided counts as not shown, as it does for `applies_to` and `except`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from servstd.lint.domains import leaves, samples
from servstd.terms.condition import AllOf, AnyOf, Condition, FieldIs, Not, RuleOutcome
from servstd.terms.happening import Happened, SaidCue
from servstd.vocabulary import Word

Box = Mapping[Hashable, int]
Region = tuple[Box, ...]
EVERYTHING: Region = ({},)
NOTHING: Region = ()
MAX_BOXES = 48
_TRUE, _FALSE, _UNDECIDED = 1, 2, 4


class TooLarge(Exception):
    """A set would take more boxes than are worth the time; nothing is claimed of it."""


class Space:
    """The fields with their classes, and what conditions mean in them.

    `words` gives the declarations of each name: one for a field, several for an attribute of several event types.
    All conditions that are going to be asked about must be among `conditions`. `steps` counts what was done.
    """

    def __init__(
        self, words: Mapping[str, Sequence[Word]], conditions: Iterable[Condition], is_attributes: bool = False
    ) -> None:
        self._samples: dict[str, tuple[Any, ...]] = {}
        self.steps = 0
        self._full: dict[Hashable, int] = {}
        self._masks: dict[FieldIs, tuple[int, int]] = {}
        by_name: dict[str, dict[FieldIs, None]] = {}
        for condition in conditions:
            for leaf in leaves(condition):
                if isinstance(leaf, FieldIs):
                    by_name.setdefault(leaf.name, {})[leaf] = None
        for name, given in by_name.items():
            self._samples[name] = samples(name, words.get(name, ()), given, is_attributes)
            self._full[name] = (1 << len(self._samples[name])) - 1

    def shown(self, condition: Condition | None, where: str = "") -> Region:
        """The records for which a condition is shown; everything without one.

        `where` tells apart conditions that look before or after something, which may differ from place to place.
        Raises `TooLarge`.
        """
        return EVERYTHING if condition is None else self._region(condition, True, where)

    def _region(self, condition: Condition, wanted: bool, where: str) -> Region:
        """Where the condition is True (or, with `wanted` False, where it is False)."""
        if isinstance(condition, Not):
            return self._region(condition.parts[0], not wanted, where)
        if isinstance(condition, (AllOf, AnyOf)):
            parts = [self._region(part, wanted, where) for part in condition.parts]
            is_joint = isinstance(condition, AllOf) is wanted
            return self.all_of(parts) if is_joint else self.any_of(parts)
        if isinstance(condition, FieldIs):
            return self._box(condition.name, self._mask(condition)[not wanted])
        return self._atom(condition, wanted, where)

    def _mask(self, leaf: FieldIs) -> tuple[int, int]:
        """The classes for which a condition on a field is True, and those for which it is False."""
        if leaf not in self._masks:
            true = false = 0
            for index, value in enumerate(self._samples[leaf.name]):
                answer = leaf.test({leaf.name: value})
                true |= (answer is True) << index
                false |= (answer is False) << index
            self._masks[leaf] = true, false
        return self._masks[leaf]

    def _atom(self, condition: Condition, wanted: bool, where: str) -> Region:
        is_placed = isinstance(condition, (Happened, SaidCue)) and (condition.before or condition.after) is not None
        variable: Hashable = (condition, where if is_placed else "")
        if isinstance(condition, RuleOutcome):
            self._full[variable] = _TRUE | _FALSE
        elif isinstance(condition, SaidCue):
            self._full[variable] = _TRUE | _UNDECIDED
        else:
            self._full[variable] = _TRUE | _FALSE | _UNDECIDED
        return self._box(variable, _TRUE if wanted else _FALSE)

    def _box(self, variable: Hashable, mask: int) -> Region:
        full = self._full[variable]
        if mask & full == 0:
            return NOTHING
        return EVERYTHING if mask & full == full else ({variable: mask & full},)

    def all_of(self, regions: Iterable[Region]) -> Region:
        """What lies in every one of some regions."""
        result = EVERYTHING
        for region in regions:
            if len(result) * len(region) > MAX_BOXES**2:
                raise TooLarge
            result = self._reduced([box for a in result for b in region if (box := _both(a, b)) is not None])
        return result

    def any_of(self, regions: Iterable[Region]) -> Region:
        """What lies in at least one of some regions."""
        return self._reduced([box for region in regions for box in region])

    def minus(self, region: Region, other: Region) -> Region:
        """What lies in the first and not in the second."""
        left = region
        for taken in other:
            left = self._reduced([box for one in left for box in self._outside(one, taken)])
        return left

    def is_inside(self, region: Region, other: Region) -> bool:
        """True when every record of the first is certainly in the second."""
        if not all(self._holds(other, box) for box in region):
            return False
        return not any(self.minus((box,), other) for box in region)

    def _holds(self, region: Region, box: Box) -> bool:
        """True when one record of a box lies in a region: one look that spares most comparisons."""
        record = {variable: mask & -mask for variable, mask in box.items()}
        self.steps += len(region)
        return any(all(record.get(name, self._last(name)) & mask for name, mask in one.items()) for one in region)

    def _last(self, variable: Hashable) -> int:
        """The last class of a variable: a missing value, or undecided."""
        return 1 << self._full[variable].bit_length() - 1

    def _outside(self, box: Box, taken: Box) -> Iterable[Box]:
        """What of a box lies outside another, in boxes that do not overlap."""
        if _both(box, taken) is None:
            yield box
            return
        rest = dict(box)
        for variable, mask in taken.items():
            held = rest.get(variable, self._full[variable])
            if held & ~mask:
                yield {**rest, variable: held & ~mask}
            rest[variable] = held & mask

    def _reduced(self, boxes: list[Box]) -> Region:
        """Without boxes that lie inside another."""
        if len(boxes) > 2 * MAX_BOXES:
            raise TooLarge
        kept: list[Box] = []
        for box in sorted(boxes, key=len):
            self.steps += 1 + len(kept)
            if not any(_covers(other, box) for other in kept):
                kept.append(box)
        if len(kept) > MAX_BOXES:
            raise TooLarge
        return tuple(kept)


def _both(one: Box, other: Box) -> Box | None:
    """The box that lies in both, None when there is none."""
    both = dict(one)
    for variable, mask in other.items():
        held = both.get(variable)
        both[variable] = mask if held is None else held & mask
        if both[variable] == 0:
            return None
    return both


def _covers(outer: Box, inner: Box) -> bool:
    return all(variable in inner and inner[variable] & ~mask == 0 for variable, mask in outer.items())
