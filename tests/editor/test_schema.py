"""The schema and the loader agree: what is shipped passes, slips do not, and nothing is refused that would load."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from pydantic import WithJsonSchema

import servstd
from editor.conftest import CATALOGS, MAPPINGS, ROOT, catalog_of, read
from servstd.adapters import load_mapping
from servstd.adapters.load import _KEYS as MAPPING_KEYS
from servstd.calendar.parse import _CALENDAR_KEYS, _VERSION_KEYS
from servstd.calendar.parse_holidays import HOLIDAY_KEYS
from servstd.calendar.shape import HOLIDAY_MEANINGS
from servstd.catalog.rule_model import TEST_KEYS, RuleModel
from servstd.catalog.rule_tests import LISTED_TEST_KEYS
from servstd.catalog.shape import SECTIONS
from servstd.catalog.source import TOP_KEYS
from servstd.cues.read import _KEYS as CUE_KEYS
from servstd.cues.replies import _KEYS as REPLY_KEYS
from servstd.cues.shape import MEANINGS as CUE_MEANINGS
from servstd.cues.shape import REPLY_MEANINGS
from servstd.editor import catalog_schema, mapping_schema
from servstd.errors import CatalogError
from servstd.facts import Opportunity
from servstd.finding import Finding
from servstd.kinds import KINDS
from servstd.kinds.base import Check
from servstd.terms.read import EventField
from servstd.terms.target import TargetField
from servstd.terms.validation import key_names
from servstd.units import (
    DURATION_SHAPE,
    EVERY_SHAPE,
    SHARE_SHAPE,
    SPAN_SHAPE,
    UnitError,
    parse_duration,
    parse_every,
    parse_share,
    parse_span,
)  # fmt: skip

EVERYTHING = read(Path(__file__).parent / "everything.yaml")
CASES = yaml.safe_load((ROOT / "tests" / "docs" / "error_cases.yaml").read_text("utf-8"))
CATALOG_BLOCK = re.compile(r"^```yaml catalog.*\n(?P<text>(?:.*\n)*?)```$", re.M)

# What a schema of one file can not see: other files, dates and spans in their order, the grammar of phrases.
ONLY_THE_LOADER = {
    "catalog": {
        *(
            "unknown-catalog",
            "unknown-profile",
            "unknown-fixture",
            "word-taken",
            "calendar-missing",
            "wrong-combination",
        ),
        *("anchor-alone", "table-without-default", "two-targets", "wrong-value", "share-of-day"),
        *("dates-swapped", "version-twice", "version-empty", "day-twice"),
        *("hours-empty", "hours-overlap", "break-closed"),
        *("country-missing", "unknown-subdivision", "unknown-holiday"),
        *("phrase-empty", "phrase-empty-choice", "phrase-bracket", "phrase-anchor", "phrase-word", "unknown-slot"),
        *("cue-empty", "cue-cycle"),
    },
    "mapping": {"missing-column", "given-twice", "time-format", "unknown-state"},
}
SMALL: dict[str, Any] = {
    "calendars": {"uk": {"time_zone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}},
    "default_calendar": "uk",
    "rules": {
        "mail.reply": {
            "title": "An answer",
            "check": {"kind": "deadline", "from": "received", "to": "responded", "within": "1 business day"},
        },
        "mail.other": {"title": "Another", "check": {"kind": "review"}},
    },
}


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    Draft7Validator.check_schema(schema)  # as which editors of some years ago read it
    assert list(bad_lists(schema)) == []
    return Draft202012Validator(schema)


def bad_lists(node: Any) -> Iterator[Any]:
    """Lists that older editors refuse: empty ones, and words that are there twice."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key in ("enum", "allOf", "anyOf") and isinstance(value, list):
            texts = [json.dumps(item) for item in value]
            yield from [value] if not texts or len(texts) != len(set(texts)) else []
        if isinstance(value, dict | list):
            yield from bad_lists(value)


def refusals(validator: Draft202012Validator, content: Any) -> list[str]:
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(content)]


@pytest.fixture(scope="module")
def everything() -> Draft202012Validator:
    return validator_of(catalog_schema(servstd.load_catalog(EVERYTHING)))


