"""A plugin with work that outlasts a process: machines are looked after, and everybody concerned is told."""

# ruff: noqa: F403, F405 (a plugin may be written so)

import asyncio
import sys
from collections import defaultdict
from typing import Any

from relatum import *

SOON = Retry(attempts=3, first=timedelta(milliseconds=10))


class Machine(Entity):
    """A machine."""

    serial: Annotated[str, Label]
    hours: int = 0
    checked: int = 0
    manual: FileReference | None = None


class Person(Entity, plural="people"):
    """Somebody."""

    name: Annotated[str, Label]


class Minds(Relationship[Person, Machine], valid="instant"):
    """Somebody minds a machine for a time."""

    ends = Ends("minded", "minders")


roles = [Role("minder", title="Minder", of=Person, where=Ties("minded").some())]
policies = [Policy("minder", Machine, READ, through="minders", fields=ALL - {"hours"})]

seen: defaultdict[str, list[Any]] = defaultdict(list)
"""What was done, by what did it: outside of the database, as effects are."""

failing: defaultdict[str, int] = defaultdict(int)
"""How often something is to fail yet, by name."""


def _may_fail(name: str) -> None:
    if failing[f"{name} ends"] > 0:
        failing[f"{name} ends"] -= 1
        sys.exit(3)
    if failing[f"{name} is cancelled"] > 0:
        failing[f"{name} is cancelled"] -= 1
        raise asyncio.CancelledError
    if failing[name] > 0:
        failing[name] -= 1
        raise RuntimeError(f"{name} fails")


@on(Machine, "created", "updated", "deleted", retry=SOON)
async def follow(ctx: Context, change: Change) -> None:
    """Follow machines."""
    _may_fail(f"follow {change.version}")
    seen["follow"].append((change.record, change.version, change.operation, ctx.key))


@on(
    Machine,
    "updated",
    fields={"hours"},
    when=Field("hours") > 100,
    elevated={Machine: READ | UPDATE},
)
async def wear(ctx: Context, change: Change) -> None:
    """Count how often a machine that ran long was used."""
    machine = await ctx.db.get(Machine, change.record)
    await ctx.db.update(machine, checked=machine.checked + 1)
    await ctx.start(care, machine=machine, times=2)


@on(Minds, "began", "lapsed")
async def minding(ctx: Context, change: Change) -> None:
    """Notice who begins and ceases to mind."""
    seen["minding"].append((change.record, change.operation))


async def look(ctx: Context, serial: str) -> str:
    """Look at a machine."""
    seen["look"].append(ctx.key)
    return f"looked at {serial}"


@step(retry=SOON)
async def oil(ctx: Context, machine: UUID, day: date) -> date:
    """Oil a machine."""
    _may_fail("oil")
    seen["oil"].append(ctx.key)
    return day + timedelta(days=1)


@workflow(elevated={Machine: READ})
async def care(ctx: WorkflowContext, machine: Machine, times: int = 1) -> str:
    """Look after a machine."""
    said = await ctx.step(look, machine.serial)
    day = date(2024, 1, 1)
    for _ in range(times):
        day = await ctx.step(oil, machine.id, day=day)
        await ctx.sleep(timedelta(milliseconds=20))
    seen["care"].append((ctx.key, said, day))
    return said


at_once = 0


@workflow(queue=Queue("narrow", at_once=2))
async def squeeze(ctx: WorkflowContext, number: int) -> int:
    """Take a while."""
    global at_once
    at_once += 1
    seen["at once"].append(at_once)
    await asyncio.sleep(0.05)
    at_once -= 1
    return number


@scheduled("* * * * * *")
async def every_second(ctx: WorkflowContext) -> None:
    """Tick."""
    seen["tick"].append(ctx.key)


worn = Template(
    "{{ record.serial }} is worn",
    "Dear {{ person.name }},\n{{ record.hours }} hours.\n",
    attach="manual",
)


@action(Machine, elevated={Machine: READ})
async def worn_out(ctx: Context, machine: Machine, refuse: bool = False) -> Machine:
    """Say that a machine is worn."""
    await ctx.start(care, machine=machine)
    await ctx.notify(role="minder", template="worn", record=machine)
    if refuse:
        raise Refused("no", message="No.")
    return machine


plugin = Plugin("workshop", version="1.0")
