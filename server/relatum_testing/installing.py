"""Opens installations for tests: of a plugin with those that it requires, with a graph of any size."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Self

from relatum.connections import DialectName
from relatum.migration import migrate
from relatum.migration.scripts import scripts_of
from relatum.plugins import LoadedPlugin, catalogue_of, load_plugins
from relatum_testing.databases import Databases
from relatum_testing.graph import EMPTY, Graph, Overrides, populate
from relatum_testing.installation import Installation, opened


class Installations:
    """What opens installations while a test runs.

    Args:
        plugin: that is tested.
        databases: makes databases of a kind.
        settings: of plugins, by their names.
        values: by type, what records have instead of what is made up.
    """

    def __init__(
        self,
        plugin: str,
        databases: Callable[[DialectName], Databases],
        settings: Mapping[str, Mapping[str, object]],
        values: Overrides,
    ) -> None:
        """Open nothing yet."""
        self.plugin = plugin
        self.settings = settings
        self.values = values
        self._databases = databases
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Begin."""
        await self._open.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        """Close all that was opened."""
        await self._open.__aexit__(*raised)

    def plugins(self, beside: Collection[str] = ()) -> tuple[LoadedPlugin, ...]:
        """The plugin, those that it requires, and others beside it."""
        return load_plugins(only=[self.plugin, *beside])

    async def open(
        self, kind: DialectName, *, size: int = 0, beside: Collection[str] = ()
    ) -> Installation:
        """Open a database, a new one each time.

        Args:
            kind: of database.
            size: how many records there are of each type.
            beside: plugins beside those that are required.
        """
        return await self.open_with(self.plugins(beside), kind, size=size)

    async def open_with(
        self, plugins: tuple[LoadedPlugin, ...], kind: DialectName, *, size: int = 0
    ) -> Installation:
        """Open a database of just these plugins, a new one each time."""

        async def build(url: str) -> None:
            await migrate(url, plugins)

        revisions = [each.revision for each in scripts_of(plugins).all]
        key = f"migrated:{catalogue_of(plugins).fingerprint}:{revisions}"
        made = await self.adopt(await self._databases(kind).clone(key, build), plugins)
        return await self.grown(made, size) if size else made

    async def grown(self, installation: Installation, size: int) -> Installation:
        """Add so many records of each type to an installation, tied among themselves."""
        graph = await populate(installation.database, size, self.values, beside=installation.graph)
        return replace(installation, graph=graph)

    async def adopt(
        self, url: str, plugins: tuple[LoadedPlugin, ...], graph: Graph = EMPTY
    ) -> Installation:
        """Open a database that is there, and bring it to the plugins' time."""
        opening = opened(url, plugins, graph=graph, settings=self.settings)
        return await self._open.enter_async_context(opening)

    async def url(self, kind: DialectName) -> str:
        """The address of a database in which nothing is."""
        return await self._databases(kind).empty()
