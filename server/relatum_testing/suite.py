"""What every plugin is held to: one class, which a plugin's tests inherit.

::

    class TestMaintenance(ConformanceSuite):
        plugin = "maintenance"

Each test says what is wrong in lines that name the type, the field, the action, and what to do.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName
from relatum.life import purge, remove, restore
from relatum.migration import drift, state, undone
from relatum.plugins import LoadedPlugin, installed
from relatum.session import admitted
from relatum.session.acting import may_call
from relatum.tables import build_tables
from relatum_schemas.action import Action
from relatum_schemas.errors import Forbidden
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_changes import changes_since
from relatum_server.graphql.schema_text import schema_text
from relatum_testing.bounds import SIZES, Taken, action_measured, fields_measured
from relatum_testing.canaries import listen
from relatum_testing.fixtures import KEEP
from relatum_testing.installation import Installation
from relatum_testing.installing import Installations
from relatum_testing.keeping import Contents, contents, dumps_in, lost, rows_of, write_dump
from relatum_testing.leaks import leaks
from relatum_testing.remembering import declared_by
from relatum_testing.texts import unsaid

Given = Mapping[str, object] | Callable[[Installation], Awaitable[Mapping[str, object]]]
"""Inputs of an action, or what makes them (and whatever they rest on) in an installation with a graph."""

NOBODY: Final = None
"""Somebody without any role."""


class ConformanceSuite:
    """Holds a plugin to what every plugin keeps.

    Attributes:
        plugin: its name; by default what the settings of pytest say.
        settings: what plugins are told, by their names.
        values: by type, values that records of the graph have instead of those that are made up, where rules of the plugin
            ask for them.
        inputs: by action, inputs that it is called with instead of those that are made up.
        paths: of routes that are asked for beside those that name nothing, or one record: ``/lists/open?sort=name``.
        tells: by what tells it, as failures name it, fields that it tells on purpose to those who may not read them:
            ``{"price_of": {"PriceList.name"}}``.
    """

    plugin: ClassVar[str] = ""
    settings: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    values: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    inputs: ClassVar[Mapping[str, Given]] = {}
    paths: ClassVar[Collection[str]] = ()
    tells: ClassVar[Mapping[str, Collection[str]]] = {}

    pytestmark = pytest.mark.anyio

    @property
    def folder(self) -> Path:
        """The folder of the tests, in which the schema and the dumps are."""
        return Path(inspect.getfile(type(self))).parent

    async def test_everything_is_explained(
        self, installations: Installations, plugin_name: str
    ) -> None:
        """Types, ties, roles, actions with their inputs, computed fields and workflows say what they are for."""
        plugins = installations.plugins()
        _none(unsaid(declared_by(plugins), _named(plugins, plugin_name)))

    async def test_the_schema_breaks_no_client(
        self, installations: Installations, request: pytest.FixtureRequest
    ) -> None:
        """What clients could ask when ``schema.graphql`` was kept beside the tests, they still can."""
        kept = self.folder / "schema.graphql"
        now = schema_text(build_schema(declared_by(installations.plugins())), None)
        if request.config.getoption(KEEP):
            kept.write_text(now, encoding="utf-8")
        if not kept.exists():
            pytest.skip(f"pytest {KEEP} keeps what clients of this version rely on")
        _none(changes_since(kept, now).breaking, "Deprecate instead, or break on purpose: " + KEEP)

    async def test_nobody_sees_what_no_policy_opens(
        self, installation: Installation, plugin_name: str
    ) -> None:
        """Lists, ends, counts, search, history and changes show each role what policies open, and nothing else."""
        found = []
        for role, who in _everybody(installation, plugin_name):
            found += [f"To {role}: {each}" for each in await leaks(installation, who)]
        _none(found)

    async def test_functions_tell_nobody_what_no_policy_opens(
        self, installation: Installation, plugin_name: str
    ) -> None:
        """Computed fields, results of actions, views and routes have no text of a field that who asks may not read."""
        found, actions = [], _actions(installation, plugin_name)
        given = {each.name: await self._given(each, installation) for each in actions}
        for role, who in _everybody(installation, plugin_name):
            listening = await listen(installation, who, plugin_name)
            called = [each for each in actions if may_call(who, installation.catalogue, each)]
            for told in (
                listening.fields(),
                *(listening.action(each, given[each.name]) for each in called),
                listening.views(),
                listening.routes(self.paths),
            ):
                async for by, secret in listening.betrayed(told):
                    if secret.place not in self._told_on_purpose(by):
                        found.append(f"{by} tells {role} {secret}.")
        _none(dict.fromkeys(found))

    async def test_actions_are_called_by_their_roles_alone(
        self, installation: Installation, plugin_name: str
    ) -> None:
        """Who has a role that an action or a policy names may call it, others may not."""
        found = []
        for action in _actions(installation, plugin_name):
            for role in (NOBODY, *sorted(installation.catalogue.roles)):
                allowed = _may_call(installation, action, role)
                try:
                    await admitted(installation.session_as(role), action.name)
                except Forbidden:
                    if allowed:
                        found.append(f"{role} may not call {action.name}.")
                else:
                    if not allowed:
                        found.append(f"{role or 'Somebody without a role'} may call {action.name}.")
        _none(found)

    async def test_statements_of_fields_do_not_grow_with_records(
        self, installations: Installations, database_kind: DialectName, plugin_name: str
    ) -> None:
        """Each field of the plugin takes no more statements for thirty records than for ten."""
        taken = []
        async for filled in _sizes(installations, database_kind):
            taken.append(await fields_measured(filled, plugin_name))
        _none(_growing(name, [each[name] for each in taken]) for name in taken[0])

    async def test_statements_of_actions_do_not_grow_with_records(
        self, installations: Installations, database_kind: DialectName, plugin_name: str
    ) -> None:
        """Each action of the plugin takes no more statements among thirty records, or given thirty, than among ten."""
        taken: dict[str, list[Taken]] = {}
        async for filled in _sizes(installations, database_kind):
            for action in _actions(filled, plugin_name):
                given = await self._given(action, filled)
                taken.setdefault(action.name, []).append(
                    await action_measured(filled, action, given)
                )
        _none(_growing(name, each) for name, each in taken.items())
        refused = [f"{name}: {each[-1].error}" for name, each in taken.items() if each[-1].error]
        if refused:
            pytest.skip(f"Give inputs, for these were refused: {'; '.join(refused)}")

    def _told_on_purpose(self, by: str) -> set[str]:
        """The fields that something may tell of: its own, and what computed fields tell wherever they are shown."""
        shown = [each for name, each in self.tells.items() if name == by or "." in name]
        return {field for each in shown for field in each}

    async def _given(self, action: Action, installation: Installation) -> Mapping[str, object]:
        given = self.inputs.get(action.name, {})
        if isinstance(given, Mapping):
            return given
        return await given(installation)

    async def test_the_migrations_make_what_is_declared(
        self, empty: Installation, plugin_name: str
    ) -> None:
        """They say all that the plugin declares, and make the very tables."""
        missing = undone(empty.plugins, plugin_name)
        _none(missing, f"relatum makemigrations {plugin_name} writes what lacks")
        url = str(empty.database.connections.url)
        _none(await drift(url, empty.catalogue))

    async def test_it_is_installed_beside_data_that_stays(
        self, installations: Installations, database_kind: DialectName, plugin_name: str
    ) -> None:
        """A database that has records of the plugins it builds on keeps each row when it comes."""
        others = tuple(each for each in installations.plugins() if each.name != plugin_name)
        before = await installations.open_with(others, database_kind, size=3)
        tables = before.database.tables
        held = await contents(before.database.connections, tables)
        url = str(before.database.connections.url)
        after = await installations.adopt(url, installations.plugins(), before.graph)
        _none(lost(held, await contents(after.database.connections, tables)))
        assert (await state(url, after.plugins)).current

    async def test_it_is_removed_restored_and_purged(
        self, installations: Installations, database_kind: DialectName, plugin_name: str
    ) -> None:
        """Its data is put away and comes back as it was; purged, nothing of it is left, and all else is as it was."""
        filled = await installations.open(database_kind, size=2)
        others = tuple(each for each in filled.plugins if each.name != plugin_name)
        connections, tables = filled.database.connections, filled.database.tables
        url, beside = str(connections.url), build_tables(declared_by(others))
        held = _of_records(await contents(connections, tables))
        held_beside = _of_records(await contents(connections, beside))
        await remove(url, filled.plugins, plugin_name, by=SYSTEM)
        _none(lost(held_beside, await contents(connections, beside)))
        await restore(url, filled.plugins, plugin_name, by=SYSTEM)
        _none(lost(held, await contents(connections, tables)))
        await remove(url, filled.plugins, plugin_name, by=SYSTEM)
        await purge(url, filled.plugins, plugin_name, by=SYSTEM)
        _none(await drift(url, declared_by(others)))
        _none(lost(held_beside, await contents(connections, beside)))

    async def test_databases_of_earlier_versions_are_upgraded(
        self, installations: Installations, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        """Dumps of earlier versions beside the tests come to the tables of today, and keep their rows."""
        if request.config.getoption(KEEP):
            filled = await installations.open("sqlite", size=3)
            url, manifest = str(filled.database.connections.url), filled.plugins[-1].manifest
            write_dump(url, manifest.version, self.folder / "dumps")
        dumps = dumps_in(self.folder / "dumps")
        if not dumps:
            pytest.skip(f"pytest {KEEP} keeps a database of this version")
        for dump in dumps:
            url = dump.restore(tmp_path)
            before = rows_of(url)
            upgraded = await installations.adopt(url, installations.plugins())
            after = rows_of(url)
            _none(
                f"{dump.version}: {name} had {count} rows, and has {after.get(name, 0)}"
                for name, count in before.items()
                if after.get(name, 0) < count
            )
            _none(await drift(url, upgraded.catalogue))

    async def test_it_works_with_each_neighbour_and_without(
        self, installations: Installations, plugin_name: str
    ) -> None:
        """With each plugin that it would be loaded after, and with none, there is a schema, and a graph is made."""
        (manifest,) = [
            each.manifest for each in installations.plugins() if each.name == plugin_name
        ]
        beside = [name for name in manifest.after if name in installed()]
        for neighbours in ([], *([name] for name in beside)):
            filled = await installations.open("sqlite", size=1, beside=neighbours)
            build_schema(filled.catalogue)
            answer = await filled.ask("{ viewer { roles } }")
            assert "errors" not in answer, answer


async def _sizes(installations: Installations, kind: DialectName) -> AsyncIterator[Installation]:
    """Installations among which records become more and more."""
    for size in SIZES:
        yield await installations.open(kind, size=size)


def _everybody(installation: Installation, plugin: str) -> Iterator[tuple[str, Principal]]:
    """Somebody of each role that the plugin has to do with, and somebody without any.

    Administrators, to whom all is open, are left out, and so are roles that another plugin's suite is about: those which
    the plugin neither declares nor names, and which no policy gives anything of the plugin's.
    """
    catalogue = installation.catalogue
    concerned = {name for name, each in catalogue.roles.items() if each.plugin == plugin}
    for rule in catalogue.policies:
        types = (catalogue.record_type(name) for name in rule.types)
        if rule.plugin == plugin or any(each.plugin == plugin for each in types):
            concerned.add(rule.role)
    for role in (NOBODY, *sorted({"public", *concerned} - {ADMINISTRATOR})):
        yield role or "nobody", installation.people(role)[0]


def _named(plugins: tuple[LoadedPlugin, ...], name: str) -> LoadedPlugin:
    return next(each for each in plugins if each.name == name)


def _of_records(held: Contents) -> Contents:
    """What is held of types, apart from what the engine keeps of all records, of plugins, and of what was done."""
    return {name: rows for name, rows in held.items() if "__" in name}


def _actions(installation: Installation, plugin: str) -> list[Action]:
    catalogue = installation.catalogue
    return [
        each for name, each in catalogue.actions.items() if catalogue.owners.get(name) == plugin
    ]


def _may_call(installation: Installation, action: Action, role: str | None) -> bool:
    """Whether declarations let a role call an action, be it on few records."""
    if role == ADMINISTRATOR:
        return True
    named = any(
        rule.role == role and action.name in rule.actions
        for rule in installation.catalogue.policies
    )
    return role in action.roles or named


def _growing(name: str, taken: list[Taken]) -> str | None:
    counts = [each.statements for each in taken]
    *_, some, many = counts  # whether there is anything at all may make a difference among one
    if many <= some:
        return None
    sizes = ", ".join(map(str, SIZES))
    return (
        f"{name} takes {', '.join(map(str, counts))} statements for {sizes} records: "
        "ask for all of them at once, not for one after the other."
    )


def _none(lines: Any, way_out: str = "") -> None:
    """Fail with these lines, if there are any."""
    found = [each for each in lines if each]
    if found:
        shown = "\n".join(f"  {each}" for each in found[:30])
        more = f"\n  ... and {len(found) - 30} more" if len(found) > 30 else ""
        pytest.fail(f"{way_out + ':' if way_out else ''}\n{shown}{more}", pytrace=False)
