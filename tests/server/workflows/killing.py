"""Kills servers that work, again and again, and counts what came of what they had begun.

The servers are processes of ``relatum serve`` with the plugin `courier`. Parcels are created over GraphQL all the while; a
mail server and a web server on this machine note what arrives, and when.
"""

import asyncio
import json
import os
import random
import socket
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise
from pathlib import Path
from shutil import copytree
from typing import Any, Final

from httpx2 import AsyncClient, HTTPError

from relatum.access import SYSTEM
from relatum.apps.installing import install_app
from relatum.apps.terms import Terms, put_in_force
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.migration import make_migration, migrate
from relatum.plugins import LoadedPlugin, catalogue_of, load_plugins
from relatum.session import Database, open_database
from relatum_base import Person
from relatum_schemas.app import manifest_of_data
from tests.installing import describe
from tests.server.identity.mailbox import mail_server
from tests.server.workflows import courier
from tests.server.workflows.courier import EFFECTS, MAILED

RELATUM: Final = Path(sys.executable).with_name("relatum")
PATIENCE: Final = 120.0
PARCELS_PER_SECOND: Final = 10.0
LONGEST_LIFE: Final = 2.0
"""Seconds that a server is let live at most, once it answers."""

_CREATE = "mutation($n: String!) { createParcel(input: {number: $n}) { record { id } } }"
_PARCELS = """query($after: String) {
  parcels(first: 500, after: $after) { nodes { id number } pageInfo { hasNextPage endCursor } }
}"""
_OPEN = """{
  waiting: workflows(state: WAITING, first: 1) { nodes { id } }
  running: workflows(state: RUNNING, first: 1) { nodes { id } }
  failed: workflows(state: FAILED, first: 5) { nodes { id error } }
}"""


TRACKER: Final = {
    "name": "tracker",
    "title": "Tracker",
    "publisher": "Tracker Ltd",
    "scopes": [{"types": ["Parcel"], "rights": ["read"]}],
    "events": [{"type": "Parcel", "operations": ["created"]}],
}
"""An app that is told of parcels."""


@dataclass(frozen=True)
class Arrival:
    """An effect, as it came.

    Attributes:
        key: that it carried.
        at: seconds of the monotonic clock.
    """

    key: str
    at: float


@dataclass
class World:
    """What is outside of the database: where effects arrive.

    Attributes:
        mail: URL of a mail server.
        sink: URL of a web server.
        effects: what came, by the effect and the parcel: its id, or for mails its number.
    """

    mail: str
    sink: str = ""
    effects: dict[tuple[str, str], list[Arrival]] = field(default_factory=lambda: defaultdict(list))

    def note(self, effect: str, parcel: str, key: str) -> None:
        """Note that something came."""
        self.effects[effect, parcel].append(Arrival(key, time.monotonic()))


@dataclass(frozen=True)
class Outcome:
    """What came of it all.

    Attributes:
        kills: how often a server was killed.
        acknowledged: parcels of which a server had said that they were stored.
        stored: parcels that are stored.
        lost: parcels that were acknowledged, and are not stored.
        effects: that should have happened.
        missing: those that did not.
        repeated: effects that happened more than once.
        without_cause: repeated effects between which no server was killed.
        under_other_keys: effects that happened under different keys.
        failed: workflows and reactions that failed, five at most.
    """

    kills: int
    acknowledged: int
    stored: int
    lost: int
    effects: int
    missing: int
    repeated: int
    without_cause: int
    under_other_keys: int
    failed: int


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    """A mail server and a web server on this machine, which note what comes."""
    async with mail_server() as mailbox:
        world = World(mailbox.url)

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            # Who is killed in the midst of a call has not made it.
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                length = int(head.partition("content-length:")[2].split()[0])
                said = json.loads(await reader.readexactly(length))
                if "effect" in said:
                    world.note(said["effect"], said["parcel"], said["key"])
                else:
                    key = head.partition("webhook-id:")[2].split()[0]
                    world.note(said["type"], said["data"]["id"], key)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                await writer.drain()
            writer.close()

        async def read_mails() -> None:
            while True:
                mail = await mailbox.mails.get()
                world.note(MAILED, mail["Subject"], mail["X-Relatum-Key"])

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        world.sink = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        reading = asyncio.create_task(read_mails())
        async with server:
            yield world
        reading.cancel()


