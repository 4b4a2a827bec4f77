"""Plugins: which are loaded, in force and well, and how administrators put them in and out of force."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel

from relatum.catalogue import Catalogue
from relatum.identity.force import Kept
from relatum.plugins import LoadedPlugin, Surroundings, Trouble, catalogue_of
from relatum.session import Context
from relatum.session.activating import put_in_force, states_of
from relatum.session.assembling import active
from relatum_schemas.action import Action, action
from relatum_schemas.errors import RelatumError


class PluginProblem(BaseModel):
    """What is wrong with a plugin in one place.

    Attributes:
        where: the place, such as `loading`, `hook health`, `reaction tell_dispatch`.
        code: of the error, or its class.
        message: what the error says.
        since: when it was seen first; null if it was so when the process began.
        times: how often it was seen.
    """

    where: str
    code: str
    message: str
    since: datetime | None = None
    times: int = 1


class Contributions(BaseModel):
    """What a plugin brings, by name.

    Attributes:
        types: of records and of ties.
        actions: that may be called.
        roles: that policies are about.
        ports: for others to fill.
        hooks: that it implements.
    """

    types: list[str]
    actions: list[str]
    roles: list[str]
    ports: list[str]
    hooks: list[str]


class PluginStanding(BaseModel):
    """A plugin that is installed, as the process that answers has it.

    Attributes:
        name: short, and unique.
        title: what people call it.
        description: what it is for.
        version: of its code; null if that cannot be loaded.
        state: `active`, `inactive` (put out of force), `parked` or `purged` (removed, with its data put away or
            destroyed), `left_out` (what it requires is not in force) or `failed` (it cannot be used).
        healthy: whether nothing is known to be wrong with it.
        problems: what is wrong with it.
        requires: names of the plugins that it requires.
        required_by: names of the plugins in force that require it.
        contributes: what it brings while it is in force.
    """

    name: str
    title: str
    description: str
    version: str | None
    state: str
    healthy: bool
    problems: list[PluginProblem]
    requires: list[str]
    required_by: list[str]
    contributes: Contributions


@action(reading=True)
async def plugins(ctx: Context) -> list[PluginStanding]:
    """The plugins that are installed, whether they are in force, and how they fare in the process that answers."""
    return await _standings(ctx)


@action(apart=True)
async def activate_plugin(ctx: Context, name: str) -> list[PluginStanding]:
    """Put a plugin in force, with all that it brings, in every process and without a restart.

    Args:
        ctx: of the call.
        name: of the plugin; it has to be loaded, and what it requires in force.
    """
    await put_in_force(ctx.db, name, active=True)
    return await _standings(ctx)


@action(apart=True)
async def deactivate_plugin(
    ctx: Context, name: str, *, with_dependants: bool = False
) -> list[PluginStanding]:
    """Put a plugin out of force, in every process and without a restart; its data stays where it is, out of sight.

    Args:
        ctx: of the call.
        name: of the plugin.
        with_dependants: whether those that require it are put out of force with it; else it stays while there are any.
    """
    await put_in_force(ctx.db, name, active=False, with_dependants=with_dependants)
    return await _standings(ctx)


async def _standings(ctx: Context) -> list[PluginStanding]:
    around = ctx.db.storage.surroundings
    states = await states_of(ctx.db)
    failed = [
        _standing(each.name, state="failed", problems=[_failure(each.error)])
        for each in around.loading.failed
    ]
    # By what is kept, and not by the catalogue: that is the one with which the request began.
    kept = Kept(frozenset(name for name, each in states.items() if not each.active))
    there = active(around.loading.plugins, kept)
    in_force = {each.name for each in there}
    catalogue = ctx.db.catalogue
    if in_force != {each.name for each in around.loading.plugins} & {*catalogue.plugins}:
        catalogue = await asyncio.to_thread(catalogue_of, there)
    loaded = []
    for plugin in around.loading.plugins:
        said = states[plugin.name].state if plugin.name in states else "active"
        state = "left_out" if said == "active" and plugin.name not in in_force else said
        loaded.append(_of_loaded(around, plugin, state, catalogue, in_force))
    return sorted([*loaded, *failed], key=lambda each: each.name)


def _of_loaded(
    around: Surroundings,
    plugin: LoadedPlugin,
    state: str,
    catalogue: Catalogue,
    in_force: Collection[str],
) -> PluginStanding:
    manifest = plugin.manifest
    return _standing(
        plugin.name,
        title=manifest.title,
        description=plugin.description,
        version=manifest.version,
        state=state,
        problems=[_problem(each) for each in around.health.troubles(plugin.name)],
        requires=manifest.requires,
        required_by=[
            each.name
            for each in around.loading.plugins
            if plugin.name in each.manifest.requires and each.name in in_force
        ],
        contributes=Contributions(
            types=sorted(each.name for each in catalogue if each.plugin == plugin.name),
            actions=sorted(name for name, of in catalogue.owners.items() if of == plugin.name),
            roles=sorted(
                name for name, each in catalogue.roles.items() if each.plugin == plugin.name
            ),
            ports=sorted(
                name for name, each in catalogue.ports.items() if each.plugin == plugin.name
            ),
            hooks=list(around.hooks.implemented_by(plugin.name)),
        ),
    )


def _standing(
    name: str,
    *,
    state: str,
    title: str = "",
    description: str = "",
    version: str | None = None,
    problems: Sequence[PluginProblem] = (),
    requires: Sequence[str] = (),
    required_by: Sequence[str] = (),
    contributes: Contributions | None = None,
) -> PluginStanding:
    nothing = Contributions(types=[], actions=[], roles=[], ports=[], hooks=[])
    return PluginStanding(
        name=name,
        title=title or name,
        description=description,
        version=version,
        state=state,
        healthy=not problems,
        problems=list(problems),
        requires=list(requires),
        required_by=list(required_by),
        contributes=contributes or nothing,
    )


def _failure(error: RelatumError) -> PluginProblem:
    return PluginProblem(where="loading", code=error.code, message=str(error))


def _problem(trouble: Trouble) -> PluginProblem:
    return PluginProblem(
        where=trouble.where,
        code=trouble.kind,
        message=trouble.message,
        since=trouble.since,
        times=trouble.times,
    )


ACTIONS: Final[tuple[Action, ...]] = (plugins, activate_plugin, deactivate_plugin)
