"""Relatum as it is served, over the catalogue of the benchmarks. ``python -m benchmarks.engine URL PORT``."""

import sys

import uvicorn

from benchmarks.model import catalogue
from relatum.access import SYSTEM
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.session import open_database
from relatum_server.app import create_app


async def administrators_token(url: str) -> str:
    """A token that opens everything, so that what is measured includes finding out who asks."""
    async with open_database(url, catalogue()) as database:
        client = await database.identity.add_client(SYSTEM, "benchmark", roles=[ADMINISTRATOR])
        token = await database.identity.add_token(SYSTEM, "benchmark", client=client.id)
        return token.secret


if __name__ == "__main__":
    uvicorn.run(
        create_app(open_database(sys.argv[1], catalogue())),
        port=int(sys.argv[2]),
        log_level="warning",
        access_log=False,
    )
