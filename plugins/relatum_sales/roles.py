"""Whom rights are about: those who sell, by what they answer for.

Each role follows from ties but the last two, which are given: who owns opportunities sells, who leads a team sees its
members', who is in charge of a territory sees all that lies within it.
"""

from typing import Final

from relatum import Field, Role, Ties
from relatum_base import Person

SALES_REP: Final = "sales_rep"
TEAM_LEAD: Final = "team_lead"
TERRITORY_MANAGER: Final = "territory_manager"
SALES_MANAGER: Final = "sales_manager"
CHANNEL_MANAGER: Final = "channel_manager"

roles = [
    Role(SALES_REP, title="Salesperson", of=Person, where=Ties("sales_teams").some()),
    Role(
        TEAM_LEAD,
        title="Leader of a sales team",
        of=Person,
        where=Ties("sales_teams").some(tie=Field("role") == "lead"),
    ),
    Role(
        TERRITORY_MANAGER,
        title="Territory manager",
        of=Person,
        where=Ties("managed_territories").some(),
    ),
    Role(SALES_MANAGER, title="Sales manager"),
    Role(CHANNEL_MANAGER, title="Channel manager"),
]
