"""Opens installations for tests: of a plugin with those that it requires, with a graph of any size."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AsyncExitStack
from typing import Any, Final, Self

from pydantic import TypeAdapter

from relatum.connections import DialectName
from relatum.migration import migrate
from relatum.migration.scripts import scripts_of
from relatum.plugins import LoadedPlugin
from relatum_testing.databases import Databases, fingerprint
from relatum_testing.graph import EMPTY, Graph, Overrides, populate
from relatum_testing.installation import Installation, opened
from relatum_testing.remembering import declared_by, loaded

_GRAPHS: Final = TypeAdapter(Graph)


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
        return loaded(self.plugin, *beside)

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
        """Open a database of just these plugins, a new one each time, copied from one that is made once per test run."""
        databases, migrated = self._databases(kind), f"migrated {_named(plugins)}"

        async def brought_up(url: str) -> None:
            await migrate(url, plugins)

        url = await databases.clone(migrated, brought_up)
        if not size:
            return await self._opened(url, plugins)
        filled = f"{size} of each, {migrated} {self.settings} {self.values}"
        written = databases.templates / f"{fingerprint(filled)}.{kind}.graph"

        async def populated(url: str) -> None:
            async with opened(url, plugins, settings=self.settings) as made:
                graph = await populate(made.database, size, self.values)
            written.write_bytes(_GRAPHS.dump_json(graph))

        url = await databases.clone(filled, populated, upon=migrated)
        return await self._opened(url, plugins, _GRAPHS.validate_json(written.read_bytes()))

    async def adopt(
        self, url: str, plugins: tuple[LoadedPlugin, ...], graph: Graph = EMPTY
    ) -> Installation:
        """Open a database that is there, and bring it to the plugins' time."""
        await migrate(url, plugins)
        return await self._opened(url, plugins, graph)

    async def _opened(
        self, url: str, plugins: tuple[LoadedPlugin, ...], graph: Graph = EMPTY
    ) -> Installation:
        opening = opened(url, plugins, graph=graph, settings=self.settings)
        return await self._open.enter_async_context(opening)

    async def url(self, kind: DialectName) -> str:
        """The address of a database in which nothing is."""
        return await self._databases(kind).empty()


def _named(plugins: tuple[LoadedPlugin, ...]) -> str:
    """What tells databases of plugins apart: which ones they are, what they declare, and their migrations."""
    files = [each.module.__file__ for each in plugins]
    revisions = [each.revision for each in scripts_of(plugins).all]
    return f"{declared_by(plugins).fingerprint} {files} {revisions}"
