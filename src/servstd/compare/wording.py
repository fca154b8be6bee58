"""A comparison in sentences that a policy owner reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from servstd.compare.comparison import OUTCOMES, GroupComparison, Move, RuleComparison, words
from servstd.compare.pairs import Status
from servstd.compare.readings import ReadingEffect
from servstd.evaluate import Verdict
from servstd.objective import Summary, format_rate

MOVES = {
    Move.NONE: "",
    Move.SAME: "",
    Move.WITHIN: "within the interval",
    Move.BETTER: "clearly better",
    Move.WORSE: "clearly worse",
}


def sentence_of(rule: RuleComparison) -> str:
    """What becomes of a rule: `14 of 388 verdicts of email.response_time change: 9 pass to fail, ...`."""
    if not rule.is_paired:
        return _alone(rule)
    counted = [(len(one.ids), str(one)) for one in rule.transitions]
    parts = [_change(rule.rule_id, counted, rule.whole), *_extras(rule), *_rates(rule.whole)]
    text = "; ".join(parts)
    return f"{rule.pair.old_id} is now called {rule.rule_id}: {text}" if _is_renamed(rule) else text


def untold_sentence(rule: RuleComparison) -> str:
    """`lamps.urgent was changed, but this log can not show what that does: all 412 verdicts are undecided`."""
    count = rule.whole.concerned
    if not count:
        return f"{rule.rule_id} was changed, but no record of this log comes under it"
    verdicts = "its only verdict is" if count == 1 else f"all {count} verdicts are"
    return f"{rule.rule_id} was changed, but this log can not show what that does: {verdicts} undecided"


def reading_sentence(effect: ReadingEffect) -> str:
    """`73 of 412 verdicts of email.response_time would change under the reading elapsed: 73 pass to fail`."""
    used = f" (in use: {effect.in_use})" if effect.in_use else ""
    verb = "would change" if effect.changed else "would change their outcome"
    counts = f"{effect.changed} of {effect.concerned}" if effect.changed else "no"
    text = f"{counts} verdicts of {effect.rule_id} {verb} under the reading {effect.reading}{used}"
    return f"{text}: {transitions_text(effect)}" if effect.changed else text


def transitions_text(effect: ReadingEffect) -> str:
    """`73 pass to fail, 4 pending to fail`."""
    counted = effect.transitions.items()
    return ", ".join(f"{count} {words(one)} to {words(other)}" for (one, other), count in counted)


def rates_text(before: Summary | None, after: Summary | None) -> str:
    """`rate 95.8% (93.4-97.4) to 94.1% (91.2-96.0)`; empty when nothing was decided on either side."""
    sides = [format_rate(one) if one is not None else "-" for one in (before, after)]
    if sides == ["-", "-"]:
        return ""
    shown = [f"{side}" if side != "-" else "nothing decided" for side in sides]
    return f"rate stays {shown[0]}" if shown[0] == shown[1] else f"rate {shown[0]} to {shown[1]}"


def counts_text(summary: Summary | None) -> str:
    """`388 pass, 17 fail, 4 pending, 3 unknown`: opportunities, without those that are none."""
    if summary is None:
        return "nothing"
    counts = (summary.passed, summary.failed, summary.pending, summary.unknown)
    return (
        ", ".join(f"{count} {words(one)}" for count, one in zip(counts, OUTCOMES, strict=False) if count) or "nothing"
    )


def bands_text(before: Summary | None, after: Summary | None) -> str:
    """`at least 95% per month: met so far -> clearly not met`; empty when nothing about the objective changes."""
    sides = [(one.objective, one.band) if one is not None else (None, None) for one in (before, after)]
    if sides[0] == sides[1]:
        return ""
    if sides[0][0] == sides[1][0]:
        labels = [band.label for _, band in sides if band is not None]
        return f"{sides[0][0]}: {' -> '.join(labels)}"
    said = [f"{wanted}, {band.label}" if wanted and band else "none" for wanted, band in sides]
    return f"objective {said[0]} -> {said[1]}"


def status_text(rule: RuleComparison) -> str:
    """Why only one catalog reports a rule; empty when both do."""
    pair = rule.pair
    because = f": {pair.because}" if pair.because else ""
    match pair.status:
        case Status.ADDED:
            return "new"
        case Status.SWITCHED_ON:
            return "switched on"
        case Status.REMOVED:
            return "no longer in the catalog"
        case Status.SWITCHED_OFF if pair.replaced_by:
            return f"replaced by {pair.replaced_by}"
        case Status.SWITCHED_OFF:
            return f"switched off{because}"
        case _:
            return f"called {pair.old_id} before" if _is_renamed(rule) else ""


def _is_renamed(rule: RuleComparison) -> bool:
    return rule.pair.status is Status.RENAMED


def _alone(rule: RuleComparison) -> str:
    """A rule that only one catalog reports."""
    summary = rule.whole.after or rule.whole.before
    rate = f"; rate {format_rate(summary)}" if summary is not None and summary.rate is not None else ""
    verb = "it gives" if rule.pair.new_id else "it gave"
    return f"{rule.rule_id} is {status_text(rule)}: {verb} {counts_text(summary)}{rate}"


def _change(rule_id: str, counted: Iterable[tuple[int, str]], whole: GroupComparison) -> str:
    if not whole.changed:
        return f"no verdict of {rule_id} changes its outcome"
    parts = ", ".join(f"{count} {text}" for count, text in counted)
    verb = "changes" if whole.changed == 1 else "change"
    noun = "verdict" if whole.concerned == 1 else "verdicts"
    return f"{whole.changed} of {whole.concerned} {noun} of {rule_id} {verb}: {parts}"


def _extras(rule: RuleComparison) -> Iterator[str]:
    """What else differs; the wording of one and of many."""
    others = sum(len(one.ids) for one in rule.reasons)
    more = " more" if rule.transitions else ""
    if others:
        yield f"{others}{more} {'gives' if others == 1 else 'give'} another reason"
    if rule.counts:
        yield f"{len(rule.counts)}{more} {'has' if len(rule.counts) == 1 else 'have'} other counts of opportunities"
    if rule.due:
        yield f"{len(rule.due)} due {'time moves' if len(rule.due) == 1 else 'times move'}"


def _rates(whole: GroupComparison) -> Iterator[str]:
    text = rates_text(whole.before, whole.after)
    if text:
        note = MOVES[whole.move]
        yield f"{text}, {note}" if note else text
    bands = bands_text(whole.before, whole.after)
    if bands:
        yield bands


def outcome_change(before: Verdict | None, after: Verdict | None) -> str:
    """`fail, late -> pass, in_time`; a side that does not report the rule is said so."""
    sides = (before, after)
    return " -> ".join("not reported" if one is None else f"{words(one.outcome)}, {one.reason}" for one in sides)