@pytest.mark.parametrize("folder", CATALOGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_a_catalog_passes(folder: Path) -> None:
    validator = validator_of(catalog_schema(servstd.load_catalog(folder)))
    assert {file.name: refusals(validator, read(file)) for file in folder.glob("*.yaml")} == {
        file.name: [] for file in folder.glob("*.yaml")
    }


@pytest.mark.parametrize("file", MAPPINGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_mapping_passes(file: Path) -> None:
    assert refusals(validator_of(mapping_schema(catalog_of(file))), read(file)) == []


def test_one_of_everything_passes(everything: Draft202012Validator) -> None:
    assert refusals(everything, EVERYTHING) == []


def catalogs_in_the_docs() -> Iterator[tuple[str, str]]:
    for page in sorted((ROOT / "docs").rglob("*.md")):
        for number, match in enumerate(CATALOG_BLOCK.finditer(page.read_text("utf-8"))):
            yield f"{page.relative_to(ROOT).as_posix()}-{number}", match["text"]


@pytest.mark.parametrize(
    "text", [text for _, text in catalogs_in_the_docs()], ids=[name for name, _ in catalogs_in_the_docs()]
)
def test_every_catalog_in_the_docs_passes(text: str, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_text(text, "utf-8")
    assert refusals(validator_of(catalog_schema(servstd.load_catalog(file))), read(file)) == []


def laid_over(below: Any, over: Any) -> Any:
    if not isinstance(over, Mapping) or not isinstance(below, Mapping) or "kind" in over:
        return over
    return {**below, **{key: laid_over(below.get(key), value) for key, value in over.items()}}


def test_the_small_catalog_passes() -> None:
    assert refusals(validator_of(catalog_schema(servstd.load_catalog(SMALL))), SMALL) == []


def test_slips_in_a_catalog_are_refused_but_for_those_that_one_file_does_not_show() -> None:
    validator = validator_of(catalog_schema(servstd.load_catalog(SMALL)))
    passed = {code for code, change in CASES["catalog"].items() if validator.is_valid(laid_over(SMALL, change))}
    assert passed == ONLY_THE_LOADER["catalog"]


def test_slips_in_a_mapping_are_refused_but_for_those_that_need_the_log(shipped: servstd.Catalog) -> None:
    validator = validator_of(mapping_schema(shipped))
    assert {code for code, given in CASES["mapping"].items() if validator.is_valid(given)} == ONLY_THE_LOADER["mapping"]


# --- nothing is refused that would load ---

NUMBERS = ("1", "24", "1.5", "2.0", "0", ".5", "1,5", "-1", "50%", "")
MIDDLES = ("business", "Business", "elapsed", "calendar", "fiscal", "of a business", "each", "")
UNITS = ("day", "days", "DAYS", "hours", "hour", "second", "min", "quarter", "weeks", "dayss", "")
AMOUNTS = st.tuples(
    st.sampled_from(("", "end of", "End  of", "each", " ")), st.sampled_from(NUMBERS), st.sampled_from(MIDDLES),
    st.sampled_from(UNITS), st.sampled_from(("", " ", "\n", " before")),
)  # fmt: skip


READERS: tuple[tuple[Callable[[object], object], dict[str, Any]], ...] = (
    (parse_duration, DURATION_SHAPE),
    (parse_every, EVERY_SHAPE),
    (parse_share, SHARE_SHAPE),
    (parse_span, SPAN_SHAPE),
)


def reads(parse: Callable[[object], object], text: str) -> bool:
    try:
        parse(text)
    except UnitError:
        return False
    return True


@settings(max_examples=2000)
@given(AMOUNTS)
def test_the_pattern_of_an_amount_takes_what_its_reader_takes(parts: tuple[str, ...]) -> None:
    text = " ".join(parts[:-1]) + parts[-1]
    for parse, schema in READERS:
        assert bool(re.search(schema["pattern"], text)) is reads(parse, text), text


TAKEN_AWAY, RENAMED, ADDED = "taken away", "renamed", "another key added"
OTHERS = (None, 5, -1, 2.5, True, False, "x", "", [], {}, ["x"], {"x": "y"}, [{}], "this", "received", [None])


def places(tree: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if way:
        yield way
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(value, (*way, key))


def changed(tree: Any, way: tuple[Any, ...], change: Any) -> Any:
    """The tree with the value at one place changed."""
    tree = copy.deepcopy(tree)
    *parents, last = way
    node = tree
    for key in parents:
        node = node[key]
    if change is TAKEN_AWAY:
        del node[last]
    elif change is RENAMED and isinstance(node, dict):
        node[f"{last}x"] = node.pop(last)
    elif change is ADDED and isinstance(node[last], dict):
        node[last]["zzz"] = 1
    else:
        node[last] = change
    return tree


def is_null_under_an_unknown_key(error: Any) -> bool:
    """`{objectve: null}` in an override takes away what is not there. Only the editor sees the slip."""
    return error.validator == "additionalProperties" and any(
        value is None for key, value in error.instance.items() if key not in error.schema["properties"]
    )


@settings(max_examples=40)
@given(st.sampled_from(sorted(places(EVERYTHING), key=str)), st.sampled_from((*OTHERS, TAKEN_AWAY, RENAMED, ADDED)))
def test_what_the_schema_of_a_catalog_refuses_the_loader_refuses_too(
    everything: Draft202012Validator, way: tuple[Any, ...], change: Any
) -> None:
    content = changed(EVERYTHING, way, change)
    errors = [error for error in everything.iter_errors(content) if not is_null_under_an_unknown_key(error)]
    if errors:
        with pytest.raises(CatalogError):
            servstd.load_catalog(content)


MAPPING_CONTENTS = [(file, read(file)) for file in MAPPINGS]
MAPPING_PLACES = [(file, content, way) for file, content in MAPPING_CONTENTS for way in places(content)]


@pytest.fixture(scope="module")
def mapping_validators() -> dict[Path, tuple[servstd.Catalog, Draft202012Validator]]:
    catalogs = {file: catalog_of(file) for file in MAPPINGS}
    return {file: (catalog, validator_of(mapping_schema(catalog))) for file, catalog in catalogs.items()}


@settings(max_examples=150)
@given(st.sampled_from(MAPPING_PLACES), st.sampled_from((*OTHERS, TAKEN_AWAY, RENAMED, ADDED)))
def test_what_the_schema_of_a_mapping_refuses_the_loader_refuses_too(
    mapping_validators: dict[Path, tuple[servstd.Catalog, Draft202012Validator]],
    at: tuple[Path, Any, tuple[Any, ...]],
    change: Any,
) -> None:
    file, content, way = at
    catalog, validator = mapping_validators[file]
    content = changed(content, way, change)
    if not validator.is_valid(content):
        with pytest.raises(CatalogError):
            load_mapping(content, catalog.vocabulary)


# --- the schema knows what the catalog knows ---


class WholeBoxes(Check):
    """A number is a whole multiple of a box."""

    name: ClassVar[str] = "whole_boxes"
    kind: Literal["whole_boxes"] = "whole_boxes"
    field: str
    box: int
    after: EventField = None
    within: TargetField = None
    sort: Literal["large", "small"] | None = None
    price: Annotated[Any, WithJsonSchema({"type": "number"})] = None
    parts: dict[str, int] = {}  # noqa: RUF012

    def check(self, opportunity: Opportunity) -> Finding:
        raise NotImplementedError


LAMPS: dict[str, Any] = {
    "fields": {"lamps": {"type": "one of red, green", "brief": "lamps ordered"}},
    "events": {"packed": {"brief": "put into boxes"}},
    "rules": {"order.boxes": {"title": "By the box", "check": {"kind": "whole_boxes", "field": "lamps", "box": 6}}},
}


@pytest.mark.parametrize(
    ("check", "is_good"),
    [
        ({"field": "lamps", "box": 6}, True),
        ({"field": "lamps", "box": 6, "after": "packed", "within": "1 calendar day", "sort": None}, True),
        ({"field": "lamps"}, False),
        ({"field": "lamps", "box": "six"}, False),
        ({"field": "lamps", "box": 6, "after": "unpacked"}, False),
        ({"field": "lamps", "box": 6, "within": "1 day"}, False),
        ({"field": "lamps", "box": 6, "sort": "medium"}, False),
        ({"feild": "lamps", "field": "lamps", "box": 6}, False),
    ],
)
def test_a_kind_of_your_own_has_its_schema_by_itself(check: dict[str, Any], is_good: bool) -> None:
    validator = validator_of(catalog_schema(servstd.load_catalog(LAMPS, kinds=[WholeBoxes])))
    content = {**LAMPS, "rules": {"order.boxes": {"title": "x", "check": {"kind": "whole_boxes", **check}}}}
    assert validator.is_valid(content) is is_good
    if not is_good:
        with pytest.raises(CatalogError):
            servstd.load_catalog(content, kinds=[WholeBoxes])


def test_a_kind_that_no_rule_uses_yet_can_be_named() -> None:
    schema = catalog_schema(servstd.load_catalog(), kinds=[WholeBoxes])
    assert "whole_boxes" in schema["$defs"]["check"]["properties"]["kind"]["enum"]


def test_words_of_your_own_are_known() -> None:
    validator = validator_of(catalog_schema(servstd.load_catalog(LAMPS, kinds=[WholeBoxes])))
    rule = {"title": "x", "applies_to": {"lamps": "red"}, "check": {"kind": "recorded", "event": "packed"}}
    assert refusals(validator, {"rules": {"order.packed": rule}}) == []
    assert refusals(validator, {"rules": {"order.packed": {**rule, "applies_to": {"lamps": "blue"}}}})


def test_an_override_knows_the_kind_that_it_changes(shipped: servstd.Catalog) -> None:
    validator = validator_of(catalog_schema(shipped))

    def change(check: Any) -> list[str]:
        return refusals(validator, {"override": {"email.response_time": {"check": check}}})

    assert change({"within": "4 business hours", "cycles": None}) == []
    assert change({"kind": "review"}) == []
    assert change({"kind": "review", "within": "1 business day"})
    assert change({"cue": "thanks"})


def test_the_parts_of_a_country_that_the_catalog_uses_are_known() -> None:
    spec = {
        "time_zone": "Europe/London",
        "hours": {"mon": "closed"},
        "holidays": {"country": "GB", "subdivision": "ENG"},
    }
    validator = validator_of(catalog_schema(servstd.load_catalog({"calendars": {"uk": spec}})))
    wrong = {**spec, "holidays": {"country": "GB", "subdivision": "London"}}
    assert refusals(validator, {"calendars": {"uk": spec}}) == []
    assert refusals(validator, {"calendars": {"uk": wrong}})


def test_findings_of_the_linter_are_offered_for_silence(shipped: servstd.Catalog) -> None:
    schema = catalog_schema(shipped, findings={"no-source": "a rule says where it comes from"})
    assert "no-source" in schema["$defs"]["silence"]["properties"]


# --- nothing is forgotten ---


def test_every_key_of_the_loader_is_in_the_schema(shipped: servstd.Catalog) -> None:
    defs = catalog_schema(shipped)["$defs"]
    assert set(SECTIONS) == set(TOP_KEYS)
    assert set(defs["rule"]["properties"]) == set(key_names(RuleModel))
    assert set(defs["test"]["properties"]) == set(TEST_KEYS)
    assert set(defs["listed_test"]["properties"]) == set(LISTED_TEST_KEYS)
    assert set(defs["calendar"]["properties"]) == set(_CALENDAR_KEYS)
    assert set(defs["calendar"]["properties"]["versions"]["items"]["properties"]) == set(_VERSION_KEYS)
    assert set(HOLIDAY_MEANINGS) == set(HOLIDAY_KEYS)
    assert set(CUE_MEANINGS) == set(CUE_KEYS)
    assert set(REPLY_MEANINGS) == set(REPLY_KEYS)
    assert set(mapping_schema(shipped)["properties"]) == {*MAPPING_KEYS["wide"], *MAPPING_KEYS["events"]}
    assert {name.removeprefix("kind_") for name in defs if re.fullmatch(r"kind_\w+(?<!_change)", name)} == set(KINDS)


def test_every_key_says_what_it_means(shipped: servstd.Catalog) -> None:
    for schema in (catalog_schema(shipped), mapping_schema(shipped)):
        pieces = {"": schema, **schema["$defs"]}
        told = ("rule", "test", "calendar", "cue_family", "condition", *(f"kind_{name}" for name in KINDS))
        silent = [
            f"{name}.{key}"
            for name in ("", *told)
            for key, part in pieces.get(name, {}).get("properties", {}).items()
            if part
            and not part.get("description")
            and part != {"$ref": "#/$defs/is_anything"}
            and key not in ("actor", "ref")
        ]
        assert silent == []


def test_the_schemas_stay_small(shipped: servstd.Catalog) -> None:
    assert len(json.dumps(catalog_schema(shipped))) < 600_000
    assert len(json.dumps(mapping_schema(shipped))) < 150_000
