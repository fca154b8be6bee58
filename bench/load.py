"""How long a catalog of 500 rules takes to load, with the place of every key.

    python bench/load.py [--repeat 9]

The rules are the shipped ones, copied under other ids into ten files, without their tests. Printed are the medians of
several loads in one process: the time on the clock, and that of the processor, which a busy machine disturbs less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

import servstd

RULES = 500
A_FILE = 50


def write_rules(folder: Path) -> None:
    """Fill the folder: the shipped calendars, and 500 rules in ten files."""
    shipped = servstd.load_catalog()
    specs: dict[str, Any] = {rule_id: json.loads(json.dumps(rule.spec)) for rule_id, rule in shipped.rules.items()}
    for spec in specs.values():
        spec.pop("tests", None)
    ids = list(specs)
    # the first of each keeps its id, as others ask about it
    rules = {(ids[i % len(ids)] + (f"_{i}" if i >= len(ids) else "")): specs[ids[i % len(ids)]] for i in range(RULES)}
    names = list(rules)
    for begin in range(0, RULES, A_FILE):
        content = {"rules": {name: rules[name] for name in names[begin : begin + A_FILE]}}
        text = yaml.dump(json.loads(json.dumps(content)), sort_keys=False, allow_unicode=True, width=110)
        (folder / f"rules_{begin // A_FILE}.yaml").write_text(text, "utf-8")
    calendars = {key: shipped.tree[key] for key in ("calendars", "default_calendar") if key in shipped.tree}
    (folder / "calendars.yaml").write_text(yaml.dump(json.loads(json.dumps(calendars))), "utf-8")


def main() -> None:
    """Load them again and again."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=9)
    with tempfile.TemporaryDirectory() as folder:
        write_rules(Path(folder))
        characters = sum(path.stat().st_size for path in Path(folder).iterdir())
        clock: list[float] = []
        processor: list[float] = []
        for _ in range(parser.parse_args().repeat + 1):
            begin, begin_cpu = time.perf_counter(), time.process_time()
            catalog = servstd.load_catalog(folder)
            clock.append(time.perf_counter() - begin)
            processor.append(time.process_time() - begin_cpu)
    print(f"{len(catalog.rules)} rules, {characters / 1e3:.0f} kB of YAML; the first load is left out")
    for name, times in (("clock", clock[1:]), ("processor", processor[1:])):
        print(f"{name:10} median {statistics.median(times) * 1e3:4.0f} ms, best {min(times) * 1e3:4.0f} ms")


if __name__ == "__main__":
    main()
