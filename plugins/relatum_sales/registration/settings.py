"""What an installation says about registrations and the handing over of leads."""

from pydantic import BaseModel, Field


class RegistrationSettings(BaseModel):
    """How deals are registered."""

    answer_days: int = Field(
        default=3,
        ge=1,
        description="Within how many days registrations and questions are answered.",
    )
    protection_months: int = Field(
        default=6, ge=1, description="How long an approved registration is protected."
    )
    conflicts_a_day: int = Field(
        default=20,
        ge=1,
        description="How many registrations of a partner may meet others in a day.",
    )
    offer_days: int = Field(
        default=2, ge=1, description="Within how many days a partner answers the offer of a lead."
    )
