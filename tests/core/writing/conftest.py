"""A database of the workshop, on each kind in turn."""

from collections.abc import AsyncIterator

import pytest

from relatum.connections import DialectName
from tests.core.writing.stored import CloneTemplate, Stored, stored


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    """A database of the workshop plugin."""
    async with stored(clone_template, dialect) as opened:
        yield opened
