"""Is the wheel enough? Build it, install it where nothing else is, and judge a record with it.

A script, not a test, because it takes the better part of a minute. `.ci/run` calls it. The wheel is built from the
sdist, so that a file missing from either is noticed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

CORE = """
import sys
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

import servstd

home = Path(servstd.__file__).parent
assert home.is_relative_to(sys.prefix), f"servstd was found at {home}, not in the new environment"
assert (home / "py.typed").is_file(), "py.typed is not in the wheel"
assert (home / "standards" / "vocabulary.yaml").is_file(), "standards/ is not in the wheel"
loaded = sorted({"hypothesis", "icalendar", "jinja2", "numpy", "pyarrow", "rich", "typer"} & set(sys.modules))
assert not loaded, f"import servstd loads extras: {loaded}"

catalog = servstd.load_catalog()
assert len(catalog.rules) == 78, f"{len(catalog.rules)} rules were shipped, not 78"
record = {
    "id": "E-17",
    "channel": "email",
    "received_at": "2026-05-22T15:00-04:00",
    "responded_at": "2026-05-22T15:30-04:00",
}
assessment = servstd.Evaluator(catalog).check(record, as_of=datetime(2026, 5, 27, tzinfo=timezone.utc))
verdict = assessment["email.response_time"]
assert str(verdict.outcome) == "pass", f"email.response_time was {verdict.outcome}, not pass"

from servstd.evaluate.rule_tests import run_tests

results = list(run_tests(catalog))
failed = [result.sentence() for result in results if not result.is_passed]
assert not failed, failed
tested = {result.rule_id for result in results}
assert tested == set(catalog.rules), f"without tests: {sorted(set(catalog.rules) - tested)}"
print(f"{len(results)} tests beside the rules passed")
print(f"servstd {version('servstd')}: {len(catalog.rules)} rules, a record judged without the extras")
"""


def run(*command: str | Path, cwd: Path) -> None:
    """Run one command in `cwd`, with nothing of the checkout on its path; raises CalledProcessError."""
    kept = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    subprocess.run([str(part) for part in command], cwd=cwd, env=kept, check=True)


def main() -> None:
    """Build, install, use; then add the command line, start a policy repository and write its handbook."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
        (wheel,) = folder.glob("*.whl")
        run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
        programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        install = (programs / "python", "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check")
        run(*install, wheel, cwd=folder)
        run(programs / "python", "-I", "-c", CORE, cwd=folder)
        run(*install, f"servstd[cli] @ {wheel.as_uri()}", cwd=folder)
        servstd = programs / "servstd"
        run(servstd, "--help", cwd=folder)
        run(*install, f"servstd[cli,report] @ {wheel.as_uri()}", cwd=folder)
        run(servstd, "init", "started", "--yes", cwd=folder)
        for command in ("lint", "test", "resolve"):
            run(servstd, command, "started/policy", cwd=folder)
        run(servstd, "docs", "started/policy", "--format", "html", "-o", "handbook.html", cwd=folder)
        run(servstd, "schema", "started/policy", "-o", "schema.json", cwd=folder)
        assert (folder / "handbook.html").stat().st_size > 50_000, "the handbook is not whole"


if __name__ == "__main__":
    main()
