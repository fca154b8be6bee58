"""How `servstd diff` prints: what was changed, what that does in sentences, a table, and the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from servstd.cli.arguments import show_instant
from servstd.cli.table import Line, show_value
from servstd.cli.wrapping import LINE_WIDTH, count_of, printable, wrap
from servstd.compare import Comparison, GroupComparison, Move, RuleComparison
from servstd.compare.explained import Explained
from servstd.compare.wording import (
    MOVES,
    outcome_change,
    reading_sentence,
    sentence_of,
    status_text,
    untold_sentence,
)
from servstd.objective import Summary, format_rate
from servstd.outcome import FAIL, PASS

Examples = Mapping[tuple[str, str], Explained]
_SAME = "the two catalogs say the same"
_KEYS = 20
_SENTENCES = 5
_COLOURS = {Move.BETTER: "green", Move.WORSE: "red"}


def diff_lines(
    comparison: Comparison, heading: str, examples: Examples, is_all: bool
) -> Callable[[int | None], Iterator[Line]]:
    """A function that gives the lines for a width. `examples` are records to explain, by rule and record id."""
    return partial(_lines, comparison, heading, examples, is_all)


def _lines(comparison: Comparison, heading: str, examples: Examples, is_all: bool, width: int | None) -> Iterator[Line]:
    yield from map(Line, _key_lines(comparison, is_all))
    yield Line(heading)
    yield from map(Line, summary_lines(comparison, is_all))
    shown = comparison.rules if is_all else comparison.changed_rules
    if shown:
        yield from _table(shown, comparison.by, width)
        yield from map(Line, _several_lines(shown))
    yield from map(Line, _rest_lines(comparison, is_all))
    for rule in _by_size(comparison.changed_rules) if is_all else _by_size(comparison.changed_rules)[:_SENTENCES]:
        yield from map(Line, _record_lines(rule, examples, is_all))
    yield from map(Line, _reading_lines(comparison, is_all))


def _key_lines(comparison: Comparison, is_all: bool) -> Iterator[str]:
    """What was changed in the catalog, as the YAML has it."""
    deciding = [change for change in comparison.keys if not change.is_text]
    texts = [change for change in comparison.keys if change.is_text]
    others = count_of(comparison.left_out, "change") if comparison.left_out else ""
    if not comparison.keys:
        yield f"nothing was changed about what --rules names; {others} of other rules" if others else _SAME
    elif not deciding:
        yield "nothing that decides a verdict was changed in the catalog"
    for change in deciding if is_all else deciding[:_KEYS]:
        yield change.render(LINE_WIDTH if is_all else 60)
    if (rest := len(deciding) - _KEYS) > 0 and not is_all:
        yield f"and {rest} more keys. --all shows them"
    if is_all:
        yield from (change.render(LINE_WIDTH) for change in texts)
    elif texts:
        what = "change of a name, text or test" if len(texts) == 1 else "changes of names, texts and tests"
        yield f"and {len(texts)} {what}. --all shows {'it' if len(texts) == 1 else 'them'}"
    if others and comparison.keys:
        yield f"and {others} of other rules, which --rules leaves out"


def summary_lines(comparison: Comparison, is_all: bool = False) -> Iterator[str]:
    """One sentence a rule that changes, those with the most changes first."""
    changed = _by_size(comparison.changed_rules)
    if not changed:
        yield "no verdict changes"
    shown = changed if is_all else changed[:_SENTENCES]
    for rule in shown:
        yield from wrap(sentence_of(rule), "", "  ")
    if len(shown) < len(changed):
        yield f"{count_of(len(changed) - len(shown), 'more rule')} in the table"
    untold = comparison.untold_rules
    for rule in untold if is_all else untold[:_SENTENCES]:
        yield from wrap(untold_sentence(rule), "", "  ")
    if not is_all and len(untold) > _SENTENCES:
        yield f"{count_of(len(untold) - _SENTENCES, 'more changed rule')} of which this log shows nothing"


def _by_size(rules: Iterable[RuleComparison]) -> list[RuleComparison]:
    """The rules with the most changed verdicts first."""
    return sorted(rules, key=lambda rule: (-rule.whole.changed, -len(rule.due), -len(rule.reasons)))


def _table(rules: Sequence[RuleComparison], by: Sequence[str], width: int | None) -> list[Line]:
    """One line a rule, or a rule and group. Columns that do not fit go."""
    rows: list[tuple[list[str], Move]] = []
    for rule in rules:
        for group in rule.groups or (rule.whole,):
            if group.concerned or not by:
                rows.append((_cells(rule, group, by), group.move))
    header = ["rule", *by, "pass to fail", "fail to pass", "other", "of", "rate before (95%)", "rate after", ""]
    dropped: tuple[str, ...] = ()
    for name in ("", "of", "other", "rate before (95%)"):
        dropped = (*dropped, name) if name else ()
        lines = _aligned(header, rows, dropped, len(by))
        if width is None or max(len(line.text) for line in lines) <= width:
            break
    return lines


def _cells(rule: RuleComparison, group: GroupComparison, by: Sequence[str]) -> list[str]:
    worse, better = group.count(PASS, FAIL), group.count(FAIL, PASS)
    counts = [str(worse), str(better), str(group.changed - worse - better)] if group.matrix else ["-"] * 3
    note = status_text(rule) or MOVES[group.move]
    keys = [printable(show_value(group.key.get(name))) for name in by]
    return [rule.rule_id, *keys, *counts, str(group.concerned), _rate(group.before), _rate(group.after), note]


def _rate(summary: Summary | None) -> str:
    return "-" if summary is None else format_rate(summary)


def _aligned(
    header: list[str], rows: Sequence[tuple[list[str], Move]], dropped: Sequence[str], groups: int
) -> list[Line]:
    kept = [index for index, name in enumerate(header) if name not in dropped or not name]
    widths = {i: max(len(cells[i]) for cells in [header, *(row for row, _ in rows)]) for i in kept}
    numbers = range(1 + groups, 5 + groups)
    lines = []
    for cells, move in [(header, Move.NONE), *rows]:
        parts = [cells[i].rjust(widths[i]) if i in numbers else cells[i].ljust(widths[i]) for i in kept]
        text = "  ".join(parts).rstrip()
        lines.append(Line(text, _COLOURS.get(move), len("  ".join(parts[:-1])) + 2))
    return lines


def _several_lines(rules: Iterable[RuleComparison]) -> Iterator[str]:
    """That changes are of records and rates of opportunities, where those are not the same."""
    parts = []
    for rule in rules:
        one = rule.whole.after or rule.whole.before
        if one is not None and one.is_clustered:
            records = count_of(one.records - one.not_applicable, "record")
            parts.append(f"{rule.rule_id} {one.opportunities} in {records}")
    if parts:
        yield from wrap(f"changes are of records, rates of opportunities: {', '.join(parts)}", "", "  ")


def _rest_lines(comparison: Comparison, is_all: bool) -> Iterator[str]:
    """What was left out."""
    count = len(comparison.unchanged)
    if count:
        names = f": {', '.join(comparison.unchanged)}" if is_all else ""
        yield from wrap(f"{count_of(count, 'rule')} unchanged{names}", "", "  ")


def _record_lines(rule: RuleComparison, examples: Examples, is_all: bool) -> Iterator[str]:
    """Which records change, and the first of each transition under both."""
    for transition in rule.transitions:
        yield from _ids_lines(f"{rule.rule_id}, {transition} ({len(transition.ids)})", transition.ids, is_all)
        explained = examples.get((rule.rule_id, transition.ids[0]))
        if explained is not None:
            yield from _both_lines(explained, f"  {printable(transition.ids[0])} ")
    for reason in rule.reasons:
        yield from _ids_lines(f"{rule.rule_id}, {reason} ({len(reason.ids)})", reason.ids, is_all)
    if rule.counts:
        yield from _ids_lines(f"{rule.rule_id}, other counts ({len(rule.counts)})", rule.counts, is_all)
    if is_all and rule.due:
        yield from _ids_lines(f"{rule.rule_id}, another due time ({len(rule.due)})", rule.due, is_all)


def _ids_lines(what: str, ids: Sequence[str], is_all: bool) -> Iterator[str]:
    """`email.response_time, pass to fail (9): E-17, E-23 and 7 more, --all shows them`; with --all, all of them."""
    ids = [printable(record_id) for record_id in ids]
    if is_all:
        yield from wrap(f"{what}: {', '.join(ids)}", "", "  ")
        return
    text, shown = f"{what}: {ids[0]}", 1
    tail = " and 999 more, --all shows them"
    for record_id in ids[1:]:
        if len(text) + len(record_id) + len(tail) > LINE_WIDTH:
            break
        text, shown = f"{text}, {record_id}", shown + 1
    rest = len(ids) - shown
    yield f"{text} and {rest} more, --all shows {'it' if rest == 1 else 'them'}" if rest else text


def _both_lines(explained: Explained, indent: str) -> Iterator[str]:
    """Both explanations, one after the other."""
    for side, verdict in (("before", explained.before), ("after", explained.after)):
        text = "not reported." if verdict is None else verdict.explain()
        yield from wrap(text, f"{indent}{side}:", " " * 4)


def _reading_lines(comparison: Comparison, is_all: bool) -> Iterator[str]:
    """What other readings would change, of the new catalog."""
    if not comparison.readings:
        return
    yield f"other readings of {comparison.new.where}:"
    quiet = [effect for effect in comparison.readings if not effect.changed]
    for effect in sorted(comparison.readings, key=lambda one: -one.changed):
        if effect.changed or is_all:
            yield from wrap(reading_sentence(effect), "  ", "    ")
    if quiet and not is_all:
        yield f"  {count_of(len(quiet), 'other reading')} would change no verdict"


def explained_lines(
    record_id: str, shown: Sequence[Explained], compared: int, as_of: datetime, is_full: bool
) -> Iterator[str]:
    """`--explain`: every given verdict of one record before and after."""
    yield f"{printable(record_id)}, as of {show_instant(as_of)}"
    for one in shown:
        name = one.pair.id if one.pair.old_id in (one.pair.new_id, None) else f"{one.pair.id} ({one.pair.old_id})"
        yield f"{name}: {outcome_change(one.before, one.after)}"
        for side, verdict in (("before", one.before), ("after", one.after)):
            text = "not reported." if verdict is None else verdict.explain(full=is_full)
            yield from wrap(text, f"  {side}:", "    ")
    if not shown:
        yield f"none of its {count_of(compared, 'verdict')} changes"
    elif len(shown) < compared:
        yield f"{count_of(compared - len(shown), 'other verdict')} unchanged"
