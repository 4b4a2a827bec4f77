"""Clients that follow what the processes of a server do, until these stop."""

import asyncio
from contextlib import AsyncExitStack

from relatum.changes.cursors import BEGINNING
from relatum.plugins import catalogue_of, load_plugins
from relatum.session import open_database
from tests.server.cli.programs import Server
from tests.server.graphql.websocket.talking import Talk, talk_at
from tests.server.serving import administrators_token

SOCKETS = 6
"""So many that all processes have some."""

PEOPLE = """subscription($since: String) {
  peopleChanges(since: $since) { record { ... on Person { familyName } } }
}"""
CREATE = """mutation($name: String!) {
  createPerson(input: {familyName: $name}) { record { familyName } }
}"""


async def token_for(database_url: str) -> str:
    """An administrator's token."""
    catalogue = catalogue_of(load_plugins(only=["base"]))
    async with open_database(database_url, catalogue) as database:
        return await administrators_token(database)


async def follow_until_it_stops(server: Server, token: str) -> None:
    """Whichever process a client asks to do something, all clients are told; when the server stops they may come again."""
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(talk_at(server.address, token=token))
            for _ in range(SOCKETS)
        ]
        names = {f"Person {number}" for number in range(SOCKETS)}
        for each, name in zip(sockets, names, strict=True):
            await each.ask("live", PEOPLE, variables={"since": BEGINNING})
            await each.ask("do", CREATE, variables={"name": name})
        for each in sockets:
            assert await _told(each) == names
        assert await asyncio.to_thread(server.interrupt) == 0
        assert {(await each.end())[0] for each in sockets} == {1012}


async def _told(socket: Talk) -> set[str]:
    """The names that a client is told of."""
    told: set[str] = set()
    while len(told) < SOCKETS:
        heard = await socket.hear()
        if heard["id"] == "live":
            told.add(heard["payload"]["data"]["peopleChanges"]["record"]["familyName"])
    return told
