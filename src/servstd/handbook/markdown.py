"""The handbook as Markdown: one text, or a file a family with an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from servstd.handbook.escape import anchor, escaped
from servstd.handbook.model import Change, Entry, Example, Exemption, Family, Handbook, Hours, Reading, Term
from servstd.handbook.sentences import (
    change_title,
    exemption_text,
    intro,
    part_title,
    row_text,
    shown_outcome,
)
from servstd.terms.told import Row, Told

INDEX = "index.md"
MARK = "<!-- Written by servstd docs; the next run writes it anew. -->"


def render_markdown(handbook: Handbook) -> str:
    """The whole handbook as one text."""
    parts = [
        *_head(handbook),
        *_contents(handbook, ""),
        *(line for family in handbook.families for line in _family(family)),
        *_back(handbook),
    ]
    return "\n".join(parts).rstrip() + "\n"


def render_folder(handbook: Handbook) -> dict[str, str]:
    """File names with their texts: an index, and one file a family. Each begins with `MARK`."""
    files = {family.name: _file_name(family) for family in handbook.families}
    index = [*_head(handbook), *_contents(handbook, "files"), *_back(handbook)]
    texts = {INDEX: "\n".join([MARK + "\n", *index]).rstrip() + "\n"}
    for family in handbook.families:
        lines = [f"{MARK}\n", f"[Contents]({INDEX})\n", *_family(family, level=1)]
        texts[files[family.name]] = "\n".join(lines).rstrip() + "\n"
    return texts


def _file_name(family: Family) -> str:
    return f"{family.name}.md" if f"{family.name}.md" != INDEX else "index-rules.md"


def _head(handbook: Handbook) -> Iterator[str]:
    yield f"# {escaped(handbook.title)}\n"
    for text in intro(handbook):
        yield f"{escaped(text)}\n"


def _contents(handbook: Handbook, layout: str) -> Iterator[str]:
    yield "## Contents\n"
    for family in handbook.families:
        file = _file_name(family) if layout == "files" else ""
        yield f"- [{escaped(family.title)}]({file}#family-{family.name})"
        for entry in family.entries:
            yield f"  - [{escaped(entry.title)}]({file}#{anchor(entry.id)})"
    if handbook.off:
        yield "- [Rules that are not in use](#not-in-use)"
    if handbook.calendars:
        yield "- [Opening hours](#opening-hours)"
    yield "- [Words](#words)\n"


def _family(family: Family, level: int = 2) -> Iterator[str]:
    yield f'<a id="family-{family.name}"></a>\n'
    yield f"{'#' * level} {escaped(family.title)}\n"
    for entry in family.entries:
        yield from _entry(entry, level + 1)


def _entry(entry: Entry, level: int) -> Iterator[str]:
    marks = "#" * (level + 1)
    yield f'<a id="{anchor(entry.id)}"></a>\n'
    yield f"{'#' * level} {escaped(entry.title)}\n"
    for paragraph in entry.statement:
        yield f"{escaped(paragraph)}\n"
    if entry.why:
        yield f"Why: {escaped(entry.why)}\n"
    if entry.off_because is not None:
        yield f"Not in use: {escaped(entry.off_because)}.\n"
    yield f"{marks} When it applies\n"
    yield "\n".join(map(_row, entry.scope)) + "\n"
    yield f"{marks} How it is decided\n"
    yield from _told(entry.decided)
    yield from _undecided(entry.decided)
    for title, lines in (
        ("Examples", [_example(one) for one in entry.examples]),
        ("Target and source", [f"- Id: `{entry.id}`", *map(_row, entry.facts)]),
        ("Readings", list(_readings(entry.reading, entry.readings))),
        ("Changes", [line for change in entry.changes for line in _change(change)]),
        ("Waivers", [_exemption(one) for one in entry.exemptions]),
    ):
        if lines:
            yield f"{marks} {title}\n"
            yield "\n".join(lines) + "\n"


def _told(told: Told) -> Iterator[str]:
    yield "\n".join(_row(row) for row in told.rows) + "\n"
    if told.parts:
        yield "\n".join(_parts(told, "")) + "\n"


def _parts(told: Told, indent: str) -> Iterator[str]:
    for number, (name, part) in enumerate(told.parts, start=1):
        yield f"{indent}{number}. {escaped(part_title(name))}"
        inner = f"{indent}   "
        yield from (f"{inner}{_row(row)}" for row in part.rows)
        yield from _parts(part, inner)


def _undecided(told: Told) -> Iterator[str]:
    if told.undecided:
        yield f"It is unknown when {escaped('; or '.join(told.undecided))}.\n"


def _row(row: Row) -> str:
    return f"- {escaped(row[0])}: {escaped(row[1])}"


def _example(example: Example) -> str:
    return (
        f"- **{shown_outcome(example.outcome)}**: {escaped(row_text(example.sentence))} {escaped(example.explanation)}"
    )


def _readings(used: str, others: Iterable[Reading]) -> Iterator[str]:
    if used:
        yield f"- In use: {escaped(used)}"
    for reading in others:
        yield f"- Otherwise {escaped(reading.name)}"
        yield from (f"  {_row(row)}" for row in reading.differences)


def _change(change: Change) -> Iterator[str]:
    yield f"- {escaped(change_title(change))}"
    yield from (f"  {_row(row)}" for row in change.differences)


def _exemption(exemption: Exemption) -> str:
    return f"- {escaped(exemption_text(exemption))}"


def _back(handbook: Handbook) -> Iterator[str]:
    """What stands behind the rules: those not in use, the calendars, the words."""
    if handbook.off:
        yield '<a id="not-in-use"></a>\n'
        yield "## Rules that are not in use\n"
        yield (
            "\n".join(
                f"- {escaped(entry.title)} ({escaped(entry.id)}): {escaped(entry.off_because or '')}"
                for entry in handbook.off
            )
            + "\n"
        )
    if handbook.calendars:
        yield '<a id="opening-hours"></a>\n'
        yield "## Opening hours\n"
        for hours in handbook.calendars:
            yield from _hours(hours)
    yield '<a id="words"></a>\n'
    yield "## Words\n"
    yield from _words(handbook.terms)


def _hours(hours: Hours) -> Iterator[str]:
    yield f"### {escaped(hours.name)}\n"
    yield "\n".join(_row(row) for row in hours.facts) + "\n"
    if hours.odd_days:
        yield f"Dates of {hours.year} that are not like their weekday:\n"
        yield "| date | hours | why |\n|---|---|---|"
        yield "\n".join(
            f"| {escaped(one.day)} | {escaped(one.hours)} | {escaped(one.note)} |" for one in hours.odd_days
        )
        yield ""


def _words(terms: Iterable[Term]) -> Iterator[str]:
    yield "What the log records: events happen at an instant, fields describe the contact or the case.\n"
    yield "| word | what | means |\n|---|---|---|"
    yield "\n".join(f"| {escaped(term.name)} | {term.what} | {escaped(term.brief)} |" for term in terms)
