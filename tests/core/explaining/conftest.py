"""The agency, on both databases."""

from collections.abc import AsyncIterator

import pytest

from relatum.connections import DialectName
from tests.core.explaining.agency import CATALOGUE, Agency, StoppedClock, furnish
from tests.databases import CloneTemplate, opened


@pytest.fixture
async def agency(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Agency]:
    clock = StoppedClock()
    async with opened(clone_template, dialect, CATALOGUE, clock=clock) as database:
        yield await furnish(database, clock)
