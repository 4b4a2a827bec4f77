"""What every business has: who it deals with, where they are, how they are reached, and the ties between them.

The other plugins build on these types; read them in this order: `parties` (the trait Party; Person, Organization,
Household), `places` (Region), `contact` (ContactPoint), `ties` (who works where, who supplies whom, and so on). `matching`
finds the people and organizations that somebody who is described may be.

Two rules keep the vocabulary honest. *A firm is one record*, whatever it is to us: "customer" and "supplier" are ties
of the type `Supplies`, never copies. *What can end is a tie*: employment, membership and partnership hold for a period,
so that yesterday's answer can be asked for today.
"""

from relatum import Plugin
from relatum_base.contact import ContactPoint, ReachedAt
from relatum_base.matching.acts import match_organizations, match_people
from relatum_base.matching.keys import keep_keys_of_organizations, keep_keys_of_people
from relatum_base.parties import Household, Organization, Party, Person
from relatum_base.places import LocatedIn, Region, RegionWithin
from relatum_base.ties import (
    CompetesWith,
    MemberOf,
    PartnerOf,
    PartOf,
    RelatedTo,
    ReportsTo,
    Supplies,
    WorksAt,
)

__all__ = [
    "CompetesWith",
    "ContactPoint",
    "Household",
    "LocatedIn",
    "MemberOf",
    "Organization",
    "PartOf",
    "PartnerOf",
    "Party",
    "Person",
    "ReachedAt",
    "Region",
    "RegionWithin",
    "RelatedTo",
    "ReportsTo",
    "Supplies",
    "WorksAt",
    "keep_keys_of_organizations",
    "keep_keys_of_people",
    "match_organizations",
    "match_people",
    "plugin",
]

plugin = Plugin("base", version="1.1", engine=">=0.1,<1")
