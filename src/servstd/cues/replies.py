"""Yes or no: what a reply to a question means.

The trap is polarity: after "would you mind holding?" a "no" agrees, and a bare "yes" is not clear. The phrases are
data (`replies:` in a catalog); the order in which they count is here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from servstd.cues.family import Match, find_phrases
from servstd.cues.names import Names
from servstd.cues.read import Path, parse_phrases
from servstd.cues.slots import SpanTable
from servstd.cues.words import Tokens, tokenise
from servstd.errors import Problem
from servstd.spelling import read_keys

Answer = Literal["agreed", "refused", "unclear"]
_GROUPS = ("neither", "refusal", "agreement", "yes_words", "no_words")
_KEYS = (*_GROUPS, "brief")


@dataclass(frozen=True)
class Replies:
    """Phrases of replies. `yes_words` and `no_words` are bare: what they mean hangs on the question."""

    agreement: tuple[str, ...] = ()
    refusal: tuple[str, ...] = ()
    neither: tuple[str, ...] = ()
    yes_words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()

    def find_groups(self, tokens: Tokens) -> frozenset[str]:
        """The groups that the reply holds. A longer phrase hides a shorter one inside it: "no problem" is no "no"."""
        pairs = ((group, text) for group in _GROUPS for text in getattr(self, group))
        found = find_phrases(pairs, tokens, SpanTable(tokens, Names()))
        return frozenset(match.role for match in found if not any(_hides(other, match) for other in found))


def parse_replies(spec: Mapping[str, Any], path: Path = ("replies",)) -> tuple[Replies, list[Problem]]:
    """Read the reply phrases; those with a problem are left out."""
    spec, problems = read_keys(spec, _KEYS, path)
    groups = {group: tuple(parse_phrases(spec.get(group, ()), (*path, group), problems)) for group in _GROUPS}
    return Replies(**groups), problems


def classify_reply(text: str | Tokens, no_means_yes: bool, replies: Replies) -> Answer:
    """Whether a reply agrees, refuses or leaves it open. A counter-question alone ("how long?") leaves it open."""
    groups = replies.find_groups(text if isinstance(text, Tokens) else tokenise(text))
    agreement, refusal = "agreement" in groups, "refusal" in groups
    if agreement or refusal:
        return "unclear" if agreement and refusal else "agreed" if agreement else "refused"
    yes, no = "yes_words" in groups, "no_words" in groups
    if no_means_yes:
        return "agreed" if no else "unclear"
    if yes == no:
        return "unclear"
    return "agreed" if yes else "refused"


def _hides(other: Match[str], match: Match[str]) -> bool:
    """Whether `other` covers `match` and more, or exactly and belongs to an earlier group."""
    if other.start > match.start or other.end < match.end:
        return False
    longer = other.end - other.start > match.end - match.start
    return longer or _GROUPS.index(other.role) < _GROUPS.index(match.role)
