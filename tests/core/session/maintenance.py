"""The maintenance plugin of the design: a program as an integrator writes it."""

# ruff: noqa: F403, F405 (a plugin may be written so)

from relatum import *
from relatum_base import Organization


class Machine(Entity, plural="machines"):
    """A unit installed at a customer's site."""

    serial: Annotated[str, Label, Unique, Searchable]
    commissioned: date | None = None
    state: Annotated[State, Transitions(ok=["due"], due=["ok", "down"])] = "ok"
    purchase_price: Annotated[Money | None, Sensitive("finance")] = None


class ServiceVisit(Entity, plural="service_visits"):
    """A visit of a technician to a machine."""

    due: date
    done: datetime | None = None
    cost: Annotated[Money | None, Expected(when=Field("done").is_set())] = None


class InstalledAt(Relationship[Machine, Organization], valid="day"):
    """A machine stands at an organization's site."""

    ends = Ends("installed_at", "machines", limit=Limit(target=1))
    site: str | None = None


class VisitTo(Relationship[ServiceVisit, Machine]):
    """A visit is to one machine."""

    ends = Ends("machine", "visits", limit=Limit(target=(1, 1)), on_delete="cascade")


class Care(Extension[Organization]):
    """What maintenance adds to an organization."""

    care_level: Choice["basic", "gold"] = "basic"  # type: ignore[type-arg, name-defined, assignment]  # Literal[...] is for type checkers


policies = [
    Policy(
        "partner", Machine, READ, through="installed_at.employees", fields=ALL - {"commissioned"}
    ),
    Policy("partner", ServiceVisit, READ | CREATE, through="machine.installed_at.employees"),
    Policy("partner", [InstalledAt, VisitTo], READ, through=BOTH_ENDS),
]


@action(Machine, rights={"partner"})
async def request_visit(ctx: Context, machine: Machine, due: date) -> ServiceVisit:
    """Ask for a service visit."""
    if await ctx.db.exists(machine.visits.where(Field("done").is_null())):
        raise Refused(
            "visit_pending", path="machine", message="A visit is already planned for this machine."
        )
    return await ctx.db.create(ServiceVisit(due=due), machine=machine)


views = [
    View(
        "machines",
        Machine,
        place=PORTAL,
        columns="serial state installed_at.site",
        actions=[request_visit],
    )
]

plugin = Plugin("maintenance", version="1.0", engine=">=0.1,<1", requires=["base"])
