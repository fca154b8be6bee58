"""Bad input, said on standard error; the command ends with exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from servstd.errors import Problem, ServstdError

BAD_USAGE = 2


def say(text: str) -> None:
    """One message on standard error."""
    typer.echo(text, err=True)


def stop(*problems: Problem) -> typer.Exit:
    """Say what is wrong with the arguments; to be raised."""
    for problem in problems:
        say(problem.render())
    return typer.Exit(BAD_USAGE)


@contextmanager
def stopping() -> Iterator[None]:
    """What is wrong with a catalog, a mapping or a log as a whole is printed in full and ends the command."""
    try:
        yield
    except ServstdError as error:
        say(str(error))
        raise typer.Exit(BAD_USAGE) from None
