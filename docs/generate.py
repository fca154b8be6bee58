"""Write the generated parts of docs/reference anew, or say which are stale: `python docs/generate.py [--check]`.

A generated part stands between `<!-- generated: name -->` and `<!-- end -->`; what is around it is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kinds_page import kinds_page
from lint_page import lint_page, lint_table
from notes import REASONS as NOTES

import servstd
from servstd.catalog import Catalog, Rule
from servstd.outcome import REASONS
from servstd.vocabulary import Word

REFERENCE = Path(__file__).parent / "reference"
PART = re.compile(r"(?P<begin><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end -->)", re.S)
EXTENDED = ("coaching", "commitment", "complaint", "feedback", "programme")


def reasons() -> str:
    """A heading for each reason, with its outcomes and what to do about it."""
    lines: list[str] = []
    for reason, (outcomes, sentence) in REASONS.items():
        given = ", ".join(f"`{outcome}`" for outcome in outcomes)
        lines += [f"## {reason}\n", f"{given}: {sentence}. {NOTES[reason]}\n"]
    return "\n".join(lines)


def fields(catalog: Catalog) -> str:
    """Every declared field."""
    rows = (
        f"| `{word.name}` | {_type(word)} | {_cell(word.brief)} | `{_example(word.example)}` |"
        for word in catalog.vocabulary.fields.values()
    )
    return _table("| field | type | means | example |", rows)


def events(catalog: Catalog) -> str:
    """Every declared event with its attributes, in the order that breaks ties."""

    def rows() -> Iterator[str]:
        for event in catalog.vocabulary.events.values():
            yield f"| `{event.name}` | | {_cell(event.brief)} | |"
            for word in event.attributes.values():
                default = "" if word.default is None else f"`{_example(word.default)}`"
                yield f"| | `{word.name}`: {_type(word)} | {_cell(word.brief)} | {default} |"

    return _table("| event | attribute | means | default |", rows())


def record_kinds(catalog: Catalog) -> str:
    """Every kind of record."""
    rows = (
        f"| `{kind.name}` | {_cell(kind.brief)} | {_codes(kind.begins)} | {_codes(kind.ends)} |"
        for kind in catalog.vocabulary.record_kinds.values()
    )
    return _table("| kind | what it is | begins with | ends with |", rows)


def cues(catalog: Catalog) -> str:
    """Every family of phrases."""
    rows = (f"| `{cue.name}` | {cue.by} | {_cell(cue.brief)} |" for cue in catalog.cues.values())
    return _table("| cue | said by | what it finds |", rows)


def scales(catalog: Catalog) -> str:
    """Every scale of reviewers' answers."""
    rows = (
        f"| `{name}` | {', '.join(f'`{answer}` is {outcome}' for answer, outcome in scale.items())} |"
        for name, scale in catalog.vocabulary.scales.items()
    )
    return _table("| scale | answers |", rows)


def rule_table(catalog: Catalog) -> str:
    """One row a rule."""
    rows = (
        f"| [{rule.id}](#{_anchor(rule.id)}) | {_cell(rule.title)} | {rule.check.name} | {rule.severity} | "
        f"{'on' if rule.enabled else 'off'} | {_objective(rule)} | {_source(rule)} |"
        for rule in catalog.rules.values()
    )
    return _table("| rule | title | kind | severity | shipped | objective | source |", rows)


def rule_details(catalog: Catalog) -> str:
    """A heading for each rule, by family."""
    lines: list[str] = []
    family = ""
    for rule in catalog.rules.values():
        if rule.family != family:
            family = rule.family
            lines.append(f"## {family}\n")
        lines += [f"### {rule.id}\n", *_details(rule)]
    return "\n".join(lines)


def _details(rule: Rule) -> Iterator[str]:
    yield f"{' '.join(rule.statement.split())}\n"
    if rule.model.why:
        yield f"Why: {' '.join(rule.model.why.split())}\n"
    facts = [f"kind `{rule.check.name}`"]
    if rule.model.except_:
        facts.append(f"not where {_codes(rule.model.except_)}")
    if rule.readings:
        named = f"reading `{rule.model.reading}`" if rule.model.reading else "readings"
        facts.append(f"{named}, others {_codes(rule.readings)}")
    yield f"{_first_upper('; '.join(facts))}.\n"
    if rule.question:
        yield f"A reviewer is asked: {' '.join(rule.question.split())}\n"


def _objective(rule: Rule) -> str:
    given = rule.objective
    if given is None:
        return ""
    share = given.at_most if given.at_least is None else given.at_least
    return f"{'at most' if given.is_at_most else 'at least'} {share:.0%} a {given.per}"


def _source(rule: Rule) -> str:
    source = rule.model.source
    return _cell(", ".join(part for part in (source.get("document"), source.get("section")) if part))


def _anchor(heading: str) -> str:
    return heading.replace(".", "")


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _type(word: Word) -> str:
    return _cell(word.type.text)


def _example(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _codes(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: str, rows: Iterator[str]) -> str:
    return "\n".join((head, "|---" * (head.count("|") - 1) + "|", *rows)) + "\n"


def _parts() -> dict[str, Callable[[], str]]:
    """The generated parts by name."""
    catalog = servstd.load_catalog()
    with_catalog = (fields, events, record_kinds, cues, scales, rule_table, rule_details)
    parts: dict[str, Callable[[], str]] = {
        "kinds": kinds_page,
        "reasons": reasons,
        "lint": lint_page,
        "lint-table": lint_table,
    }
    for make in with_catalog:
        parts[make.__name__.replace("_", "-")] = lambda make=make: make(catalog)  # type: ignore[misc]
    return parts


def pages() -> dict[Path, str]:
    """Every page with a generated part, as it should be."""
    parts = _parts()
    return {
        path: PART.sub(lambda match: f"{match['begin']}\n{parts[match['name']]()}\n{match['end']}", text)
        for path in sorted(REFERENCE.glob("*.md"))
        if PART.search(text := path.read_text("utf-8"))
    }


def main(arguments: list[str]) -> int:
    """Write what is stale, or with `--check` only name it; ends with 1 when a page was stale under `--check`."""
    stale = {path: text for path, text in pages().items() if path.read_text("utf-8") != text}
    for path, text in stale.items():
        if "--check" in arguments:
            sys.stderr.write(f"{path.name} is stale: run python docs/generate.py\n")
        else:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.name}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
