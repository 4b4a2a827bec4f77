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
    """Read from the database as every request does. Nothing of it leaves here, so it is not noted as a use of `SYSTEM`.

    Raises:
        DatabaseUnavailable, DatabaseOlder, DatabaseNewer, DatabaseLocked: it cannot be served from; the message says
            why and what to do.
    """
    plan = database.plans.get(_ANY_RECORD, SYSTEM)
    bound = plan.bind({}, now=database.clock(), principal=SYSTEM)
    async with database.connections.reading() as connection:
        await connection.value(bound.prepared, bound.values)
