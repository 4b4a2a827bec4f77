"""How the clinic meets the world: what an installation says to it, what others may fill in, a page for everybody."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relatum import Context, Filling, Port, Tie, hookimpl
from relatum_base import Organization, Person
from relatum_clinic.meetings import Appointment, PracticesAt


class ClinicSettings(BaseModel):
    """What an installation says to the plugin."""

    notice_hours: int = Field(default=24, ge=0, description="Until when patients may cancel.")
    opening: str = "Monday to Friday, 8 to 18"


class Badges(Protocol):
    """Whoever knows what is written at doors."""

    async def at_door(self, doctor: str) -> str:
        """The words at a doctor's door."""
        ...


class OwnBadges:
    """What is written where nobody else says it."""

    def __init__(self, ctx: Context) -> None:
        """Keep the context."""
        self.ctx = ctx

    async def at_door(self, doctor: str) -> str:
        """Name and hours."""
        return f"Dr. {doctor}: {self.ctx.settings.opening}"


BADGES = Port("badges", Badges, version=1)
own_badges = Filling(BADGES, OwnBadges, version=1)


async def opening(request: Request) -> Response:
    """When the clinic is open."""
    ctx: Context = request.state.context
    return JSONResponse({"open": ctx.settings.opening})


@hookimpl
def routes() -> Sequence[Route]:
    """One page, which everybody may see."""
    return [Route("/opening", opening)]


@hookimpl
async def health(ctx: Context) -> None:
    """The clinic is well while somebody knows what is written at its doors."""
    await ctx.port(BADGES).at_door("Who")


@hookimpl
async def demo_data(ctx: Context) -> None:
    """A clinic with one doctor and one patient, who meet next week."""
    clinic = await ctx.db.create(Organization(name="Lakeside Clinic"))
    doctor = await ctx.db.create(Person(given_name="Mary", family_name="Seacole"))
    await ctx.db.relate(PracticesAt, doctor, clinic, room="12")
    patient = await ctx.db.create(Person(given_name="John", family_name="Snow"))
    await ctx.db.create(
        Appointment(subject="Check-up", starts=ctx.now + timedelta(days=7)),
        patient=Tie(patient),
        doctor=Tie(doctor),
    )
