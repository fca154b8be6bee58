"""The shipped words, and ways to read small logs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from servstd.adapters import BadRow, load_mapping, read_log
from servstd.record import Record
from servstd.vocabulary import Vocabulary, parse_vocabulary
from servstd.yaml_reader import read_yaml_file

from .table.both import differences

Read = Callable[..., tuple[list[Record], list[BadRow]]]


def own_words(project_root: Path, base: Vocabulary | None, *parts: str) -> Vocabulary:
    tree, problems, _ = read_yaml_file(project_root.joinpath(*parts))
    assert not problems
    vocabulary, problems = parse_vocabulary(tree, base)
    assert not problems
    return vocabulary


@pytest.fixture(scope="session")
def vocabulary(project_root: Path) -> Vocabulary:
    """The words of standards/vocabulary.yaml."""
    return own_words(project_root, None, "standards", "vocabulary.yaml")


@pytest.fixture(scope="session")
def desk_vocabulary(project_root: Path, vocabulary: Vocabulary) -> Vocabulary:
    """Those words, and the ones of the ServiceNow example."""
    return vocabulary.merged(own_words(project_root, vocabulary, "examples", "servicenow", "policy", "policy.yaml"))


@pytest.fixture
def read(tmp_path: Path, vocabulary: Vocabulary) -> Read:
    """Write a log, read it with a mapping, and give its records and its bad rows. By columns it gives the same."""

    def read_text(
        name: str, text: str | bytes, mapping: Mapping[str, Any] | None = None, **more: Any
    ) -> tuple[list[Record], list[BadRow]]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if path.suffix != ".json" and not more.keys() - {"defaults"}:
            checked = mapping and load_mapping(mapping, vocabulary)
            assert differences(path, checked, vocabulary, more.get("defaults")) == []
        return split(read_log(path, mapping and load_mapping(mapping, vocabulary), vocabulary, **more))

    return read_text


def split(log: Any) -> tuple[list[Record], list[BadRow]]:
    items = list(log)
    return [item for item in items if isinstance(item, Record)], [item for item in items if isinstance(item, BadRow)]
