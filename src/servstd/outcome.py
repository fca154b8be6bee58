"""Outcomes and reasons: the closed lists that every verdict is made of.

An outcome says what a rule concluded, a reason says why. Each reason belongs to one or more outcomes and has
its heading in docs/reference/reasons.md.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a rule concluded. `unknown` is never turned into pass or fail."""

    PASS = "pass"
    FAIL = "fail"
    PENDING = "pending"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"

    @property
    def is_decided(self) -> bool:
        """True for pass and fail: the two that count in a rate."""
        return self is Outcome.PASS or self is Outcome.FAIL


PASS, FAIL, PENDING = Outcome.PASS, Outcome.FAIL, Outcome.PENDING
NOT_APPLICABLE, UNKNOWN = Outcome.NOT_APPLICABLE, Outcome.UNKNOWN

REASONS: dict[str, tuple[tuple[Outcome, ...], str]] = {
    "in_time": ((PASS,), "done at or before the last passing instant"),
    "late": ((FAIL,), "done, but after the last passing instant"),
    "overdue": ((FAIL,), "not done, and the last passing instant is over"),
    "clock_running": ((PENDING,), "not done yet, and there is time left"),
    "clock_paused": ((PENDING,), "not done yet, and the clock stands still"),
    "not_started": ((PENDING,), "the clock starts after the instant asked about"),
    "still_open": ((PENDING,), "the time in which it may still happen is not over"),
    "limit_kept": ((PASS,), "the number is within its bounds"),
    "limit_broken": ((FAIL,), "the number is outside its bounds"),
    "done": ((PASS,), "it was done"),
    "not_done": ((FAIL,), "it was not done"),
    "avoided": ((PASS,), "what must not happen did not happen"),
    "happened": ((FAIL,), "what must not happen happened"),
    "said": ((PASS,), "the wording was found"),
    "not_said": ((FAIL,), "the wording is mandatory and was not found"),
    "stale_date": ((FAIL,), "the date that was named is over"),
    "agreed": ((PASS,), "asked, and the answer was yes"),
    "answered": ((PASS,), "asked, and an answer was waited for"),
    "refused": ((FAIL,), "asked, and the answer was no"),
    "not_asked": ((FAIL,), "nobody asked"),
    "not_answered": ((FAIL,), "asked, but no answer was waited for"),
    "reviewer_yes": ((PASS,), "a reviewer answered yes"),
    "reviewer_no": ((FAIL, NOT_APPLICABLE), "a reviewer answered no"),
    "reviewer_na": ((NOT_APPLICABLE,), "a reviewer answered not applicable"),
    "reviewer_unsure": ((UNKNOWN,), "a reviewer was not sure"),
    "in_force": ((PASS,), "in force for the whole span"),
    "not_in_force": ((FAIL,), "not in force for a part of the span"),
    "too_short": ((NOT_APPLICABLE,), "the span is shorter than the rule asks for"),
    "updates_made": ((PASS,), "every owed update was made"),
    "update_missed": ((FAIL,), "an owed update was not made"),
    "nothing_owed": ((NOT_APPLICABLE,), "it did not last long enough for anything to be owed"),
    "excepted": ((NOT_APPLICABLE,), "a named exemption applies"),
    "no_opportunity": ((NOT_APPLICABLE,), "the situation did not occur"),
    "out_of_scope": ((NOT_APPLICABLE,), "the rule is not about such records"),
    "waived": ((NOT_APPLICABLE,), "a waiver covers the fail"),
    "released": ((NOT_APPLICABLE,), "it was no longer owed before the limit was reached"),
    "outside_effective_dates": ((NOT_APPLICABLE,), "the rule was not in force at the time"),
    "missing_field": ((UNKNOWN,), "a field or attribute that decides is missing"),
    "no_such_event": ((UNKNOWN,), "an event that decides is not in the log, and its absence proves nothing"),
    "event_not_tracked": ((UNKNOWN,), "the source cannot produce an event that decides"),
    "no_transcript": ((UNKNOWN,), "there are no words to look at"),
    "incomplete_transcript": ((UNKNOWN,), "a part of the words is missing"),
    "language_not_supported": ((UNKNOWN,), "the cue has no phrases in this language"),
    "cue_not_found": ((UNKNOWN,), "the wording was not found, which proves nothing"),
    "no_review": ((UNKNOWN,), "no reviewer has answered yet"),
    "ambiguous": ((UNKNOWN,), "the evidence points both ways"),
    "bad_data": ((UNKNOWN,), "a value that decides cannot be read"),
    "end_before_start": ((UNKNOWN,), "the only answer lies before the request"),
    "not_configured": ((UNKNOWN,), "the catalog lacks a setting that decides"),
    "depends_on": ((UNKNOWN, NOT_APPLICABLE), "another rule has to be decided first"),
    "check_error": ((UNKNOWN,), "the rule's own code failed on this record"),
    "custom": (tuple(Outcome), "a kind of your own gave this verdict"),
}
