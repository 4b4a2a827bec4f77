"""Which statements have run: what a test asserts when it says "one statement", and how many since the start."""

from collections.abc import Iterator
from contextlib import contextmanager


class Witness:
    """Counts statements, and notes the text of each for those who watch.

    Attributes:
        count: how many there were.
    """

    def __init__(self) -> None:
        self.count = 0
        self._watching: list[list[str]] = []

    def note(self, text: str) -> None:
        """Count a statement, and add it to every list being kept."""
        self.count += 1
        for seen in self._watching:
            seen.append(text)

    @contextmanager
    def watch(self) -> Iterator[list[str]]:
        """Give a list that grows with each statement."""
        seen: list[str] = []
        self._watching.append(seen)
        try:
            yield seen
        finally:
            # By identity: two lists with the same statements are equal.
            self._watching = [kept for kept in self._watching if kept is not seen]
