"""What counts for how much: the stated rules by which people and organizations are taken for the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relatum_base.matching.comparing import Likeness, same, slip, spelling


@dataclass(frozen=True)
class Rule:
    """What one fact says.

    Attributes:
        fact: its name in a description.
        likeness: how two of its values are compared.
        agrees: points when they are the same.
        differs: points, less than zero, when they are not.
    """

    fact: str
    likeness: Likeness
    agrees: int
    differs: int


@dataclass(frozen=True)
class RuleSet:
    """All that is compared, and what the points come to.

    Attributes:
        rules: a fact each.
        same: from so many points on it is the same party.
        likely: from so many points on it may well be, and somebody should look.
        needs: facts of which one at least must speak for it, so that it is more than likely; none if it may be any.
        swapped: two facts that are often taken for each other, and the points when they are: of forms filled in wrongly.
    """

    rules: Sequence[Rule]
    same: int
    likely: int
    needs: frozenset[str] = frozenset()
    swapped: tuple[str, str, int] | None = None


PEOPLE: Final = RuleSet(
    rules=(
        Rule("given_name", spelling, 40, -25),
        Rule("family_name", spelling, 50, -30),
        Rule("birth_date", slip, 70, -40),
        Rule("email", same, 90, -10),
        Rule("phone", same, 60, -5),
        Rule("street", spelling, 50, -25),
        Rule("number", slip, 25, -15),
        Rule("locality", spelling, 35, -20),
        Rule("postal_code", slip, 35, -20),
        Rule("region", same, 5, -8),
        Rule("country", same, 5, -20),
    ),
    same=90,
    likely=50,
    needs=frozenset({"given_name", "birth_date", "email", "phone"}),
    swapped=("given_name", "family_name", 80),
)
"""Two names alone do not make one person; two names and the place, the address of mail, or the birth date do. People of one
household share a family name and an address: it takes something of one's own to be the same."""

ORGANIZATIONS: Final = RuleSet(
    rules=(
        Rule("name", spelling, 70, -40),
        Rule("tax_number", same, 120, -60),
        Rule("registration_number", same, 80, -30),
        Rule("domain", same, 70, -15),
        Rule("phone", same, 50, -5),
        Rule("street", spelling, 30, -40),
        Rule("number", slip, 10, -5),
        Rule("postal_code", slip, 25, -10),
        Rule("locality", spelling, 20, -10),
        Rule("country", same, 5, -30),
    ),
    same=90,
    likely=55,
)
"""A name alone is likely; with a place, a domain or a number it is the same. A branch elsewhere is one to look at, and so
is a firm of the same name in another street of the same town."""
