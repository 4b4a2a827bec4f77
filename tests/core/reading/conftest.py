"""A museum's database, on each database in turn."""

from collections.abc import AsyncIterator

import pytest

from relatum.connections import DialectName
from relatum.session import Database
from tests.core.reading.museum import CATALOGUE
from tests.databases import CloneTemplate, opened


@pytest.fixture
async def museum(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    """An empty museum."""
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database
