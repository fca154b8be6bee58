"""One log through both paths: the row reader, and columns of Arrow. Both must give the same records and bad rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from servstd.adapters import BadRow, LogMapping, read_log
from servstd.adapters.batches import open_batches
from servstd.adapters.table import MappedTable, mapped
from servstd.flat import FlatReader
from servstd.record import Event, Record
from servstd.values import to_us
from servstd.vocabulary import Vocabulary


def value_told(value: Any) -> Any:
    """A value to compare: instants by the clock of the world, everything else as it is."""
    if isinstance(value, datetime):
        return "instant", to_us(value)
    return ("date", value) if isinstance(value, date) else (type(value).__name__, str(value))


def event_told(event: Event, vocabulary: Vocabulary) -> tuple[Any, ...]:
    known = vocabulary.events[event.type].attributes if event.type in vocabulary.events else {}
    attributes = {name: value_told(value) for name, value in event.attributes.items() if name in known}
    return event.type, event.at_us, event.sequence, event.until_us, event.actor, event.ref, sorted(attributes.items())


def record_told(record: Record, vocabulary: Vocabulary) -> dict[str, Any]:
    """All that counts in a record. Events stand in order; keys that nobody declared are left out of lists."""
    return {
        "values": {name: value_told(value) for name, value in record.values.items()},
        "events": sorted(map(str, (event_told(event, vocabulary) for event in record.events))),
        "turns": [(turn.speaker, turn.text, turn.at_us, turn.until_us) for turn in record.turns],
        "reviews": [
            (one.rule, one.value, one.reviewer, one.at_us, one.opportunity, one.override, one.reason)
            for one in record.reviews
        ],
        "lists": (record.complete_for, record.tracked, record.agent_names),
        "defaults": {name: value_told(value) for name, value in record.defaults.items()},
        "odd": sorted({problem.code for problem in record.problems} - {"unknown-key"}),
    }


def records_of(table: Any, vocabulary: Vocabulary) -> dict[str, Record]:
    """The records of a table in flat form, as the table is read row by row."""
    told = json.loads(table.schema.metadata[b"servstd"])
    tracked = None if told["tracked"] is None else frozenset(told["tracked"])
    complete_for = frozenset(told["complete_for"])
    defaults = {name: _default(name, value, vocabulary) for name, value in told["defaults"].items()}
    reader = FlatReader(vocabulary, None, tracked, complete_for, defaults)
    read = [reader.read(row) for row in table.to_pylist()]
    assert len({record.id for record in read}) == len(read)
    return {record.id: record for record in read}


def _default(name: str, value: Any, vocabulary: Vocabulary) -> Any:
    kind = vocabulary.fields[name].type
    return value if kind.text == "duration" else kind.read(value)


def by_rows(
    path: Path, mapping: LogMapping | None, vocabulary: Vocabulary, defaults: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[BadRow], int, Counter[Any], Any]:
    log = read_log(path, mapping, vocabulary, defaults)
    items = list(log)
    records = [item for item in items if isinstance(item, Record)]
    odd: Counter[Any] = Counter()
    for record in records:
        found = [
            replace(one, line=None, keys=tuple(k for k in one.keys if isinstance(k, str))) for one in record.problems
        ]
        odd.update(list(dict.fromkeys(found)))
    newest = max((at for one in records if (at := one.newest_at(vocabulary.planned))), key=to_us, default=None)
    told = {record.id: record_told(record, vocabulary) for record in records}
    return told, [item for item in items if isinstance(item, BadRow)], log.repeats, odd, newest and to_us(newest)


def differences(
    path: Path,
    mapping: LogMapping | None,
    vocabulary: Vocabulary,
    defaults: Mapping[str, Any] | None = None,
    **options: Any,
) -> list[str]:
    """What the two paths say differently of a log; nothing when all is well."""
    records, bad, repeats, odd, newest = by_rows(path, mapping, vocabulary, defaults)
    source = open_batches(path)
    table = mapped(source, mapping, vocabulary, defaults, **options)
    found = records_of(table.to_table(), vocabulary)
    wrong = [f"record {name}: {one} became {_told(found, name, vocabulary)}" for name, one in records.items()
             if one != _told(found, name, vocabulary)]  # fmt: skip
    wrong += [f"record {name} is one too many" for name in found if name not in records]
    wrong += _bad_rows(bad, [*source.bad_rows, *table.bad_rows])
    if repeats != table.repeats:
        wrong.append(f"repeats: {repeats} became {table.repeats}")
    if odd != table.odd:
        wrong.append(f"odd: {dict(odd)} became {dict(table.odd)}")
    if newest != (table.newest_at and to_us(table.newest_at)):
        wrong.append(f"newest: {newest} became {table.newest_at}")
    again = mapped(open_batches(path), mapping, vocabulary, defaults, **options).find_newest_at()
    if newest != (again and to_us(again)):
        wrong.append(f"newest by times alone: {newest} became {again}")
    return wrong


def _told(found: Mapping[str, Record], name: str, vocabulary: Vocabulary) -> Any:
    return record_told(found[name], vocabulary) if name in found else None


def _bad_rows(wanted: list[BadRow], found: list[BadRow]) -> list[str]:
    """Bad rows with every problem, as a person reads them; of a whole case by case and not by line."""
    told = [sorted(f"{one.record_id} {one.render()}" for one in rows) for rows in (wanted, found)]
    return [] if told[0] == told[1] else [f"bad rows: {told[0]} became {told[1]}"]


__all__ = ["MappedTable", "differences", "record_told", "records_of"]
