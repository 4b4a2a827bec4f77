"""A plugin that has a say before anything is written: jobs on machines, and who is on them."""

# ruff: noqa: F403, F405 (a plugin may be written so)

from collections.abc import Mapping, Sequence
from enum import Enum
from uuid import UUID

from relatum import *


class Kept(Trait, plural="kept_records"):
    """What is kept up."""

    note: str | None = None


class Machine(Entity, Kept):
    """A machine."""

    serial: Annotated[str, Label, Unique]
    hours: int = 0
    state: Annotated[
        State,
        Transitions(
            ok=["due"],
            due=["ok", "down"],
            down=["ok", "due"],
            rights={("down", "ok"): {"chief"}, ("down", "due"): {"chief", "clerk"}},
            expects={"down": ["reason"]},
            begin=["ok", "due"],
        ),
    ] = "ok"
    reason: str | None = None
    sealed: Annotated[str | None, Encrypted()] = None


class Job(Entity, Kept):
    """Something to be done."""

    title: Annotated[str, Label]
    priority: Annotated[int, ReadOnly] = 0


class Hand(Entity):
    """Somebody who does it."""

    name: Annotated[str, Label]


class JobOn(Relationship[Job, Machine]):
    """A job is on a machine."""

    ends = Ends("machine", "jobs", limit=Limit(target=1), on_delete="cascade")
    share: int = 100


class Does(Relationship[Hand, Job], valid="day"):
    """Somebody does a job."""

    ends = Ends("jobs", "hands")


policies = [
    Policy("clerk", Machine, READ | UPDATE, fields=ALL - {"hours", "price"}),
    Policy("clerk", [Job, Hand], READ | CREATE | UPDATE | DELETE | RELATE),
    Policy("clerk", [JobOn, Does], READ | RELATE),
    Policy("chief", Machine, READ | UPDATE | HISTORY),
    Policy("guest", Machine, READ, fields=only("serial")),
    Policy("watcher", Machine, READ, fields=only("state")),
]


@before(Machine, "created", "updated")
async def tidy(ctx: Context, draft: Draft) -> None:
    """Serials are upper case; a machine of many hours is due."""
    draft.values["serial"] = draft.values["serial"].upper()
    if draft.values["hours"] >= 1000 and draft.values["state"] == "ok":
        draft.values["state"] = "due" if draft.before else "ok"


@before(Machine, "updated", fields={"state"}, when=Field("state") == "down")
async def not_with_jobs(ctx: Context, draft: Draft) -> None:
    """A machine with jobs does not go down."""
    if await ctx.db.exists(draft.record.jobs):
        raise Refused("has_jobs", path="state", message="There are jobs on this machine.")


@before(Job, "created", elevated={Machine: READ})
async def prioritized(ctx: Context, drafts: Sequence[Draft]) -> None:
    """Jobs get their priority by how many machines are due, whoever makes them."""
    due = await ctx.elevated.select(Machine).where(Field("hours") >= 1000).count()
    for draft in drafts:
        draft.values["priority"] = due
        if draft.values["title"] == "nothing":
            draft.refuse("nothing", "There is nothing to do.", path="title")


@before(JobOn, "related", "corrected", "deleted", "removed")
async def shared(ctx: Context, draft: Draft) -> None:
    """A job on a machine of hours is half of one; one that is promised stays."""
    if draft.operation in ("related", "corrected"):
        draft.values["share"] = min(draft.values["share"], 50)
    elif draft.values["share"] == 13:
        raise Refused("promised", message="This job is promised.")


@before(Kept, "created", "updated", fields={"note"})
async def careless(ctx: Context, draft: Draft) -> None:
    """Does all that it should not."""
    match draft.values["note"]:
        case "crash":
            raise RuntimeError("secret")
        case "write":
            await ctx.db.create(Hand(name="Nobody"))
        case "bad":
            draft.values["title"] = None
        case "late":
            raise Refused("late", path=("hands", 0, "node", "name"), message="Not there.")


@before(Does, "ended")
async def not_on_mondays(ctx: Context, draft: Draft) -> None:
    """Nobody leaves on a Monday."""
    if draft.valid_to is not None and draft.valid_to.weekday() == 0:
        raise Refused("monday", path="valid_to", message="Not on a Monday.")


@before(Record, "deleted")
async def kept(ctx: Context, draft: Draft) -> None:
    """Whoever is called Eve stays."""
    if draft.values.get("name") == "Eve":
        raise Refused("eve", path="name", message="Eve stays.")


CALLS: list[tuple[str, int]] = []
"""The calls of computed fields: which, and of how many records."""


class Mood(Enum):
    """How a machine is."""

    FINE = "fine"
    TIRED = "tired"


@computed(Machine)
async def risk(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, float | None]:
    """How likely it is to break down."""
    CALLS.append(("risk", len(ids)))
    chosen = Field("id").one_of(ids)
    return {
        each.id: None if each.hours is None else each.hours / 1000
        for each in await ctx.db.select(Machine).where(chosen).all()
    }


@computed(Machine, Job, elevated={Machine: READ})
async def mood(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, Mood]:
    """How it is."""
    CALLS.append(("mood", len(ids)))
    tired = Field("hours") >= 1000
    found = {each.id for each in await ctx.elevated.select(Machine).where(tired).all()}
    return {each: Mood.TIRED if each in found else Mood.FINE for each in ids}


@computed(Kept)
async def price(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, Money]:
    """What it costs to keep."""
    CALLS.append(("price", len(ids)))
    return {each: Money(amount=Decimal("1.5"), currency="EUR") for each in ids}


@computed(Hand)
async def gone(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """What cannot be computed."""
    CALLS.append(("gone", len(ids)))
    if len(ids) > 2:
        raise Refused("too_many", message="Too many at once.")
    return dict.fromkeys(ids, 1 // 0)


plugin = Plugin("floor", version="1.0", engine=">=0.1,<1")
