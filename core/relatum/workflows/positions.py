"""Where the reactions of plugins stand in the change log."""

from relatum.catalogue import Catalogue
from relatum.changes import readers
from relatum.changes.sequencer import end_of_log, sequence
from relatum.session.database import Database


def reader_of(plugin: str) -> str:
    """The name under which it is kept how far the reactions of a plugin have come."""
    return f"reactions of {plugin}"


async def stand(database: Database, catalogue: Catalogue) -> dict[str, int]:
    """How far the reactions of the plugins in force have come; those of new plugins begin at the end of the log.

    A plugin that was out of force meanwhile goes on where it stood.
    """
    names = readers_in_force(catalogue)
    if not names:
        return {}
    # What is committed may wait for its position yet, and was nevertheless before.
    await sequence(database.connections)
    async with database.connections.reading() as connection:
        known = await readers.standing(connection)
        end, _ = await end_of_log(connection)
    if new := {name: end for name in names if name not in known}:
        async with database.connections.writing() as connection:
            await readers.begin(connection, new)
        return await stand(database, catalogue)
    return {name: position for name, position in known.items() if name in names}


def readers_in_force(catalogue: Catalogue) -> set[str]:
    """The names under which that is kept, of the plugins in force."""
    return {reader_of(each.plugin) for each in catalogue.reactions}
