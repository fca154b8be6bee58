"""What lint claims of a rule against the verdicts that it gives on random records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import servstd
from servstd.lint import lint_catalog

NOW = datetime(2026, 6, 1, tzinfo=UTC)
VALUES: dict[str, tuple[Any, ...]] = {
    "kind": ("interaction", "case"),
    "channel": ("email", "web"),
    "urgent": (True, False),
    "satisfaction": (1, 3, 5),
    "team": ("care", "sales"),
}
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from(sorted(VALUES)).flatmap(
        lambda name: st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2).map(lambda given: {name: given})
    ),
    st.sampled_from(({"satisfaction": {"at_least": 3}}, {"satisfaction": {"at_most": 2}}, {"team": {"missing": True}})),
    st.sampled_from(({"happened": "resolved"}, {"happened": "hold_consent", "after": "hold_request"})),
)
CONDITIONS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=3,
)
EVENTS = ("resolved", "hold_request", "hold_consent", "hold_start")
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from(values) for name, values in VALUES.items()},
        **{f"{name}_at": st.integers(0, 59).map(lambda minute: f"2026-05-19T10:{minute:02d}Z") for name in EVENTS},
        "complete_for": st.just(list(EVENTS)),
    },
)


@settings(max_examples=60, deadline=None)
@given(CONDITIONS, st.lists(CONDITIONS, max_size=2), st.booleans(), st.lists(RECORDS, min_size=20, max_size=20))
def test_a_rule_that_is_said_to_reach_no_record_reaches_none(
    scope: dict[str, Any], exempt: list[dict[str, Any]], is_each: bool, records: list[dict[str, Any]]
) -> None:
    rule: dict[str, Any] = {
        "title": "A rule",
        "applies_to": scope,
        "except": {f"e{index}": condition for index, condition in enumerate(exempt)},
        "check": {"kind": "recorded", "event": "ended"},
    }
    catalog = servstd.load_catalog({"rules": {"a.a": {**rule, "for_each": "hold_start"} if is_each else rule}})
    claims = {problem.code for problem in lint_catalog(catalog, today=date(2026, 6, 1))}
    evaluator = servstd.Evaluator(catalog)
    verdicts = [evaluator.check({"id": "r", **record}, as_of=NOW)["a.a"] for record in records]
    reasons = {str(verdict.reason) for verdict in verdicts}
    if "rule-never-applies" in claims:
        assert reasons <= {
            "out_of_scope",
            "missing_field",
            "no_such_event",
            "event_not_tracked",
            "excepted",
            "no_opportunity",
        }
    if "rule-always-exempt" in claims:
        assert not {"no_such_event", "done", "not_done", "still_open"} & reasons
    if "rule-always-applies" in claims:
        assert "out_of_scope" not in reasons
