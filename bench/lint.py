"""How long 500 rules take to load with their places, and to lint.

    python bench/lint.py [--rules 500] [--repeat 3]

Three catalogs: the shipped rules over and over, each copy for a team of its own and with all its tests; one check for
500 overlapping scopes, so that every pair has to be compared; and scopes and exemptions of many alternatives, where the
sets of records are large. Best of several, in one run.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

import servstd
from servstd.lint import lint

TODAY = date(2026, 11, 22)
OFFICE = {
    "calendars": {"office": {"time_zone": "UTC", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "office",
}
FIELDS = ("urgent", "has_request", "action_needed", "no_contact_wanted", "has_process", "assistable", "emergency")


def copies(count: int) -> dict[str, Any]:
    """The shipped rules, each copy for one more team."""
    tree = json.loads(json.dumps(servstd.load_catalog().tree))
    shipped: Mapping[str, Any] = tree["rules"]
    rules: dict[str, Any] = dict(shipped)
    for number in range(count):
        for rule_id, body in shipped.items():
            scope = body.get("applies_to") or {"kind": "interaction"}
            rules[f"{rule_id}_v{number}"] = {**body, "applies_to": {"all": [scope, {"team": f"t{number}"}]}}
            if len(rules) == count:
                return {"calendars": tree["calendars"], "default_calendar": "example_office", "rules": rules}
    return {}


def overlapping(count: int) -> dict[str, Any]:
    """One deadline for scopes that share most of their fields."""
    rules = {
        f"mail.r{number}": _rule(
            {
                "kind": "interaction",
                "channel": ["email", "web"],
                "team": f"t{number // 2}",
                "any": [{"priority": f"p{number}"}, {"urgent": True}],
            },
            number,
        )
        for number in range(count)
    }
    return {**OFFICE, "rules": rules}


def tangled(count: int) -> dict[str, Any]:
    """Scopes of random alternatives."""
    dice = random.Random(7)

    def alternatives(size: int) -> dict[str, Any]:
        return {"any": [{name: dice.random() < 0.5} for name in dice.sample(FIELDS, size)]}

    rules = {
        f"mail.r{number}": _rule({"all": [{"kind": "interaction"}, alternatives(5), alternatives(3)]}, number)
        for number in range(count)
    }
    return {**OFFICE, "rules": rules}


def _rule(scope: Mapping[str, Any], number: int) -> dict[str, Any]:
    check = {"kind": "deadline", "from": "received", "to": "responded", "within": f"{1 + number % 5} business hours"}
    return {"title": "An answer", "applies_to": scope, "except": {"sent": {"direction": "outbound"}}, "check": check}


def _text(tree: Mapping[str, Any]) -> str:
    """As YAML, with what is shared written out each time: a catalog may not use aliases."""
    return yaml.safe_dump(json.loads(json.dumps(tree)), sort_keys=False)


def measure(tree: Mapping[str, Any], repeat: int) -> tuple[float, float, int]:
    """Seconds to load from files and to lint, each the best of several, and how much was found."""
    with TemporaryDirectory() as folder:
        ids = list(tree["rules"])
        rest = {key: value for key, value in tree.items() if key != "rules"}
        (Path(folder) / "catalog.yaml").write_text(_text(rest), "utf-8")
        for start in range(0, len(ids), 100):
            part = {"rules": {rule_id: tree["rules"][rule_id] for rule_id in ids[start : start + 100]}}
            (Path(folder) / f"rules{start}.yaml").write_text(_text(part), "utf-8")
        loads, lints = [], []
        for _ in range(repeat):
            begin = time.perf_counter()
            catalog = servstd.load_catalog(folder)
            loads.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            found = lint(catalog, today=TODAY)
            lints.append(time.perf_counter() - begin)
    return min(loads), min(lints), len(found.problems)


def main() -> None:
    """Print one row a catalog."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    print(f"{'catalog of ' + str(options.rules) + ' rules':28}{'load':>10}{'lint':>10}{'findings':>10}")
    for make in (copies, overlapping, tangled):
        load_s, lint_s, count = measure(make(options.rules), options.repeat)
        print(f"{make.__name__:28}{load_s:>8.2f} s{lint_s:>8.2f} s{count:>10}")


if __name__ == "__main__":
    main()
