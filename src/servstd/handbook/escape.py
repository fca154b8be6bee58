"""Texts of a catalog as Markdown that shows them letter by letter: nothing in them can become markup or a link."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*_{}\[\]#|~$!=+-]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_ORDERED = re.compile(r"^(\d+)([.)])")
# An address without brackets is a link to many programs.
_ADDRESS = re.compile(r"(?i)(://|\bwww\.|\bmailto:)")
_INSIDE_A_WORD = re.compile(r"(?<=[^\W_])\\([-+_])(?=[^\W_])|\\(!)(?!\\?\[)")


def escaped(text: str) -> str:
    """The text on one line, with all that Markdown or HTML would take for markup disarmed."""
    line = " ".join(text.split())
    line = _MARKS.sub(lambda match: "\\" + match[0], line)
    # A dash or underscore within a word is no mark; leaving it alone keeps the text readable as it is.
    line = _INSIDE_A_WORD.sub(lambda match: match[1] or match[2], line)
    line = "".join(_ENTITIES.get(letter, letter) for letter in line)
    line = _ADDRESS.sub(lambda match: match[0].replace(":", "&#58;").replace(".", "&#46;"), line)
    return _ORDERED.sub(r"\1\\\2", line)


def anchor(rule_id: str) -> str:
    """The anchor of a rule: its id, which holds nothing but small letters, digits, `_` and dots."""
    return rule_id.replace(".", "-")
