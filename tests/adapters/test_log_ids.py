"""Ids of logs as numbers in files, and what tells two records apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import servstd
from servstd.adapters import log_ids
from servstd.adapters.log_ids import IdFile, claims_of, digest_of, has_id, hash_ids, rows_with, shared_ids, with_ids
from servstd.flat import FlatReader


def write(path: Path, ids: list[str]) -> Path:
    file = IdFile(path)
    file.add(pa.array(ids[: len(ids) // 2], pa.string()))
    for one in ids[len(ids) // 2 :]:
        file.add_one(one)
    file.close()
    return path


@pytest.mark.parametrize("at_once", [1, 7, 10**6])
def test_ids_in_several_files_are_found_in_any_number_of_steps(
    at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_ids, "_AT_ONCE", at_once)
    logs = [[f"{log}-{number}" for number in range(40)] for log in range(3)]
    logs[1] += ["0-7", "twice", "twice"]
    logs[2] += ["0-7", "0-8"]
    paths = [write(tmp_path / str(number), ids) for number, ids in enumerate(logs)]
    paths.append(write(tmp_path / "none", []))
    shared = shared_ids(paths)
    wanted = np.sort(hash_ids(pa.array(["0-7", "0-8", "twice"])))
    assert np.array_equal(np.sort(shared), wanted)
    assert with_ids(paths, shared) == [True, True, True, False]
    assert with_ids(paths, hash_ids(pa.array(["0-8"]))) == [True, False, True, False]
    assert rows_with(pa.array(["x", "0-8", "y", "twice"]), shared) == [1, 3]
    assert has_id("0-7", shared)
    assert not has_id("0-9", shared)


def test_long_ids_have_numbers_of_their_own_that_stay() -> None:
    found = hash_ids(pa.array(["x" * 200, "x" * 199 + "y"]))
    assert len(set(found.tolist())) == 2
    assert found.tolist() == hash_ids(pa.array(["x" * 200, "x" * 199 + "y"])).tolist()


def test_records_that_say_the_same_have_one_digest() -> None:
    reader = FlatReader(servstd.load_catalog().vocabulary)
    row = {"id": "A", "channel": "email", "received_at": "2026-05-04T10:00Z", "priority": "high", "satisfaction": 4}
    digest = digest_of(reader.read(row))
    assert digest == digest_of(reader.read({**row, "received_at": "2026-05-04T12:00+02:00"}))
    assert digest == digest_of(reader.read(dict(reversed(row.items())) | {"satisfaction": 4.0}))
    others = ({"id": "B"}, {"priority": "low"}, {"received_at": "2026-05-04T10:01Z"}, {"satisfaction": 5})
    others = (*others, {"responded_at": "2026-05-04T11:00Z"}, {"complete_for": "received"}, {"team": "x"})
    for other in others:
        assert digest_of(reader.read({**row, **other})) != digest


def test_the_first_log_has_an_id_and_later_ones_are_told() -> None:
    found = claims_of([("a", [("1", "x")]), ("b", [("1", "y"), ("2", "z")]), ("c", [("2", "z"), ("1", "x")])])
    assert found == [{}, {"1": ("a", "x")}, {"2": ("b", "z"), "1": ("a", "x")}]


def test_an_id_that_several_logs_share_is_found_whatever_ids_are_beside_it(tmp_path: Path) -> None:
    long = [f"https://desk.example.com/tickets/2026/05/04/{number:08d}/interaction" for number in range(4)]
    paths = [write(tmp_path / "a", ["E-17", "E-18", "E-19"]), write(tmp_path / "b", [*long, "E-17"])]
    assert shared_ids(paths).tolist() == hash_ids(pa.array(["E-17"])).tolist()
    assert hash_ids(pa.array(["E-17", *long]))[:1].tolist() == hash_ids(pa.array(["E-17"])).tolist()
