from collections.abc import AsyncIterator

import pytest

from relatum.connections import Connections, DialectName
from tests.conftest import CloneTemplate
from tests.core.connections.ledger import build_account, opened


@pytest.fixture
async def account_url(dialect: DialectName, clone_template: CloneTemplate) -> str:
    """A database with an empty `account` table, on each database in turn."""
    return await clone_template(dialect, "account", build_account)


@pytest.fixture
async def accounts(account_url: str) -> AsyncIterator[Connections]:
    async with opened(account_url) as connections:
        yield connections
