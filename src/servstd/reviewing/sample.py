"""Which records are reviewed: drawn by chance, so that what is found holds for all of them.

Without replacement, simple or in strata. Each record gets a number from the seed and its id (SHA-256), and those with
the smallest numbers are drawn: the order of the log does not matter, and the same seed gives the same sample. The
inclusion probability of each record is kept: n/N of its stratum, as rates over strata of unlike shares must be weighted
by it (Horvitz and Thompson 1952).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from servstd.errors import Problem, RecordError
from servstd.objective.reviewers.weighted import SMALLEST_CHANCE
from servstd.reviewing.wanted import Candidate
from servstd.values import BadValue, parse_instant

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stratum:
    """Records of one group: how many wait for a reviewer, how many of them were drawn, and the share of these."""

    group: Mapping[str, Any]
    population: int
    size: int
    probability: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One record of a sample; `stratum` is the place of its stratum, `asked` are its rules (None: not known, all)."""

    record_id: str
    probability: float
    stratum: int = 0
    asked: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn and how, so that anybody can draw it again.

    `population` counts the records that wait for a reviewer. `method` is `simple random` or `stratified random`.
    """

    seed: str
    method: str
    by: tuple[str, ...]
    population: int
    strata: tuple[Stratum, ...]
    records: tuple[Drawn, ...]
    rules: tuple[str, ...] = ()
    as_of: str | None = None
    catalog_digest: str | None = None
    also_decided: bool = False

    @property
    def size(self) -> int:
        """How many records were drawn."""
        return len(self.records)

    def to_json(self) -> str:
        """The file of a sample."""
        return json.dumps({"servstd_sample": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"


def draw_sample(
    population: Iterable[Candidate],
    size: int,
    seed: str | int,
    by: Sequence[str] = (),
    each: int | None = None,
) -> Sample:
    """A sample of `size` records, or all when there are fewer.

    With `by` it is drawn in strata: in proportion to their size (largest remainders, at least one of each as far as
    `size` reaches), or `each` records of every stratum. Raises `RecordError` for a size below one.
    """
    _check_size(size if each is None else each)
    groups: dict[tuple[Any, ...], list[str]] = {}
    asked: dict[str, tuple[str, ...]] = {}
    for one in population:
        groups.setdefault(one.group if by else (), []).append(one.record_id)
        asked[one.record_id] = one.rules
    ordered = {group: groups[group] for group in sorted(groups, key=_rank)}
    counts = {group: len(ids) for group, ids in ordered.items()}
    sizes = dict.fromkeys(counts, each) if each is not None else _allot(counts, size)
    strata, drawn = [], []
    for group, ids in ordered.items():
        taken = sorted(set(ids), key=lambda record_id: (_number(str(seed), record_id), record_id))[: sizes[group]]
        probability = len(taken) / len(ids)
        strata.append(Stratum(dict(zip(by, group, strict=True)), len(ids), len(taken), probability))
        drawn += [Drawn(record_id, probability, len(strata) - 1, asked[record_id]) for record_id in taken]
    method = "stratified random" if by else "simple random"
    return Sample(str(seed), method, tuple(by), sum(counts.values()), tuple(strata), tuple(drawn))


def _check_size(size: int) -> None:
    if size < 1:
        raise RecordError([Problem("empty-sample", f"a sample of {size} records is none")])


def _number(seed: str, record_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{record_id}".encode("utf-8", "surrogatepass")).digest()


def _allot(counts: Mapping[tuple[Any, ...], int], size: int) -> dict[tuple[Any, ...], int]:
    """Shares of `size` in proportion, by largest remainders; no stratum goes without while there are enough for all."""
    total = sum(counts.values())
    size = min(size, total)
    exact = {group: Fraction(size * count, total) for group, count in counts.items()}
    least = 1 if size >= len(counts) else 0
    found = {group: max(least, int(share)) for group, share in exact.items()}
    order = sorted(counts, key=lambda group: (found[group] - exact[group], _rank(group)))
    while (missing := size - sum(found.values())) != 0:
        step = 1 if missing > 0 else -1
        places = order if step > 0 else [group for group in reversed(order) if found[group] > least]
        for group in places[: abs(missing)]:
            if step < 0 or found[group] < counts[group]:
                found[group] += step
    return found


def _rank(group: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((value is None, str(value)) for value in group)


def read_sample(path: str | Path) -> Sample:
    """The sample in a file. Raises `RecordError` when it is none."""
    try:
        return sample_of(json.loads(Path(path).read_text("utf-8")))
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        problem = Problem("unreadable-file", f"the sample can not be read: {reason}", file=str(path))
    except (ValueError, RecursionError):
        problem = Problem("not-a-sample", "this is no sample that servstd sample wrote", file=str(path))
    raise RecordError([problem])


def sample_of(tree: Any) -> Sample:
    """The sample in plain JSON values. Raises `ValueError` for anything that `to_json` does not write."""
    if not isinstance(tree, dict) or tree.get("servstd_sample") != FORMAT:
        raise ValueError
    strata = tuple(_stratum(one) for one in _list(tree, "strata"))
    records = tuple(_drawn(one, len(strata)) for one in _list(tree, "records"))
    if len({one.record_id for one in records}) < len(records):
        raise ValueError
    as_of = _get(tree, "as_of", str, type(None))
    try:
        as_of is None or parse_instant(as_of)
    except BadValue:
        raise ValueError from None
    return Sample(
        _get(tree, "seed", str), _get(tree, "method", str), _texts(tree, "by"), _get(tree, "population", int),
        strata, records, _texts(tree, "rules"), as_of, _get(tree, "catalog_digest", str, type(None)),
        _get(tree, "also_decided", bool),
    )  # fmt: skip


def _get(tree: Any, name: str, *types: type) -> Any:
    """A value of one of these types; a flag is no number."""
    value = tree.get(name) if isinstance(tree, dict) else tree
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError
    return value


def _list(tree: Any, name: str) -> list[Any]:
    return list(_get(tree, name, list))


def _texts(tree: Any, name: str) -> tuple[str, ...]:
    if not all(isinstance(one, str) for one in _list(tree, name)):
        raise ValueError
    return tuple(_list(tree, name))


def _chance(tree: Any) -> float:
    chance = float(_get(tree, "probability", int, float))
    if not SMALLEST_CHANCE <= chance <= 1:
        raise ValueError
    return chance


def _stratum(tree: Any) -> Stratum:
    population, size = _get(tree, "population", int), _get(tree, "size", int)
    share = float(_get(tree, "probability", int, float))  # 0 of a group of which none was drawn
    if not 0 <= size <= population or not 0 <= share <= 1:
        raise ValueError
    return Stratum(_get(tree, "group", dict), population, size, share)


def _drawn(tree: Any, strata: int) -> Drawn:
    stratum = _get(tree, "stratum", int)
    if not 0 <= stratum < strata:
        raise ValueError
    asked = None if isinstance(tree, dict) and tree.get("asked") is None else _texts(tree, "asked")
    return Drawn(_get(tree, "record_id", str), _chance(tree), stratum, asked)
