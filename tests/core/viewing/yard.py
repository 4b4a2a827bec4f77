"""A plugin of a boat yard, whose views are looked at by several people."""

# ruff: noqa: F403, F405 (a plugin may be written so)

from pydantic import BaseModel
from pydantic import Field as Member

from relatum import *
from relatum_base import Organization


class Boat(Entity, plural="boats"):
    """Something that floats, mostly."""

    name: Annotated[str, Label, Searchable]
    rig: Annotated[Literal["sloop", "ketch", "motor"], Indexed] = "sloop"
    length: Annotated[Decimal | None, Scale(2), Help("In metres.")] = None
    price: Money | None = None
    launched: Annotated[date | None, Indexed] = None
    checked: datetime | None = None
    afloat: bool = True
    flag: Country | None = None
    harbour: Annotated[str | None, Searchable] = None
    gear: list[Literal["radio", "radar"]] | None = None
    fitting: Annotated[str | None, Choice(list="fitting")] = None
    papers: FileReference | None = None
    story: LongText | None = None
    reserve: Decimal | None = None
    doubled = Computed("length * 2")


class LiesAt(Relationship[Boat, Organization], valid="day"):
    """A boat lies at a yard."""

    ends = Ends("lies_at", "boats", limit=Limit(target=1))
    berth: str | None = None


class Job(Entity, plural="jobs"):
    """Something to be done on a boat."""

    title: Annotated[str, Label]
    due: date
    done: bool = False


class JobOn(Relationship[Job, Boat]):
    """A job is on one boat."""

    ends = Ends("boat", "jobs", limit=Limit(target=(1, 1)), on_delete="cascade")
    fee: Money | None = None
    hours: int = 1
    fine: Annotated[Money | None, Scale(4)] = None


class Paint(BaseModel):
    """What a boat is painted with."""

    colour: Literal["red", "blue"] = Member(description="Of the hull.")
    litres: Decimal = Decimal(1)


class Coat(BaseModel):
    """One layer."""

    thickness: int
    by: Organization | None = None


roles = [Role("keeper", title="Keeper"), Role("clerk", title="Clerk")]

policies = [
    Policy("keeper", Boat, READ, through="lies_at.employees", fields=ALL - {"reserve"}),
    Policy("keeper", Boat, UPDATE, through="lies_at.employees", fields=only("rig", "afloat")),
    Policy("keeper", Organization, READ, through="employees"),
    Policy("keeper", LiesAt, READ, through=BOTH_ENDS),
    Policy("clerk", [Boat, Job, JobOn, LiesAt, Organization], READ | CREATE | UPDATE | RELATE),
    Policy("clerk", Boat, HISTORY | DELETE),
]


@action(Boat, rights={"clerk"})
async def repaint(
    ctx: Context,
    boat: Boat,
    paint: Paint,
    on: date,
    coats: list[Coat] | None = None,
    price: Money | None = None,
    picture: FileReference | None = None,
    note: LongText = "",
    careful: bool = False,
) -> Boat:
    """Paint a boat anew.

    Args:
        ctx: of the call.
        boat: the one.
        paint: which paint.
        on: the day.
        coats: layer by layer.
        price: that was agreed.
        picture: how it should look.
        note: what else to say.
        careful: whether to be careful.
    """
    if paint.litres > 100:
        raise Refused("too_much", path=("paint", "litres"), message="So much paint is not there.")
    story = f"{paint.colour} {paint.litres} {len(coats or [])} {careful} {note}".strip()
    return await ctx.db.update(boat, story=story, price=price, launched=on, papers=picture)


@action(Boat)
async def launch(ctx: Context, boat: Boat) -> Boat:
    """Put a boat into the water."""
    return await ctx.db.update(boat, afloat=True)


@action(
    Boat,
    rights={"clerk"},
    when=Field("afloat") == True,  # noqa: E712  # a condition
    otherwise=Refused("ashore", message="It is ashore."),
)
async def haul_out(ctx: Context, boat: Boat) -> Boat:
    """Take a boat out of the water."""
    return await ctx.db.update(boat, afloat=False)


@action(rights={"clerk", "keeper"}, reading=True)
async def count_boats(ctx: Context, rig: Literal["sloop", "ketch", "motor"] | None = None) -> int:
    """Count the boats that one sees."""
    boats = ctx.db.select(Boat)
    return await (boats.where(Field("rig") == rig) if rig else boats).count()


class Quote(BaseModel):
    """What painting costs."""

    price: Money
    boat: Boat | None
    pace: Literal["slow", "fast"] = "slow"
    days: list[date] = []


@action(Organization, rights={"clerk"}, reading=True)
async def quote_painting(ctx: Context, yard: Organization) -> Quote:
    """Say what painting costs at a yard."""
    boat = await ctx.db.select(yard.boats).order("name").first()
    price = Money(amount=Decimal("2.50"), currency="EUR")
    return Quote(price=price, boat=boat, days=[ctx.now.date().replace(year=2024, month=5, day=1)])


@action(Boat, rights={"clerk"})
async def agree_price(ctx: Context, boat: Boat) -> Quote:
    """Agree on what painting costs."""
    price = Money(amount=Decimal("2.50"), currency="EUR")
    painted = await ctx.db.update(boat, price=price)
    return Quote(price=price, boat=painted, pace="fast", days=[date(2024, 5, 1)])


policies.append(Policy("keeper", Boat, actions={"launch"}, where=Field("afloat") == False))  # noqa: E712

views = [
    View(
        "boats",
        Boat,
        place=PORTAL,
        title="Your boats",
        empty="No boat yet.",
        columns="name rig length price lies_at lies_at.berth jobs.count jobs.fee.sum reserve afloat",
        filters="name rig length price launched checked afloat flag gear fitting lies_at reserve",
        actions=[repaint, launch, haul_out, count_boats, quote_painting],
        detail=(
            Group("name rig price papers", title="Boat"),
            Group("reserve"),
            Sublist(
                "jobs",
                "title due fee",
                order="-due",
                title="Work",
                empty="Nothing to do.",
                edits=True,
            ),
            TIMELINE,
        ),
    ),
    View("all_boats", Boat, place=CONSOLE),
    View("gull", Boat, place=REPORT, columns="name jobs.fine.sum", filters="name"),
    View("idle", Boat, place=PORTAL, where=Field("afloat") == False, waiting=True),  # noqa: E712
    View("rich", Boat, place=PORTAL, where=Field("reserve").is_set()),
    View("work", Job, place=PORTAL, columns="title due boat boat.name", audience={"clerk"}),
    View("firms", Organization, place=PORTAL, columns="name boats.count"),
]

plugin = Plugin("yard", version="1.0", engine=">=0.1,<1", requires=["base"])
