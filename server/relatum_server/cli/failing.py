"""How a command ends that cannot do what it was asked: a line for the person, and an exit code.

An error of the family is told in its own words. Any other error is a fault of the program: one line says so
and names the file in which its traceback stands.
"""

import select
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from relatum_schemas.errors import Problems, RelatumError

FAILED: Final = 1
INTERRUPTED: Final = 130
"""What shells expect of a program that Ctrl-C ended."""


@contextmanager
def told(*, show_traceback: bool) -> Iterator[None]:
    """Turn what the block raises into lines on standard error and an exit code.

    Args:
        show_traceback: whether the traceback is printed, too, instead of kept in a file.
    """
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            raise  # Click ends the program without a word
        if show_traceback:
            traceback.print_exc()
        for line in (
            lines(error) if isinstance(error, RelatumError) else _fault(error, shown=show_traceback)
        ):
            click.echo(line, err=True)
        raise click.exceptions.Exit(FAILED) from error


def _nobody_reads() -> bool:
    """Whether whoever was to read what is printed has ended, as in `relatum hooks | head`."""
    polled = select.poll()
    polled.register(sys.stdout, 0)  # errors are told, whatever is asked for
    return any(found & select.POLLERR for _, found in polled.poll(0))


def lines(error: RelatumError) -> Iterator[str]:
    """The error as the command line prints it: `CODE: message hint`, and so each of several."""
    if isinstance(error, Problems):
        yield f"{error.code}: {error.message}"
        for problem in error.problems:
            yield from (f"  {line}" for line in lines(problem))
    else:
        yield f"{error.code}: {error}"


def _fault(error: Exception, *, shown: bool) -> Iterator[str]:
    what = f"INTERNAL: {type(error).__name__}: {error}".splitlines()[0]
    where = "" if shown else f" Where it happened stands in {_kept(error)}; --traceback prints it."
    yield what + where


def _kept(error: Exception) -> Path:
    """The file that the error's traceback was written to."""
    text = "".join(traceback.format_exception(error))
    with tempfile.NamedTemporaryFile("w", prefix="relatum-", suffix=".log", delete=False) as file:
        file.write(text)
    return Path(file.name)