@dataclass
class Installation:
    """A database with the plugin, a dispatcher who gets mail, and an app that is told of parcels.

    Attributes:
        folder: an empty one, in which files of it stand.
        url: of the database.
        world: outside of it.
        token: of an administrator's client.
        killed: when servers were killed, in seconds of the monotonic clock.
        acknowledged: parcels of which a server said that they were stored.
    """

    folder: Path
    url: str
    world: World
    token: str = ""
    killed: list[float] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process of it."""
        kept = {name: each for name, each in os.environ.items() if not name.startswith("RELATUM_")}
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join([str(self.folder), kept.get("PYTHONPATH", "")]),
            "SINK": self.world.sink,
            "RELATUM_DATABASE": self.url,
            "RELATUM_ONLY": "courier",
            "RELATUM_MAIL_SERVER": self.world.mail,
            "RELATUM_WEBHOOK_HOSTS": "127.0.0.1",
            "RELATUM_LOG_LEVEL": "error",
        }

    async def set_up(self) -> None:
        """Make the tables, and let everybody in."""
        copytree(Path(courier.__file__).parent, self.folder / "relatum_courier")
        describe(self.folder, "courier")
        with _imported(self.folder / "relatum_courier") as module:
            plugins = (*load_plugins(only=["base"]), LoadedPlugin(module.plugin, module))
            make_migration(plugins, "courier", "Make the tables.")
            await migrate(self.url, plugins)
            async with open_database(self.url, catalogue_of(plugins)) as database:
                await self._let_in(database)

    async def _let_in(self, database: Database) -> None:
        db, identity = database.as_(SYSTEM), database.identity
        ann = await db.create(Person(given_name="Ann", family_name="Ash"))
        account = await identity.add_account(SYSTEM, "ann@relatum.example", record=ann.id)
        for role in (ADMINISTRATOR, "dispatcher"):
            await identity.hold(SYSTEM, ann.id, role)
        self.token = (await identity.add_token(SYSTEM, "loader", account=account.id)).secret
        put_in_force(database.connections, Terms(allowed=frozenset({"127.0.0.1"})))
        await install_app(db, manifest_of_data({**TRACKER, "webhook": self.world.sink}))


@contextmanager
def _imported(folder: Path) -> Iterator[Any]:
    """The plugin in a folder, forgotten afterwards."""
    spec = spec_from_file_location(folder.name, folder / "__init__.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[folder.name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        del sys.modules[folder.name]


class Server:
    """A server process, and a client that creates parcels at it."""

    def __init__(self, installation: Installation, process: Process, port: int) -> None:
        self._installation = installation
        self._process = process
        headers = {"authorization": f"Bearer {installation.token}"}
        self._client = AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30.0
        )

    @classmethod
    async def start(cls, installation: Installation) -> "Server":
        """Start one, and wait until it answers."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port: int = listener.getsockname()[1]
        process = await asyncio.create_subprocess_exec(
            RELATUM, "serve", "--port", str(port),
            cwd=installation.folder, env=installation.environment, stdout=DEVNULL,
        )  # fmt: skip
        server = cls(installation, process, port)
        async with asyncio.timeout(PATIENCE):
            while not await server._answers():  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.05)
        return server

    async def _answers(self) -> bool:
        assert self._process.returncode is None, "it has ended by itself"
        with suppress(HTTPError):
            return (await self._client.get("/healthz")).status_code == 200
        return False

    async def ask(self, query: str, **variables: object) -> Any:
        """What GraphQL answers."""
        asked = {"query": query, "variables": variables}
        answer = (await self._client.post("/graphql", json=asked)).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def create_parcels(self) -> None:
        """Create parcels until the server is gone."""
        with suppress(HTTPError):
            while True:
                number = f"P{random.getrandbits(64):x}"
                shown = await self.ask(_CREATE, n=number)
                self._installation.acknowledged.append(shown["createParcel"]["record"]["id"])
                await asyncio.sleep(1 / PARCELS_PER_SECOND)

    async def live(self, seconds: float) -> None:
        """Have it work for a while, then kill it as nothing can resist."""
        creating = asyncio.create_task(self.create_parcels())
        await asyncio.sleep(seconds)
        await self.kill()
        await creating

    async def kill(self) -> None:
        """Kill it."""
        assert self._process.returncode is None, "it has ended by itself"
        self._process.kill()
        self._installation.killed.append(time.monotonic())
        await self._process.wait()

    async def end(self) -> None:
        """End it as one does."""
        await self._client.aclose()
        if self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()


