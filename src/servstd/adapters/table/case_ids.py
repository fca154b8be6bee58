"""The case of each row of an event log: its id is read once where cases stand together, else once for all its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from servstd.adapters.cells import Dialect
from servstd.adapters.table.arrow import Bools, Codes, Ints, bools, is_coded, is_text
from servstd.adapters.table.cells import different_values, given_cells
from servstd.adapters.table.hashes import hash_texts
from servstd.adapters.table.ids import read_ids

_PROBE = 4096
_BITS = 16


@dataclass(frozen=True)
class CaseIds:
    """The different ids of some rows as an array of texts, and for each row the place of its own, -1 for none.

    `in_runs` says that the places ascend: the rows of each case stand together, and all have one. `column` is the
    column itself, as codes where it had to be encoded: they are moved about at less cost.
    """

    names: Any
    case: Codes
    in_runs: bool
    column: Any

    def part(self, rows: Any, names: slice) -> CaseIds:
        """Some rows, all of whose ids are among some of the names; those of no case may be with them."""
        case, first = self.case[rows], names.start
        if first:
            case = np.where(case < 0, case, case - case.dtype.type(first))
        return CaseIds(self.names[names], case, self.in_runs, None)


def case_ids(column: Any, dialect: Dialect) -> CaseIds:
    """The ids of a column; a text of nothing but blanks is an id of its own, the empty one."""
    if not isinstance(column, list) and is_coded(column.type) and len(column.dictionary) > len(column):
        column = column.dictionary_decode()
    heads = heads_of(column)
    if heads is None:
        codes, values = different_values(column)
        column = column if isinstance(values, list) or not is_text(values.type) else as_codes(codes, values)
    else:
        codes, values = np.cumsum(heads, dtype=np.int32) - 1, column.filter(pa.array(heads))
    names, place = _names(values, dialect, are_different=heads is None)
    if place is not None or (len(codes) and int(codes.min()) < 0):
        place = np.arange(len(names)) if place is None else place
        codes = np.append(place, -1).astype(np.int32)[codes]
    in_runs = bool((codes[1:] >= codes[:-1]).all()) and (not len(codes) or int(codes[0]) >= 0)
    return CaseIds(names, codes, in_runs, column)


def _names(values: Any, dialect: Dialect, are_different: bool) -> tuple[Any, Codes | None]:
    """The different ids among some values, and the place of that of each value; None: they are the values, in order."""
    texts, has_id = read_ids(values, dialect)
    are_whole = are_different and not isinstance(values, list) and has_id.all()
    if are_whole and (pa.types.is_integer(values.type) or texts.equals(values)):
        return texts, None
    if not has_id.all():
        texts = pc.if_else(pa.array(has_id), texts, "")
    given = given_cells(values, dialect)
    if given.all() and _all_differ(texts):
        return texts, None
    encoded = pc.dictionary_encode(texts)
    if len(encoded.dictionary) == len(values) and given.all():
        return texts, None
    return encoded.dictionary, np.where(given, encoded.indices.to_numpy(zero_copy_only=False), -1)


def _all_differ(texts: Any) -> bool:
    """True when certainly no two texts are alike: numbers are told apart several times faster."""
    numbers = np.sort(hash_texts(texts))
    return bool((numbers[1:] != numbers[:-1]).all())


def as_codes(codes: Codes, values: Any) -> Any:
    """Texts as codes into the different ones, -1 for none."""
    mask = codes < 0
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask if mask.any() else None), values)


def heads_of(column: Any) -> Bools | None:
    """Where a cell differs from the one before; None where few are alike, or that is not known at a glance."""
    if isinstance(column, list) or len(column) < 2 or column.null_count:
        return None
    if not (is_text(column.type) or is_coded(column.type) or pa.types.is_integer(column.type)):
        return None
    if is_coded(column.type):
        column = column.indices
    if 2 * int(_changes(column.slice(0, _PROBE)).sum()) > min(len(column), _PROBE):
        return None
    return np.concatenate([[True], _changes(column)])


def _changes(column: Any) -> Bools:
    return bools(pc.not_equal(column.slice(1), column.slice(0, len(column) - 1)))


def sorted_by(codes: Codes, count: int) -> Ints:
    """The stable order of numbers from 0 to below `count`: 16 bits at a time, which numpy sorts by counting."""
    order = np.argsort(codes.astype(np.uint16), kind="stable")
    if count > 1 << _BITS:
        order = order[np.argsort((codes >> _BITS).astype(np.uint16)[order], kind="stable")]
    return order
