"""The vector check of `cue`: the twin of kinds/cue.py. Which turns hold a cue is found for the whole batch at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from servstd.columns.arrays import YES, Bools, Bytes, Ints
from servstd.columns.columns import Columns
from servstd.columns.decision import Decision
from servstd.columns.hearing import Window, are_words_whole, heard, window
from servstd.columns.matching import can_be_seen, meant
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, UNKNOWN, Outcome

if TYPE_CHECKING:
    from servstd.columns.said import Said
    from servstd.cues import CueFamily


def cue_codes(check: Any, columns: Columns) -> Bytes:
    """Whether something was said, or written in a text. Answers to what was asked are left."""
    search = Search(check, columns)
    search.languages()
    if check.in_ is not None:
        search.texts()
    else:
        search.turns()
    return search.decision.codes


class Search:
    """One check on a batch: what it looks for, and what is settled so far."""

    def __init__(self, check: Any, columns: Columns) -> None:
        self.check, self.columns, self.decision = check, columns, Decision(columns)
        self.families: list[CueFamily] = [columns.setting.cues[name] for name in check.cue]
        is_known = columns.names.ask(lambda names: any(family.is_configured(names) for family in self.families))
        self.is_configured: Bools = columns.of_batch(is_known)

    def languages(self) -> None:
        """Words in a language of none of the families are not looked at."""
        own = {_base(family.language) for family in self.families}
        spoken = self.columns.field("language")
        self.decision.leave(spoken.ask(lambda value: value is not None and not isinstance(value, str)) == YES)
        is_strange = spoken.ask(lambda value: isinstance(value, str) and _base(value) not in own) == YES
        self.decision.settle(is_strange, UNKNOWN, "language_not_supported")

    def _settle(self, where: Bools, outcome: Outcome, reason: str) -> None:
        """What is not found matters only where it could have been found."""
        if outcome is UNKNOWN or reason == "not_said":
            self.decision.settle(where & ~self.is_configured, UNKNOWN, "not_configured")
        self.decision.settle(where, outcome, reason)

    def turns(self) -> None:
        """The turns of the speaker, those of a stretch, of these the first or the last."""
        check, columns, said = self.check, self.columns, self.columns.said
        is_whole = columns.field("transcript_complete").ask(lambda value: value is True) == YES
        is_complete, record = are_words_whole(columns), columns.record
        if said is not None:
            self.decision.leave(columns.of_batch(said.rows.is_unsure))
        is_silent = columns.nowhere if said is None else said.amount[record] > 0
        self._settle(~is_silent & ~is_whole, UNKNOWN, "no_transcript")
        spoken = None if said is None else said.by(check.by or self.families[0].by)
        is_mute = ~columns.nowhere if spoken is None else spoken.amount[record] == 0
        self.decision.settle(is_mute & is_complete, NOT_APPLICABLE, "no_opportunity")
        self._settle(is_mute, UNKNOWN, "incomplete_transcript")
        if said is None or spoken is None or not self.decision.todo.any():
            return
        stretch = window(check.from_, check.until, columns, is_check=True)
        self.decision.leave(stretch.is_unsure)
        self._settle(stretch.is_timed & ~spoken.has_times[record], UNKNOWN, "incomplete_transcript")
        if check.last is not None:
            self._settle(~is_complete, UNKNOWN, "incomplete_transcript")
        self._judge(self._hits(said, stretch), is_complete)

    def _hits(self, said: Said, stretch: Window) -> Bools:
        """Rows with a hit where it is looked for."""
        found = np.zeros(self.columns.count, np.bool_)
        found[self.hits_in(said, stretch, np.flatnonzero(self.decision.todo))[0]] = True
        return found

    def hits_in(self, said: Said, stretch: Window, todo: Ints) -> tuple[Ints, Ints]:
        """The hits of some rows: the row of each, ascending, and its place among the turns."""
        check = self.check
        rows, places = heard(said, check.by or self.families[0].by, self.columns.record[todo])
        inside = np.flatnonzero(stretch.holds(todo[rows], places, said))
        rows, places = rows[inside], places[inside]
        if check.first or check.last:
            chosen = _first(rows, check.first) if check.first else _last(rows, check.last)
            rows, places = rows[chosen], places[chosen]
        is_hit = said.hits(self.families, places)
        return todo[rows[is_hit]], places[is_hit]

    def _judge(self, is_hit: Bools, is_complete: Bools) -> None:
        """A hit passes, unless it is only a hint; a miss proves nothing, unless the words are whole and a must."""
        self._settle(~is_hit & ~is_complete, UNKNOWN, "incomplete_transcript")
        if self.check.cue_policy == "strict":
            self._settle(~is_hit, FAIL, "not_said")
        self._settle(~is_hit, UNKNOWN, "cue_not_found")
        if self.check.reply != "none":
            self.decision.leave(is_hit)
        self._hit(is_hit)

    def _hit(self, where: Bools) -> None:
        if self.check.cue_policy == "lean_only" or all(family.policy == "lean_only" for family in self.families):
            self._settle(where, UNKNOWN, "cue_not_found")
        self.decision.settle(where, PASS, "said")

    def texts(self) -> None:
        """The texts of the events named by `in`; a text is whole. Dates in it are left."""
        check, columns, record = self.check, self.columns, self.columns.record
        if check.in_.is_this:
            self.decision.leave(self.decision.todo)
            return
        matched = meant(check.in_, columns)
        self.decision.leave(columns.of_batch(matched.is_unsure))
        is_there = columns.of_batch(matched.sure.amount) > 0
        self._settle(~is_there & can_be_seen(check.in_, columns), UNKNOWN, "no_such_event")
        self._settle(~is_there, UNKNOWN, "event_not_tracked")
        has_text, has_hit, has_miss = (np.zeros(columns.base.count, np.bool_) for _ in range(3))
        wanted = np.zeros(columns.base.count, np.bool_)
        wanted[record[self.decision.todo]] = True
        for number, events in enumerate(matched.types):
            mine = matched.index[matched.sure_places[matched.source[matched.sure_places] == number]]
            mine = mine[wanted[events.row[mine]]]
            rows, is_hit = self._texts_of(events.row[mine], events.field("text").take(mine))
            has_text[rows], has_hit[rows[is_hit]], has_miss[rows[~is_hit]] = True, True, True
        self._settle(~has_text[record], UNKNOWN, "no_transcript")
        if check.names_date_of is not None:
            self.decision.leave(has_hit[record])
        if check.cue_policy == "strict":
            self._settle(has_miss[record], FAIL, "not_said")
        self._hit(has_hit[record])
        self._settle(~columns.nowhere, UNKNOWN, "cue_not_found")

    def _texts_of(self, rows: Ints, texts: Any) -> tuple[Ints, Bools]:
        """The records of the events that have a text, and whether one of the families is found in it."""
        is_given = texts.ask(bool) == YES
        rows, codes = rows[is_given], texts.codes[is_given]
        names = self.columns.names
        found = np.zeros(len(rows), np.bool_)
        known: dict[tuple[int, int], bool] = {}
        for place, pair in enumerate(zip(codes.tolist(), names.codes[rows].tolist(), strict=True)):
            if pair not in known:
                text, of_names = str(texts.values[pair[0]]), names.values[pair[1]]
                known[pair] = any(family.find(text, of_names) is not None for family in self.families)
            found[place] = known[pair]
        return rows, found


def _first(rows: Ints, count: int) -> Bools:
    """The first few of each run of the same row."""
    begins = np.searchsorted(rows, rows, side="left")
    found: Bools = np.arange(len(rows)) - begins < count
    return found


def _last(rows: Ints, count: int) -> Bools:
    """The last few of each run of the same row."""
    ends = np.searchsorted(rows, rows, side="right")
    found: Bools = ends - np.arange(len(rows)) <= count
    return found


def _base(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]
