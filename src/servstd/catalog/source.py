"""Where a catalog comes from: a folder, a file or a mapping, read into one tree with the place of every key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from servstd.catalog.merge import joined, put
from servstd.catalog.sections_meant import section_meant
from servstd.catalog.silence import SILENCE
from servstd.errors import CatalogError, Problem
from servstd.spelling import read_keys, shown, unknown_key
from servstd.yaml_reader import MarkedDict, merge_marks, place, read_yaml_file
from servstd.yaml_reader.one_line import on_one_line

SHIPPED = "servstd"
POLICY_FOLDER = "policy"  # where `servstd init` puts the catalog of the folder that it makes
VOCABULARY_KEYS = ("fields", "events", "record_kinds", "scales")
MERGED_KEYS = (
    "catalog", "rules", "override", "disable", "use_reading", "defaults", "calendars", "names", "profiles", "fixtures",
    *VOCABULARY_KEYS, "cues", "replies",
)  # fmt: skip
CATALOG_KEYS = ("name", "version", "title", "time_zone", "fiscal_year_start", SILENCE)
LISTED_KEYS = ("calendar_for", "waivers", "use_profiles", "tests")
SINGLE_KEYS = ("extends", "default_calendar")
TOP_KEYS = (*SINGLE_KEYS, *MERGED_KEYS, *LISTED_KEYS)


@dataclass
class Source:
    """One catalog as written: its tree, its folder, and the lines of its files for messages.

    `is_broken` says that a file could not be read at all, so that what refers to it can not be checked.
    """

    tree: Mapping[str, Any]
    folder: Path | None = None
    problems: list[Problem] = field(default_factory=list)
    is_broken: bool = False
    path: Path | None = None
    lines: dict[str, Sequence[str]] = field(default_factory=dict)


def shipped_folder() -> Path:
    """The folder of the catalog that comes with the library."""
    package = Path(__file__).parent.parent
    inside = package / "standards"
    return inside if inside.is_dir() else package.parents[1] / "standards"


def read_source(where: str | Path | Mapping[str, Any] | None) -> Source:
    """Read a folder of YAML files, one file, a mapping, or (None) the shipped catalog.

    Raises `CatalogError` when there is nothing to read.
    """
    if where is None or where == SHIPPED:
        where = shipped_folder()
    if isinstance(where, Mapping):
        source = Source({})
        source.tree = _shaped(where, source)
        return source
    if not isinstance(where, (str, Path)):
        message = f"expected a folder, a file or a mapping, got {type(where).__name__}"
        raise CatalogError([Problem("no-catalog", message)])
    path = Path(where)
    if not is_catalog(path):
        raise CatalogError([_no_catalog(path)])
    source = _read_files(catalog_files(path), path if path.is_dir() else path.parent)
    source.path = path
    return source


def is_catalog(path: Path) -> bool:
    """Whether there is a file, or a folder with a YAML file in it."""
    return path.exists() and bool(catalog_files(path))


def _no_catalog(path: Path) -> Problem:
    if not path.is_dir():
        return Problem("no-catalog", f"no file or folder {str(path)!r}")
    inside = path / POLICY_FOLDER
    hint = f"did you mean {str(inside)!r}?" if is_catalog(inside) else None
    return Problem("no-catalog", f"no YAML file in {str(path)!r}", hint=hint)


def catalog_files(path: Path) -> list[Path]:
    """The YAML files of a folder, in order, or a file itself; those that are hidden belong to other programs."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.glob("*.y*ml") if not file.name.startswith("."))


def _read_files(files: Sequence[Path], folder: Path) -> Source:
    source = Source({}, folder)
    tree = MarkedDict()
    for file in files:
        value, problems, lines = read_yaml_file(file)
        source.problems += problems
        source.lines[str(file)] = lines
        if value is None:
            source.is_broken = source.is_broken or bool(problems)
            continue
        if not isinstance(value, Mapping):
            problem = Problem("not-a-mapping", "expected keys such as rules", file=str(file), line=1, column=1)
            source.problems.append(replace(problem, source=lines[0] if lines else ""))
            continue
        _take(tree, _shaped(value, source), source)
    source.tree = tree
    return source


def _shaped(value: Mapping[str, Any], source: Source) -> Mapping[str, Any]:
    """What is written, less the sections that are of another shape than theirs; those are reported."""
    stray = {key: item for key, item in value.items() if key in CATALOG_KEYS and not isinstance(item, Mapping)}
    if stray:
        source.problems += [_placed(_is_stray(key, item), value, source) for key, item in stray.items()]
        value = merge_marks({key: value[key] for key in value if key not in stray}, value)
    read, problems = read_keys(value, TOP_KEYS, ())
    source.problems += [_placed(problem, value, source) for problem in problems]
    if problems:  # misspelt keys stay, so that it is known what stands under them
        meant = getattr(value, "meant", {})
        marks = getattr(value, "marks", {})
        value = merge_marks({**value, **read}, value)
        value.marks |= {key: marks[written] for key, written in meant.items()}
    wrong = {key: problem for key, content in value.items() if (problem := _misshapen(key, content)) is not None}
    source.problems += [_placed(problem, value, source) for problem in wrong.values()]
    return value if not wrong else merge_marks({key: value[key] for key in value if key not in wrong}, value)


def _is_stray(key: str, value: Any) -> Problem:
    """A key about the catalog that stands at the top."""
    hint = f"put it under catalog: {on_one_line({key: value}) or key}"
    return replace(unknown_key(key, TOP_KEYS, ()), hint=hint)


def _misshapen(key: str, content: Any) -> Problem | None:
    if content is None:
        return None
    if key in MERGED_KEYS and not isinstance(content, Mapping):
        what = "rule ids" if key in ("rules", "override") else "names"
        return Problem("not-a-mapping", f"{key!r} takes {what} with their content", (key,), section_meant(key, content))
    if key in LISTED_KEYS and not isinstance(content, (list, tuple)):
        return Problem("not-a-list", f"{key!r} takes a list", (key,), section_meant(key, content, is_list=True))
    if key in SINGLE_KEYS and not isinstance(content, str):
        message = f"{key!r} takes a name, got {shown(content)}"
        return Problem("not-text", message, (key,), section_meant(key, content))
    return None


def _take(tree: MarkedDict, value: Mapping[str, Any], source: Source) -> None:
    """Add one file's keys to the tree; what two files both give is a problem."""
    for key, content in value.items():
        if content is None:
            continue
        if key not in tree:
            put(tree, key, value)
        elif key in LISTED_KEYS and isinstance(content, list):
            tree[key] = joined(tree[key], content)
        elif key in MERGED_KEYS and isinstance(content, Mapping) and isinstance(tree[key], Mapping):
            for name in content:
                if name in tree[key]:
                    problem = Problem("duplicate-key", f"{name!r} is given in another file too", (key, name))
                    source.problems.append(_placed(problem, value, source))
            tree[key] = merge_marks({**tree[key], **content}, tree[key], content)
        else:
            problem = Problem("duplicate-key", f"{key!r} is given in another file too", (key,))
            source.problems.append(_placed(problem, value, source))


def _placed(problem: Problem, tree: Mapping[str, Any], source: Source) -> Problem:
    return place(problem, tree if isinstance(tree, MarkedDict) else MarkedDict(tree), source.lines)
