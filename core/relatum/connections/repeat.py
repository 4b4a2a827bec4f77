"""A unit of work that lost against another one is run again from its start.

PostgreSQL ends one of two transactions that wait for each other, or that cannot be serialised,
with an error. Nothing of it was kept, so the unit as a whole may simply be done again.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from relatum_schemas.errors import DatabaseLocked

Outcome = TypeVar("Outcome")

ATTEMPTS = 8
"""How often a unit of work is tried before its caller is told."""

FIRST_PAUSE = 0.01
LONGEST_PAUSE = 0.5


class Outdated(Exception):
    """What a statement was made for is not what is in force: the edition is another one, or a table or column is gone.

    Internal to the engine and its server: whoever began reads what is in force anew, and begins anew.
    """


class Repeat(Exception):
    """The transaction was undone by the database; the unit of work should run again.

    Internal to the engine: `repeat` catches it, no caller outside ever sees it.
    """


async def repeat(unit: Callable[[], Awaitable[Outcome]], *, attempts: int = ATTEMPTS) -> Outcome:
    """Run a unit of work, and again when the database undid it, pausing longer each time.

    Args:
        unit: opens its own transaction each time it is called, and does no I/O but SQL inside.
        attempts: how often it is tried in all.

    Raises:
        DatabaseLocked: the last attempt was undone as well.
    """
    for attempt in range(attempts):
        try:
            return await unit()
        except Repeat as lost:
            if attempt + 1 == attempts:
                raise DatabaseLocked(
                    f"Others kept changing the same records; {attempts} attempts were undone.",
                    hint="Nothing was written. Try again in a moment.",
                ) from lost
        await asyncio.sleep(pause(attempt))
    raise ValueError("A unit of work needs at least one attempt.")


def pause(attempt: int) -> float:
    """Return seconds to wait after this attempt (from 0), drawn at random so that rivals part."""
    return random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt))  # noqa: S311
