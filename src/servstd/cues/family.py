"""Cue families: reading them from a catalog, and finding them in what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from servstd.cues.machine import machine_of
from servstd.cues.names import Names
from servstd.cues.needs import CueIndex, can_match
from servstd.cues.phrase import PhraseError, parse_phrase
from servstd.cues.slots import SpanTable
from servstd.cues.words import Tokens, tokenise
from servstd.errors import Problem

Role = Literal["any", "not", "no_means_yes"]
Path = tuple[str | int, ...]

MAX_FAMILY_POSITIONS = 4000
_ROLES: tuple[Role, ...] = ("any", "not", "no_means_yes")
_KEYS = frozenset((*_ROLES, "brief", "by", "includes", "language", "script", "policy"))
_NO_NAMES = Names()
_NO_INDEX = CueIndex(())
R = TypeVar("R", bound=str)


@dataclass(frozen=True, slots=True)
class Match(Generic[R]):
    """A phrase matched the tokens `start` to `end` (exclusive)."""

    start: int
    end: int
    phrase: str
    role: R


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found: the tokens `start` to `end` (exclusive) and the phrase that matched.

    `no_means_yes`: a "no" in answer to it agrees (would you mind ...). `dates_possible`: it may name a date.
    """

    start: int
    end: int
    phrase: str
    no_means_yes: bool = False
    dates_possible: bool = False


@dataclass(frozen=True)
class CueFamily:
    """What counts as saying one thing. Immutable and picklable; a phrase is compiled when a text first may hold it.

    `phrases` are (role, text). `index` is shared by the families of a catalog.
    """

    name: str
    brief: str
    by: str
    phrases: tuple[tuple[Role, str], ...]
    language: str = "en"
    script: bool = False
    policy: str | None = None
    index: CueIndex = field(default=_NO_INDEX, repr=False, compare=False)

    def is_configured(self, names: Names = _NO_NAMES) -> bool:
        """Whether it can hit at all: a script needs its phrases, a phrase with <own_name> somebody's name."""
        missing = {"own_name"} if not names.agent else set()
        missing |= set() if names.organisation else {"organisation"}
        return any(not parse_phrase(text).slots & missing for role, text in self.phrases if role != "not")

    def may_hit(self, text: str | Tokens) -> bool:
        """A quick look, never wrongly no. Asked of all the turns in one text, it can spare asking each."""
        return bool(self.index.alive(text if isinstance(text, Tokens) else tokenise(text)) & self._mask)

    def find(self, text: str | Tokens, names: Names = _NO_NAMES) -> Hit | None:
        """The first hit, or None."""
        hits = self.find_all(text, names)
        return hits[0] if hits else None

    def find_all(self, text: str | Tokens, names: Names = _NO_NAMES) -> tuple[Hit, ...]:
        """Hits from left to right, not overlapping; the longer one where two begin together."""
        tokens = text if isinstance(text, Tokens) else tokenise(text)
        alive = self.index.alive(tokens) & self._mask
        if not alive:
            return ()
        spans = SpanTable(tokens, names)
        found = find_phrases((phrase for bit, phrase in self._hitting if bit & alive), tokens, spans)
        if found:
            cancels = find_phrases((phrase for phrase in self.phrases if phrase[0] == "not"), tokens, spans)
            found = [match for match in found if not any(_overlap(match, cancel) for cancel in cancels)]
        return _hits(found)

    @cached_property
    def _hitting(self) -> tuple[tuple[int, tuple[Role, str]], ...]:
        return tuple((self.index.bits[phrase[1]], phrase) for phrase in self.phrases if phrase[0] != "not")

    @cached_property
    def _mask(self) -> int:
        return sum({bit for bit, _ in self._hitting})


def find_phrases(phrases: Iterable[tuple[R, str]], tokens: Tokens, spans: SpanTable) -> list[Match[R]]:
    """All matches of phrases, each with the role that the phrase plays."""
    return [
        Match(start, end, text, role)
        for role, text in phrases
        if can_match(text, tokens, spans)
        for start, end in machine_of(text).scan(tokens.words, spans)[0]
    ]


def _hits(found: list[Match[Role]]) -> tuple[Hit, ...]:
    turned = [match for match in found if match.role == "no_means_yes"]
    hits: list[Hit] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if not hits or match.start >= hits[-1].end:
            dates = bool(parse_phrase(match.phrase).slots & {"date", "weekday"})
            no_means_yes = any(_overlap(match, other) for other in turned)
            hits.append(Hit(match.start, match.end, match.phrase, no_means_yes, dates))
    return tuple(hits)


def _overlap(a: Match[Role], b: Match[Role]) -> bool:
    return a.start < b.end and b.start < a.end


