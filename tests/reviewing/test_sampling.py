"""Samples: by chance, the same for the same seed, whatever the order of the log."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servstd.errors import RecordError
from servstd.reviewing import Candidate, Sample, draw_sample, read_sample
from servstd.reviewing.sample import sample_of
from servstd.reviewing.wanted import Question

ONE = (Question("external.greet"),)


def people(**groups: int) -> list[Candidate]:
    return [Candidate(f"{group}{number}", (group,), ONE) for group, count in groups.items() for number in range(count)]


def ids(sample: Sample) -> list[str]:
    return [one.record_id for one in sample.records]


@given(st.integers(0, 40), st.integers(1, 60), st.randoms())
def test_a_sample_has_the_size_that_was_asked_for_or_all(count: int, size: int, shuffled: random.Random) -> None:
    population = people(a=count)
    first = draw_sample(population, size, 7)
    shuffled.shuffle(population)
    assert draw_sample(population, size, 7) == first
    assert len(set(ids(first))) == first.size == min(count, size)
    assert all(one.probability == first.size / count for one in first.records)


def test_another_seed_draws_others() -> None:
    population = people(a=100)
    assert ids(draw_sample(population, 10, "7")) == ids(draw_sample(population, 10, 7))
    assert ids(draw_sample(population, 10, 7)) != ids(draw_sample(population, 10, 8))


def test_every_record_has_the_same_chance() -> None:
    """400 seeds, 5 of 20: each record is expected 100 times; 4 standard deviations are 35."""
    drawn = Counter(record for seed in range(400) for record in ids(draw_sample(people(a=20), 5, seed)))
    assert len(drawn) == 20
    assert all(65 <= count <= 135 for count in drawn.values())


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 30), min_size=1), st.integers(1, 80))
def test_groups_get_their_share_and_none_goes_without(groups: dict[str, int], size: int) -> None:
    population = people(**groups)
    sample = draw_sample(population, size, 7, by=("team",))
    assert sample.size == min(size, len(population)) == sum(one.size for one in sample.strata)
    for one in sample.strata:
        exact = sample.size * one.population / sample.population
        assert one.size <= one.population
        if size >= len(groups):
            assert one.size >= 1
        if exact >= 1 and all(sample.size * other.population >= sample.population for other in sample.strata):
            assert abs(one.size - exact) < 1
        assert one.probability == one.size / one.population


def test_so_many_of_each_group_have_unlike_chances() -> None:
    sample = draw_sample(people(small=4, large=40), 1, 7, by=("team",), each=4)
    assert {one.group["team"]: (one.size, one.probability) for one in sample.strata} == {
        "small": (4, 1.0),
        "large": (4, 0.1),
    }
    assert {one.probability for one in sample.records if one.record_id.startswith("large")} == {0.1}


@pytest.mark.parametrize(("size", "each"), [(0, None), (-1, None), (5, 0)])
def test_a_sample_of_nothing_is_refused(size: int, each: int | None) -> None:
    with pytest.raises(RecordError, match=r"a sample of .* records is none"):
        draw_sample(people(a=3), size, 7, ("team",), each)


def test_a_sample_comes_back_from_its_file(tmp_path: object) -> None:
    sample = draw_sample(people(a=5, b=5), 4, 7, by=("team",))
    path = f"{tmp_path}/s.json"
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(sample.to_json())
    assert read_sample(path) == sample


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"servstd_sample": 2}', '{"servstd_sample": 1, "strata": 3}'])
def test_a_file_that_is_no_sample_is_told(tmp_path: object, text: str) -> None:
    path = f"{tmp_path}/s.json"
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)
    with pytest.raises(RecordError, match=r"this is no sample that servstd sample wrote"):
        read_sample(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seed", 7), ("by", "team"), ("by", [1]), ("population", "10"), ("population", True), ("rules", None),
        ("as_of", "soon"), ("as_of", 7), ("catalog_digest", 7), ("also_decided", "no"), ("strata", [{}]),
        ("records", ["a0"]), ("records", [{"record_id": 1, "probability": 1, "stratum": 0}]),
        ("records", [{"record_id": "a0", "probability": 0, "stratum": 0}]),
        ("records", [{"record_id": "a0", "probability": 1, "stratum": 2}]),
        ("records", [{"record_id": "a0", "probability": 1, "stratum": 0, "asked": "all"}]),
        ("records", [{"record_id": "a0", "probability": 1, "stratum": 0}] * 2),
    ],
)  # fmt: skip
def test_values_that_no_sample_has_are_told(name: str, value: object) -> None:
    tree = json.loads(draw_sample(people(a=5, b=5), 4, 7, by=("team",)).to_json())
    assert sample_of(tree).size == 4
    with pytest.raises(ValueError, match=r"^$"):
        sample_of({**tree, name: value})


def test_a_sample_smaller_than_its_groups_comes_back() -> None:
    sample = draw_sample(people(a=5, b=5, c=5), 2, 7, by=("team",))
    assert sorted(one.size for one in sample.strata) == [0, 1, 1]
    assert sample_of(json.loads(sample.to_json())) == sample


def test_a_drawn_record_says_what_it_is_asked() -> None:
    twice = (Question("external.greet", 0), Question("external.greet", 1), Question("external.close"))
    [one] = draw_sample([Candidate("a0", (), twice)], 1, 7).records
    assert one.asked == ("external.greet", "external.close")
