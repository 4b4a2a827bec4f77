"""Whom rights are about: those who sell, by what they answer for.

Who belongs to a sales team sells, who leads one sees what its members have, who is in charge of a territory sees all that
lies within it: these roles follow from ties. Sales and channel managers are named, and so are the programs by which leads
come in. Whoever was sent a quote may answer it.
"""

from typing import Final

from relatum import Field, Role, Ties
from relatum_base import Person
from relatum_sales.registration.roles import roles as of_registrations

SALES_REP: Final = "sales_rep"
TEAM_LEAD: Final = "team_lead"
TERRITORY_MANAGER: Final = "territory_manager"
SALES_MANAGER: Final = "sales_manager"
CHANNEL_MANAGER: Final = "channel_manager"
LEAD_SOURCE: Final = "lead_source"
QUOTE_RECIPIENT: Final = "quote_recipient"

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
    Role(LEAD_SOURCE, title="Source of leads"),
    Role(
        QUOTE_RECIPIENT,
        title="Recipient of quotes",
        of=Person,
        where=Ties("received_quotes").some(),
    ),
    *of_registrations,
]
