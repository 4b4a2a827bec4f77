"""How alike two values are, as a share of the whole from 0 to 1."""

from collections.abc import Callable
from typing import Final

from jellyfish import damerau_levenshtein_distance, jaro_winkler_similarity

Likeness = Callable[[str, str], float]
"""1 is the same, 0 is something else; texts are plain."""

CLOSE: Final = 0.84
"""From here on two texts may be the same, misspelt."""


def same(one: str, other: str) -> float:
    """Whether they are equal."""
    return float(one == other)


def spelling(one: str, other: str) -> float:
    """How alike two names sound and look, by Jaro and Winkler; the order of several words does not matter."""
    if one == other:
        return 1.0
    as_given = jaro_winkler_similarity(one, other)
    if " " not in one and " " not in other:
        return min(as_given, 0.99)
    in_order = jaro_winkler_similarity(_in_order(one), _in_order(other))
    return min(max(as_given, in_order), 0.99)


def _in_order(text: str) -> str:
    return " ".join(sorted(text.split()))


def slip(one: str, other: str) -> float:
    """Whether two numbers or dates are equal but for one slip of the finger, or two signs that changed places."""
    if one == other:
        return 1.0
    if damerau_levenshtein_distance(one, other) == 1 or sorted(one) == sorted(other):
        return CLOSE
    return 0.0
