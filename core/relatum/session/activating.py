"""Puts plugins in and out of force. What comes of it in this process and all others is in `relatum.identity.force`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from relatum.connections import Connection, repeat
from relatum.identity.plugin_states import (
    PluginState,
    State,
    States,
    keep_state,
    states_on,
)
from relatum.identity.room import for_administrators
from relatum.plugins import LoadedPlugin
from relatum.session.session import Session
from relatum_schemas.errors import NotFound, PluginError


async def states_of(session: Session) -> States:
    """What is kept of plugins, by name."""
    async with session._connection() as connection:
        return await states_on(connection)


async def put_in_force(
    session: Session, name: str, *, active: bool, with_dependants: bool = False
) -> None:
    """Put a plugin in or out of force, in a transaction of its own; nothing where it is so already.

    Args:
        session: of an administrator.
        name: of the plugin.
        active: whether it is to be in force.
        with_dependants: whether those that require it go out of force with it.

    Raises:
        Forbidden: the session's principal is no administrator.
        NotFound: no such plugin is loaded.
        PluginError: it is parked; or what it requires is not in force, or what requires it is.
    """
    for_administrators(session.principal, "put plugins in and out of force")
    loaded = {each.name: each for each in session.storage.surroundings.loading.plugins}
    if name not in loaded:
        known = ", ".join(loaded) or "none"
        raise NotFound(f"No plugin {name!r} is loaded.", path="name", hint=f"There are: {known}.")

    async def work() -> None:
        async with session.storage.connections.writing() as connection:
            states = await states_on(connection)
            concerned = _concerned(name, loaded, states, active, with_dependants)
            state: State = "active" if active else "inactive"
            for each in concerned:
                await _keep(connection, session, each, states.get(each.name), state)

    await repeat(work)


def _concerned(
    name: str,
    loaded: dict[str, LoadedPlugin],
    states: States,
    active: bool,
    with_dependants: bool,
) -> Sequence[LoadedPlugin]:
    """The plugins whose state changes."""
    if name in states and states[name].away:
        act = "restore" if states[name].state == "parked" else "install"
        raise PluginError(
            f"The plugin {name!r} is removed.",
            path="name",
            hint=f"Bring it back first: relatum plugin {act} {name}.",
        )
    if active:
        missing = [
            each for each in loaded[name].manifest.requires if not _is_on(each, loaded, states)
        ]
        if missing:
            raise PluginError(
                f"The plugin {name!r} requires {_listed(missing)}, which is not in force.",
                path="name",
                hint=f"Activate {_listed(missing)} first.",
            )
        return [] if _is_on(name, loaded, states) else [loaded[name]]
    dependants = [
        each for each in _dependants(name, loaded.values()) if _is_on(each.name, loaded, states)
    ]
    if dependants and not with_dependants:
        raise PluginError(
            f"The plugin {name!r} is required by {_listed(each.name for each in dependants)}.",
            path="name",
            hint="Put these out of force first, or with it: withDependants.",
        )
    return [*dependants, *([loaded[name]] if _is_on(name, loaded, states) else [])]


def _is_on(name: str, loaded: dict[str, LoadedPlugin], states: States) -> bool:
    return name in loaded and (name not in states or states[name].active)


def _dependants(name: str, loaded: Iterable[LoadedPlugin]) -> list[LoadedPlugin]:
    """The plugins that require one, be it by way of others, in the order in which they are loaded."""
    found = {name}
    dependants: list[LoadedPlugin] = []
    for each in loaded:
        if found & set(each.manifest.requires):
            found.add(each.name)
            dependants.append(each)
    return dependants


async def _keep(
    connection: Connection,
    session: Session,
    plugin: LoadedPlugin,
    kept: PluginState | None,
    state: State,
) -> None:
    """Keep another state of a plugin; of which version its tables are, and what else is known of it, stays."""
    now, version = session.storage.clock(), plugin.manifest.version
    said = kept or PluginState(plugin.name, version, state, now, None)
    changed = replace(said, state=state, changed_at=now, changed_by=session.principal.id)
    await keep_state(connection, session.principal, changed)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(each) for each in names)
