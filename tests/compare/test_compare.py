"""Comparing two catalogs: matrices, ids, rates, groups, and what must hold of every comparison."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

import servstd
from compare.building import MAILS, MANNER, NOW, REPLY, catalog, evaluator, mail, reply
from servstd.compare import OUTCOMES, Comparison, Move, RuleComparison, compare
from servstd.compare.wording import untold_sentence
from servstd.outcome import FAIL, NOT_APPLICABLE, PASS, PENDING, UNKNOWN

FOUR, TWO = {"mail.reply": REPLY}, {"mail.reply": reply("2 business hours")}


def compared(old: Mapping[str, Any], new: Mapping[str, Any], **settings: Any) -> Comparison:
    return compare(evaluator(old), evaluator(new), settings.pop("records", MAILS), as_of=NOW, **settings)


def the_rule(comparison: Comparison) -> RuleComparison:
    [rule] = comparison.rules
    return rule


def test_the_records_that_change_are_named_in_the_order_of_the_log() -> None:
    rule = the_rule(compared(FOUR, TWO))
    [transition] = rule.transitions
    assert (transition.before, transition.after, transition.ids) == (PASS, FAIL, ("after-two", "at-four"))


def test_the_matrix_counts_every_record_once() -> None:
    whole = the_rule(compared(FOUR, TWO)).whole
    assert whole.count(PASS, PASS) == 2
    assert whole.count(PASS, FAIL) == 2
    assert whole.count(FAIL, FAIL) == 2
    assert whole.count(NOT_APPLICABLE, NOT_APPLICABLE) == 1
    assert sum(map(sum, whole.matrix)) == len(MAILS)
    assert (whole.changed, whole.concerned) == (2, 6)


def test_rates_and_intervals_stand_beside_each_other() -> None:
    whole = the_rule(compared(FOUR, TWO)).whole
    assert whole.before is not None
    assert whole.after is not None
    assert (whole.before.passed, whole.before.failed, whole.before.rate) == (4, 2, 4 / 6)
    assert (whole.after.passed, whole.after.failed, whole.after.rate) == (2, 4, 2 / 6)
    assert whole.before.not_applicable == whole.after.not_applicable == 1


def test_due_times_that_move_are_kept_whatever_the_outcome() -> None:
    assert the_rule(compared(FOUR, TWO)).due == ("quick", "at-two", "after-two", "at-four", "after-four", "never")


def test_another_reason_with_the_same_outcome_is_no_transition() -> None:
    old = {"mail.reply": reply("4 business hours", applies_to={"channel": "email", "team": "care"})}
    new = {"mail.reply": reply("4 business hours", **{"except": {"sold": {"team": "sales"}}})}
    rule = the_rule(compared(old, new))
    assert rule.transitions == ()
    [change] = rule.reasons
    assert (change.outcome, change.before, change.after) == (NOT_APPLICABLE, "out_of_scope", "excepted")
    assert change.ids == ("after-two", "at-four", "never")


def test_other_counts_of_opportunities_alone_are_a_change() -> None:
    def limited(most: str) -> dict[str, Any]:
        check = {"kind": "deadline", "from": "hold_start", "to": "hold_end", "within": most, "cycles": "each"}
        return {"call.hold": {"title": "Holds", "check": check}}

    events = [
        {"type": what, "at": f"2026-05-04T10:0{n}:{second:02}Z"}
        for n, length in ((1, 20), (2, 40), (3, 55))
        for what, second in (("hold_start", 0), ("hold_end", length))
    ]
    records = [{"id": "call", "channel": "phone", "events": events}]
    rule = the_rule(compared(limited("50 elapsed seconds"), limited("30 elapsed seconds"), records=records))
    assert not rule.transitions
    assert not rule.reasons
    assert rule.counts == ("call",)
    assert rule.is_changed


def test_identical_catalogs_give_no_change() -> None:
    comparison = compared(FOUR, FOUR, every=True)
    rule = the_rule(comparison)
    assert not rule.is_changed
    assert rule.whole.changed == 0
    assert comparison.keys == ()
    assert comparison.unchanged == ("mail.reply",)
    assert (comparison.is_changed, comparison.is_worse) == (False, False)


def test_a_changed_rule_of_which_the_records_decide_nothing_is_told() -> None:
    def urgent(within: str, applies_to: dict[str, Any]) -> dict[str, Any]:
        return {"mail.reply": reply(within, applies_to=applies_to), "mail.manner": MANNER}

    vip = {"channel": "email", "priority": "urgent"}
    comparison = compared(urgent("4 business hours", vip), urgent("2 business hours", vip))
    assert not comparison.changed_rules
    [rule] = comparison.untold_rules
    count = rule.whole.concerned
    assert count > 1
    assert untold_sentence(rule) == (
        f"mail.reply was changed, but this log can not show what that does: all {count} verdicts are undecided"
    )
    elsewhere = {"channel": "letter"}
    [rule] = compared(urgent("4 business hours", elsewhere), urgent("2 business hours", elsewhere)).untold_rules
    assert untold_sentence(rule) == "mail.reply was changed, but no record of this log comes under it"


def test_what_is_decided_or_was_not_changed_is_not_called_untold() -> None:
    assert compared(FOUR, TWO).untold_rules == ()
    same = {"mail.reply": reply("4 business hours", applies_to={"channel": "email", "priority": "urgent"})}
    assert compared(same, same, every=True).untold_rules == ()
    retitled = {"mail.reply": {**same["mail.reply"], "title": "Another title"}}
    assert compared(same, retitled, every=True).untold_rules == ()


def test_rules_that_can_not_differ_are_not_judged() -> None:
    comparison = compared({**FOUR, "mail.manner": MANNER}, {**TWO, "mail.manner": MANNER})
    assert [rule.rule_id for rule in comparison.rules] == ["mail.reply"]
    assert comparison.unchanged == ("mail.manner",)


def test_groups_add_up_to_the_whole() -> None:
    rule = the_rule(compared(FOUR, TWO, by=("team",)))
    assert [group.key for group in rule.groups] == [{"team": "care"}, {"team": "sales"}, {"team": None}]
    assert [(group.changed, group.concerned) for group in rule.groups] == [(0, 3), (2, 3), (0, 0)]
    added = [[sum(group.matrix[i][j] for group in rule.groups) for j in range(5)] for i in range(5)]
    assert added == [list(row) for row in rule.whole.matrix]


def test_only_the_chosen_rules_are_compared() -> None:
    old, new = {**FOUR, "mail.other": REPLY}, {**TWO, "mail.other": reply("1 business hour")}
    assert [rule.rule_id for rule in compared(old, new, rules=["mail.other"]).rules] == ["mail.other"]


def test_a_comparison_is_immutable_and_can_be_sent_to_another_process() -> None:
    comparison = compared(FOUR, TWO, by=("team",), readings=True)
    assert pickle.loads(pickle.dumps(comparison)) == comparison
    with pytest.raises(FrozenInstanceError):
        comparison.records = 0  # type: ignore[misc]


def test_records_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watched(dict[str, Any]):
        pass

    seen: list[weakref.ref[Watched]] = []

    def stream() -> Iterator[Watched]:
        for number in range(50):
            record = Watched(mail(f"m{number}", "05-04T13:00"))
            seen.append(weakref.ref(record))
            yield record
            del record
            assert sum(one() is not None for one in seen) <= 2

    rule = the_rule(compared(FOUR, TWO, records=stream()))
    assert rule.whole.changed == 50


def test_defaults_that_differ_make_every_rule_worth_judging() -> None:
    loaded = catalog({"mail.manner": {**MANNER, "applies_to": {"audience": "external"}}})
    old, new = servstd.Evaluator(loaded, defaults={"audience": "internal"}), servstd.Evaluator(loaded)
    [rule] = compare(old, new, MAILS, as_of=NOW).rules
    assert {(one.before, one.after) for one in rule.transitions} == {(NOT_APPLICABLE, UNKNOWN)}


# --- better, worse, or within the interval


def many(passed: int, failed: int) -> list[dict[str, Any]]:
    """Mails that pass under both limits, and mails that fail under the shorter one."""
    return [mail(f"p{n}", "05-04T11:00") for n in range(passed)] + [mail(f"f{n}", "05-04T13:00") for n in range(failed)]


@pytest.mark.parametrize(
    ("failed", "move"),
    [(0, Move.SAME), (1, Move.WITHIN), (3, Move.WITHIN), (4, Move.WORSE), (20, Move.WORSE)],
)
def test_a_rate_that_moves_within_the_interval_is_not_called_worse(failed: int, move: Move) -> None:
    """100 of 100 have the interval 96.3-100: 97 of 100 lies within it, 96 of 100 outside."""
    records = many(100 - failed, failed)
    forward, back = compared(FOUR, TWO, records=records), compared(TWO, FOUR, records=records)
    assert the_rule(forward).whole.move is move
    assert the_rule(back).whole.move is (Move.BETTER if move is Move.WORSE else move)
    assert forward.is_worse is (move is Move.WORSE)
    assert not back.is_worse


def test_under_an_at_most_objective_a_higher_rate_is_worse() -> None:
    objective = {"objective": {"at_most": "5%"}}
    old = {"mail.reply": reply("2 business hours", **objective)}
    new = {"mail.reply": reply("4 business hours", **objective)}
    assert the_rule(compared(old, new, records=many(50, 50))).whole.move is Move.WORSE


def test_a_rule_that_nothing_decides_does_not_move() -> None:
    rule = the_rule(compared(FOUR, TWO, records=[MAILS[-1]]))
    assert rule.whole.move is Move.NONE
    assert not rule.is_changed


def test_another_objective_is_a_change_though_no_verdict_is() -> None:
    old = {"mail.reply": reply("4 business hours", objective={"at_least": "50%", "min_n": 1})}
    new = {"mail.reply": reply("4 business hours", objective={"at_least": "99%", "min_n": 1})}
    comparison = compared(old, new)
    assert the_rule(comparison).is_changed
    assert not comparison.is_changed


# --- what holds of every comparison: all pairs of a few catalogs, on a log that reaches every outcome

CATALOGS: Mapping[str, Mapping[str, Any]] = {
    "one rule": {"mail.one": REPLY},
    "a shorter limit": {"mail.one": reply("1 business hour")},
    "a longer limit": {"mail.one": reply("5 business days")},
    "another scope": {"mail.one": reply("4 business hours", applies_to={"team": "care"})},
    "an exemption": {"mail.one": reply("4 business hours", **{"except": {"sold": {"team": "sales"}}})},
    "two rules": {"mail.one": reply("2 business hours"), "mail.two": REPLY},
    "another rule": {"mail.two": REPLY},
    "renamed": {
        "mail.one": reply("4 business hours", enabled=False, replaced_by="mail.new"),
        "mail.new": reply("2 business hours"),
    },
}
PAIRS = [(old, new) for old in CATALOGS for new in CATALOGS]
LONG_LOG = [
    mail(f"{day}-{hour}-{team}", f"05-{day:02}T{hour:02}:00" if hour else None, **({"team": team} if team else {}))
    for day in (4, 5, 11)
    for hour in (10, 11, 12, 14, 16, None)
    for team in ("care", "sales", None)
]
SOON = datetime(2026, 5, 5, 9, tzinfo=UTC)


def one_way(old: str, new: str, every: bool = True) -> Comparison:
    sides = evaluator(CATALOGS[old]), evaluator(CATALOGS[new])
    return compare(*sides, LONG_LOG, as_of=SOON, by=("team",), every=every)


def transposed(matrix: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    return tuple(zip(*matrix, strict=True))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_there_and_back_are_mirror_images(old: str, new: str) -> None:
    forward, back = one_way(old, new), one_way(new, old)
    mirrors = {frozenset((rule.pair.old_id, rule.pair.new_id)): rule for rule in back.rules}
    assert len(forward.rules) == len(mirrors)
    for rule in forward.rules:
        mirror = mirrors[frozenset((rule.pair.old_id, rule.pair.new_id))]
        assert (rule.pair.old_id, rule.pair.new_id) == (mirror.pair.new_id, mirror.pair.old_id)
        assert rule.whole.matrix == transposed(mirror.whole.matrix)
        there = {(one.before, one.after): one.ids for one in rule.transitions}
        assert there == {(one.after, one.before): one.ids for one in mirror.transitions}
        assert (rule.due, rule.counts) == (mirror.due, mirror.counts)
        assert (rule.whole.before, rule.whole.after) == (mirror.whole.after, mirror.whole.before)


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_every_matrix_agrees_with_its_ids_its_groups_and_both_summaries(old: str, new: str) -> None:
    for rule in one_way(old, new).rules:
        if not rule.is_paired:
            assert rule.whole.matrix == ()
            continue
        matrix = rule.whole.matrix
        assert sum(map(sum, matrix)) == len(LONG_LOG)
        off_diagonal = {
            (before, after): matrix[i][j]
            for i, before in enumerate(OUTCOMES)
            for j, after in enumerate(OUTCOMES)
            if i != j and matrix[i][j]
        }
        assert {(one.before, one.after): len(one.ids) for one in rule.transitions} == off_diagonal
        added = [[sum(group.matrix[i][j] for group in rule.groups) for j in range(5)] for i in range(5)]
        assert added == [list(row) for row in matrix]
        for summary, counts in ((rule.whole.before, matrix), (rule.whole.after, transposed(matrix))):
            assert summary is not None
            found = summary.records_passed, summary.records_failed, summary.records_pending, summary.records_unknown
            assert (*found, summary.not_applicable) == tuple(map(sum, counts))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_judging_only_what_can_differ_finds_all_that_differs(old: str, new: str) -> None:
    some, every = one_way(old, new, every=False), one_way(old, new)
    assert some.changed_rules == every.changed_rules
    assert some.unchanged == every.unchanged
    assert some.is_changed is (old != new)


def test_the_long_log_reaches_what_it_should() -> None:
    matrix = the_rule(one_way("a shorter limit", "a longer limit")).whole.matrix
    assert matrix[OUTCOMES.index(FAIL)][OUTCOMES.index(PASS)]
    assert matrix[OUTCOMES.index(FAIL)][OUTCOMES.index(PENDING)]
