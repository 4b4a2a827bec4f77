"""Clients that others wrote, against real servers: every folder here with a ``package.json`` or a ``requirements.txt``
is a suite.

``python -m tests.clients`` runs all of them, ``python -m tests.clients http`` the one named. A suite is installed by npm
and run by ``npm test``, or installed by pip into an environment of its own and run by ``pytest``. It finds a served shop
at ``RELATUM_GRAPHQL``, with an administrator's token in ``RELATUM_TOKEN``, and what ``relatum demo`` serves at
``RELATUM_DEMO``, with the token of its staff in ``RELATUM_DEMO_TOKEN``.
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Final

from relatum.catalogue import build_catalogue
from relatum.session import open_database
from relatum_server.app import AppSettings
from relatum_server.files.store import FileStore
from tests.server import shop
from tests.server.cli.programs import Server, serving
from tests.server.serving import administrators_token, application, fill, served

FOLDER: Final = Path(__file__).parent
BY_NPM: Final = "package.json"
BY_PIP: Final = "requirements.txt"
NPM: Final = (
    ("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"),
    ("npm", "test", "--silent"),
)
ENVIRONMENTS: Final = FOLDER.parents[1] / ".venv" / "clients"
"""Where suites of Python have their libraries, some of which do not go together with the server's."""


async def main(names: list[str]) -> int:
    """Run the suites of these names, or all; return how many failed."""
    suites = sorted(
        (each.parent for each in FOLDER.glob("*/*") if each.name in (BY_NPM, BY_PIP)),
        # Fuzzing leaves nothing as it was.
        key=lambda suite: (suite.name == "fuzzing", suite.name),
    )
    chosen = [each for each in suites if not names or each.name in names]
    assert chosen, f"There are: {', '.join(each.name for each in suites)}."
    catalogue = build_catalogue([shop])
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/shop.db"
        await fill(url, catalogue)
        async with open_database(url, catalogue) as database:
            token = await administrators_token(database)
            settings = AppSettings(files=FileStore(Path(folder) / "files"))
            async with served(application(database, settings), token=token) as client:
                shop_told = {
                    "RELATUM_GRAPHQL": f"{client.base_url}/graphql",
                    "RELATUM_TOKEN": token,
                }
                with serving("demo", "--port", "0", cwd=Path(folder)) as demo:
                    assert demo.process.stdout
                    Thread(target=demo.process.stdout.read, daemon=True).start()
                    told = shop_told | demo_told(demo, Path(folder))
                    return sum([not await passes(each, told) for each in chosen])


def demo_told(demo: Server, folder: Path) -> dict[str, str]:
    """Where the demo is, and the token of its staff."""
    sign_ins = json.loads((folder / ".relatum/demo.json").read_text())
    return {"RELATUM_DEMO": demo.address, "RELATUM_DEMO_TOKEN": sign_ins["staff"]["token"]}


async def passes(suite: Path, told: Mapping[str, str]) -> bool:
    """Whether a suite, installed and run, finds nothing wrong."""
    sys.stdout.write(f"-- {suite.name}\n")
    sys.stdout.flush()
    for command in NPM if (suite / BY_NPM).exists() else by_pip(suite):
        running = await asyncio.create_subprocess_exec(
            *command, cwd=suite, env={**os.environ, **told}
        )
        if await running.wait():
            return False
    return True


def by_pip(suite: Path) -> Iterator[tuple[str | Path, ...]]:
    """How a suite of Python is installed and run."""
    environment = ENVIRONMENTS / suite.name
    install = ("install", "--quiet", "--disable-pip-version-check", "-r", BY_PIP)
    yield (sys.executable, "-m", "venv", environment)
    yield (environment / "bin/pip", *install)
    alone = ("-c", os.devnull, "--rootdir", ".", "--noconftest", "-p", "no:cacheprovider")
    files = ("-o", "python_files=check_*.py")
    yield (environment / "bin/python", "-m", "pytest", "--quiet", *alone, *files)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
