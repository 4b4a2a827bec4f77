"""`relatum check`: what is wrong with an installation, and what to do about it.

From the plugins to the database, as far as one thing can be judged without the one before.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import click

from relatum.access import widenings
from relatum.access.principal import PUBLIC
from relatum.catalogue import Catalogue
from relatum.changes.lag import lag
from relatum.clock import utc_now
from relatum.connections import Connections, open_connections
from relatum.declaring import InForce, declarations_on, in_force
from relatum.migration import drift, stale_text, state, undone
from relatum.migration.scripts import plugin_stem
from relatum.plugins import Hooks, LoadedPlugin, Loading, catalogue_of
from relatum.session import Database, assembling, open_database
from relatum.tables import build_tables
from relatum.tables.fixed import ENGINE
from relatum.writing import uncomputable
from relatum_schemas.declared import Declarations
from relatum_schemas.errors import RelatumError
from relatum_schemas.kinds import Encrypted
from relatum_schemas.policy import Right
from relatum_server.cli.failing import FAILED, lines
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import sound_plugins
from relatum_server.launching import check_profile, judged
from relatum_server.plugins.mounting import offered_by
from relatum_server.settings import Settings

LONGEST_LAG: Final = timedelta(minutes=1)
"""How long a change may wait for its number while there is a process that numbers."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, and what was seen. A warning is nothing wrong, but should be meant so."""

    about: str
    seen: str
    wrong: bool = False
    warning: bool = False


@click.command()
@with_settings("database", "key_file", "host", "profile", "address", "graphiql", *PLUGINS, "zone")
def check(*, settings: Settings) -> None:
    """Say what is wrong with plugins, declarations and database, and what to do.

    The exit code is 1 when something is.
    """
    findings = asyncio.run(_found(settings))
    for each in findings:
        mark = _mark(each)
        first, *more = each.seen.splitlines()
        click.echo(f"{mark}  {each.about:<10}  {first}")
        for line in more:
            click.echo(f"{'':<19}{line}")
    if any(each.wrong for each in findings):
        raise click.exceptions.Exit(FAILED)


def _mark(finding: Finding) -> str:
    if finding.wrong:
        return click.style("wrong", fg="red")
    return (
        click.style("mind ", fg="yellow") if finding.warning else click.style("well ", fg="green")
    )


async def _found(settings: Settings) -> list[Finding]:
    findings: list[Finding] = []
    about = "settings"
    try:
        check_profile(settings)
        about = "plugins"
        sound = sound_plugins(settings, judged=judged)
        plugins = sound.plugins
        findings += _plugins(sound.surroundings.loading)
        about = "catalogue"
        catalogue = catalogue_of(plugins, zone=settings.zone)
        findings += _catalogue(catalogue)
        about = "keys"
        findings += _keys(settings, catalogue)
        findings += rights_found(catalogue)
        findings += _open(sound.surroundings.hooks, catalogue)
        about = "migrations"
        findings += _migrations(plugins)
        about = "database"
        if settings.database:
            async for finding in _database(settings.database, plugins, catalogue):
                findings.append(finding)
        else:
            findings.append(Finding("database", "None is named, so none was looked at."))
    except RelatumError as error:
        findings.append(Finding(about, "\n".join(lines(error)), wrong=True))
    return findings


def _plugins(loading: Loading) -> Iterator[Finding]:
    listed = ", ".join(f"{each.name} {each.manifest.version}" for each in loading.plugins)
    yield Finding("plugins", listed or "None.", warning=not loading.plugins)
    for each in loading.failed:
        yield Finding(each.name, "\n".join(lines(each.error)), wrong=True)


def _open(hooks: Hooks, catalogue: Catalogue) -> Iterator[Finding]:
    """What is open to whoever comes to the routes and inlets of plugins."""
    public = sorted(
        f"Routes of plugins let everybody {_in_words({name: rule.rights})}."
        for rule in catalogue.policies
        if rule.role in PUBLIC.roles
        for name in rule.types
    )
    if public:
        yield Finding("public", "\n".join(public), warning=True)
    lent = [
        f"{plugin}.{each.name} has the right to {_in_words(each.rights)}, for whoever signs a message."
        for plugin, (_, inlets) in offered_by(hooks).items()
        for each in inlets
        if each.rights
    ]
    if lent:
        yield Finding("inlets", "\n".join(lent), warning=True)


