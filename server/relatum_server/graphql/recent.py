"""A bounded cache: what was used least recently goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Recent(Generic[Key, Kept]):
    """At most ``size`` values by key.

    Attributes:
        hits: how often a value was asked for that was there.
        misses: how often one was not.
    """

    def __init__(self, size: int) -> None:
        """Begin empty."""
        self.hits = 0
        self.misses = 0
        self._size = size
        self._kept: OrderedDict[Key, Kept] = OrderedDict()

    def find(self, key: Key) -> Kept | None:
        """The value under a key, if it is there."""
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._kept.move_to_end(key)
        return found

    def keep(self, key: Key, value: Kept) -> Kept:
        """Put a value under a key, in the place of the least recently used if need be."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value

    def get(self, key: Key, make: Callable[[], Kept]) -> Kept:
        """The value under a key; made when it is not there."""
        found = self.find(key)
        return self.keep(key, make()) if found is None else found

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)
