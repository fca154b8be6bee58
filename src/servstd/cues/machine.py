"""A phrase compiled to a machine that reads a text once.

The machine is a position automaton (Glushkov): a state for every word, slot and gap word of the phrase. All ways to
match run side by side, and a state keeps only the earliest start that led to it. The work at a token is thus bounded
by the edges of the machine, whatever the text: time is linear in the number of tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from servstd.cues.phrase import AnyWord, Choice, Maybe, Node, Sequence, Slot, Word, parse_phrase
from servstd.cues.words import Spans

Leaf = Word | Slot | AnyWord
_Others = tuple[tuple[int, ...], tuple[tuple[str, int], ...]]
_Part = tuple[bool, frozenset[int], frozenset[int]]
"""Of a part of a phrase: whether it can be empty, its first positions, its last."""


Active = dict[int, dict[int, int]]
"""By token: the states reached before it, each with the earliest start that led there."""


class Machine:
    """One phrase, compiled. Immutable once built. Position 0 is the start, the others are leaves of the phrase.

    By position: `words` (where a word leads), `others` (where any word leads, and slots), `last` (it may end here).
    """

    __slots__ = ("at_end", "at_start", "last", "others", "words")

    def __init__(self, text: str) -> None:
        phrase = parse_phrase(text)
        builder = _Builder()
        _, builder.follow[0], self.last = builder.add(phrase.root)
        edges = [_edges(targets, builder.leaves) for targets in builder.follow]
        self.words = [words for words, _, _ in edges]
        self.others = [(any_word, slots) if any_word or slots else None for _, any_word, slots in edges]
        self.at_start, self.at_end = phrase.at_start, phrase.at_end

    def scan(self, words: tuple[str, ...], spans: Callable[[str], Spans]) -> tuple[list[tuple[int, int]], int]:
        """Every match as (earliest start, end), by end; and the number of states visited, which tests hold linear."""
        found: list[tuple[int, int]] = []
        begins = self._begins(words, spans)
        steps, active = len(words), dict[int, dict[int, int]]()
        by_word, others, last = self.words, self.others, self.last
        for here in range(min(begins, default=len(words)), len(words)):
            states = active.pop(here, None)
            if here in begins:
                states = {} if states is None else states
                states[0] = here
            elif states is None:
                continue
            steps += len(states)
            if not (self.at_end or last.isdisjoint(states)):
                found.append((_earliest(states, last), here))
            word = words[here]
            for state, start in states.items():
                targets = by_word[state].get(word)
                if targets is not None:
                    _reach(active, here + 1, targets, start)
                other = others[state]
                if other is not None:
                    _reach_others(active, here, other, start, spans)
        states = active.get(len(words))
        if states is not None and not last.isdisjoint(states):
            found.append((_earliest(states, last), len(words)))
        return found, steps

    def _begins(self, words: tuple[str, ...], spans: Callable[[str], Spans]) -> set[int]:
        """The tokens at which a match may begin."""
        first, others = self.words[0], self.others[0]
        begins = {here for here, word in enumerate(words) if word in first}
        if others is not None:
            for slot, _ in others[1]:
                begins.update(here for here, ends in enumerate(spans(slot)) if ends)
            if others[0]:
                begins.update(range(len(words)))
        return begins & {0} if self.at_start else begins


@lru_cache(maxsize=8192)
def machine_of(text: str) -> Machine:
    """The machine of a phrase, built when first needed."""
    return Machine(text)


def _earliest(states: dict[int, int], last: frozenset[int]) -> int:
    return min(states[state] for state in last if state in states)


def _reach(active: Active, end: int, targets: tuple[int, ...], start: int) -> None:
    reached = active.get(end)
    if reached is None:
        active[end] = dict.fromkeys(targets, start)
        return
    for target in targets:
        if reached.get(target, start) >= start:
            reached[target] = start


def _reach_others(active: Active, here: int, others: _Others, start: int, spans: Callable[[str], Spans]) -> None:
    any_word, slots = others
    if any_word:
        _reach(active, here + 1, any_word, start)
    for slot, target in slots:
        for end in spans(slot)[here]:
            _reach(active, end, (target,), start)


class _Builder:
    """Positions of a phrase: which may come first, last, and after which. Position 0 is none of its leaves."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = [AnyWord()]
        self.follow: list[frozenset[int]] = [frozenset()]

    def add(self, node: Node) -> _Part:
        if isinstance(node, Sequence):
            return self._add_sequence(node)
        if isinstance(node, Choice):
            parts = [self.add(item) for item in node.items]
            first = frozenset(p for part in parts for p in part[1])
            return any(part[0] for part in parts), first, frozenset(p for part in parts for p in part[2])
        if isinstance(node, Maybe):
            return True, *self.add(node.item)[1:]
        here = frozenset((len(self.leaves),))
        self.leaves.append(node)
        self.follow.append(frozenset())
        return False, here, here

    def _add_sequence(self, node: Sequence) -> _Part:
        empty, first, last = True, frozenset[int](), frozenset[int]()
        for item in node.items:
            item_empty, item_first, item_last = self.add(item)
            for position in last:
                self.follow[position] |= item_first
            first = first | item_first if empty else first
            last = last | item_last if item_empty else item_last
            empty = empty and item_empty
        return empty, first, last


def _edges(
    targets: Iterable[int], leaves: list[Leaf]
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...], tuple[tuple[str, int], ...]]:
    words: dict[str, tuple[int, ...]] = {}
    any_word: list[int] = []
    slots: list[tuple[str, int]] = []
    for target in sorted(targets):
        leaf = leaves[target]
        if isinstance(leaf, Word):
            words[leaf.text] = (*words.get(leaf.text, ()), target)
        elif isinstance(leaf, Slot):
            slots.append((leaf.name, target))
        else:
            any_word.append(target)
    return words, tuple(any_word), tuple(slots)
