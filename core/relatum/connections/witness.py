"""Which statements have run: what a test asserts when it says "one statement"."""

from collections.abc import Iterator
from contextlib import contextmanager


class Witness:
    """Notes the text of each statement for those who watch; costs nothing when nobody does."""

    def __init__(self) -> None:
        self._watching: list[list[str]] = []

    def note(self, text: str) -> None:
        """Add a statement to every list being kept."""
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
