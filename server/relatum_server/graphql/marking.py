"""Marks by which the answers of a request are told apart, and requests of plans."""

import secrets
from typing import Final

from typing_extensions import override

from relatum_schemas.selection import Request

MARK: Final = f"_relatum_{secrets.token_hex(8)}_"
"""Begins the keys by which answers are told apart before they go into a response. Drawn anew by each process, so that
neither documents nor stored JSON can name one."""

ID_MARK: Final = f"{MARK}id"
"""The key under which records show the ids by which they are found again."""


class PlannedRequest(Request):
    """A request that is equal to itself only: plans are kept here, and the engine need not compare it by content."""

    __hash__ = object.__hash__

    @override
    def __eq__(self, other: object) -> bool:
        """Whether it is the same object."""
        return self is other
