"""Write March 2026 of a small contact centre in New York with a team in London, as its help desk would export it.

    python examples/contact_centre/generate.py --seed 7 -o examples/contact_centre/month.jsonl

The same seed gives the same bytes. About 440 rows, one JSON object a line, with a few that a reader must refuse.
mapping.yaml beside this file says how the rows become records. All people and texts are invented.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # so that the file also runs as a script

from examples.clock import Dice
from examples.contact_centre.calls import calls
from examples.contact_centre.cases import cases
from examples.contact_centre.rows import Row
from examples.contact_centre.staff import staff_records
from examples.contact_centre.written import written_contacts

PARTS = {"calls": calls, "written": written_contacts, "cases": cases, "staff": staff_records}


def records(seed: int) -> Iterator[Row]:
    """The clean rows in order of time. Each part has a dice of its own, so that a change in one leaves the others."""
    rows = [dated for name, make in PARTS.items() for dated in make(Dice(f"{seed}-{name}"))]
    for number, (_, row) in enumerate(sorted(rows, key=lambda dated: dated[0]), start=100_001):
        yield row | {"ticket": f"T-{number}"}


def broken(rows: list[Row]) -> dict[int, str]:
    """Lines that no reader may take for a record, by the position before which they stand."""
    mail = next(row for row in rows if row["via"] == "E-Mail" and row["first_reply"] != "n/a")
    call = next(row for row in rows if row["via"] == "Phone")
    unheard = call["events"] + [{"type": "wormhole_opened", "at": call["events"][-1]["at"]}]
    return {
        40: as_line(mail | {"ticket": "T-900001"})[:-30],  # the line stops in the middle
        95: as_line(mail | {"ticket": "T-900002", "created": "yesterday at noon"}),
        150: as_line(mail | {"ticket": "T-900003", "via": "Carrier pigeon"}),
        210: as_line({name: value for name, value in mail.items() if name != "ticket"}),
        300: as_line(mail | {"assignee": "a14"}),  # its id has been seen before
        380: as_line(call | {"ticket": "T-900004", "events": unheard}),
    }


def lines(seed: int) -> Iterator[str]:
    """The export line by line: the clean rows with the broken ones among them."""
    rows = list(records(seed))
    bad = broken(rows)
    for number, row in enumerate(rows):
        if number in bad:
            yield bad[number]
        yield as_line(row)


def as_line(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="write a month of a contact centre as JSON Lines")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.write_text("".join(line + "\n" for line in lines(options.seed)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
