"""What reactions before commit are given: the unit of work under way, of which they read all and write nothing.

They ask as who caused the change, and in `Context.elevated` with the rights that they declare beyond that.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from relatum.catalogue import BeforeRule
from relatum.session.context import Context, context_for
from relatum.session.session import Session
from relatum.session.storage import Storage
from relatum.writing import Unit


@asynccontextmanager
async def context_before(storage: Storage, unit: Unit, rule: BeforeRule) -> AsyncIterator[Context]:
    """The context of a reaction, around which its plugin's health is watched.

    That it is lent rights is noted in the access log.

    Args:
        storage: the database, as the unit knows it.
        unit: under way.
        rule: the reaction.
    """
    reading = unit.reading()
    session = Session(storage, reading.principal, unit=reading)
    name, elevated = rule.reaction.name, rule.reaction.elevated
    if elevated:
        rights = {each: str(right.name).lower() for each, right in sorted(elevated.items())}
        await session.note("elevated", reaction=rule.name, rights=rights)
    with storage.surroundings.health.watching(rule.plugin, f"reaction {name}"):
        yield context_for(session, plugin=rule.plugin, function=name, elevated=elevated)
