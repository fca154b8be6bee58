"""A value of an odd sort, wherever it stands, is a problem at its place and never an exception of another kind."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from servstd import CatalogError, load_catalog
from servstd.yaml_reader import read_yaml_file

EVERYTHING = json.loads(json.dumps(read_yaml_file(Path(__file__).parents[1] / "editor" / "everything.yaml")[0]))
ODD: list[tuple[tuple[Any, ...], Any, str]] = [
    (("rules", "parcel.answer", "applies_to", "channel"), [{}], "unknown-value"),
    (("rules", "parcel.answer", "applies_to", "urgent", "missing"), "yes", "wrong-type"),
    (("rules", "parcel.answer", "tests", 0, "expect", "reason"), {}, "unknown-value"),
    (("rules", "parcel.answer", "reading"), ["x"], "wrong-type"),
    (("rules", "parcel.answer", "readings"), 5, "not-a-mapping"),
    (("rules", "parcel.promise", "check", "moved_by", "to"), {"x": "y"}, "unknown-attribute"),
    (("rules", "parcel.height", "check", "of", "attribute"), ["x"], "unknown-attribute"),
    (("rules", "parcel.stars", "check", "scale"), ["x"], "unknown-scale"),
    (("record_kinds", "parcel", "ends"), 2.5, "not-a-list"),
    (("record_kinds", "parcel", "ends", 0), [], "unknown-event"),
    (("use_reading", "parcel.answer"), {}, "unknown-reading"),
    (("profiles", "light", "override"), True, "not-a-mapping"),
    (("profiles", "light", "override", "parcel.lift"), 5, "not-a-mapping"),
    (("profiles", "light", "use_reading"), 5, "not-a-mapping"),
    (("profiles", "light", "disable", "parcel.notice"), 5, "reason-missing"),
    (("calendar_for", 0, "use"), [], "unknown-calendar"),
    (("waivers", 0, "rule"), ["x"], "unknown-rule"),
    (("names", "agents"), False, "not-a-mapping"),
    (("catalog", "time_zone"), {}, "unknown-zone"),
]


@pytest.mark.parametrize(
    ("way", "value", "code"), ODD, ids=lambda part: ".".join(map(str, part)) if isinstance(part, tuple) else None
)
def test_an_odd_value_is_a_problem(way: tuple[Any, ...], value: Any, code: str) -> None:
    content = copy.deepcopy(EVERYTHING)
    *parents, last = way
    node = content
    for key in parents:
        node = node[key]
    node[last] = value
    with pytest.raises(CatalogError) as error:
        load_catalog(content)
    assert code in {problem.code for problem in error.value.problems}
