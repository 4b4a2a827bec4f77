"""Machines at firms, with actions that may do more than those who call them."""

# ruff: noqa: F403, F405 (a plugin may be written so)

from pydantic import BaseModel

from relatum import *
from relatum_schemas.policy import HISTORY


class Person(Entity, plural="people"):
    """Somebody."""

    name: Annotated[str, Label]


class Firm(Entity):
    """A firm."""

    name: Annotated[str, Label]


class Machine(Entity):
    """A machine."""

    serial: Annotated[str, Label, Unique]
    state: Literal["ok", "due"] = "ok"
    hours: int | None = None
    calls: Annotated[int, ReadOnly] = 0


class Visit(Entity):
    """A visit."""

    about: Annotated[str, Label]


class WorksAt(Relationship[Person, Firm], valid="day", represents=True):
    """A person works at a firm."""

    ends = Ends("employers", "employees")


class StandsAt(Relationship[Machine, Firm], valid="day"):
    """A machine stands at a firm."""

    ends = Ends("stands_at", "machines", limit=Limit(target=1))


class VisitTo(Relationship[Visit, Machine]):
    """A visit is to a machine."""

    ends = Ends("machine", "visits")


policies = [
    Policy(
        "partner",
        Machine,
        READ | UPDATE | HISTORY,
        through="stands_at.employees",
        fields=ALL - {"hours"},
    ),
    Policy("partner", Firm, READ, through="employees"),
    Policy("partner", Person, READ | RELATE),
    Policy("partner", EVERY_TYPE, RELATE),
    Policy("keeper", Machine, READ),
    Policy("keeper", Machine, where=Field("state") == "due", actions=["retire", "retire_all"]),
    Policy("keeper", Visit, READ, where=Field("about") == "shown"),
    Policy("tester", Machine, READ | CREATE, where=Field("state") == "due"),
    Policy("auditor", Machine, READ | UPDATE, purposes=["audit"]),
    Policy("hirer", [Person, Firm], READ | RELATE),
    Policy("hirer", WorksAt, READ | RELATE),
]


@action(
    Machine,
    rights={"partner"},
    elevated={Visit: CREATE | RELATE, VisitTo: RELATE, Machine: READ | RELATE | UPDATE},
)
async def order_visit(ctx: Context, machine: Machine, about: str = "") -> list[Entity]:
    """Order a visit, and count the calls."""
    visit = await ctx.elevated.create(Visit(about=about), machine=machine)
    hidden = await ctx.elevated.get(Machine, machine.id)
    counted = await ctx.elevated.update(hidden, calls=hidden.calls + 1)
    if about == "refused":
        raise Refused("no", message="No.")
    return [visit, counted]


@action(Machine)
async def retire(ctx: Context, machine: Machine) -> Machine:
    """Only what is due is retired."""
    return machine


@action(Machine)
async def retire_all(ctx: Context, machines: list[Machine]) -> int:
    """Only what is due is retired."""
    return len(machines)


@action(
    Machine,
    rights={"partner"},
    when=Field("state") == "due",
    otherwise=Refused("not_due", message="It wants no repair."),
)
async def repair(ctx: Context, machines: list[Machine]) -> int:
    """Only what is due is repaired, whoever wants it."""
    return len(machines)


@action(Machine, rights={"partner"}, when=Ties("visits").some())
async def recall(ctx: Context, machine: Machine, why: str = "") -> Machine:
    """Only what was visited is called back."""
    return machine


@action(Visit, rights={"keeper"}, elevated={Visit: READ})
async def count_visits(ctx: Context) -> int:
    """Tell how many visits there are."""
    return await ctx.elevated.select(Visit).count()


@action(rights={"partner"})
async def visits_of(ctx: Context) -> int:
    """Tell how many visits the caller sees."""
    return await ctx.elevated.select(Visit).count()


class Survey(BaseModel):
    """What was found at a machine."""

    machine: Machine
    visits: list[Visit] = []
    of: Firm | Person | None = None


@action(rights={"partner"}, elevated={Visit: READ, Machine: READ}, reading=True)
async def survey(ctx: Context, machines: list[Machine], who: Firm | Person) -> list[Survey]:
    """Look at machines."""
    visits = await ctx.elevated.select(Visit).all()
    others = await ctx.elevated.select(Machine).order("serial").all()
    return [Survey(machine=each, visits=visits, of=who) for each in (*machines, others[-1])]


@action(rights={"partner"}, reading=True)
async def meddle(ctx: Context, given: Survey) -> str:
    """Say that it reads, and write."""
    await ctx.db.update(given.machine, state="due")
    return "done"


plugin = Plugin("workplace", version="1.0")
