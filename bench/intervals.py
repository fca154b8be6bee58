"""How often intervals hold, how often a colour, an alert or a rank is wrong for nothing: by counting and by drawing.

    python bench/intervals.py [--draws 4000] [--seed 1]

The first two parts are exact sums over all counts that may come out, no drawing. What is claimed in
docs/explanation/figures.md is printed here, and the script ends with 1 when a claim does not hold.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from math import comb
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from servstd.objective import (
    Band,
    Objective,
    ObjectiveMonitor,
    band_among,
    band_of,
    newcombe,
    p_chart,
    percentile_interval,
    probability_of_this_few,
    ranking,
    wilson,
)

SIZES = range(5, 201)
RATES = [percent / 100 for percent in range(50, 100)]
AGENTS = 20
TRUE_RATE = 0.92
A_MONTH = 28
ANY = Objective(at_least=0.80, min_n=1)

Check = tuple[str, float, float, float]


@cache
def chances(n: int, rate: float) -> tuple[float, ...]:
    """The probability of each count of n, at a true rate."""
    return tuple(comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1))


def coverage(n: int, rate: float, ends: Sequence[tuple[float, float]]) -> float:
    """How often the interval of a count of n holds the true rate."""
    return sum(chance for chance, (low, high) in zip(chances(n, rate), ends, strict=True) if low <= rate <= high)


def interval_coverage() -> Iterator[Check]:
    """Wilson's interval beside the school formula, n of 5 to 200, true rates of 50 to 99%."""
    found, school = [], []
    for n in SIZES:
        ends = [wilson(k, n) for k in range(n + 1)]
        rough = [
            (k / n - 1.96 * (k / n * (1 - k / n) / n) ** 0.5, k / n + 1.96 * (k / n * (1 - k / n) / n) ** 0.5)
            for k in range(n + 1)
        ]
        found += [coverage(n, rate, ends) for rate in RATES]
        school += [coverage(n, rate, rough) for rate in RATES]
    print(f"  the school formula holds {sum(school) / len(school):.1%} of the time, at the worst {min(school):.1%}")
    print(f"  Wilson's at the worst {min(found):.1%}, at the best {max(found):.1%}")
    yield "Wilson's 95% interval holds on average", sum(found) / len(found), 0.93, 0.97
    by_size = [sum(found[i * len(RATES) : (i + 1) * len(RATES)]) / len(RATES) for i in range(len(SIZES))]
    yield "and at the n where it holds least", min(by_size), 0.93, 0.97


