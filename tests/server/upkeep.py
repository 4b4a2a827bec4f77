"""A plugin as an integrator writes it: machines are kept up, by actions of every sort."""

# ruff: noqa: F403, F405 (a plugin may be written so)

from pydantic import BaseModel, field_validator

from relatum import *


class Firm(Entity):
    """A customer."""

    name: Annotated[str, Label]


class Person(Entity, plural="people"):
    """Somebody."""

    name: Annotated[str, Label]


class Machine(Entity):
    """A machine at a customer's."""

    serial: Annotated[str, Label, Unique]
    hours: int = 0
    calls: Annotated[int, ReadOnly] = 0


class ServiceVisit(Entity, plural="service_visits"):
    """A visit of a technician to a machine."""

    due: date
    done: datetime | None = None


class WorksAt(Relationship[Person, Firm], represents=True):
    """Employment."""

    ends = Ends("employers", "employees")


class InstalledAt(Relationship[Machine, Firm]):
    """A machine stands at a customer's site."""

    ends = Ends("installed_at", "machines", limit=Limit(target=1))
    site: str | None = None


class VisitTo(Relationship[ServiceVisit, Machine]):
    """A visit is to one machine."""

    ends = Ends("machine", "visits", limit=Limit(target=(1, 1)), on_delete="cascade")


roles = [
    Role("partner", title="Partner", of=Person, where=Ties("employers").some(IS_MY_FIRM)),
    Role("chief", title="Chief"),
]
policies = [
    Policy("partner", Machine, READ, through="installed_at.employees", fields=ALL - {"calls"}),
    Policy("partner", ServiceVisit, READ | CREATE, through="machine.installed_at.employees"),
    Policy("partner", Machine, RELATE, through="installed_at.employees"),
    Policy("partner", ServiceVisit, RELATE),
    Policy("partner", [InstalledAt, VisitTo], READ, through=BOTH_ENDS),
    Policy("partner", VisitTo, RELATE),
    Policy("partner", Firm, READ, through="employees"),
    Policy("chief", Machine, actions=["scrap"], where=Field("hours") > 100),
    Policy("chief", Machine, READ),
]


class Slot(BaseModel):
    """When somebody comes.

    Attributes:
        day: of the visit.
    """

    day: date
    part: Literal["morning", "noon"] = "morning"
    fee: Money | None = None

    @field_validator("day")
    @classmethod
    def _no_past(cls, value: date) -> date:
        if value.year < 2000:
            raise ValueError("too long ago")
        return value


class Plan(BaseModel):
    """What was planned."""

    machine: Machine
    slots: list[Slot]
    visits: list[ServiceVisit]
    seen_by: Firm | Person | None = None
    total: Decimal


@action(
    Machine,
    rights={"partner"},
    when=Field("hours") >= 100,
    otherwise=Refused("too_new", message="It has not run long enough."),
)
async def overhaul(ctx: Context, machine: Machine) -> None:
    """Overhaul what has run for a while."""
    await ctx.db.select(Machine).count()


@action(Machine, rights={"partner"})
async def request_visit(ctx: Context, machine: Machine, due: date) -> ServiceVisit:
    """Ask for a service visit.

    Args:
        ctx: of the call.
        machine: the machine that
            needs it.
        due: when at the latest.
    """
    if await ctx.db.exists(machine.visits.where(Field("done").is_null())):
        raise Refused(
            "visit_pending", path="machine", message="A visit is already planned for this machine."
        )
    return await ctx.db.create(ServiceVisit(due=due), machine=machine)


@action(rights={"partner"}, elevated={Machine: READ | UPDATE})
async def plan_visits(
    ctx: Context,
    machines: list[Machine],
    slots: list[Slot],
    note: str = "none",
    urgent: bool = False,
) -> Plan:
    """Plan visits to machines, and count the calls."""
    visits = [
        await ctx.db.create(ServiceVisit(due=each.day), machine=machine)
        for machine in machines
        for each in slots
    ]
    others = await ctx.elevated.select(Machine).order("serial").all()
    await ctx.elevated.update(others[0], calls=others[0].calls + 1)
    fees = [each.fee.amount for each in slots if each.fee]
    if note == "hidden":
        return Plan(machine=others[-1], slots=slots, visits=visits, total=sum(fees, Decimal(0)))
    (firm,) = await ctx.db.select(machines[0].installed_at).all()
    return Plan(
        machine=machines[0], slots=slots, visits=visits, seen_by=firm, total=sum(fees, Decimal(0))
    )


@action(Machine)
async def scrap(ctx: Context, machine: Machine) -> None:
    """Scrap what has run long enough."""
    await ctx.db.select(Machine).count()


@action(rights={"partner"}, elevated={Machine: READ})
async def all_machines(ctx: Context) -> list[Machine]:
    """All machines, of which the caller is shown his."""
    return await ctx.elevated.select(Machine).order("serial").all()


@action(rights={"partner"}, reading=True, elevated={Machine: READ})
async def busiest(
    ctx: Context, among: list[Machine] | None = None, first: int = 2
) -> list[Machine]:
    """The machines that have run longest."""
    found = among or await ctx.elevated.select(Machine).all()
    return sorted(found, key=lambda each: -each.hours)[:first]


@action(rights={"partner"}, reading=True)
async def peek(ctx: Context) -> int:
    """Says that it reads, and writes."""
    await ctx.db.create(ServiceVisit(due=date(2024, 1, 1)))
    return 1


@action(rights={"partner"}, reading=True)
async def soonest(ctx: Context) -> Slot | None:
    """The next slot."""
    return Slot(day=date(2030, 1, 1), fee=Money(amount=Decimal(5), currency="EUR"))


@action(rights={"partner"})
async def break_down(ctx: Context, machine: Machine) -> int:
    """Promises a number."""
    await ctx.db.create(ServiceVisit(due=date(2024, 1, 1)), machine=machine)
    return "none"  # type: ignore[return-value]  # as a careless author would


plugin = Plugin("upkeep", version="1.0")
