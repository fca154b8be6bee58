"""`silence`: findings of `servstd lint` that are meant to be, each with the reason.

It stands on a rule, on a calendar, or under `catalog` for all of it. It never changes a verdict, and is left out of
the digest. Which codes there are is the linter's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servstd.terms.context import Path, Reading

SILENCE = "silence"


def read_silence(spec: Any, reading: Reading, path: Path = ()) -> dict[str, str]:
    """Read codes with their reasons; one without a reason is reported."""
    if spec is None:
        return {}
    if not isinstance(spec, Mapping):
        reading.report("not-a-mapping", "'silence' takes codes of findings with their reasons", path)
        return {}
    for code, reason in spec.items():
        if not isinstance(reason, str) or not reason.strip():
            reading.report("reason-missing", "say why the finding is silenced", (*path, code))
    return {str(code): str(reason) for code, reason in spec.items()}


def without_silence(content: Mapping[str, Any]) -> dict[str, Any]:
    """What counts for the digest of one rule, one calendar, or the section about the catalog."""
    return {key: value for key, value in content.items() if key != SILENCE}