def _catalogue(catalogue: Catalogue) -> Iterator[Finding]:
    yield Finding(
        "catalogue",
        f"{len(catalogue.entities)} entity types, {len(catalogue.relationships)} relationship types, "
        f"{len(catalogue.policies)} policies; today is judged in {catalogue.zone}.",
    )


def _keys(settings: Settings, catalogue: Catalogue) -> Iterator[Finding]:
    encrypted = [
        f"{record_type.name}.{field.name}"
        for record_type in catalogue
        for field in record_type.stored_fields
        if isinstance(field.kind, Encrypted)
    ]
    keys = settings.keys
    if keys is not None:
        yield Finding("keys", f"Values are encrypted with the key {keys.current!r}.")
    elif encrypted:
        yield Finding(
            "keys",
            f"There is none, so {', '.join(encrypted)} cannot be written or read.\n"
            "Make one: relatum key new FILE, and name it as key_file.",
            wrong=True,
        )


def rights_found(catalogue: Catalogue) -> Iterator[Finding]:
    """Who may widen its own reach, and which code of plugins has rights beyond those of who asks."""
    widening = [str(each) for each in widenings(catalogue)]
    if widening:
        yield Finding("reach", "\n".join(widening), warning=True)
    else:
        yield Finding("reach", "Nobody but administrators may relate ties that give rights.")
    elevated = [
        f"{each.name} has the right to {_in_words(each.elevated)}, whoever calls it."
        for _, each in sorted(catalogue.actions.items())
        if each.elevated
    ]
    if elevated:
        yield Finding("actions", "\n".join(elevated), warning=True)
    by_itself = {
        **{each.name: each.reaction.elevated for each in catalogue.reactions},
        **{name: each.workflow.elevated for name, each in catalogue.workflows.items()},
    }
    lent = [
        f"{name} has the right to {_in_words(rights)}, and runs by itself."
        for name, rights in sorted(by_itself.items())
        if rights
    ]
    if lent:
        yield Finding("workflows", "\n".join(lent), warning=True)
    before = [
        f"{each.name} has the right to {_in_words(each.reaction.elevated)}, whoever causes the change."
        for each in catalogue.before
        if each.reaction.elevated
    ]
    after = [
        f"{each.name} has the right to {_in_words(each.reaction.elevated)}, after the change."
        for each in catalogue.reactions
        if each.reaction.elevated
    ]
    if before or after:
        yield Finding("reactions", "\n".join((*before, *after)), warning=True)
    computing = [
        f"{each.name} has the right to {_in_words(each.computed.elevated)}, whoever asks for it."
        for _, each in sorted(catalogue.computing.items())
        if each.computed.elevated
    ]
    if computing:
        yield Finding("computed fields", "\n".join(computing), warning=True)


def _in_words(elevated: Mapping[str, Right]) -> str:
    return ", ".join(
        f"{' and '.join(str(each.name).lower() for each in right)} {name}"
        for name, right in sorted(elevated.items())
    )


def _migrations(plugins: Sequence[LoadedPlugin]) -> Iterator[Finding]:
    behind = False
    for name in (ENGINE, *(each.name for each in plugins)):
        missing = undone(plugins, name)
        if missing:
            behind = True
            said = "\n".join(missing)
            way_out = f"Write them: relatum makemigrations {name}"
            yield Finding(
                "migrations",
                f"{name} declares what no migration makes:\n{said}\n{way_out}",
                wrong=True,
            )
    if not behind:
        yield Finding("migrations", "They make all that is declared.")


