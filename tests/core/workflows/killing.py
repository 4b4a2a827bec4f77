"""Kills processes that work, again and again, and counts what came of what they had begun."""

import asyncio
import json
import random
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.session import open_database
from relatum.workflows.operating import WorkflowState, operating
from tests.core.workflows import courier
from tests.core.workflows.courier import EFFECTS, Parcel
from tests.server.identity.mailbox import mail_server

PROJECT = Path(__file__).parents[3]
PATIENCE = 60.0
PARCELS_PER_SECOND = 20.0


@dataclass
class World:
    """What is outside of the database: where effects arrive.

    Attributes:
        mail_port: of a mail server.
        hook_port: of a web server.
        effects: the keys under which each effect on each parcel came, as often as it came.
    """

    mail_port: int
    hook_port: int = 0
    effects: dict[tuple[str, UUID], list[str]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Outcome:
    """What came of it all.

    Attributes:
        kills: how often a process was killed.
        acknowledged: parcels of which a process had said that they were stored.
        stored: parcels that are stored.
        effects: that should have happened, all of them at least once.
        missing: those that did not.
        repeated: effects that happened more than once.
        under_other_keys: effects that happened under different keys.
        ended: workflows and reactions that are done.
        open: those that are not, or failed.
    """

    kills: int
    acknowledged: int
    stored: int
    effects: int
    missing: int
    repeated: int
    under_other_keys: int
    ended: int
    open: int


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    """A mail server and a web server on this machine, which note what comes."""
    async with mail_server() as mailbox:
        world = World(int(mailbox.url.rpartition(":")[2]))

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # Who is killed in the midst of a call has not made it.
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.partition("content-length:")[2].split()[0])
                said = json.loads(await reader.readexactly(length))
                world.effects[said["effect"], UUID(said["parcel"])].append(said["key"])
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                await writer.drain()
            writer.close()

        async def read_mails() -> None:
            while True:
                mail = await mailbox.mails.get()
                effect = (mail["Subject"], UUID(mail["X-Parcel"]))
                world.effects[effect].append(mail["X-Key"])

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        world.hook_port = server.sockets[0].getsockname()[1]
        reading = asyncio.create_task(read_mails())
        async with server:
            yield world
        reading.cancel()


class Worker:
    """A process that works.

    Attributes:
        acknowledged: ids of the parcels of which it said that they were stored.
    """

    def __init__(self, process: Process) -> None:
        self.acknowledged: list[UUID] = []
        self._process = process
        self._ready = asyncio.Event()
        self._stored = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, url: str, world: World, rate: float = PARCELS_PER_SECOND) -> "Worker":
        """Start one, and wait until it works."""
        given = (url, world.mail_port, world.hook_port, rate)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.core.workflows.courier", *map(str, given),
            cwd=PROJECT, stdout=PIPE,
        )  # fmt: skip
        worker = cls(process)
        async with asyncio.timeout(PATIENCE):
            await worker._ready.wait()
        return worker

    async def has_stored(self) -> None:
        """Wait until it said that it stored a parcel."""
        async with asyncio.timeout(PATIENCE):
            await self._stored.wait()

    async def kill(self) -> None:
        """Kill it as nothing can resist."""
        assert self._process.returncode is None, "it has ended by itself"
        self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if line.strip() == b"ready":
                self._ready.set()
            elif line.endswith(b"\n"):
                self.acknowledged.append(UUID(line.decode().strip()))
                self._stored.set()


async def kill_again_and_again(url: str, kills: int, *, longest: float = 1.5) -> Outcome:
    """Kill the only process so many times, each time starting another; then let one end all."""
    acknowledged: list[UUID] = []
    async with a_world() as world:
        for _ in range(kills):
            worker = await Worker.start(url, world)
            await worker.has_stored()
            await asyncio.sleep(random.uniform(0, longest))
            await worker.kill()
            acknowledged += worker.acknowledged
        last = await Worker.start(url, world, 0)
        try:
            return await settled(url, world, kills, acknowledged)
        finally:
            await last.kill()


async def kill_one_of_two(url: str, *, seconds: float = 1.5) -> Outcome:
    """Have two processes work, kill one for good, and let the other one end what both had begun."""
    async with a_world() as world:
        one, other = [await Worker.start(url, world, rate) for rate in (PARCELS_PER_SECOND, 0)]
        try:
            await one.has_stored()
            await asyncio.sleep(seconds)
            await one.kill()
            return await settled(url, world, 1, one.acknowledged)
        finally:
            await other.kill()


async def settled(url: str, world: World, kills: int, acknowledged: list[UUID]) -> Outcome:
    """Wait until nothing is left to do, and count."""
    async with open_database(url, build_catalogue([courier])) as database:
        parcels = [each.id for each in await database.as_(SYSTEM).select(Parcel).all()]
    wanted = [(effect, parcel) for parcel in parcels for effect in EFFECTS]
    async with operating(url) as operator:
        found: list[WorkflowState] = []
        async with asyncio.timeout(PATIENCE):
            while len([each for each in found if each.state == "DONE"]) < 2 * len(parcels):
                await asyncio.sleep(0.25)
                found = (await operator.workflows(SYSTEM, first=100_000)).workflows
    assert set(acknowledged) <= set(parcels), "what was acknowledged is not there"
    happened = {each: world.effects[each] for each in wanted}
    return Outcome(
        kills=kills,
        acknowledged=len(acknowledged),
        stored=len(parcels),
        effects=len(wanted),
        missing=sum(not keys for keys in happened.values()),
        repeated=sum(len(keys) > 1 for keys in happened.values()),
        under_other_keys=sum(len(set(keys)) > 1 for keys in happened.values()),
        ended=sum(each.state == "DONE" for each in found),
        open=sum(each.state != "DONE" for each in found),
    )
