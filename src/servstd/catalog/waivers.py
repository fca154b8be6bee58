"""Waivers: an agreed, dated exemption that turns a fail into not applicable, and keeps what it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from servstd.catalog.rule import midnight_us
from servstd.catalog.sections_meant import waiver_meant
from servstd.slips import date_fault, parse_date
from servstd.spelling import shown
from servstd.terms.condition import Condition
from servstd.terms.context import Path, Reading
from servstd.terms.read import parse_condition
from servstd.vocabulary import nearest

_KEYS = ("rule", "when", "from", "until", "reason", "approved_by")


@dataclass(frozen=True, slots=True)
class Waiver:
    """Covers the fails of one rule whose governing instant lies in `[from_us, until_us)`."""

    rule: str
    reason: str
    when: Condition | None = None
    from_us: int | None = None
    until_us: int | None = None
    approved_by: str | None = None

    def covers(self, at: int | None) -> bool:
        """True when an instant lies inside; one that is not known is covered only by a waiver without dates."""
        if at is None:
            return self.from_us is None and self.until_us is None
        return (self.from_us is None or self.from_us <= at) and (self.until_us is None or at < self.until_us)


def parse_waivers(spec: Any, rules: Mapping[str, Any], zone: ZoneInfo, reading: Reading) -> tuple[Waiver, ...]:
    """Read the list under `waivers`; dates are midnights in the catalog's zone, `until` is exclusive."""
    waivers: list[Waiver] = []
    for index, item in enumerate(spec or ()):
        path: Path = ("waivers", index)
        if isinstance(item, Mapping):
            item = reading.keys(item, _KEYS, path, partial(waiver_meant, rules=rules))
        if not isinstance(item, Mapping) or "rule" not in item or not item.get("reason"):
            reading.report("not-a-waiver", "a waiver needs 'rule' and 'reason'", path, waiver_meant(item, rules))
            continue
        if not isinstance(item["rule"], str) or item["rule"] not in rules:
            hint = nearest(item["rule"], rules)
            reading.report("unknown-rule", f"no rule is called {shown(item['rule'])}", (*path, "rule"), hint)
            continue
        when = parse_condition(item["when"], reading, (*path, "when")) if "when" in item else None
        ends = [_midnight(item.get(key), zone, reading, (*path, key)) for key in ("from", "until")]
        if ends[0] is not None and ends[1] is not None and ends[1] <= ends[0]:
            reading.report("dates-swapped", f"ends {item['until']}, when or before it begins", (*path, "until"))
        waivers.append(Waiver(item["rule"], str(item["reason"]), when, ends[0], ends[1], item.get("approved_by")))
    return tuple(waivers)


def _midnight(value: Any, zone: ZoneInfo, reading: Reading, path: Path) -> int | None:
    if value is None:
        return None
    try:
        return midnight_us(parse_date(value), zone)
    except ValueError:
        message, hint = date_fault(value)
        reading.report("not-a-date", message, path, hint)
        return None
