"""A workshop whose database is open, and worked on when a test says so."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, build_catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections import DialectName
from relatum.session import Database, open_database
from relatum.workflows.operating import Operator, State, WorkflowState
from relatum.workflows.working import working
from relatum_schemas.channel import Channel
from tests.core.workflows import workshop
from tests.databases import CloneTemplate, prepared

Opened = Callable[[], AbstractAsyncContextManager[Database]]


@pytest.fixture(autouse=True)
def nothing_seen() -> None:
    """Forget what the workshop did in other tests."""
    workshop.seen.clear()
    workshop.failing.clear()


@pytest.fixture(scope="session")
def workshop_catalogue() -> Catalogue:
    """The types of the workshop."""
    return build_catalogue([workshop])


@pytest.fixture
async def url(
    clone_template: CloneTemplate, dialect: DialectName, workshop_catalogue: Catalogue
) -> str:
    """The address of the workshop's database, on each kind in turn."""
    return await prepared(clone_template, dialect, workshop_catalogue)


@asynccontextmanager
async def at_work(
    database: Database, url: str, messenger: Channel | None = None
) -> AsyncIterator[None]:
    """Number what is committed and work while the block runs."""
    numbering = asyncio.create_task(keep_sequencing(database.connections))
    try:
        async with working(database, url, messenger=messenger):
            yield
    finally:
        numbering.cancel()
        with suppress(asyncio.CancelledError):
            await numbering


@pytest.fixture
async def database(url: str, workshop_catalogue: Catalogue) -> AsyncIterator[Database]:
    """The workshop's database, open."""
    async with open_database(url, workshop_catalogue) as opened:
        yield opened


PATIENCE = 30.0


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, as long as a busy machine may need."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  # what is waited for tells nobody
            await asyncio.sleep(0.01)


async def ended(
    operator: Operator, name: str, state: State, *, count: int = 1
) -> list[WorkflowState]:
    """Wait until so many workflows of a name are in a state."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = await operator.workflows(SYSTEM, name=name, state=state)
            if len(page.workflows) >= count:
                return page.workflows
            await asyncio.sleep(0.05)
