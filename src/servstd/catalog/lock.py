"""`catalog.lock`: what a catalog was when it was frozen, so that the same question has the same answer next year.

It lies beside the catalog, `catalog.lock` in a folder and `NAME.lock` beside a single file, and holds fingerprints of
the resolved content and the holiday dates. A catalog that is no longer what was frozen does not load; its holidays are
taken from the lock, so that another version of the package changes nothing. The clocks of time zones can not be
frozen: they are recorded, and it is said when they differ.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servstd.calendar.holidays_source import Country, LockedYears
from servstd.catalog.clocks import clock_changes
from servstd.catalog.content import WORD_SECTIONS, digest_of, digest_of_words, digests_of, words_of
from servstd.catalog.source import SHIPPED, shipped_folder
from servstd.errors import CatalogError, Problem
from servstd.yaml_reader import plain, read_yaml_file

if TYPE_CHECKING:
    from servstd.catalog.catalog import Catalog

logger = logging.getLogger("servstd")

LOCK_NAME = "catalog.lock"
FORMAT = 1
SHORT = 16  # digits of a fingerprint that only has to tell two states of one rule apart
_MOST = 8
_ONE = {"rules": "", "calendars": "calendar ", "sections": ""}


@dataclass(frozen=True)
class Lock:
    """What a lock file holds. `contents` are short fingerprints by rule, calendar and section.

    `words` has by section the words that were declared and a fingerprint of them: a word that no rule knew decides
    nothing, so that a newer servstd may bring more. A lock from before has none, and its sections stay as they were.
    """

    path: Path
    digest: str
    contents: Mapping[str, Mapping[str, str]]
    holidays: Mapping[Country, LockedYears] = field(default_factory=dict)
    clocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    years: tuple[int, int] = (0, 0)
    made_with: Mapping[str, str | None] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def problems(self, catalog: Catalog) -> Iterator[Problem]:
        """One problem when the catalog is not what was frozen; it names what differs."""
        if differences := self.differences(catalog):
            yield self._problem(f"the catalog is not what was frozen: {told(differences)}")

    def differences(self, catalog: Catalog) -> list[str]:
        """What differs, in words: `mail.answer changed`, `calendar office is new`, `waivers changed`."""
        if catalog.digest == self.digest:
            return []
        found: list[str] = []
        is_more = False
        now = short_digests(catalog)
        for group, what in _ONE.items():
            before, after = self.contents.get(group) or {}, now[group]
            for name in dict.fromkeys([*after, *before]):
                if before.get(name) == after.get(name):
                    continue
                if group == "sections" and self._has_all_words(name, catalog):
                    is_more = True
                    continue
                verb = "is new" if name not in before else "is gone" if name not in after else "changed"
                found.append(f"{what}{name} {verb}")
        return found or ([] if is_more else ["its content changed"])

    def _has_all_words(self, section: str, catalog: Catalog) -> bool:
        """True when the words of a section are those that were frozen, and there may be more."""
        frozen = self.words.get(section)
        if frozen is None:
            return False
        digest = digest_of_words(words_of(catalog)[section], frozen["names"])
        return digest is not None and digest[:SHORT] == frozen["digest"]

    def _problem(self, message: str) -> Problem:
        where = self.path.parent if self.path.name == LOCK_NAME else self.path.with_suffix("")
        hint = f"'servstd freeze {where}' takes it as it is now"
        return Problem("lock-mismatch", message, (), hint, str(self.path), 1, 1)

    def warn_of_clocks(self) -> None:
        """Say when the clocks of a zone change otherwise than when the catalog was frozen."""
        for zone, then in self.clocks.items():
            now = clock_changes(zone, *self.years)
            if differing := sorted(set(then.items()) ^ set(now.items())):
                text = "%s: the clocks of %s change otherwise than when the catalog was frozen, first about %s"
                logger.warning(text, self.path, zone, differing[0][0])


def told(differences: list[str]) -> str:
    """The first few of what differs."""
    rest = len(differences) - _MOST
    return ", ".join([*differences[:_MOST], *([f"and {rest} more"] if rest > 0 else [])])


def short_digests(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Fingerprints of rules, calendars and sections, as the lock holds them."""
    return {group: {name: text[:SHORT] for name, text in one.items()} for group, one in digests_of(catalog).items()}


def lock_path(where: str | Path | Mapping[str, Any] | None) -> Path | None:
    """Where the lock of a catalog lies; None for one that is a mapping."""
    if isinstance(where, Mapping):
        return None
    path = shipped_folder() if where is None or where == SHIPPED else Path(where)
    return path / LOCK_NAME if path.is_dir() else path.with_name(f"{path.name}.lock")


def read_lock(where: str | Path | Mapping[str, Any] | None) -> Lock | None:
    """The lock of a catalog, None when it has none. Raises `CatalogError` for one that can not be used."""
    path = lock_path(where)
    if path is None or not path.is_file():
        return None
    content, problems, _ = read_yaml_file(path)
    if problems:
        raise _unreadable(path, f"line {problems[0].line}: {problems[0].message}")
    try:
        if content["format"] == FORMAT and content["checksum"] == checksum(content):
            return _parse(path, content)
        is_edited = content["format"] == FORMAT
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unreadable(path, "it is not of this form") from None
    why = "it was edited by hand, or merged" if is_edited else f"its format is {content['format']!r}, not {FORMAT}"
    raise _unreadable(path, why)


def _unreadable(path: Path, why: str) -> CatalogError:
    where = path.parent if path.name == LOCK_NAME else path.with_suffix("")
    hint = f"'servstd freeze {where}' writes it anew"
    return CatalogError([Problem("lock-unreadable", f"the lock can not be read: {why}", (), hint, str(path), 1, 1)])


def _parse(path: Path, content: Any) -> Lock:
    first, last = map(int, str(content["years"]).split("-"))
    return Lock(
        path,
        str(content["digest"]),
        {group: content[group] for group in _ONE},
        dict(_holidays(item, first, last) for item in content["holidays"]),
        content["clocks"],
        (first, last),
        content["made_with"],
        _words(content.get("words") or {}),
    )


def _words(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        section: {"names": list(map(str, one["names"])), "digest": str(one["digest"])}
        for section, one in content.items()
        if section in WORD_SECTIONS
    }


def frozen_words(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """The words of a catalog as a lock holds them."""
    found = {}
    for section, words in words_of(catalog).items():
        digest = digest_of_words(words, words)
        assert digest is not None  # none is gone
        found[section] = {"names": sorted(words), "digest": digest[:SHORT]}
    return found


def checksum(content: Mapping[str, Any]) -> str:
    """A short fingerprint of the lock itself, this one apart."""
    return digest_of(plain({key: value for key, value in content.items() if key != "checksum"}))[:SHORT]


def _holidays(item: Mapping[str, Any], first: int, last: int) -> tuple[Country, LockedYears]:
    country = Country(
        item["country"],
        item.get("subdivision"),
        tuple(item.get("categories") or ()),
        item.get("observed", True),
        item.get("language"),
    )
    days = tuple((str(day), str(names)) for day, names in (item.get("dates") or {}).items())
    return country, LockedYears(first, last, days, tuple(map(str, item.get("workdays") or ())))
