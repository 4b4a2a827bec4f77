"""The present: one function, given to whatever needs it, so that a test may stop it."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the present instant, aware and in UTC."""


def utc_now() -> datetime:
    """The clock of the machine. Where a database has a clock of its own, versions are recorded by that instead."""
    return datetime.now(UTC)
