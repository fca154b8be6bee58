"""A verdict in one clause, for `expected fail, got pass, because ...`."""

from __future__ import annotations

from collections.abc import Iterator

from servstd.evaluate.conditions_found import ConditionFound
from servstd.evaluate.reasoning import reasoning_of
from servstd.evaluate.verdict import Verdict
from servstd.outcome import REASONS
from servstd.steps import Step, Telling, length


def because(verdict: Verdict) -> str:
    """`responded 16:00 is within 1 business day, due 16:00`; what came about without a clock is the reason in words."""
    steps = {step.code: step for step in verdict.steps}
    if "due" in steps and ("done" in steps or "overdue" in steps or "running" in steps):
        return _clock(steps, Telling(verdict.steps))
    names = f" ({', '.join(verdict.names)})" if verdict.names else ""
    about = next(_conditions(verdict), None) or ("" if "reason" in steps else verdict.explain().removesuffix("."))
    return f"{REASONS[verdict.reason][1]}{names}{f': {about}' if about else ''}"


def _clock(steps: dict[str, Step], tell: Telling) -> str:
    limit = steps["due"].values
    target, due = limit["target"], tell.at(limit["at"])
    if "done" in steps:
        done = steps["done"].values
        event, at, late = done["event"].replace("_", " "), tell.at(done["at"]), done["late_by"]
        if late is None:
            return f"{event} {at} is within {target}, due {due}"
        clock = f" ({done['clock']})" if done.get("clock") else ""
        return f"{event} {at} is {length(late, done.get('clock'))}{clock} too late for {target}, due {due}"
    if "overdue" in steps:
        return f"not {steps['overdue'].values['event'].replace('_', ' ')} within {target}, due {due}"
    running = steps["running"].values
    left, on = running["remaining"], running.get("clock")
    rest = "" if left is None else f", {length(left, on)}{f' ({on})' if on else ''} left"
    return f"not done yet{rest} of {target}, due {due}"


def _conditions(verdict: Verdict) -> Iterator[str]:
    """What decided a verdict that never came to its check: the conditions, each with what was found."""
    speaking = next((one for one in reasoning_of(verdict).opportunities if one.is_speaking), None)
    if speaking is None:
        return
    if speaking.decided_by == "applies_to" and speaking.applies_to is not None:
        wanted = speaking.applies_to.answer
        yield "; ".join(f"{leaf.expected}, found {leaf.found}" for leaf in _leaves(speaking.applies_to, wanted))
    if speaking.decided_by == "except" and speaking.excepts:
        held = speaking.excepts[-1][1]
        yield "; ".join(f"{leaf.expected}, found {leaf.found}" for leaf in _leaves(held, held.answer))


def _leaves(found: ConditionFound, answer: bool | None) -> Iterator[ConditionFound]:
    """The leaves that made a condition what it is."""
    if found.logic is None:
        yield found
    for part in found.parts:
        if found.logic == "not":
            yield from _leaves(part, part.answer)
        elif part.answer is answer:
            yield from _leaves(part, answer)
