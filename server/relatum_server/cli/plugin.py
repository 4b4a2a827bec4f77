"""`relatum plugin`: what plugins an installation has, and their life in its database, each act told before it is done."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence

import click

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.life import (
    Act,
    Planned,
    PluginLife,
    install,
    lives,
    plan_of,
    purge,
    remove,
    restore,
    upgrade,
)
from relatum.plugins import installed
from relatum_schemas.errors import PluginError
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.cli.plugin_new import new
from relatum_server.installation import sound_plugins
from relatum_server.settings import Settings

SETTINGS = ("database", *PLUGINS, "zone")
_ACTS = ("install", "upgrade", "remove", "restore", "purge")
_ROOTS = ("Query", "Mutation")
_SHOWN = 40
"""How many lines of one sort are told; the rest are counted."""

_name = click.argument("name")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")
_dependants = click.option(
    "--with-dependants", is_flag=True, help="Those that require it go with it."
)


@click.group()
def plugin() -> None:
    """Write plugins; install, upgrade, remove, restore and purge them."""


plugin.add_command(new)


@plugin.command("list")
@with_settings(*SETTINGS)
def list_(*, settings: Settings) -> None:
    """List the plugins, of which version they are in code and database, and what requires what."""
    loading = sound_plugins(settings).surroundings.loading
    found = asyncio.run(lives(settings.database_url, loading))
    for each in found:
        click.echo(_standing(each))
        for line in _told(each):
            click.echo(f"  {line}")
    if not found:
        click.echo("There are none.")


@plugin.command("plan")
@click.argument("act", type=click.Choice(_ACTS))
@_name
@with_settings(*SETTINGS)
def plan(*, act: Act, name: str, settings: Settings) -> None:
    """Show what an ACT on the plugin NAME would do; do nothing."""
    _show(_planned(_with(settings, name), act, name))


@plugin.command("install")
@_name
@_yes
@with_settings(*SETTINGS)
def install_(*, name: str, yes: bool, settings: Settings) -> None:
    """Make the tables of the plugin NAME, and of those that it requires."""
    asked = sound_plugins(settings)
    settings = _with(settings, name)
    _ask(_planned(settings, "install", name), yes=yes)
    plugins = sound_plugins(settings).plugins
    asyncio.run(install(settings.database_url, plugins, name, by=SYSTEM))
    click.echo(f"{name} is installed.")
    if name not in {each.name for each in asked.plugins}:
        click.echo(f"Servers use it when the settings name it: also = [{name!r}].")


@plugin.command("upgrade")
@_name
@_yes
@with_settings(*SETTINGS)
def upgrade_(*, name: str, yes: bool, settings: Settings) -> None:
    """Bring the tables of the plugin NAME to the time of its code."""
    settings = _with(settings, name)
    planned = _planned(settings, "upgrade", name)
    if not planned.plan.steps:
        click.echo(f"{name} is up to date.")
        return
    _ask(planned, yes=yes)
    plugins = sound_plugins(settings).plugins
    asyncio.run(upgrade(settings.database_url, plugins, name, by=SYSTEM))
    click.echo(f"{name} is upgraded.")


@plugin.command("remove")
@_name
@_dependants
@_yes
@with_settings(*SETTINGS)
def remove_(*, name: str, with_dependants: bool, yes: bool, settings: Settings) -> None:
    """Put the data of the plugin NAME away; its code need not be there. `restore` brings it back."""
    _going(settings, "remove", name, remove, with_dependants=with_dependants, yes=yes)


@plugin.command("restore")
@_name
@_yes
@with_settings(*SETTINGS)
def restore_(*, name: str, yes: bool, settings: Settings) -> None:
    """Bring the data of the plugin NAME back, and on to the time of its code."""
    settings = _with(settings, name)
    _ask(_planned(settings, "restore", name), yes=yes)
    plugins = sound_plugins(settings).plugins
    for each in asyncio.run(restore(settings.database_url, plugins, name, by=SYSTEM)):
        click.echo(f"{each.revision}: {each.message}")
    click.echo(f"{name} is back.")


@plugin.command("purge")
@_name
@_dependants
@_yes
@with_settings(*SETTINGS)
def purge_(*, name: str, with_dependants: bool, yes: bool, settings: Settings) -> None:
    """Destroy what is put away of the plugin NAME, for good. Backups are not touched."""
    _going(settings, "purge", name, purge, with_dependants=with_dependants, yes=yes)


def _going(
    settings: Settings,
    act: Act,
    name: str,
    go: Callable[..., Awaitable[tuple[str, ...]]],
    *,
    with_dependants: bool,
    yes: bool,
) -> None:
    planned = _planned(settings, act, name)
    if planned.plan.dependants and not with_dependants:
        raise PluginError(
            f"The plugin {name!r} is required by {', '.join(planned.plan.dependants)}.",
            hint="Let these go first, or with it: --with-dependants.",
        )
    _ask(planned, yes=yes)

    async def run() -> tuple[str, ...]:
        plugins = sound_plugins(settings).plugins
        return await go(
            settings.database_url, plugins, name, by=SYSTEM, with_dependants=with_dependants
        )

    said = "put away" if act == "remove" else "destroyed"
    click.echo(f"The data of {', '.join(asyncio.run(run()))} is {said}.")


def _with(settings: Settings, name: str) -> Settings:
    """The settings with a plugin in force that is bundled and that they may not name yet."""
    if name not in installed():
        return settings
    return settings.model_copy(update={"also": (*settings.also, name)})


def _planned(settings: Settings, act: Act, name: str) -> Planned:
    return asyncio.run(plan_of(settings.database_url, sound_plugins(settings).plugins, act, name))


def _ask(planned: Planned, *, yes: bool) -> None:
    """Show a plan, and go on only if that is wanted.

    Raises:
        PluginError: something hinders it.
        Abort: it is not wanted.
    """
    _show(planned)
    if planned.plan.hindrances:
        raise PluginError(
            "It cannot be done as things are.", hint=" ".join(planned.plan.hindrances)
        )
    if not yes:
        click.confirm("Do it?", abort=True)


def _show(planned: Planned) -> None:
    plan = planned.plan
    click.echo(f"{plan.act} {', '.join(plan.plugins)}")
    for each in plan.dependants:
        click.echo(f"  with it: {each}")
    both = {each.name for each in planned.before} & {each.name for each in planned.after}
    before, after = _members(planned.before, both), _members(planned.after, both)
    parts: Mapping[str, Sequence[str]] = {
        "tables": plan.steps,
        "holds": plan.rows,
        "comes": plan.comes,
        "goes": plan.goes,
        "GraphQL gains": sorted(after - before, key=_roots_first),
        "GraphQL loses": sorted(before - after, key=_roots_first),
        "hindered": plan.hindrances,
    }
    for title, lines in parts.items():
        for line in lines[:_SHOWN]:
            click.echo(f"  {title}: {line}")
        if len(lines) > _SHOWN:
            click.echo(f"  {title}: and {len(lines) - _SHOWN} more")


def _members(catalogue: Catalogue, names: Collection[str]) -> set[str]:
    """What may be asked for or done at the root, and of which of these types."""
    # Loaded for plans alone: it takes longer than all else that a command needs.
    from graphql import GraphQLInterfaceType, GraphQLObjectType

    from relatum_server.graphql.schema import build_schema

    types = build_schema(catalogue).type_map.values()
    objects = [each for each in types if isinstance(each, GraphQLObjectType | GraphQLInterfaceType)]
    return {
        f"{each.name}.{name}"
        for each in objects
        if each.name in _ROOTS or each.name in names
        for name in each.fields
    }


def _roots_first(member: str) -> tuple[bool, bool, str]:
    return not member.startswith("Query."), not member.startswith("Mutation."), member


def _standing(life: PluginLife) -> str:
    versions = " -> ".join(dict.fromkeys(each for each in (life.kept, life.version) if each))
    return f"{life.name}  {versions or '-'}  {life.standing}"


def _told(life: PluginLife) -> Iterator[str]:
    if life.problem is not None:
        yield f"unhealthy: {life.problem}"
    if life.missing:
        verb = "install" if life.standing in ("new", "purged") else "upgrade"
        yield f"lacks {', '.join(life.missing)}: relatum plugin {verb} {life.name}"
    if life.requires:
        yield f"requires {', '.join(life.requires)}"
    if life.required_by:
        yield f"required by {', '.join(life.required_by)}"
