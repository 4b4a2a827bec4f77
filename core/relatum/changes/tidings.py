"""What is told when lines of the change log were numbered: which, and of what types they are about.

It is told in the transaction that numbers them, so whoever hears of it finds them.
"""

from collections.abc import Set
from typing import Final, NamedTuple

import orjson

CHANNEL: Final = "relatum_changes"
"""Where it is told."""

_LONGEST: Final = 7_000
"""Bytes of a message; PostgreSQL takes 8,000."""

Types = Set[str] | None
"""Types of records; None for all."""


class Tidings(NamedTuple):
    """That lines were numbered.

    Attributes:
        since: the position of the last line before them.
        position: of the last of them.
        types: that they are about, maybe with others.
    """

    since: int
    position: int
    types: Types = None

    def message(self) -> str:
        """Return it as a text for the channel."""
        types = None if self.types is None else sorted(self.types)
        text = orjson.dumps([self.since, self.position, types])
        return (text if len(text) <= _LONGEST else orjson.dumps([*self[:2], None])).decode()


def tidings(message: str) -> Tidings:
    """Return what a message says."""
    since, position, types = orjson.loads(message)
    return Tidings(since, position, None if types is None else frozenset(types))
