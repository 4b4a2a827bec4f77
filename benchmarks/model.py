"""What the benchmarks ask about: the people and organizations of `relatum_base`, and deals with organizations."""

from typing import Literal

import relatum_base
from relatum import (
    Annotated,
    Ends,
    Entity,
    Indexed,
    Label,
    Limit,
    Money,
    Plugin,
    Relationship,
)
from relatum.catalogue import Catalogue, build_catalogue
from relatum_base import Organization


class Deal(Entity, plural="deals"):
    """Business that may come."""

    title: Annotated[str, Label]
    amount: Money
    state: Annotated[Literal["open", "won", "lost"], Indexed] = "open"


class DealWith(Relationship[Deal, Organization], plural="deal_parties"):
    """A deal is with one organization."""

    ends = Ends("organization", "deals", limit=Limit(target=1))


plugin = Plugin("benchmark", version="1.0", requires=["base"])


def catalogue() -> Catalogue:
    """The catalogue of `relatum_base` and this plugin."""
    import benchmarks.model

    return build_catalogue([relatum_base, benchmarks.model])
