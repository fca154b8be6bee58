"""What the tests of the editor package share: every YAML file of the project, and a real language server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import servstd
from editor.language_server import ServerMissing, Session, find_server
from servstd.editor import catalog_schema, mapping_schema
from servstd.yaml_reader import read_yaml_file

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = [ROOT / "standards", *sorted(path for path in (ROOT / "examples").rglob("policy") if path.is_dir())]
MAPPINGS = sorted((ROOT / "examples").glob("*/mapping*.yaml"))


def read(path: Path) -> Any:
    """A YAML file as the loader reads it, as plain JSON values."""
    return json.loads(json.dumps(read_yaml_file(path)[0]))


def catalog_of(mapping: Path) -> servstd.Catalog:
    """The catalog in whose words a mapping is written: the policy beside it."""
    policy = mapping.parent / "policy"
    return servstd.load_catalog(policy if policy.is_dir() else None)


@pytest.fixture(scope="session")
def shipped() -> servstd.Catalog:
    return servstd.load_catalog()


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory, shipped: servstd.Catalog) -> Iterator[Session]:
    """An editor with a folder that holds the schemas of the shipped catalog. Skipped without node, unless CI asks."""
    try:
        find_server()
    except ServerMissing as error:
        if os.environ.get("SERVSTD_NEEDS_NODE"):
            raise
        pytest.skip(f"needs the YAML language server: {error}")
    root = tmp_path_factory.mktemp("policy")
    (root / "catalog.schema.json").write_text(json.dumps(catalog_schema(shipped)), "utf-8")
    (root / "mapping.schema.json").write_text(json.dumps(mapping_schema(shipped)), "utf-8")
    with Session(root) as session:
        yield session
