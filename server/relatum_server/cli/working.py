"""How commands work on a database that is in use: up to date, with the rules in force, and known to the access log."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from relatum.access import SYSTEM
from relatum.identity import Account
from relatum.migration import state
from relatum.plugins import Loading
from relatum.session import Database, open_database
from relatum_schemas.errors import BadValue, NotFound
from relatum_server.cli.options import PLUGINS
from relatum_server.installation import plugins_in_force, surroundings_of, types_in_force
from relatum_server.settings import Settings

T = TypeVar("T")

SETTINGS = ("database", "key_file", *PLUGINS, "zone")
"""The settings that such a command needs."""


def work_on(settings: Settings, command: str, work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something as the system principal, which the access log is told, and return what came of it.

    Args:
        settings: that name the database and the plugins.
        command: as the access log names it.
        work: what to do.

    Raises:
        DatabaseOlder, DatabaseNewer: code and database are not of one time.
    """

    async def working() -> T:
        plugins = plugins_in_force(settings)
        (await state(settings.database_url, plugins)).require_current()
        types, keys = types_in_force(settings, plugins), settings.keys
        around = surroundings_of(settings, Loading(plugins))
        async with open_database(
            settings.database_url, types, keys=keys, surroundings=around
        ) as database:
            await database.identity.refresh()
            await database.identity.log("system_used", SYSTEM, command=command)
            return await work(database)

    return asyncio.run(working())


async def account_named(database: Database, email: str) -> Account:
    """The account that has an address.

    Raises:
        NotFound: there is none.
    """
    found = await database.identity.account_of(SYSTEM, email)
    if found is None:
        raise NotFound(
            f"There is no account with the address {email}.", hint="See: relatum user list"
        )
    return found


async def record_named(database: Database, who: str) -> UUID:
    """The record that an e-mail address of an account, or a record's id, stands for.

    Raises:
        NotFound: there is no such account.
        BadValue: it is neither.
    """
    if "@" in who:
        return (await account_named(database, who)).record
    return id_of(who)


def id_of(given: str) -> UUID:
    """The id that was given.

    Raises:
        BadValue: it is none.
    """
    try:
        return UUID(given)
    except ValueError as error:
        raise BadValue(f"{given!r} is neither an e-mail address nor the id of a record.") from error
