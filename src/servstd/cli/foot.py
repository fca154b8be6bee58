"""What stands below the table of `servstd check`: what was left out and why, and the newest fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from servstd.catalog import Catalog
from servstd.cli.table import Line, list_of, target_of
from servstd.cli.wrapping import LINE_WIDTH, count_of, wrap
from servstd.evaluate.figures import DATA_REASONS, REVIEW_REASONS, Figures, Reporting, Standing
from servstd.objective import Band, Summary, format_rate, is_missed
from servstd.objective.summary import IN_PART, LOW_COVERAGE
from servstd.outcome import REASONS

_WORDS = 2
_CAUSES = 3
_RULES_WITH_FAILS = 5
_SEVERAL = 3


def unjudged_lines(figures: Figures, summaries: Sequence[Summary], is_all: bool) -> Iterator[str]:
    """`22 rules need a reviewer; 19 lack data (no column gives 'hold_start', ...). --all shows them`."""
    standing = {summary.key["rule_id"]: figures.standing(summary) for summary in summaries}
    count = Counter(standing.values())
    lacking = [rule_id for rule_id, one in standing.items() if one is Standing.LACKS_DATA]
    reviews, no_data, nothing = (
        count[one] for one in (Standing.NEEDS_REVIEWER, Standing.LACKS_DATA, Standing.NOTHING_TO_JUDGE)
    )
    parts = [f"{count_of(reviews, 'rule')} {'needs' if reviews == 1 else 'need'} a reviewer"] if reviews else []
    if no_data:
        which = str(no_data) if parts else count_of(no_data, "rule")
        parts.append(f"{which} {'lacks' if no_data == 1 else 'lack'} data{_missing(figures, lacking)}")
    if parts:
        yield "; ".join(parts) + ("" if is_all else f". --all shows {'it' if reviews + no_data == 1 else 'them'}")
    if nothing:
        yield f"{count_of(nothing, 'rule')} met nothing to judge"


def _missing(figures: Figures, rules: Iterable[str]) -> str:
    """The words that would decide most, first those that no record gives."""
    words = [word for word, _ in figures.missing_words(rules).most_common()]
    never = [word for word in words if word not in figures.seen]
    if never:
        return f" ({_not_given(never[:_WORDS], figures.columns)} {list_of(never, _WORDS)})"
    return f" (some records do not give {list_of(words, _WORDS)})" if words else ""


def _not_given(words: Sequence[str], columns: Collection[str]) -> str:
    """A column may be there and hold nothing."""
    are_there = [word in columns for word in words]
    if all(are_there):
        return "nothing is in the columns for"
    return "no record gives" if any(are_there) else "no column gives"


def unknown_line(figures: Figures, rules: Iterable[str]) -> str | None:
    """Why verdicts of the rules in the table are unknown: what would decide most of them."""
    causes: Counter[str] = Counter()
    for rule_id in rules:
        for (reason, names), count in figures.lacking.get(rule_id, Counter()).items():
            causes[_cause(reason, names)] += count
    if not causes:
        return None
    most = sorted(causes.items(), key=lambda one: (-one[1], one[0]))[:_CAUSES]
    rest = causes.total() - sum(count for _, count in most)
    parts = [f"{count} {cause}" for cause, count in most] + ([f"{rest} for other reasons"] if rest else [])
    return f"why unknown: {', '.join(parts)}"


def _cause(reason: str, names: tuple[str, ...]) -> str:
    if reason in REVIEW_REASONS:
        return "wait for a reviewer"
    if reason in DATA_REASONS and names:
        return f"lack {' or '.join(repr(name) for name in names)}"
    return f"because {REASONS[reason][1]}"


def notes_of(figures: Figures, summaries: Iterable[Summary]) -> dict[str, str]:
    """By rule id, why nothing was decided."""
    notes: dict[str, str] = {}
    for summary in summaries:
        rule_id = summary.key["rule_id"]
        standing = figures.standing(summary)
        if standing is Standing.NEEDS_REVIEWER:
            notes[rule_id] = "needs a reviewer"
        elif standing is Standing.LACKS_DATA:
            words = [word for word, _ in figures.missing_words([rule_id]).most_common()]
            other = "a setting of the catalog" if figures.lacks_setting(rule_id) else "data"
            notes[rule_id] = f"lacks {list_of(words, 1) if words else other}"
        elif standing is Standing.NOTHING_TO_JUDGE:
            notes[rule_id] = "nothing to judge"
    return notes


def unconfirmed_line(lines: Iterable[Line]) -> str | None:
    """What the star means, when there is one."""
    if any("%*" in line.text for line in lines):
        return "* an unconfirmed objective: it is shown, but never counts as missed"
    return None


def in_part_line(shown: Iterable[Summary]) -> str | None:
    """What it means that a rule was judged in part."""
    if not any(one.is_in_part for one in shown):
        return None
    share = f"under {LOW_COVERAGE:.0%} of what came up could be decided"
    return f"{IN_PART}: {share}, so the rate may not hold for the rest"


def opportunities_line(shown: Iterable[Summary]) -> str | None:
    """Of which rules a record held several opportunities, so that counts are not of records."""
    held: dict[str, tuple[int, int]] = {}
    for one in shown:
        rule_id = one.key["rule_id"]
        opportunities, records = held.get(rule_id, (0, 0))
        held[rule_id] = opportunities + one.opportunities, records + one.records - one.not_applicable
    several = {rule_id: pair for rule_id, pair in held.items() if pair[0] > pair[1]}
    if not several:
        return None
    parts = [f"{rule_id} {count} in {count_of(records, 'record')}" for rule_id, (count, records) in several.items()]
    rest = f", and {count_of(len(parts) - _SEVERAL, 'more rule')}" if len(parts) > _SEVERAL else ""
    said = "counted are opportunities, of which a record may hold several, and intervals allow for it"
    return f"{said}: {', '.join(parts[:_SEVERAL])}{rest}"


def small_line(small: Mapping[str, int], reporting: Mapping[str, Reporting]) -> str | None:
    """Which groups are left out because their rule asks for larger ones."""
    if not small:
        return None
    parts = [f"{count} of {name} under {reporting[name].at_least}" for name, count in small.items()]
    return f"groups left out, for their rules ask for larger ones: {', '.join(parts)}"


def example_line(catalog: Catalog) -> str | None:
    """A reminder that hours of opening are only an example."""
    names = catalog.example_calendars()
    if not names:
        return None
    hours = "example hours" if len(names) == 1 else "hours of examples"
    return f"[example-calendar] {list_of(names, 9)}: {hours}, not yours; set your own under calendars"


def missed_lines(summaries: Iterable[Summary]) -> Iterator[str]:
    """One line for each confirmed objective that was missed for certain."""
    for summary in summaries:
        if is_missed(summary) and summary.objective is not None:
            side = "over" if summary.objective.is_at_most else "under"
            target = target_of(summary.objective).removeprefix("at most ")
            yield f"objective missed: {summary.key['rule_id']} {format_rate(summary)} is all {side} {target}"


def fail_lines(figures: Figures, summaries: Iterable[Summary], is_all: bool) -> Iterator[str]:
    """The newest fails of each rule by id, with one sentence; of the five worst rules, or of all."""
    failed = sorted((one for one in summaries if one.records_failed), key=_badness)
    if not failed:
        return
    shown = failed if is_all else failed[:_RULES_WITH_FAILS]
    yield "newest fails:"
    for summary in shown:
        fails = figures.newest_fails(summary.key["rule_id"])
        yield _ids_line(summary, [fail.record_id for fail in fails])
        yield from wrap(f"{fails[0].record_id}: {fails[0].sentence}", "  ", "    ")
    if len(shown) < len(failed):
        rest = len(failed) - len(shown)
        yield f"{rest} more rules have fails. --all shows them" if rest > 1 else "1 more rule has fails. --all shows it"


def _badness(summary: Summary) -> tuple[int, int]:
    """Worst first: clearly not met, not met, all others; then by how many records failed."""
    rank = {Band.RED: 0, Band.ORANGE: 1}.get(summary.band, 2) if summary.band else 2
    return rank, -summary.records_failed


def _ids_line(summary: Summary, ids: Sequence[str]) -> str:
    """`email.response_time: E-17, E-23, ... (17)`, with as many ids as a line takes; at least one."""
    records = summary.records_failed
    count = f" ({records})" if records == summary.failed else f" ({records} records)"
    text = f"{summary.key['rule_id']}: {ids[0]}"
    shown = 1
    for record_id in ids[1:]:
        if len(text) + len(record_id) + len(", , ...") + len(count) > LINE_WIDTH:
            break
        text, shown = f"{text}, {record_id}", shown + 1
    return text + (", ..." if shown < records else "") + count
