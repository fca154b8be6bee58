"""A plan as bytes: a line that says what it is, a checksum of all that follows, a header in JSON, what is pickled.

The checksum finds what was cut short or changed by accident; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar

from servstd.errors import PlanError

T = TypeVar("T")
_MAGIC = b"servstd plan\n"


def pack(header: Mapping[str, Any], content: bytes, outside: bytes) -> bytes:
    """The bytes of a plan."""
    about = {**header, "content": len(content), "outside": len(outside)}
    return seal(json.dumps(about, sort_keys=True).encode() + b"\n" + content + outside)


def seal(data: bytes) -> bytes:
    """The bytes of a plan from the line of its header and what follows."""
    return _MAGIC + hashlib.sha256(data).hexdigest().encode() + b"\n" + data


def unpack(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header and what follows it; nothing is unpickled. Raises `PlanError`."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise PlanError(f"expected the bytes of a plan, got {type(data).__name__}")
    data = bytes(data)
    if not data.startswith(_MAGIC):
        raise PlanError(f"the bytes are no plan: they begin with {data[:16]!r}")
    checksum, _, sealed = data[len(_MAGIC) :].partition(b"\n")
    if hashlib.sha256(sealed).hexdigest().encode() != checksum:
        raise PlanError("the plan is cut short, or was changed: its checksum differs")
    line, _, body = sealed.partition(b"\n")
    try:
        header = json.loads(line)
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise PlanError(f"the header of the plan can not be read: it begins with {line[:16]!r}")
    return header, body


def parts(header: Mapping[str, Any], body: bytes) -> tuple[bytes, bytes]:
    """Content and outside. Raises `PlanError` when the header tells other lengths."""
    content, outside = value_of(header, "content", int), value_of(header, "outside", int)
    if min(content, outside) < 0 or content + outside != len(body):
        raise PlanError("the plan can not be read: its parts are not of the lengths that its header tells")
    return body[:content], body[content:]


def value_of(header: Mapping[str, Any], name: str, kind: type[T]) -> T:
    """What the header has by a name. Raises `PlanError` when it is not there, or is of another type."""
    if name not in header:
        raise PlanError(f"the header of the plan has no {name!r}")
    value = header[name]
    if not isinstance(value, kind):
        raise PlanError(f"the header of the plan has {value!r} for {name!r}, expected {_SAID[kind]}")
    return value


_SAID: dict[type, str] = {dict: "an object", int: "a whole number", list: "a list", str: "a text"}
