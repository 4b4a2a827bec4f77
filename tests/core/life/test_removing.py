"""What is removed is out of sight and lost to nobody: restored, it is what it was, down to every row."""

from relatum.access import SYSTEM
from relatum.changes.verifying import verify
from relatum.life.removing import remove
from relatum.life.restoring import restore
from relatum.migration import drift, migrate, state
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session import assembling, open_database
from tests.core.life.garage import content, tables


async def test_what_is_removed_and_restored_is_what_it_was(
    url: str, plugins: list[LoadedPlugin]
) -> None:
    before, names = await content(url), await tables(url)
    assert await remove(url, plugins, "wash", by=SYSTEM) == ("wash",)
    assert await remove(url, plugins, "garage", by=SYSTEM) == ("garage",)
    assert not {each for each in await tables(url) if each.startswith(("garage__", "wash__"))}
    assert (await state(url, plugins)).current
    assert await migrate(url, plugins) == []
    async with open_database(url, assembling(plugins)) as database:
        assert set(database.catalogue.types) == {"Person", "Firm", "WorksAt", "About"}
        assert [each.broken for each in await verify(database.connections)] == [None, None]
    assert await restore(url, plugins, "garage", by=SYSTEM) == []
    assert await restore(url, plugins, "wash", by=SYSTEM) == []
    assert await tables(url) == names
    assert await content(url) == before
    assert await drift(url, catalogue_of(plugins)) == []
