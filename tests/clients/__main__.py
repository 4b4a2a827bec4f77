"""Clients that others wrote, against a served shop: every folder here with a ``package.json`` is a suite.

``python -m tests.clients`` runs all of them, ``python -m tests.clients http`` the one named. A suite is installed by npm
and run by ``npm test``; it finds the address in ``RELATUM_GRAPHQL`` and an administrator's token in ``RELATUM_TOKEN``.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from relatum.catalogue import build_catalogue
from relatum.session import open_database
from tests.server import shop
from tests.server.serving import administrators_token, application, fill, served

FOLDER: Final = Path(__file__).parent
INSTALL: Final = ("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent")


async def main(names: list[str]) -> int:
    """Run the suites of these names, or all; return how many failed."""
    suites = sorted(each.parent for each in FOLDER.glob("*/package.json"))
    chosen = [each for each in suites if not names or each.name in names]
    assert chosen, f"There are: {', '.join(each.name for each in suites)}."
    catalogue = build_catalogue([shop])
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shop.db"
        await fill(url, catalogue)
        async with open_database(url, catalogue) as database:
            token = await administrators_token(database)
            async with served(application(database), token=token) as client:
                told = {"RELATUM_GRAPHQL": f"{client.base_url}/graphql", "RELATUM_TOKEN": token}
                return sum([not await passes(each, told) for each in chosen])


async def passes(suite: Path, told: Mapping[str, str]) -> bool:
    """Whether a suite, installed and run, finds nothing wrong."""
    sys.stdout.write(f"-- {suite.name}\n")
    sys.stdout.flush()
    for command in (INSTALL, ("npm", "test", "--silent")):
        running = await asyncio.create_subprocess_exec(
            *command, cwd=suite, env={**os.environ, **told}
        )
        if await running.wait():
            return False
    return True


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
