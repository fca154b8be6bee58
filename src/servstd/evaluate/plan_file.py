"""A plan as bytes: a line that says what it is, a header in JSON, then what is pickled, with a checksum.

The checksum finds what was cut short or changed by accident; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from servstd.errors import PlanError

_MAGIC = b"servstd plan\n"


def pack(header: Mapping[str, Any], content: bytes, outside: bytes) -> bytes:
    """The bytes of a plan."""
    body = content + outside
    about = {**header, "content": len(content), "outside": len(outside), "sha256": hashlib.sha256(body).hexdigest()}
    return _MAGIC + json.dumps(about, sort_keys=True).encode() + b"\n" + body


def unpack(data: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Header, content and outside; nothing is unpickled. Raises `PlanError`."""
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise PlanError(f"expected the bytes of a plan, got {type(data).__name__}")
    data = bytes(data)
    if not data.startswith(_MAGIC):
        raise PlanError(f"the bytes are no plan: they begin with {data[:16]!r}")
    line, _, body = data[len(_MAGIC) :].partition(b"\n")
    try:
        header = json.loads(line)
    except ValueError:
        raise PlanError("the plan is cut short, or was changed: its header can not be read") from None
    if not isinstance(header, dict) or hashlib.sha256(body).hexdigest() != header.get("sha256"):
        raise PlanError("the plan is cut short, or was changed: its checksum differs")
    cut = header.pop("content")
    return header, body[:cut], body[cut:]
