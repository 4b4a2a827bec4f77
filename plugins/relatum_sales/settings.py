"""What an installation says to the plugin."""

from decimal import Decimal
from typing import Final
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from relatum_sales.registration.settings import RegistrationSettings
from relatum_sales.roles import SALES_MANAGER, SALES_REP, TEAM_LEAD, TERRITORY_MANAGER

_LIMITS: Final = {
    SALES_REP: Decimal("0.05"),
    TEAM_LEAD: Decimal("0.15"),
    TERRITORY_MANAGER: Decimal("0.15"),
    SALES_MANAGER: Decimal(1),
}


class LeadForm(BaseModel):
    """How the public form for leads works."""

    open: bool = Field(default=False, description="Whether it is there for everybody.")
    title: str = Field(default="", description="What stands above it, if not the plugin's words.")
    owner: UUID | None = Field(
        default=None, description="The person to look after what comes by it; nobody at first."
    )
    tells: str | None = Field(
        default=SALES_MANAGER, description="The role whose holders are told of what comes by it."
    )
    framed_by: list[str] = Field(
        default=[], description="Sites on whose pages it may stand, as https://www.example.org."
    )

    @field_validator("framed_by")
    @classmethod
    def _origins(cls, given: list[str]) -> list[str]:
        for each in given:
            scheme, _, host = each.partition("://")
            if scheme not in ("https", "http") or not host or set(host) & set("/ ;,*'\""):
                raise ValueError(f"{each!r} is no site: write https://www.example.org")
        return given


class SalesSettings(BaseModel):
    """What an installation says to the plugin."""

    lead_form: LeadForm = Field(default_factory=LeadForm, description="The public form for leads.")
    registrations: RegistrationSettings = Field(
        default_factory=RegistrationSettings, description="Deals that partners register."
    )
    discount_limits: dict[str, Decimal] = Field(
        default=_LIMITS,
        description="By role, the largest share that may be granted without asking: 0.05.",
    )
    quote_days: int = Field(default=30, ge=1, description="How long a quote holds.")
    imprint: str = Field(
        default="", description="What stands at the foot of quotes: register, bank, tax number."
    )
