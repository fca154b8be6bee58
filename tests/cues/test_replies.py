"""What a reply means."""

from __future__ import annotations

import pickle

import pytest

from cues.tables import load, shipped_replies
from servstd.cues import classify_reply, parse_replies, tokenise


@pytest.mark.parametrize(
    ("says", "no_means_yes", "meaning"),
    [(row["says"], key == "mind", row[key]) for row in load("replies.yaml") for key in ("asked", "mind")],
)
def test_a_reply_means_what_the_question_makes_of_it(says: str, no_means_yes: bool, meaning: str) -> None:
    assert classify_reply(says, no_means_yes, shipped_replies()) == meaning
    assert classify_reply(tokenise(says.upper()), no_means_yes, shipped_replies()) == meaning


def test_replies_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(shipped_replies())) == shipped_replies()


def test_mistakes_in_replies_are_told_with_their_place() -> None:
    replies, problems = parse_replies({"agreement": ["sure", "("], "yess": [], "brief": "replies"})
    assert replies.agreement == ("sure",)
    assert [(problem.code, problem.path) for problem in problems] == [
        ("unknown-key", "replies.yess"),
        ("phrase-empty-choice", "replies.agreement[1]"),
    ]
