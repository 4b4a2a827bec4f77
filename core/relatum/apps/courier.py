"""What brings messages to apps, as the engine sees it. The server has the one that speaks HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class Undeliverable(Exception):
    """A message could not be brought: what is wrong, in words for the administrator."""


@dataclass(frozen=True)
class Receipt:
    """What the app answered.

    Attributes:
        status: of HTTP.
        after: seconds that it wants to be left alone, if it said so.
    """

    status: int
    after: float | None = None

    @property
    def taken(self) -> bool:
        """Whether it took the message."""
        return 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether it wants no message any more."""
        return self.status == 410


class Courier(Protocol):
    """What brings messages."""

    async def bring(self, address: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Bring a message, and return what was answered.

        Raises:
            Undeliverable: nothing was answered, or the address is one that nothing may be brought to.
        """
        ...
