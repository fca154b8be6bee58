"""Values on one line, as hints quote them."""

from __future__ import annotations

import pytest

from servstd.yaml_reader.one_line import REST, on_one_line, write_hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"channel": ["email", "phone"]}, "{channel: [email, phone]}"),
        ({"type": "one of gold, basic"}, "{type: 'one of gold, basic'}"),
        ([{"when": REST, "use": "2 business hours"}], "[{when: ..., use: 2 business hours}]"),
        ("received", "received"),
        ({"brief": "no"}, "{brief: no}"),
        ("x" * 121, None),
    ],
)
def test_a_value_is_written_on_one_line_unless_it_is_long(value: object, text: str | None) -> None:
    assert on_one_line(value) == text
    assert write_hint(value) == (None if text is None else f"write {text}")
