"""A clock that a test moves."""

from datetime import datetime, timedelta

from relatum.clock import utc_now


class MovedClock:
    """Goes like the machine's, so far ahead of it as it was moved."""

    def __init__(self) -> None:
        """Begin at the present."""
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The present, as the engine is told."""
        return utc_now() + self._ahead

    def forward(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass."""
        self._ahead += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
