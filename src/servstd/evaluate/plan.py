"""A plan: a compiled catalog as plain data, to be sent to other processes and machines.

An evaluator pickles as its plan. It holds the catalog as it was read and the calendars with their open time worked
out, so that whoever receives it parses no YAML and computes no holidays. Classes and functions that are not ours (kinds
of check of your own) lie beside the content and go by whatever pickles the plan: pickle sends them by name,
cloudpickle also sends those of a notebook.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any

from servstd.calendar import BusinessCalendar
from servstd.calendar.finished import FinishedCalendar, finish
from servstd.errors import PlanError
from servstd.evaluate.plan_file import pack, parts, unpack, value_of
from servstd.evaluate.versions import servstd_version, versions_of

if TYPE_CHECKING:
    from servstd.evaluate.evaluator import Evaluator

FORMAT = 1
YEARS_BACK, YEARS_AHEAD = 10, 2
# A target that begins in the last year may run out in the next, and some begin in the year before.
_MARGIN = 1
_MOST_KEPT = 8
_OURS = frozenset((*sys.stdlib_module_names, "servstd"))
_kept: OrderedDict[Any, Evaluator] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, repr=False)
class Plan:
    """A catalog with defaults and strictness, ready to judge. Immutable, picklable, equal by content.

    `digest` is the catalog's; `years` are the first and the last for which the calendars are worked out; `versions` is
    what it was made with, as in a run's. `content` and `outside` are for pickle alone.
    """

    digest: str
    years: tuple[int, int]
    versions: Mapping[str, Any] = field(hash=False)
    content: bytes
    outside: tuple[Any, ...] = ()
    format: int = FORMAT

    @classmethod
    def of(cls, evaluator: Evaluator, years: tuple[int, int] | None = None) -> Plan:
        """The plan of an evaluator; `years` default to ten back and two ahead.

        A record of other years is judged all the same: the worker then computes their open time itself. Raises
        `PlanError` for years that are no first and last year, and for what can not be pickled.
        """
        wanted = years_from(datetime.now(UTC).year) if years is None else _checked(years)
        catalog = evaluator.catalog
        # Both are worked out now and kept by the catalog, so that they travel with it.
        digest, _ = catalog.digest, catalog.fallback_calendar
        content, outside = _content((catalog, dict(evaluator.defaults), evaluator.strict), wanted)
        return cls(digest, wanted, versions_of(catalog), content, outside)

    def __repr__(self) -> str:
        return f"<Plan of {self.digest[:12]}, {self.years[0]} to {self.years[1]}, {len(self.content):,} bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _plan, (self._header(), self.content, self.outside)

    def _header(self) -> dict[str, Any]:
        return {"format": self.format, "digest": self.digest, "years": list(self.years), "versions": self.versions}

    def evaluator(self) -> Evaluator:
        """The evaluator; one process makes it once, and every further plan of the same content gives the same one."""
        key = (hashlib.sha256(self.content).digest(), self.outside)
        with _lock:
            found = _kept.get(key)
            if found is None:
                found = _kept[key] = self._made()
                if len(_kept) > _MOST_KEPT:
                    _kept.popitem(last=False)
            else:
                _kept.move_to_end(key)
        return found

    def _made(self) -> Evaluator:
        from servstd.evaluate.evaluator import Evaluator

        catalog, defaults, strict = _Unpickler(self.content, self.outside).load()
        return Evaluator(catalog, defaults=defaults, strict=strict)

    def to_bytes(self, dumps: Callable[[Any], bytes] = pickle.dumps) -> bytes:
        """The plan as bytes, with a header that says which servstd made it.

        `dumps` writes the classes and functions that are not ours: `cloudpickle.dumps` for those of a notebook.
        """
        return pack(self._header(), self.content, dumps(self.outside) if self.outside else b"")

    @classmethod
    def from_bytes(cls, data: bytes) -> Plan:
        """The plan that `to_bytes` wrote; load only what you would run, for a pickle can hold any code.

        The header is checked before anything is unpickled. Raises `PlanError` for what is no plan, is cut short, was
        changed, or was made by another version of servstd, and for a kind of check that is not here.
        """
        header, body = unpack(data)
        _check(header)
        content, outside = parts(header, body)
        try:
            return _plan(header, content, pickle.loads(outside) if outside else ())
        except (ImportError, AttributeError) as error:
            raise PlanError(f"the plan needs a kind of check that is not here: {error}") from error


def restore(plan: Plan) -> Evaluator:
    """What an evaluator unpickles by."""
    return plan.evaluator()


def years_from(year: int, back: int = YEARS_BACK, ahead: int = YEARS_AHEAD) -> tuple[int, int]:
    """The years around one."""
    return year - back, year + ahead


def _plan(header: Mapping[str, Any], content: bytes, outside: tuple[Any, ...]) -> Plan:
    """A plan from what it was taken apart into; raises `PlanError` when another version did that."""
    _check(header)
    return Plan(header["digest"], _checked(header["years"]), header["versions"], content, outside)


def _check(header: Mapping[str, Any]) -> None:
    """A plan holds objects of one version, so only that version can read it; another may have another header."""
    here, there = servstd_version(), value_of(header, "versions", dict).get("servstd")
    if there != here or header.get("format") != FORMAT:
        what = f"the plan was made by servstd {there} (format {header.get('format')})"
        raise PlanError(f"{what}, and this is servstd {here} (format {FORMAT}): make it anew, or install that version")
    value_of(header, "digest", str)
    _checked(value_of(header, "years", list))


def _checked(years: Sequence[int]) -> tuple[int, int]:
    try:
        first, last = years
    except (TypeError, ValueError):
        first, last = 1, 0
    if type(first) is not int or type(last) is not int or first > last:
        raise PlanError(f"years are the first and the last, such as (2024, 2026), got {years!r}")
    return first, last


class _Pickler(pickle.Pickler):
    """Calendars go with their tables; classes and functions that are not ours are put aside."""

    def __init__(self, file: io.BytesIO, years: tuple[int, int]) -> None:
        super().__init__(file, 5)
        self._years = years
        self._places: dict[Any, int] = {}

    @property
    def outside(self) -> tuple[Any, ...]:
        return tuple(self._places)

    def persistent_id(self, value: Any) -> int | None:
        if isinstance(value, (type, FunctionType)) and value.__module__.partition(".")[0] not in _OURS:
            return self._places.setdefault(value, len(self._places))
        return None

    def reducer_override(self, value: Any) -> Any:
        if type(value) is BusinessCalendar:
            finished = finish(value, self._years[0] - _MARGIN, self._years[1] + _MARGIN)
            return FinishedCalendar.calendar, (finished,)
        return NotImplemented


def _content(content: Any, years: tuple[int, int]) -> tuple[bytes, tuple[Any, ...]]:
    file = io.BytesIO()
    pickler = _Pickler(file, years)
    try:
        pickler.dump(content)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise PlanError(f"the catalog holds what can not be pickled: {error}") from error
    return zlib.compress(file.getbuffer(), 1), pickler.outside


class _Unpickler(pickle.Unpickler):
    def __init__(self, content: bytes, outside: tuple[Any, ...]) -> None:
        super().__init__(io.BytesIO(zlib.decompress(content)))
        self._outside = outside

    def persistent_load(self, place: Any) -> Any:
        return self._outside[place]