def parse_cues(spec: Mapping[str, Any], path: Path = ("cues",)) -> tuple[dict[str, CueFamily], list[Problem]]:
    """Read every cue family. A family with a problem is left out; its problems say why."""
    problems: list[Problem] = []
    families: dict[str, CueFamily] = {}
    includes: dict[str, list[str]] = {}
    for name, body in spec.items():
        found: list[Problem] = []
        family = _parse_family(str(name), body, (*path, name), found)
        if family is not None and not found:
            families[family.name] = family
            includes[family.name] = list(body.get("includes", ()))
        problems += found
    joined = {name: _join(name, families, includes, spec, path, problems) for name in families}
    usable = {name: family for name, family in joined.items() if family is not None}
    index = CueIndex(text for family in usable.values() for role, text in family.phrases if role != "not")
    return {name: replace(family, index=index) for name, family in usable.items()}, problems


def _parse_family(name: str, body: object, path: Path, problems: list[Problem]) -> CueFamily | None:
    if not isinstance(body, Mapping):
        problems.append(Problem("wrong-type", f"a cue family is a mapping with 'any', got {_kind(body)}", path))
        return None
    for key in body:
        if key not in _KEYS:
            problems.append(_unknown("unknown-key", f"a cue family has no key '{key}'", str(key), _KEYS, (*path, key)))
    phrases: list[tuple[Role, str]] = []
    for role in _ROLES:
        phrases += [(role, text) for text in parse_phrases(body.get(role, ()), (*path, role), problems)]
    parse_texts(body.get("includes", ()), (*path, "includes"), problems)
    script = _choice(body, "script", (False, True), path, problems)
    if not script and not body.get("includes") and not any(role != "not" for role, _ in phrases) and not problems:
        hint = "give phrases under 'any', or set 'script: true' when each organisation brings its own"
        problems.append(Problem("cue-empty", f"'{name}' has no phrase that could hit", path, hint))
    return CueFamily(
        name=name,
        brief=str(body.get("brief", "")),
        by=str(_choice(body, "by", ("agent", "customer"), path, problems)),
        phrases=tuple(phrases),
        language=str(body.get("language", "en")),
        script=bool(script),
        policy=_choice(body, "policy", (None, "lean_only"), path, problems),
    )


def parse_texts(value: object, path: Path, problems: list[Problem]) -> list[str]:
    """A list of texts, or a single one."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple):
        problems.append(Problem("wrong-type", f"expected a list of texts, got {_kind(value)}", path))
        return []
    for place, text in enumerate(values):
        if not isinstance(text, str):
            problems.append(
                Problem("wrong-type", f"expected a text, got {_kind(text)}", (*path, place), "put it in quotes")
            )
    return [text for text in values if isinstance(text, str)]


def parse_phrases(value: object, path: Path, problems: list[Problem]) -> list[str]:
    """The phrases that can be used; a Problem for each of the others."""
    good: list[str] = []
    for place, text in enumerate(parse_texts(value, path, problems)):
        try:
            parse_phrase(text)
        except PhraseError as error:
            problems.append(Problem(error.code, error.message, (*path, place), error.hint))
        else:
            good.append(text)
    return good


def _choice(body: Mapping[str, Any], key: str, allowed: tuple[Any, ...], path: Path, problems: list[Problem]) -> Any:
    value = body.get(key, allowed[0])
    if value in allowed and type(value) in {type(option) for option in allowed}:
        return value
    names = " or ".join(str(option).lower() for option in allowed if option is not None)
    problems.append(Problem("wrong-value", f"'{key}' is {names}, got '{value}'", (*path, key)))
    return allowed[0]


def _join(
    name: str,
    families: Mapping[str, CueFamily],
    includes: Mapping[str, list[str]],
    spec: Mapping[str, Any],
    path: Path,
    problems: list[Problem],
) -> CueFamily | None:
    """The family with the phrases of those that it includes, and its triggers."""
    phrases: dict[tuple[Role, str], None] = dict.fromkeys(families[name].phrases)
    waiting, seen = [name], {name}
    while waiting:
        current = waiting.pop()
        for place, other in enumerate(includes[current]):
            where = (*path, current, "includes", place)
            if other == name:
                problems.append(Problem("cue-cycle", f"'{name}' includes itself by way of '{current}'", where))
                return None
            if other not in families:
                if current == name and other not in spec:
                    problems.append(_unknown("unknown-cue", f"no cue family is called '{other}'", other, spec, where))
                return None
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                phrases.update(dict.fromkeys(families[other].phrases))
    size = sum(parse_phrase(text).size for _, text in phrases)
    if size > MAX_FAMILY_POSITIONS:
        message = f"'{name}' has {size} words in all its phrases, more than {MAX_FAMILY_POSITIONS}"
        problems.append(Problem("cue-too-large", message, (*path, name), "make two families of it"))
        return None
    return replace(families[name], phrases=tuple(phrases))


def _unknown(code: str, message: str, word: str, known: Any, path: Path) -> Problem:
    near = get_close_matches(word, [str(key) for key in known], 1)
    return Problem(code, message, path, f"did you mean '{near[0]}'?" if near else None)


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "a mapping" if isinstance(value, Mapping) else f"'{value}'"
