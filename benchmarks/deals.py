"""A world of deals that partners may see a part of: what the measurements of access ask about.

A partner firm sees the deals that it registered, those shared with it, and those whose owner is the principal or that lie
in a region the firm covers. Every type is open to nobody else.
"""

from typing import Annotated, Final, Literal

from relatum import MY_FIRM, READ, Ends, Entity, Indexed, Label, Limit, Plugin, Policy, Relationship
from relatum.catalogue import Catalogue, build_catalogue
from relatum_schemas.policy import BOTH_ENDS

PARTNER: Final = "partner"


class Firm(Entity, plural="firms"):
    """A partner."""

    name: Annotated[str, Label]


class Person(Entity, plural="people"):
    """Somebody of a partner."""

    name: Annotated[str, Label]


class Region(Entity, plural="regions"):
    """Where deals lie."""

    name: Annotated[str, Label]


class Deal(Entity, plural="deals"):
    """Business that may come."""

    title: Annotated[str, Label]
    state: Annotated[Literal["open", "won", "lost"], Indexed]
    worth: Annotated[int, Indexed]
    chance: int


class RegisteredBy(Relationship[Deal, Firm], plural="registrations"):
    """The firm that brought a deal."""

    ends = Ends("registered_by", "registered", limit=Limit(target=1))


class SharedWith(Relationship[Deal, Firm], plural="shares"):
    """A firm that may see a deal."""

    ends = Ends("shared_with", "shared")


class OwnedBy(Relationship[Deal, Person], plural="ownerships"):
    """Who looks after a deal."""

    ends = Ends("owner", "owned", limit=Limit(target=1))


class LiesIn(Relationship[Deal, Region], plural="places"):
    """Where a deal is."""

    ends = Ends("region", "deals", limit=Limit(target=1))


class Covers(Relationship[Firm, Region], plural="coverages"):
    """The regions of a firm."""

    ends = Ends("covers", "covered_by")


policies = [
    Policy(PARTNER, Deal, READ, through="registered_by", to=MY_FIRM),
    Policy(PARTNER, Deal, READ, through="shared_with", to=MY_FIRM),
    Policy(PARTNER, Deal, READ, through="owner"),
    Policy(PARTNER, Deal, READ, through="region.covered_by", to=MY_FIRM),
    Policy(PARTNER, [Firm, Region, Person], READ),
    Policy(PARTNER, [RegisteredBy, SharedWith, OwnedBy, LiesIn], READ, through=BOTH_ENDS),
]

plugin = Plugin("deals", version="1.0")


def catalogue() -> Catalogue:
    """The catalogue of this plugin alone."""
    import benchmarks.deals

    return build_catalogue([benchmarks.deals])