async def kill_again_and_again(folder: Path, url: str, kills: int) -> Outcome:
    """Kill the only server so many times, each time starting another; then let one end all."""
    async with a_world() as world:
        installation = Installation(folder, url, world)
        await installation.set_up()
        for _ in range(kills):
            server = await Server.start(installation)
            await server.live(random.uniform(0, LONGEST_LIFE))
        last = await Server.start(installation)
        try:
            return await settled(installation, last)
        finally:
            await last.end()


async def kill_one_of_two(folder: Path, url: str, *, seconds: float = 3.0) -> Outcome:
    """Have two servers work, kill one for good, and let the other one end what both had begun."""
    async with a_world() as world:
        installation = Installation(folder, url, world)
        await installation.set_up()
        one, other = await asyncio.gather(*(Server.start(installation) for _ in range(2)))
        creating = asyncio.create_task(other.create_parcels())
        try:
            async with asyncio.timeout(PATIENCE):
                while not installation.acknowledged:  # noqa: ASYNC110  # it tells nobody
                    await asyncio.sleep(0.05)
            await one.live(seconds)
            creating.cancel()
            return await settled(installation, other)
        finally:
            await other.end()


async def settled(installation: Installation, server: Server) -> Outcome:
    """Wait until nothing is left to do, and count."""
    parcels = await _parcels(server)
    wanted = [
        (effect, number if effect == MAILED else parcel)
        for parcel, number in parcels.items()
        for effect in EFFECTS
    ]
    effects = installation.world.effects
    shown: Any = {}
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while not all(effects[each] for each in wanted) or _busy(shown):
                await asyncio.sleep(0.25)
                shown = await server.ask(_OPEN)
    happened = [effects[each] for each in wanted]
    return Outcome(
        kills=len(installation.killed),
        acknowledged=len(installation.acknowledged),
        stored=len(parcels),
        lost=len({*installation.acknowledged} - parcels.keys()),
        effects=len(wanted),
        missing=sum(not each for each in happened),
        repeated=sum(len(each) > 1 for each in happened),
        without_cause=sum(not _explained(each, installation.killed) for each in happened),
        under_other_keys=sum(len({one.key for one in each}) > 1 for each in happened),
        failed=len(shown["failed"]["nodes"]),
    )


def _busy(shown: Any) -> bool:
    """Whether anything is left to do."""
    return not shown or any(shown[each]["nodes"] for each in ("waiting", "running"))


def _explained(arrivals: list[Arrival], killed: list[float]) -> bool:
    """Whether a server was killed between each two arrivals of one effect."""
    times = [each.at for each in arrivals]
    return all(any(earlier <= at <= later for at in killed) for earlier, later in pairwise(times))


async def _parcels(server: Server) -> dict[str, str]:
    """The numbers of all parcels, by their ids."""
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        page = (await server.ask(_PARCELS, after=after))["parcels"]
        found |= {each["id"]: each["number"] for each in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
