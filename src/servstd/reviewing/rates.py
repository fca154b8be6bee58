"""What the answers of a sample say of all the records that it was drawn from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from servstd.objective.figure import Figure, share_figure
from servstd.objective.reviewers.weighted import Sampled, weighted_rate
from servstd.outcome import FAIL, PASS, UNKNOWN, Outcome
from servstd.reviewing.sample import Drawn, Sample

Asked = tuple[str, int | None]
"""A record and one of its opportunities."""


@dataclass(frozen=True, slots=True)
class SampleRate:
    """The rate of one rule. `answered` are the records with an answer, `drawn` those of the sample that were asked."""

    figure: Figure
    answered: int
    drawn: int | None


def sample_rate(
    rule_id: str,
    units: Mapping[Asked, Iterable[Outcome]],
    chances: Mapping[str, float | None],
    sample: Sample | None = None,
) -> SampleRate:
    """The rate by what reviewers agree on, each record weighed by its chance to be drawn.

    `units` are the answers to each question, `chances` those of the records that were answered. Questions on which
    reviewers disagree, or all are unsure, are left out and counted in `excluded`. With a sample, records of it that
    nobody settled count as not drawn: their group is known from fewer. Of a group without any nothing is known: the
    rate leaves it out, and its drawn records are in `missing`. Without a sample nobody knows how many were left
    open, so no correction for a finite population is made; without a chance for every record nothing is weighted.
    """
    if sample is not None:
        places = {one.record_id for one in sample.records}
        units = {asked: unit for asked, unit in units.items() if asked[0] in places}
    settled, left_out = _settle(units)
    answered = {record_id for record_id, _ in units}
    if sample is not None:
        waited = {one.record_id for one in sample.records if one.asked is None or rule_id in one.asked} | answered
        asked = [one for one in sample.records if one.record_id in waited]
        figure = weighted_rate(_rows(sample, asked, settled))
        heard = {one.stratum for one in asked if one.record_id in settled}
        silent = sum(one.stratum not in heard for one in asked)
        missing = {"group_without_answers": silent} if silent else {}
        return SampleRate(replace(figure, excluded=left_out, missing=missing), len(answered), len(asked))
    figure = _without_sample(settled, {record_id: chances[record_id] for record_id in answered})
    return SampleRate(replace(figure, excluded=left_out), len(answered), None)


def _without_sample(settled: Mapping[str, tuple[int, int]], chances: Mapping[str, float | None]) -> Figure:
    if any(chance is None for chance in chances.values()):
        passed, decided = (sum(counts) for counts in zip(*settled.values(), strict=True)) if settled else (0, 0)
        return share_figure("rate", "passed_over_decided", passed, decided)
    weights = {record_id: chances[record_id] or 1.0 for record_id in settled}
    rows = [Sampled(*settled[record_id], chance, chance) for record_id, chance in weights.items()]
    return weighted_rate(rows, is_complete=False)


def _settle(units: Mapping[Asked, Iterable[Outcome]]) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    """Of each record that reviewers settled how many passed of how many decided; and why questions are left out."""
    settled: dict[str, tuple[int, int]] = {}
    left_out: Counter[str] = Counter()
    for (record_id, _), unit in units.items():
        outcomes = set(unit) - {UNKNOWN}
        if len(outcomes) != 1:
            left_out["disagree" if outcomes else "unsure"] += 1
            continue
        passed, decided = settled.get(record_id, (0, 0))
        settled[record_id] = passed + (outcomes == {PASS}), decided + (outcomes <= {PASS, FAIL})
    return settled, dict(sorted(left_out.items()))


def _rows(sample: Sample, asked: Iterable[Drawn], settled: Mapping[str, tuple[int, int]]) -> Iterator[Sampled]:
    """The settled records, and those that have no such question, with the chance of a settled one of their group."""
    groups: dict[int, list[Drawn]] = defaultdict(list)
    for one in asked:
        groups[one.stratum].append(one)
    shares = {stratum: sum(one.record_id in settled for one in drawn) / len(drawn) for stratum, drawn in groups.items()}
    waiting = {one.record_id for drawn in groups.values() for one in drawn}
    for one in sample.records:
        share = shares.get(one.stratum, 0.0)
        if share and (one.record_id in settled or one.record_id not in waiting):
            passed, decided = settled.get(one.record_id, (0, 0))
            yield Sampled(passed, decided, one.probability * share, one.stratum)
