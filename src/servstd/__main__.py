"""`python -m servstd`: the command line."""

from __future__ import annotations

from servstd.cli import main

if __name__ == "__main__":
    main()
