"""What holds for a whole table: what its schema says of the log, and what its columns show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.evaluate.table.flat_source import tracked_by
from servstd.flat import FlatReader
from servstd.values import BadValue
from servstd.vocabulary import Vocabulary

KEY = b"servstd"
"""Where a schema keeps it: JSON with `tracked`, `complete_for`, `defaults` and `exported_at`."""


@dataclass(frozen=True)
class Declared:
    """The only event types that the log can give (None: any), those that it is complete for, and defaults."""

    tracked: frozenset[str] | None = None
    complete_for: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def reader(self, vocabulary: Vocabulary) -> FlatReader:
        """What reads the rows one by one."""
        return FlatReader(vocabulary, tracked=self.tracked, complete_for=self.complete_for, defaults=self.defaults)


def declared_by(schema: Any, vocabulary: Vocabulary) -> Declared:
    """What a schema says; without a word of `tracked`, only the events of its columns can be given."""
    given = _metadata(schema)
    tracked = given["tracked"] if "tracked" in given else tracked_by(list(schema.names), FlatReader(vocabulary))
    return Declared(
        None if tracked is None else frozenset(tracked),
        frozenset(given.get("complete_for") or ()),
        {name: _typed(name, value, vocabulary) for name, value in (given.get("defaults") or {}).items()},
    )


def _metadata(schema: Any) -> Mapping[str, Any]:
    text = (schema.metadata or {}).get(KEY)
    if text is None:
        return {}
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, Mapping):
        raise RecordError([Problem("not-a-mapping", "the metadata 'servstd' of the table is no JSON mapping")])
    return given


def _typed(name: str, value: Any, vocabulary: Vocabulary) -> Any:
    """A default as its word has it: JSON has no dates."""
    word = vocabulary.fields.get(name)
    try:
        return value if word is None else word.type.read(value)
    except BadValue as error:
        raise RecordError([Problem(error.code, str(error), ("defaults", name), error.hint)]) from None
