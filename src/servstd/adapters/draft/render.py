"""A draft as YAML, with what was guessed said beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from servstd.adapters.draft.look import Look
from servstd.adapters.draft.make import Draft, Guess
from servstd.yaml_reader.write import write_flow

_UNSURE = "null is nothing: what is it to us?"


def render_draft(draft: Draft, look: Look, log: str) -> str:
    """The text of a mapping file; `log` is what the log is called."""
    first = "all" if look.is_all else "the first"
    lines = [
        f"# A draft by 'servstd map' of {log}, from {first} {look.rows} rows. Read each line: names were compared, and",
        "# what a column means was guessed. Columns that are not named are not read.",
        *_bad_rows(look, log),
        *(line for key, value in draft.keys.items() for line in _key(key, value, draft.remarks.get(key, ""))),
        "columns:",
        *_columns(draft.guesses),
    ]
    translated = [one for one in draft.guesses if one.target is not None and one.values]
    if translated:
        lines.append("values:" + " " * 20 + "  # a text that is not listed makes a bad row")
        lines += [line for one in translated for line in _values(one)]
    return "\n".join(lines) + "\n"


def _bad_rows(look: Look, log: str) -> Iterator[str]:
    if look.first_bad is not None:
        more = "1 other row" if look.bad_count == 1 else f"{look.bad_count} other rows"
        yield f"# {more} can not be read, the first: {replace(look.first_bad, file=log).headline()}"


def _key(key: str, value: Any, remark: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield _with(f"{key}:", remark)
        yield f"  column: {write_flow(value['column'])}"
        yield "  values:"
        yield from (f"    {write_flow(text)}: {write_flow(event)}" for text, event in value["values"].items())
    else:
        yield _with(f"{key}: {write_flow(value)}", remark)


def _columns(guesses: tuple[Guess, ...]) -> Iterator[str]:
    known = [one for one in guesses if one.target is not None]
    if not known:
        yield "  {}"
    for one in known:
        yield _with(f"  {write_flow(one.column)}: {_target(one.target or {})}", one.remark)
    unread = [one for one in guesses if one.target is None]
    unknown = [one for one in unread if not one.remark]
    if unknown:
        yield "  # not read, for no word of ours is near:"
        yield from (f"  # {write_flow(one.column)}: {{}}" for one in unknown)
    if len(unread) > len(unknown):
        yield "  # not read, for the reason beside each:"
        yield from (_with(f"  # {write_flow(one.column)}: {{}}", one.remark) for one in unread if one.remark)


def _target(target: dict[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in target.items()) + "}"


def _values(guess: Guess) -> Iterator[str]:
    yield f"  {guess.word}:"
    for text, word in guess.values.items():
        yield _with(f"    {write_flow(text)}: {write_flow(word)}", _UNSURE if word is None else "")


def _with(text: str, remark: str) -> str:
    return f"{text:<40}  # {remark}" if remark else text
