"""Whether the database can be served from."""

from typing import Final

from relatum.access import SYSTEM
from relatum.catalogue import RECORD
from relatum.session import Database
from relatum_schemas.selection import FieldOutput, Many, Page, Request, RootField, Rows

_ANY_RECORD: Final = Request(
    fields=(
        RootField(
            key="record",
            source=Rows(type=RECORD),
            form=Many(outputs=(FieldOutput(key="id", field="id"),)),
            page=Page(first=1),
        ),
    )
)


async def check_ready(database: Database) -> None:
    """Read from the database as every request does.

    Raises:
        DatabaseUnavailable, DatabaseOlder, DatabaseNewer, DatabaseLocked: it cannot be served from; the message says
            why and what to do.
    """
    await database.as_(SYSTEM).read(_ANY_RECORD)
