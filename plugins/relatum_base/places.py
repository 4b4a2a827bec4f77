"""Where parties are: regions of any kind, which form trees."""

from relatum import (
    Annotated,
    Country,
    Ends,
    Entity,
    Help,
    Indexed,
    Label,
    Limit,
    Relationship,
    Searchable,
)
from relatum_base.parties import Party


class Region(Entity, plural="regions"):
    """A part of the world that matters to the business: a country, a state, a sales district.

    Regions of different divisions (political, sales, service) stand beside each other as trees of their own.
    """

    name: Annotated[str, Label, Searchable, Indexed]
    code: Annotated[
        str | None, Searchable, Indexed, Help("As in ISO 3166-2 or your own division.")
    ] = None
    level: Annotated[
        str | None, Indexed, Help("What it is in its tree, such as country or territory.")
    ] = None
    country: Annotated[Country | None, Indexed] = None


class RegionWithin(Relationship[Region, Region], plural="region_parts", valid="day", acyclic=True):
    """A region lies within a larger one."""

    ends = Ends("parent", "subregions", limit=Limit(target=1), on_delete="restrict")


class LocatedIn(Relationship[Party, Region], plural="locations", valid="day"):
    """A party is, does business, or is looked after in a region."""

    ends = Ends("regions", "parties", on_delete="restrict")
