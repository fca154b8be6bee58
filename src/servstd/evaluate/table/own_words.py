"""What rows say of themselves beside their words: what their source tracks and is complete for, and agents' names.

Nearly always all rows of a batch say the same of their source. That holds for the batch; rows that say otherwise are
read by themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from servstd.columns import FieldColumn
from servstd.columns.columns import Bools
from servstd.evaluate.table.decode import is_given, is_list, is_text, is_text_like, is_valid
from servstd.flat import FlatReader, texts_of

_NAMES = ("tracked", "complete_for")
_BETWEEN = "\x1f"
_STRANGE = -2


class OwnWords:
    """`same` is what the batch says; `differs` marks the rows that say something else."""

    def __init__(self, batch: Any, reader: FlatReader) -> None:
        self.same: dict[str, Any] = {}
        self.differs: Bools = np.zeros(batch.num_rows, np.bool_)
        self.agent_names: FieldColumn | None = None
        if "agent_names" in batch.schema.names:
            self._take_names(batch.column("agent_names"))
        for name in _NAMES:
            if name in batch.schema.names and batch.num_rows:
                self._take(name, batch.column(name), reader)

    def _take(self, name: str, array: Any, reader: FlatReader) -> None:
        if pa.types.is_null(array.type):
            return
        codes, values = _different(array)
        if codes is None:
            self.differs |= is_valid(array) if name == "tracked" else is_given(array)
            return
        usual = int(np.bincount(codes + 2).argmax()) - 2
        if usual == _STRANGE:
            self.differs[:] = True
            return
        self.differs |= codes != usual
        record = reader.read({"id": "-"} if usual < 0 else {"id": "-", name: values[usual]})
        self.same[name] = getattr(record, name)

    def _take_names(self, array: Any) -> None:
        if pa.types.is_null(array.type):
            return
        codes, values = _different(array)
        if codes is None:
            self.differs |= is_given(array)
            return
        self.differs |= codes == _STRANGE
        self.agent_names = FieldColumn(np.maximum(codes, -1), [texts_of(value) for value in values])


def _different(array: Any) -> tuple[NDArray[np.int32] | None, list[Any]]:
    """The place of the value of each row, -1 for none, and the different values; None where it is no list of texts.

    A list with a null in it has the place `_STRANGE`.
    """
    texts = _as_texts(array)
    if texts is None:
        return None, []
    encoded = texts.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
    codes[is_valid(array) & ~is_valid(texts)] = _STRANGE
    found, first = np.unique(codes, return_index=True)
    return codes, [array[row].as_py() for row in first[found >= 0].tolist()]


def _as_texts(array: Any) -> Any | None:
    """One text for each list; None where it is no list of texts."""
    if is_text(array.type):
        return array
    if is_list(array.type) and is_text_like(array.type.value_type):
        flat = array.flatten()
        plain = flat.dictionary_decode() if pa.types.is_dictionary(flat.type) else flat
        lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
        offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32))
        lists = pa.ListArray.from_arrays(offsets, plain.cast(pa.string()), mask=array.is_null())
        return pc.binary_join(lists, _BETWEEN)
    return None
