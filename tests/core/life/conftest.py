"""A yard for each test, with an office, a garage and a wash in it, and a database that is in use."""

import pytest

from relatum.connections import DialectName
from relatum.migration import migrate
from relatum.plugins import LoadedPlugin
from tests.core.life.garage import GARAGE, OFFICE, WASH, fill, plugins_of
from tests.core.migration.conftest import yard
from tests.core.migration.yard import Yard
from tests.databases import CloneTemplate

__all__ = ["yard"]


@pytest.fixture
def plugins(yard: Yard) -> list[LoadedPlugin]:
    return plugins_of(yard)


@pytest.fixture
async def url(
    plugins: list[LoadedPlugin], dialect: DialectName, clone_template: CloneTemplate
) -> str:
    async def build(url: str) -> None:
        await migrate(url, plugins)
        await fill(url, plugins)

    return await clone_template(dialect, OFFICE + GARAGE + WASH, build)
