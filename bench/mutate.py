"""Does some test turn red for every small change of the code? A mutation runner.

    python bench/mutate.py                               # calendar and kinds
    python bench/mutate.py src/servstd/terms --sample 100 --seed 3
    python bench/mutate.py src/servstd/kinds --only '^src/servstd/kinds/limit.*: compare:'

Works in a temporary copy of src, tests and standards, one mutant and one process at a time, at low priority. Each
mutant gets the tests of its package, the quickest first, until one fails; running three times as long as the clean
code counts as failing. Survivors that can change no answer are explained in bench/mutation_survivors.md.
Needs os.fork: the packages that tests need are imported once, and each mutant starts from there.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[1]
EXPLAINED = ROOT / "bench" / "mutation_survivors.md"
COPIED = ("src", "tests", "standards", "docs", "examples", "pyproject.toml")
WARM = ("pytest", "hypothesis", "pydantic", "yaml", "dateutil.tz", "holidays", "json", "typer", "rich", "icalendar")
CALENDAR, CASES = "tests/calendar", "tests/test_cases.py"
CATALOG = ["tests/test_shipped_catalog.py", "tests/labels", "tests/test_worked_table.py", "tests/sla"]
# What is imported already can not be rewritten; pytest warns, and the project makes errors of warnings.
PYTEST = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
STEPS = ["tests/kinds", "tests/evaluate", "tests/terms", "tests/test_kind_examples.py"]
# The name of the test file where it is not that of the module.
TESTED_IN = {
    "scalar": "elapsed",
    "instants": "arguments",
    "holidays_source": "known_years",
    "array_table": "vector",
    **dict.fromkeys(("at_a_glance", "day_view", "wording"), "year_view"),
    "ical_event": "ical",
    "lengths": "times",
    **dict.fromkeys(("osm", "osm_words"), "opening_hours"),
}
# Groups of pytest arguments, the quickest first; `{stem}` is the name of the mutated module, or what `TESTED_IN` has
# for it; a group whose file is not there is left out.
STAGES: dict[str, list[list[str]]] = {
    "calendar": [
        [f"{CALENDAR}/test_{{stem}}.py"],
        [f"{CALENDAR}/test_{name}.py" for name in ("schedule", "business_days", "problems")],
        [f"{CALENDAR}/test_{name}.py" for name in ("clock_changes", "cases")],
        [f"{CALENDAR}/test_horizon.py"],
        [CALENDAR],
    ],
    "kinds": [[CASES, "-k", "{stem}"], [CASES], STEPS, CATALOG],
    "objective": [
        *([f"tests/objective/{part}test_{{stem}}.py"] for part in ("", "measures/", "signals/", "reviewers/")),
        ["tests/objective"],
    ],
    "terms": [["tests/terms/test_{stem}.py"], [CASES], STEPS, CATALOG],
}
# As shares of the clean run: processor time, and time on the wall, which others may slow down.
CPU_LIMIT, WALL_LIMIT = 3, 30
NO_TESTS = 5
Key = tuple[str, str, str]


class Copy:
    """A copy of the tree in which modules are changed, tested and put back."""

    def __init__(self, folder: Path, stages: int) -> None:
        self.folder, self.stages = folder, stages
        self._clean_s: dict[tuple[str, ...], float] = {}
        for name in COPIED:
            source, target = ROOT / name, folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)

    def survives(self, mutant: Mutant) -> bool:
        """True when all tests stay green with the changed module in place."""
        path = self.folder / mutant.file
        stages = STAGES.get(path.parent.name, STAGES["terms"])
        stem = TESTED_IN.get(path.stem, path.stem)
        stages = [[word.format(stem=stem) for word in stage] for stage in stages]
        stages = [stage for stage in stages if (self.folder / stage[0]).exists()][: self.stages]
        return not any(self._kills(stage, path, mutant.source) for stage in stages)

    def _kills(self, stage: Sequence[str], path: Path, source: str) -> bool:
        limit, original = self.clean_s(stage), path.read_text("utf-8")
        # A module of the same length, written within the same second, would be taken for the old one.
        for stale in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
            stale.unlink()
        path.write_text(source, "utf-8")
        try:
            return not self._is_green(stage, limit)[0]
        finally:
            path.write_text(original, "utf-8")

    def clean_s(self, stage: Sequence[str]) -> float:
        """Seconds of processor time of the tests on the code as it is; raises when they are not green."""
        key = tuple(stage)
        if key not in self._clean_s:
            is_green, self._clean_s[key] = self._is_green(stage, 600.0, is_mutant=False)
            if not is_green:
                print((self.folder / "output.txt").read_text("utf-8"))
                raise SystemExit(f"the tests fail without any change: pytest {' '.join(stage)}")
        return self._clean_s[key]

    def _is_green(self, stage: Sequence[str], clean_s: float, is_mutant: bool = True) -> tuple[bool, float]:
        """Whether the tests pass, and the processor seconds they took."""
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os._exit(self._run(stage, clean_s, is_mutant))
        _, status, usage = os.wait4(child, 0)
        return status in (0, NO_TESTS << 8), usage.ru_utime + usage.ru_stime

    def _run(self, stage: Sequence[str], clean_s: float, is_mutant: bool) -> int:
        """In the child: limits, paths, then pytest. Gives the exit code, 3 for whatever escapes pytest."""
        os.nice(10 if is_mutant else 0)
        seconds = int(CPU_LIMIT * clean_s) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        signal.alarm(int(WALL_LIMIT * clean_s) + 30)
        output = os.open(self.folder / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(self.folder)
        sys.path.insert(0, str(self.folder / "src"))
        os.environ["PYTHONPATH"] = str(self.folder / "src")
        sys.dont_write_bytecode = is_mutant  # the clean run writes what the others read
        try:
            return int(importlib.import_module("pytest").main([*PYTEST, *stage]))
        except BaseException:
            traceback.print_exc()
            return 3
        finally:
            sys.stdout.flush()


def explained() -> dict[Key, str]:
    """The survivors that mutation_survivors.md explains, with the reason: `file`, line, change, why."""
    found: dict[Key, str] = {}
    file = line = change = ""
    text = EXPLAINED.read_text("utf-8").splitlines() if EXPLAINED.exists() else []
    for row in text:
        if row.startswith("## "):
            file = row[3:].strip()
        elif row.startswith("- line: "):
            line = row[8:].strip().strip("`")
        elif row.startswith("  change: "):
            change = row[10:].strip().strip("`")
        elif row.startswith("  why: "):
            found[(file, line, change)] = row[7:].strip()
    return found


def chosen(places: Iterable[str], only: str, sample: int, seed: int) -> list[Mutant]:
    """The mutants of all modules under the places, cut down to the pattern and the sample."""
    paths = [path for place in places for path in ([ROOT / place] if place.endswith(".py") else _modules(place))]
    found = [mutant for path in paths for mutant in mutants_of(path, path.relative_to(ROOT).as_posix())]
    found = [mutant for mutant in found if re.search(only, str(mutant))]
    if 0 < sample < len(found):
        kept = set(random.Random(seed).sample(range(len(found)), sample))
        found = [mutant for index, mutant in enumerate(found) if index in kept]
    return found


def _modules(place: str) -> Iterator[Path]:
    return (path for path in sorted((ROOT / place).rglob("*.py")) if path.name != "__init__.py")


def survivors_in(path: Path) -> set[Key]:
    """The keys of the survivors that an earlier run printed."""
    lines = path.read_text("utf-8").splitlines()
    pairs = ((row, text) for row, text in pairwise(lines) if row.startswith("survived  "))
    return {(row[10:].split(":")[0], text.strip(), row.split(": ", 2)[2]) for row, text in pairs}


def run(mutants: list[Mutant], reasons: dict[Key, str], stages: int) -> list[Mutant]:
    """Test every mutant, print the survivors as they come, then the counts; gives the survivors without a reason."""
    new: list[Mutant] = []
    counts: Counter[tuple[str, str]] = Counter()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(Path(folder), stages)
        for number, mutant in enumerate(mutants, start=1):
            what = "killed"
            if copy.survives(mutant):
                what = "explained" if mutant.key in reasons else "survived"
                print(f"{what}  {mutant}\n    {mutant.text}", flush=True)
                new += [mutant] if what == "survived" else []
            counts[mutant.category, what] += 1
            if number % 50 == 0:
                print(f"... {number} of {len(mutants)}, {time.monotonic() - begin:.0f} s", flush=True)
    print_counts(counts)
    return new


def print_counts(counts: Counter[tuple[str, str]]) -> None:
    """One line for each category of change, then all of them."""
    words = ("killed", "explained", "survived")
    print(f"{'':12}" + "".join(f"{word:>12}" for word in words))
    for category in sorted({category for category, _ in counts}):
        print(f"{category:12}" + "".join(f"{counts[category, word]:12}" for word in words))
    totals = [sum(count for (_, word), count in counts.items() if word == wanted) for wanted in words]
    print(f"{'all':12}" + "".join(f"{total:12}" for total in totals))


def read_options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", nargs="*", default=["src/servstd/calendar", "src/servstd/kinds"])
    parser.add_argument("--only", default="", metavar="PATTERN", help="regular expression on 'file:line: what: change'")
    parser.add_argument("--sample", type=int, default=0, help="only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=Path, metavar="OUTPUT", help="only what survived in the run that printed this")
    parser.add_argument("--skip-explained", action="store_true", help="leave out what is explained as no change at all")
    parser.add_argument("--stages", type=int, default=99, help="only so many groups of tests, the quickest")
    parser.add_argument("--list", action="store_true", help="print the mutants, test none")
    return parser.parse_args()


def main() -> int:
    """0 when every survivor is explained, else 1."""
    options, reasons = read_options(), explained()
    mutants = chosen(options.places, options.only, options.sample, options.seed)
    if options.again is not None:
        mutants = [mutant for mutant in mutants if mutant.key in survivors_in(options.again)]
    if options.skip_explained:
        mutants = [mutant for mutant in mutants if mutant.key not in reasons]
    if options.list:
        print(*mutants, sep="\n")
        return 0
    known, files = {mutant.key for mutant in chosen(options.places, "", 0, 0)}, {mutant.file for mutant in mutants}
    for key in sorted(key for key in reasons if key[0] in files and key not in known):
        print("explained, but no longer there ", *key, sep="  ")
    for name in WARM:
        importlib.import_module(name)
    new = run(mutants, reasons, options.stages)
    print(f"{len(mutants)} mutants, {len(new)} survivors without an explanation")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
