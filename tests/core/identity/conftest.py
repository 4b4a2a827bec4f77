"""The office, on both databases."""

from collections.abc import AsyncIterator

import pytest

from relatum.connections import DialectName
from tests.core.identity.office import BUILD, KEY, Office, furnish, opened_office
from tests.databases import CloneTemplate


@pytest.fixture
async def office(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    url = await clone_template(dialect, KEY, BUILD)
    async with opened_office(url) as office:
        await furnish(office)
        yield office