def false_reds() -> Iterator[Check]:
    """Twenty agents who are all truly at 92%: the chance that a month paints at least one of them red.

    Against 80% as the naive threshold has it, and against targets near the truth, where chance is at its worst.
    """
    print("  chance of somebody red; reviews each, under 80%, band against 80%, 90% and 92%; of 20 side by side")
    for n in (5, 10, 20, 50, 100, 200):
        naive = somebody(probability_of_this_few(-(-n * 8 // 10) - 1, n, TRUE_RATE))
        alone = [a_red(n, target, is_among=False) for target in (0.80, 0.90, 0.92)]
        among = [a_red(n, target, is_among=True) for target in (0.80, 0.90, 0.92)]
        print(f"  {n:3} {naive:4.0%}  " + " ".join(f"{one:6.1%}" for one in alone + among))
        if n == 10:
            yield "somebody under 80% at 10 reviews each (naive threshold)", naive, 0.55, 0.57
            colour = somebody(sum(chances(n, TRUE_RATE)[k] for k in range(n + 1) if band_of(k, n, ANY) is Band.RED))
            yield "somebody red against 80% at 10 reviews each, were ten not too few", colour, 0.0, 0.05
        yield f"somebody red against 80% at {n} reviews each", alone[0], 0.0, 0.05
        yield f"somebody red against 92%, side by side, at {n} reviews each", among[2], 0.0, 0.05


def a_red(n: int, target: float, *, is_among: bool) -> float:
    """The chance that at least one of the agents is red."""
    wanted = Objective(at_least=target)
    bands = [band_among(k, n, wanted, AGENTS) if is_among else band_of(k, n, wanted) for k in range(n + 1)]
    return somebody(sum(chance for chance, band in zip(chances(n, TRUE_RATE), bands, strict=True) if band is Band.RED))


def somebody(chance: float) -> float:
    """The chance that at least one of the agents has what each has with this chance."""
    return 1 - (1 - chance) ** AGENTS


def differences(draws: int, rnd: random.Random) -> Iterator[Check]:
    """Newcombe's interval of the change between two months, true rates drawn anew each time."""
    held = equal = 0
    for _ in range(draws):
        sizes, rates = (rnd.randint(20, 200), rnd.randint(20, 200)), (rnd.uniform(0.5, 0.99), rnd.uniform(0.5, 0.99))
        first, second = (draw(rnd, n, rate) for n, rate in zip(sizes, rates, strict=True))
        low, high = newcombe((first, sizes[0]), (second, sizes[1]))
        held += low <= rates[1] - rates[0] <= high
        same = newcombe((first, sizes[0]), (draw(rnd, sizes[1], rates[0]), sizes[1]))
        equal += not same[0] <= 0 <= same[1]
    yield "the interval of a change holds", held / draws, 0.93, 0.98
    yield "a change is told where there is none", equal / draws, 0.0, 0.06


def medians(draws: int, rnd: random.Random) -> Iterator[Check]:
    """The interval of a median and of a 90th percentile, of skewed lengths."""
    for percent, truth in ((50, 1.0), (90, 2.718281828459045**1.2815515655446004)):
        found = [
            percentile_interval([rnd.lognormvariate(0, 1) for _ in range(n)], percent)
            for n in (40, 80, 160) * (draws // 12)
        ]
        held = [ends[0] <= truth <= ends[1] for ends in found if ends is not None]
        yield f"the interval of percentile {percent} holds", sum(held) / len(held), 0.945, 0.995


def charts(draws: int, rnd: random.Random) -> Iterator[Check]:
    """Weeks in which nothing happens, and the same with one week 4.3 standard deviations low."""
    low_week = round(200 * (TRUE_RATE - 4.3 * (TRUE_RATE * (1 - TRUE_RATE) / 200) ** 0.5))
    for weeks, least in ((8, 0.65), (26, 0.9)):
        calm = wide = seen = 0
        for _ in range(draws // 8):
            counts = [draw(rnd, 200, TRUE_RATE) for _ in range(weeks)]
            chart = p_chart([(str(i), k, 200) for i, k in enumerate(counts)], rules="shewhart")
            wide += chart.method != "p_chart"
            calm += any(point.signals for point in chart.points)
            counts[weeks // 2] = low_week
            seen += bool(p_chart([(str(i), k, 200) for i, k in enumerate(counts)]).points[weeks // 2].signals)
        yield f"{weeks} weeks without cause have a point beyond 3 sigma", calm / (draws // 8), 0.0, 0.15
        yield f"Laney's limits are taken for nothing, of {weeks} weeks", wide / (draws // 8), 0.0, 0.05
        yield f"a week 4.3 deviations low is seen among {weeks}", seen / (draws // 8), least, 1.0


def rankings(draws: int, rnd: random.Random) -> Iterator[Check]:
    """Twenty equal agents, 30 reviews each: how often any two are told apart."""
    told = 0
    for _ in range(draws // 20):
        groups = {i: (draw(rnd, 30, TRUE_RATE), 30) for i in range(AGENTS)}
        told += any(one.best != 1 or one.worst != AGENTS for one in ranking(groups).groups)
    yield "a ranking tells equals apart", told / (draws // 20), 0.0, 0.05


def alerts(draws: int, rnd: random.Random) -> Iterator[Check]:
    """A month of forty verdicts a day, the target kept in truth: how often the monitor calls, looking every time."""
    months, called, raised = max(draws // 80, 10), 0, 0
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(months):
        watched = ObjectiveMonitor({"r": Objective(at_least=0.95)}, timedelta(days=7))
        new = 0
        for i in range(A_MONTH * 40):
            at = start + timedelta(minutes=36 * i)
            outcome = "pass" if rnd.random() < 0.95 else "fail"
            row = {"record_id": str(i), "rule_id": "r", "outcome": outcome, "received_at": at.isoformat()}
            new += watched.add(row).is_new_alert
        called += new > 0
        raised += new
    print(f"  {raised / months:.1f} alerts a month, as every verdict is a look: 2% is the chance of one look")
    yield "a month has an alert though the target is kept", called / months, 0.0, 0.6


def draw(rnd: random.Random, n: int, rate: float) -> int:
    """How many of n pass."""
    return sum(rnd.random() < rate for _ in range(n))


def main() -> int:
    """Print every claim with what was found; 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rnd = random.Random(given.seed)
    parts = [interval_coverage(), false_reds()]
    parts += [part(given.draws, rnd) for part in (differences, medians, charts, rankings, alerts)]
    is_kept = True
    for part in parts:
        for claim, found, low, high in part:
            is_kept &= low <= found <= high
            print(f"{'ok ' if low <= found <= high else 'NOT'} {claim}: {found:.1%} (claimed {low:.0%} to {high:.0%})")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
