"""How fast, how right and how frugal the business calendar is, beside other libraries and beside a plain subtraction.

    python bench/calendars.py [--rows 10000000] [--skip-others]

Other libraries are measured where they are installed; the bench names those that are missing. All figures of a table
come from one run, in processor time, and are medians; read the ratios, not the times. Exits with 1 when a column costs
more than 15 subtractions or too much memory, or when `import servstd` loads what it should not.
(Not called calendar.py: beside other scripts that would hide Python's own module of that name.)
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from other_calendars import LIBRARIES, Hours, Questions, Unable, servstd, servstd_in_zone, version
from tests.calendar.oracle import Oracle

from servstd import BusinessCalendar

ZONE = "America/New_York"
HEAD_OFFICE = {
    "time_zone": ZONE,
    "hours": {"mon-thu": "09:00-12:30, 13:30-17:00", "fri": "09:00-16:00"},
    "holidays": {"country": "US", "subdivision": "NY"},
}
OFF_GRID = {**HEAD_OFFICE, "hours": {"mon-fri": "09:01-17:00"}}
WORKDAYS, DAILY = (0, 1, 2, 3, 4), tuple(range(7))
HOLIDAYS = frozenset({date(2026, 5, 25), date(2026, 6, 19), date(2026, 7, 3)})
# Name, hours, and the dates among which questions start.
SCENES = {
    "weekly hours": (Hours(ZONE, WORKDAYS, ((540, 1020),)), date(2026, 4, 1), date(2026, 5, 1)),
    "lunch break": (Hours(ZONE, WORKDAYS, ((540, 720), (780, 1020))), date(2026, 4, 1), date(2026, 5, 1)),
    "holidays": (Hours(ZONE, WORKDAYS, ((540, 1020),), HOLIDAYS), date(2026, 5, 15), date(2026, 7, 2)),
    "clock changes": (Hours(ZONE, DAILY, ((0, 360),)), date(2026, 2, 27), date(2026, 3, 9)),
}
COUNT = 75  # questions a scene
SPANS = (3, 30, 200)  # two instants lie up to so many days apart, evenly spread; 30 is the main figure
TARGET, GOAL, LIMIT, SPARE_MIB = 25, 10, 15, 64
SECOND = timedelta(seconds=1)
SHORTEST_S = 0.005  # a round of quick calls is repeated for so long, lest the clock or a cold cache decide
OURS, IN_ZONE = "servstd, instants in UTC", "servstd, in its own zone"


class Question(NamedTuple):
    """Two instants, a duration in whole hours, and what is right; after a closing instant comes the next opening."""

    start: datetime
    end: datetime
    duration: timedelta
    elapsed: timedelta
    due: tuple[datetime, datetime]


def questions(hours: Hours, first: date, last: date) -> list[Question]:
    """Random questions of whole minutes, answered by the slow calendar of the tests."""
    week = [list(hours.spans) if day in hours.days else [] for day in range(7)]
    oracle = Oracle(hours.zone, week, set(hours.closed), {}, {})
    days = (first + timedelta(days=n) for n in range(-1, (last - first).days + 60))
    blocks = [block for day in days for block in sorted(oracle.blocks(day))]
    rng, found = random.Random(11), []
    for _ in range(COUNT):
        start = oracle.instant(first, rng.randrange((last - first).days * 1440))
        end = start + timedelta(minutes=rng.randrange(14 * 1440))
        duration = timedelta(hours=rng.randint(1, 30))
        lengths = (min(end, close) - max(start, opening) for opening, close in blocks)
        elapsed = sum((length for length in lengths if length > timedelta()), timedelta())
        found.append(Question(start, end, duration, elapsed, due(blocks, start, duration)))
    return found


def due(blocks: Iterable[tuple[datetime, datetime]], start: datetime, duration: timedelta) -> tuple[datetime, datetime]:
    """When the duration is used up: landing at a closing, and at the next opening."""
    landed = None
    for opening, close in blocks:
        begin = max(opening, start)
        if landed is not None:
            return landed, opening
        if close - begin >= duration:
            landed = begin + duration
            if landed < close:
                return landed, landed
        elif close > begin:
            duration -= close - begin
    raise AssertionError("the blocks are too few")


def right(ask: Questions, asked: list[Question]) -> tuple[int, int]:
    """How many elapsed times and how many due times are right, to the second."""
    elapsed = added = 0
    for question in asked:
        start, end = ask.prepare(question.start), ask.prepare(question.end)
        if ask.elapsed is not None:
            elapsed += abs(ask.seconds(ask.elapsed(start, end)) - question.elapsed.total_seconds()) < 1
        if ask.add is not None:
            landed = ask.instant(ask.add(start, question.duration))
            added += any(abs(landed - allowed) < SECOND for allowed in question.due)
    return elapsed, added


def medians(works: dict[Any, Callable[[], Any]], calls: int, rounds: int = 5) -> dict[Any, float]:
    """Processor seconds a call of each work: the median of rounds in which all have their turn."""
    found: dict[Any, list[float]] = {key: [] for key in works}
    for _ in range(rounds):
        for key, work in works.items():
            begin, times = time.process_time(), 0
            while times == 0 or time.process_time() - begin < SHORTEST_S:
                work()
                times += 1
            found[key].append((time.process_time() - begin) / calls / times)
    return {key: statistics.median(times) for key, times in found.items()}


def works_of(ask: Questions) -> dict[str, Callable[[], Any]]:
    """Calls of `elapsed` for each of SPANS and of `add`, COUNT each, on plain weekly hours."""
    begin, rng = datetime(2026, 4, 1, tzinfo=UTC), random.Random(7)
    starts = [begin + timedelta(minutes=rng.randrange(30 * 1440)) for _ in range(COUNT)]
    prepared, works, elapsed, add = [ask.prepare(start) for start in starts], {}, ask.elapsed, ask.add
    for span in SPANS if elapsed else ():
        ends = [ask.prepare(start + timedelta(minutes=rng.randrange(span * 1440))) for start in starts]
        works[f"{span} days"] = lambda ends=ends: [elapsed(*pair) for pair in zip(prepared, ends, strict=True)]
    durations = [timedelta(hours=rng.randint(1, 30)) for _ in range(COUNT)]
    if add:
        works["add"] = lambda: [add(*pair) for pair in zip(prepared, durations, strict=True)]
    return works


def score(make: Callable[[Hours], Questions]) -> tuple[str, str]:
    """Right answers of all scenes; an asterisk when some hours can not be expressed."""
    elapsed = added = unable = 0
    for hours, first, last in SCENES.values():
        try:
            ask = make(hours)
        except Unable:
            unable += COUNT
            continue
        scene = right(ask, questions(hours, first, last))
        elapsed, added = elapsed + scene[0], added + scene[1]
    mark = f" ({unable} not askable)" if unable else ""
    return (f"{elapsed}{mark}" if ask.elapsed else "-"), (f"{added}{mark}" if ask.add else "-")


def compare_others(skip: bool) -> None:
    """The table of libraries."""
    libraries: dict[str, tuple[Callable[[Hours], Questions], bool]] = {
        OURS: (servstd, True),
        IN_ZONE: (servstd_in_zone, True),
    }
    for name, (make, is_aware) in LIBRARIES.items() if not skip else ():
        found = version(name)
        if found is None:
            print(f"{name} is not installed: pip install {name}")
        else:
            libraries[f"{name} {found}" + ("" if is_aware else ", naive")] = (make, is_aware)
    scores, works = {}, {}
    for label, (make, _) in libraries.items():
        try:
            scores[label] = score(make)
            works |= {(label, what): work for what, work in works_of(make(SCENES["weekly hours"][0])).items()}
        except Exception as error:
            print(f"{label} does not run here: {type(error).__name__}: {error}")
    times = medians(works, COUNT)
    kinds = [*(f"{span} days" for span in SPANS), "add"]
    print(f"\n{'':28}{'right answers of 300':^36}{'elapsed, us, up to':>26}{'add, us':>14}")
    print(f"{'':28}{'elapsed':>24}{'add':>12}" + "".join(f"{kind:>10}" for kind in kinds[:-1]))
    for label, (elapsed, added) in scores.items():
        figures = (format(1e6 * times[label, kind], ".2f") if (label, kind) in times else "-" for kind in kinds)
        print(f"{label:28}{elapsed:>24}{added:>12}" + "".join(f"{figure:>10}" for figure in figures))
    print(f"servstd, in UTC, against the fastest (target {TARGET}x)")
    for is_aware, words in ((True, "that takes aware datetimes"), (False, "that takes naive local ones")):
        rivals = [label for label in scores if libraries[label][1] is is_aware and label not in (OURS, IN_ZONE)]
        best = (min((times[r, kind] for r in rivals if (r, kind) in times), default=0) for kind in kinds)
        ratios = (
            f"{value / times[OURS, kind]:9.0f}x" if value else f"{'-':>10}"
            for value, kind in zip(best, kinds, strict=True)
        )
        print(f"{'  ' + words:64}" + "".join(ratios))


def columns(count: int) -> bool:
    """Ratios of the array calls to one subtraction, and their memory; False when a limit is broken."""
    import numpy as np

    rng, begin = np.random.default_rng(1), year_us(2019)
    starts = rng.integers(begin, year_us(2026), count)
    ends = starts + rng.integers(0, 30 * 86_400 * 10**6, count)
    durations = rng.integers(0, 40 * 3600 * 10**6, count)
    print(
        f"\n{count:,} random rows of 7 years; processor time in subtractions `ends - starts`; memory beside the answers"
    )
    is_held = True
    for name, spec in (("half-hour grid", HEAD_OFFICE), ("edges off the grid", OFF_GRID)):
        calendar = BusinessCalendar.from_spec(spec)
        works: dict[str, Callable[[], Any]] = {
            "elapsed_array": lambda calendar=calendar: calendar.elapsed_array(starts, ends),
            "add_array": lambda calendar=calendar: calendar.add_array(starts, durations),
            "next_open_array": lambda calendar=calendar: calendar.next_open_array(starts),
            "is_open_array": lambda calendar=calendar: calendar.is_open_array(starts),
        }
        for call, work in works.items():
            spare = spare_mib(work)
            plain, ours = medians({"plain": lambda: ends - starts, "ours": work}, 1, rounds=7).values()
            limit = LIMIT if call == "elapsed_array" and spec is HEAD_OFFICE else None
            is_held &= spare <= SPARE_MIB and (limit is None or ours <= limit * plain)
            goal = f"(target {GOAL}, limit {limit})" if limit else ""
            print(f"{name:20}{call:18}{ours / plain:7.1f}x{ours / count * 1e9:8.1f} ns a row{spare:8.1f} MiB  {goal}")
    return is_held


def spare_mib(work: Callable[[], Any]) -> float:
    """Peak memory of a call in MiB, without that of its answer; tables of the calendar count."""
    tracemalloc.start()
    answer = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return float(peak - answer.nbytes) / 2**20


def year_us(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 10**6


BUILD = f"""
import sys, time
import servstd
extras = {{"holidays", "icalendar", "numpy", "pyarrow", "rich", "typer"}} & set(sys.modules)
assert not extras, f"import servstd loads {{sorted(extras)}}"
spec = {HEAD_OFFICE!r}
begin = time.process_time()
calendar = servstd.BusinessCalendar.from_spec(spec)
middle = time.process_time()
calendar.table_us({year_us(2019)} + 86400 * 10**6, {year_us(2027)} - 1)
print(1e3 * (middle - begin), 1e3 * (time.process_time() - middle))
"""


def building() -> bool:
    """Eight years in a new process, and what is imported; False when too much is."""
    runs = [subprocess.run([sys.executable, "-c", BUILD], capture_output=True, text=True) for _ in range(5)]
    failed = [run.stderr.strip().splitlines()[-1] for run in runs if run.returncode]
    if failed:
        print(f"\nbuilding a calendar: {failed[0]}")
        return False
    reading, built = (
        statistics.median(float(figure) for figure in figures)
        for figures in zip(*(run.stdout.split() for run in runs), strict=True)
    )
    print(f"\neight years with holidays, the first of a process: {built:.0f} ms (target 40)")
    print(f"before that, its mapping read and the package of holidays imported: {reading:.0f} ms")
    print("import servstd: no holidays of any country, no extra is loaded")
    return True


def main() -> int:
    """Measure and print; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--skip-others", action="store_true", help="do not measure other libraries")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    compare_others(options.skip_others)
    is_held = columns(options.rows)
    return 0 if building() and is_held else 1


if __name__ == "__main__":
    sys.exit(main())
