"""Which plugins an act concerns: the one that is named, and those that require it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection, inspect

from relatum.declaring import CUSTOM
from relatum.identity.plugin_states import PluginState
from relatum.life.parts import Parts
from relatum.migration.heads import heads_of
from relatum.migration.present import states_in
from relatum.plugins import LoadedPlugin
from relatum_schemas.errors import NotFound, PluginError


def requirements(
    connection: Connection, plugins: Iterable[LoadedPlugin]
) -> Mapping[str, tuple[str, ...]]:
    """What each plugin requires that is loaded, or was when the database was migrated for it."""
    kept = {
        name: tuple(map(str, _listed((state.detail or {}).get("requires"))))
        for name, state in states_in(connection).items()
    }
    loaded = {each.name: each.manifest.requires for each in plugins}
    return MappingProxyType({**kept, **loaded})


def dependants(name: str, requires: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The plugins that require one, be it by way of others; each before those that it requires."""
    direct = sorted(each for each, required in requires.items() if name in required)
    found: dict[str, None] = {}
    for each in direct:
        for one in (*dependants(each, requires), each):
            found.setdefault(one)
    return tuple(found)


def there(connection: Connection, name: str) -> bool:
    """Whether a plugin has its tables in the database."""
    return bool(heads_of(connection, name))


def kept_state(connection: Connection, name: str) -> PluginState | None:
    """What is kept of a plugin; None if nothing is."""
    return states_in(connection).get(name)


def require_there(connection: Connection, name: str, plugins: Sequence[LoadedPlugin]) -> None:
    """Refuse an act on a plugin that has nothing in the database.

    Raises:
        PluginError: its data is put away.
        NotFound: the database never knew it.
    """
    if there(connection, name):
        return
    state = kept_state(connection, name)
    if state is not None and state.state == "parked":
        raise PluginError(
            f"The data of the plugin {name!r} is put away already.",
            hint=f"Bring it back: relatum plugin restore {name}; or destroy it: relatum plugin purge {name}.",
        )
    loaded = any(each.name == name for each in plugins)
    raise NotFound(
        f"The database has nothing of a plugin {name!r}.",
        hint=f"Install it: relatum plugin install {name}."
        if loaded
        else "See: relatum plugin list",
    )


def tied_at_run_time(connection: Connection, parts: Parts) -> tuple[str, ...]:
    """The tables of ties, declared at run time, that end at records of a plugin."""
    found = inspect(connection).get_multi_foreign_keys()
    return tuple(
        sorted(
            name
            for (_, name), references in found.items()
            if name.startswith(f"{CUSTOM}__")
            and any(each["referred_table"] in parts.tables for each in references)
        )
    )


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()
