"""Whom rights about registrations are about."""

from typing import Final

from relatum import IS_MY_FIRM, Field, Role, Ties
from relatum_base import Person

RESELLER: Final = "reseller"
CHANNEL_LEAD: Final = "channel_lead"

roles = [
    Role(
        RESELLER,
        title="Reseller's user",
        of=Person,
        where=Ties("employers").some(
            IS_MY_FIRM & Ties("partner_of").some(Field("sells") == True)  # noqa: E712  # a condition
        ),
    ),
    Role(
        CHANNEL_LEAD,
        title="Leader of channel managers",
        of=Person,
        where=Ties("reports").some(Ties("registrations_to_decide").some()),
    ),
]