async def _database(
    url: str, plugins: Sequence[LoadedPlugin], catalogue: Catalogue
) -> AsyncIterator[Finding]:
    how_far = await state(url, plugins)
    how_far.require_current()
    absent = sorted({plugin_stem(each) for each in how_far.absent})
    connections = await open_connections(url)
    try:
        yield Finding("database", f"{connections.url} is up to date.")
        if absent:
            yield Finding(
                "absent",
                f"Of plugins that are not loaded it has data: {', '.join(absent)}.",
                warning=True,
            )
        async with connections.reading() as connection:
            declared = await declarations_on(connection)
        modules = [each.module for each in plugins]
        found = in_force(modules, declared, zone=catalogue.zone)
        catalogue = found.catalogue
        if declared != Declarations():
            yield _declared(found)
        yield _tables(
            await drift(url, catalogue, apart=found.stored_apart(declared), absent=absent)
        )
        yield await _text(connections, catalogue)
        yield await _numbering(connections)
        yield await _computed(connections, catalogue)
    finally:
        await connections.close()
    async with open_database(url, assembling(plugins, zone=catalogue.zone)) as database:
        await database.identity.refresh()
        yield await _rules(database)
        undeclared = [each async for each in _undeclared_roles(database, catalogue)]
        if undeclared:
            yield Finding("roles", "\n".join(undeclared), warning=True)


def _declared(found: InForce) -> Finding:
    """What administrators have declared at run time, and what of it is out of force."""
    if found.resting:
        told = "\n".join(str(each) for each in found.resting)
        return Finding("declared", f"Out of force, with data in place:\n{told}", warning=True)
    return Finding("declared", "All that is declared at run time is in force.")


def _tables(differences: Sequence[str]) -> Finding:
    if not differences:
        return Finding("tables", "They are those that are declared.")
    return Finding(
        "tables",
        "\n".join(
            (
                "Somebody has changed them, past all migrations:",
                *differences,
                "Undo that, or restore a backup.",
            )
        ),
        wrong=True,
    )


async def _text(connections: Connections, catalogue: Catalogue) -> Finding:
    stale = await stale_text(connections, catalogue)
    if not stale:
        return Finding("search", "Words and order follow the texts.")
    return Finding(
        "search",
        f"Words and order of {', '.join(stale)} were made by other rules.\nMake them again: relatum migrate",
        wrong=True,
    )


async def _numbering(connections: Connections) -> Finding:
    waiting = await lag(connections)
    if not waiting.lines or waiting.oldest is None:
        return Finding("changes", "All are numbered.")
    age = utc_now() - waiting.oldest
    if waiting.numbered and age > LONGEST_LAG:
        return Finding(
            "changes",
            f"{waiting.lines} wait to be numbered, the first one for {age.total_seconds():.0f} seconds.\n"
            "The process that numbers them hangs: restart the servers one by one.",
            wrong=True,
        )
    return Finding("changes", f"{waiting.lines} will be numbered when a server runs.")


async def _rules(database: Database) -> Finding:
    """What of the rules that administrators keep has lost its meaning, since the types are others now."""
    problems = await database.identity.rule_problems()
    if not problems:
        return Finding("rules", "All that are kept as data are in force.")
    said = [f"{' '.join(map(str, each.path[:2]))} is out of force: {each}" for each in problems]
    way_out = "Say them anew: relatum policy keep FILE; or end them: relatum policy end NAME."
    return Finding("rules", "\n".join((*said, way_out)), wrong=True)


async def _undeclared_roles(database: Database, declared: Catalogue) -> AsyncIterator[str]:
    """Roles that rules and people have and nothing in force declares: of a plugin that is gone, say.

    Whatever takes such a name later gives those people its rights, and its people what those rules open.
    """
    rules = await database.identity.rules()
    known = {*declared.roles, *PUBLIC.roles, *(each.name for each in rules if each.kind == "role")}
    for each in rules:
        if each.kind == "policy" and (role := str(each.definition.get("role"))) not in known:
            yield f"The policy {each.name} is for the role {role!r}, which nothing declares: relatum policy end {each.name}"
    held = Counter(each.role for each in await database.identity.holdings())
    for role, count in sorted(held.items()):
        if role not in known:
            people = "One record has" if count == 1 else f"{count} records have"
            yield f"{people} the role {role!r}, which nothing declares: relatum role take"


async def _computed(connections: Connections, catalogue: Catalogue) -> Finding:
    failing = await uncomputable(connections, catalogue, build_tables(catalogue))
    if not failing:
        return Finding("computed", "All that is stored can be computed.")
    said = [
        f"{name}.{field} leaves 64 bits, for instance on {record}."
        for (name, field), record in sorted(failing.items())
    ]
    way_out = "Whoever filters by it is refused. Correct these records, or take the field off."
    return Finding("computed", "\n".join((*said, way_out)), wrong=True)
