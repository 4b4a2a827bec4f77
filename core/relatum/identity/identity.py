"""The identity room as it is reached: `database.identity`. Each method stands for a function of the module it names."""

from uuid import UUID

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections import Connection
from relatum.identity.entering import Entering
from relatum.identity.granting import Granting
from relatum.identity.keeping import Keeping


class Identity(Entering, Keeping, Granting):
    """Who may sign in to a database, as whom, and with which roles.

    `by` is always who does it: administrators (and the system) may do everything, others what the methods say. What is
    done stands in the access log, in the same transaction. What is taken away is gone with the next request.
    """

    async def close(self) -> None:
        """Wait for what is done beside answers: mails, notes of last use."""
        await self.room.finish()

    async def log(
        self,
        kind: str,
        principal: Principal,
        *,
        type_name: str | None = None,
        record: UUID | None = None,
        **details: object,
    ) -> None:
        """Append a line to the access log, in a transaction of its own."""

        async def work(connection: Connection) -> None:
            await note(
                connection,
                principal,
                kind,
                at=self.room.now(),
                type_name=type_name,
                record=record,
                details=details,
            )

        await self.room.write(work)
