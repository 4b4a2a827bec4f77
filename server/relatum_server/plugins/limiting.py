"""How often somebody may come, counted in this process: so many requests at once, and then as many per minute."""

from collections import OrderedDict
from time import monotonic
from typing import Final

from relatum.identity.throttling import network_of
from relatum_schemas.errors import TooManyAttempts

_KEPT: Final = 10_000
"""Addresses that are remembered; those that came longest ago are forgotten first."""


class Limiter:
    """Lets each address through so often.

    Args:
        per_minute: requests of one address, also how many it may make at once.
    """

    def __init__(self, per_minute: int) -> None:
        """Begin with nobody."""
        self._most = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str) -> None:
        """Count a request.

        Raises:
            TooManyAttempts: the address came too often.
        """
        now, address = monotonic(), network_of(address)
        left, at = self._left.pop(address, (float(self._most), now))
        left = min(self._most, left + (now - at) * self._most / 60)
        self._left[address] = (max(0, left - 1), now)
        if len(self._left) > _KEPT:
            self._left.popitem(last=False)
        if left < 1:
            seconds = int((1 - left) * 60 / self._most) + 1
            raise TooManyAttempts(
                f"There were too many requests. Try again in {seconds} seconds.",
                retry_after=seconds,
            )
