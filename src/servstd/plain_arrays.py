"""Arrow arrays in the few forms that are worked with: no extension types, run ends, views or lists of a fixed size.

A UUID becomes its text, bytes do too (old writers of Parquet do not mark their texts), and a value of any other
extension type what it is stored as. Dictionaries of texts stay; any other is written out. Instants and durations come
in microseconds, as Python has them. Unions stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_UUID_BYTES = 16
_DASHES = (8, 13, 18, 23)
_TEXTS = {
    pa.string_view(): pa.large_string(),
    pa.binary(): pa.string(),
    pa.large_binary(): pa.large_string(),
    pa.binary_view(): pa.large_string(),
}


def plain_leaf(array: Any) -> Any:
    """An array that is neither nested nor encoded in its plain form."""
    wanted = plain_type(array.type)
    if wanted == array.type:
        return array
    try:
        return array.cast(wanted, safe=_is_text(wanted))
    except pa.ArrowInvalid:  # bytes that are no text
        return pa.array([one and one.decode("utf-8", "replace") for one in array.to_pylist()], wanted)


def plain(array: Any, leaf: Callable[[Any], Any] = plain_leaf) -> Any:
    """An array in its plain form, of `plain_type`; `leaf` makes that of what is neither nested nor encoded."""
    kind = array.type
    if has_union(kind):
        return array
    if isinstance(kind, pa.BaseExtensionType):
        return plain(_stored(array), leaf)
    if pa.types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(array), leaf)
    if pa.types.is_dictionary(kind):
        return _plain_dictionary(array, leaf)
    if pa.types.is_struct(kind):
        return _plain_struct(array, leaf)
    if pa.types.is_map(kind):
        return _plain_map(array, leaf)
    if _is_list(kind):
        return _plain_list(array, leaf)
    return leaf(array)


def plain_type(kind: Any) -> Any:
    """The type that `plain` gives."""
    if has_union(kind):
        return kind
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(_stored_type(kind))
    if pa.types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    if pa.types.is_dictionary(kind):
        return _dictionary_type(kind)
    if pa.types.is_struct(kind):
        return _struct_type(kind)
    if pa.types.is_map(kind):
        return _map_type(kind)
    if _is_list(kind):
        return _list_type(kind)
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", kind.tz)
    if pa.types.is_duration(kind):
        return pa.duration("us")
    if pa.types.is_decimal32(kind) or pa.types.is_decimal64(kind):
        return pa.decimal128(kind.precision, kind.scale)
    return _TEXTS.get(kind, kind)


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_list(kind: Any) -> bool:
    tests = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list, pa.types.is_list_view)
    return any(test(kind) for test in tests) or bool(pa.types.is_large_list_view(kind))


def _stored_type(kind: Any) -> Any:
    name = kind.extension_name
    return pa.string() if name == "arrow.uuid" else pa.bool_() if name == "arrow.bool8" else kind.storage_type


def _stored(array: Any) -> Any:
    name = array.type.extension_name
    if name == "arrow.uuid":
        return _uuid_texts(array.storage)
    return array.storage.cast(pa.bool_()) if name == "arrow.bool8" else array.storage


def _uuid_texts(stored: Any) -> Any:
    """16 bytes each as 32 digits of base 16, with dashes."""
    count = len(stored)
    raw = np.frombuffer(stored.buffers()[1], np.uint8, count * _UUID_BYTES, stored.offset * _UUID_BYTES)
    halves = np.stack([raw >> 4, raw & 15], axis=1).reshape(count, 2 * _UUID_BYTES)
    written = np.full((count, 2 * _UUID_BYTES + len(_DASHES)), ord("-"), np.uint8)
    written[:, np.delete(np.arange(written.shape[1]), _DASHES)] = np.frombuffer(b"0123456789abcdef", np.uint8)[halves]
    ends = np.arange(count + 1, dtype=np.int32) * written.shape[1]
    texts = pa.StringArray.from_buffers(count, pa.py_buffer(ends), pa.py_buffer(written.tobytes()))
    return pc.if_else(stored.is_valid(), texts, pa.scalar(None, pa.string())) if stored.null_count else texts


def has_union(kind: Any) -> bool:
    """Whether a type holds values of several types at any depth: of these most of Arrow's functions know nothing."""
    if isinstance(kind, pa.BaseExtensionType):
        return has_union(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return has_union(kind.value_type)
    inner = [kind.field(place).type for place in range(kind.num_fields)] if pa.types.is_nested(kind) else []
    return bool(pa.types.is_union(kind)) or any(map(has_union, inner))


def _plain_dictionary(array: Any, leaf: Callable[[Any], Any]) -> Any:
    """A dictionary of texts stays one, its codes signed: -1 says that there is none. Any other is written out."""
    kind, wanted = array.type, _dictionary_type(array.type)
    if wanted == kind:
        return array
    values = plain(array.dictionary, leaf)
    if not (_is_text(_texts_of(kind)) and _is_text(values.type)):
        return values.take(array.indices)
    return pa.DictionaryArray.from_arrays(array.indices.cast(wanted.index_type), values, ordered=kind.ordered)


def _texts_of(kind: Any) -> Any:
    return _TEXTS.get(kind.value_type, kind.value_type)


def _dictionary_type(kind: Any) -> Any:
    values = _texts_of(kind)
    if not _is_text(values):
        return plain_type(kind.value_type)
    index = kind.index_type if pa.types.is_signed_integer(kind.index_type) else pa.int32()
    return pa.dictionary(index, values, kind.ordered)


def _plain_struct(array: Any, leaf: Callable[[Any], Any]) -> Any:
    parts = array.flatten()
    made = [plain(part, leaf) for part in parts]
    if all(new is old for new, old in zip(made, parts, strict=True)):
        return array
    names = [one.name for one in array.type]
    return pa.StructArray.from_arrays(made, names=names, mask=array.is_null())


def _struct_type(kind: Any) -> Any:
    made = [(one.name, plain_type(one.type)) for one in kind]
    return kind if all(new == old.type for (_, new), old in zip(made, kind, strict=True)) else pa.struct(made)


def _plain_map(array: Any, leaf: Callable[[Any], Any]) -> Any:
    keys, items = plain(array.keys, leaf), plain(array.items, leaf)
    if keys.type == array.type.key_type and items.type == array.type.item_type:
        return array
    offsets = pa.array(array.offsets.to_numpy())  # a slice of offsets goes with no mask
    return pa.MapArray.from_arrays(offsets, keys, items, mask=array.is_null())


def _map_type(kind: Any) -> Any:
    key, item = plain_type(kind.key_type), plain_type(kind.item_type)
    return kind if (key, item) == (kind.key_type, kind.item_type) else pa.map_(key, item)


def _plain_list(array: Any, leaf: Callable[[Any], Any]) -> Any:
    """A list with offsets; views and lists of a fixed size become one."""
    flat = array.flatten()
    items = plain(flat, leaf)
    if _has_offsets(array.type) and items is flat:
        return array
    return pa.LargeListArray.from_arrays(_offsets(array), items, mask=array.is_null())


def _list_type(kind: Any) -> Any:
    item = plain_type(kind.value_type)
    return kind if _has_offsets(kind) and item == kind.value_type else pa.large_list(item)


def _has_offsets(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _offsets(array: Any) -> Any:
    lengths = pc.fill_null(pc.list_value_length(array), 0).to_numpy(zero_copy_only=False)
    return pa.array(np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]), pa.int64())
