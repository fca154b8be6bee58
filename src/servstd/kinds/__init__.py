"""Kinds of check: few, general, each in one file. A new kind is added to this list."""

from __future__ import annotations

from servstd.kinds.base import Check
from servstd.kinds.combinators import AllOf, AnyOf, FirstDecided
from servstd.kinds.cue import Cue
from servstd.kinds.deadline import Deadline
from servstd.kinds.interval import Interval
from servstd.kinds.limit import Limit
from servstd.kinds.notice import Notice
from servstd.kinds.permission import Permission
from servstd.kinds.recorded import Recorded
from servstd.kinds.review import ReviewCheck

KINDS: dict[str, type[Check]] = {
    kind.name: kind
    for kind in (
        Deadline,
        Interval,
        Limit,
        Permission,
        Recorded,
        Notice,
        Cue,
        ReviewCheck,
        AllOf,
        AnyOf,
        FirstDecided,
    )
}
