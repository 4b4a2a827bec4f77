"""Who sells where: teams, and territories, which form a tree."""

from typing import Annotated, Literal

from relatum import Ends, Entity, Indexed, Label, Limit, Relationship, Searchable
from relatum_base import Party, Person


class SalesTeam(Entity, plural="sales_teams"):
    """People who sell together."""

    name: Annotated[str, Label, Searchable, Indexed]


class MemberOfTeam(Relationship[Person, SalesTeam], plural="team_memberships", valid="day"):
    """A person belongs to a team, or leads it."""

    ends = Ends("sales_teams", "members")
    role: Annotated[Literal["member", "lead"], Indexed] = "member"


class Territory(Entity, plural="territories"):
    """A part of the market: by place, by industry, by size, or by name of the accounts."""

    name: Annotated[str, Label, Searchable, Indexed]


class TerritoryWithin(
    Relationship[Territory, Territory], plural="territory_parts", valid="day", acyclic=True
):
    """A territory lies within a larger one."""

    ends = Ends("parent", "parts", limit=Limit(target=1), on_delete="restrict")


class InTerritory(Relationship[Party, Territory], plural="territory_assignments", valid="day"):
    """A firm, household or person is looked after in a territory; in one at a time."""

    ends = Ends("territory", "accounts", limit=Limit(target=1), on_delete="restrict")


class ManagedBy(Relationship[Territory, Person], plural="territory_managements", valid="day"):
    """A person is in charge of a territory, with all that lies within it."""

    ends = Ends("managers", "managed_territories")
