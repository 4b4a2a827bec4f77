"""How the clinic meets the world: what an installation says to it, what others may fill in, a page, and a laboratory."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, Field, SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relatum import READ, UPDATE, Context, Filling, Port, Tie, hookimpl
from relatum import Field as Words
from relatum_base import Organization, Person
from relatum_clinic.meetings import Appointment, PracticesAt
from relatum_server.plugins import Inlet, Message


class ClinicSettings(BaseModel):
    """What an installation says to the plugin."""

    notice_hours: int = Field(default=24, ge=0, description="Until when patients may cancel.")
    opening: str = "Monday to Friday, 8 to 18"
    laboratory_secret: SecretStr | None = Field(
        default=None, description="By which the laboratory signs what it sends."
    )


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


class LaboratoryResult(BaseModel):
    """What the laboratory sends.

    Attributes:
        appointment: by which it was asked for.
        report: what was found.
    """

    appointment: UUID
    report: str


async def results(ctx: Context, message: Message) -> Mapping[str, str]:
    """Note what the laboratory has found for an appointment."""
    told = LaboratoryResult.model_validate(message.json())
    visit = await ctx.elevated.get(Appointment, told.appointment)
    await ctx.elevated.update(visit, findings=told.report)
    return {"appointment": str(visit.id)}


@hookimpl
def inlets() -> Sequence[Inlet]:
    """The laboratory's results, signed, each taken once."""
    return [
        Inlet(
            "results",
            results,
            secret="laboratory_secret",  # noqa: S106 (the setting's name)
            elevated={Appointment: READ | UPDATE},
        )
    ]


@hookimpl
def messages() -> Path:
    """German, beside the English of the declarations."""
    return Path(__file__).parent / "locale"


@hookimpl
async def startup(ctx: Context) -> None:
    """Say in the log what the day brings."""
    planned = ctx.db.select(Appointment).where(Words("state") == "planned")
    ctx.log.info("%d appointments are planned.", await planned.count())


@hookimpl
async def shutdown(ctx: Context) -> None:
    """Say in the log that nobody is served any more."""
    ctx.log.info("The clinic's pages are closed.")


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
