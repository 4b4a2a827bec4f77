"""The office, on both databases."""

from collections.abc import AsyncIterator

import pytest
from argon2 import PasswordHasher

from relatum.connections import DialectName
from relatum.identity import passwords
from tests.core.identity.office import BUILD, KEY, Office, furnish, opened_office
from tests.databases import CloneTemplate


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little effort: these tests are about what comes of it."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_NOBODY", hasher.hash("nobody has this password"))


@pytest.fixture
async def office(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    url = await clone_template(dialect, KEY, BUILD)
    async with opened_office(url) as office:
        await furnish(office)
        yield office
