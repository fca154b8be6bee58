"""The command line. It needs the extra `cli`: typer and rich."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_NEEDED = ("typer", "rich")


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"the command line needs {' and '.join(missing)}: pip install 'servstd[cli]'\n")
        sys.exit(2)
    try:
        from servstd.cli.app import app
        from servstd.cli.notices import show_notices

        show_notices()
        app(prog_name="servstd")
    except KeyboardInterrupt:
        sys.exit(130)
