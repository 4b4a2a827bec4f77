"""What persons are entitled to, judged now, or as it was known at a time: firms they may act for, roles they have."""

from datetime import datetime
from typing import Any
from uuid import UUID

from relatum.catalogue import Catalogue
from relatum.connections import Connection
from relatum.identity.room import Room
from relatum.reading.standing import (
    Standing,
    StandingPlan,
    representatives_plan,
    standing_of_rows,
    standing_plan,
)


class Standings:
    """Asks for the standing of records, by one statement per catalogue."""

    def __init__(self, room: Room) -> None:
        """Bind the room."""
        self._room = room
        self._kept: tuple[Catalogue, StandingPlan] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The types and rules by which it is judged."""
        return self._room.catalogue

    async def judge(self, record: UUID, firm: UUID | None) -> tuple[Standing, UUID | None]:
        """Return the standing of a record, and the firm for which it acts: none, where it may not act for that."""
        standing = await self._ask(self._plan(), record, firm)
        if firm is None or firm in standing.firms:
            return standing, firm
        # What was judged as if it acted for the firm has to be judged again.
        return await self._ask(self._plan(), record, None), None

    async def roles_of(
        self, record: UUID, firm: UUID | None, *, at: datetime | None, catalogue: Catalogue
    ) -> frozenset[str]:
        """Return the roles of a record while acting for a firm, as it was known and held at a time.

        Args:
            record: whose.
            firm: it acts for; one that it might not act for counts as none.
            at: the time; None for now.
            catalogue: whose role rules count.
        """
        storage = self._room.storage
        plan = standing_plan(
            catalogue=catalogue,
            tables=storage.tables,
            dialect=storage.connections.dialect,
            at=at,
        )
        standing = await self._ask(plan, record, firm)
        if firm is not None and firm not in standing.firms:
            firm, standing = None, await self._ask(plan, record, None)
        return standing.roles(firm)

    async def ties_on(self, connection: Connection, record: UUID) -> dict[UUID, tuple[UUID, ...]]:
        """Return the ties by which a record may act for firms, by firm, as a connection sees them."""
        bound = self._plan().bind(record, None, now=self._room.now())
        standing = standing_of_rows(await connection.rows(bound.prepared, bound.values))
        return {
            firm: tuple(tie for each, _, tie in standing.ties if each == firm)
            for firm in standing.firms
        }

    async def representatives(self, firm: UUID) -> list[UUID]:
        """Return the records that may act for a firm."""
        storage = self._room.storage
        plan = representatives_plan(
            catalogue=storage.catalogue,
            tables=storage.tables,
            dialect=storage.connections.dialect,
        )
        if plan is None:
            return []
        bound = plan.bind(firm, now=self._room.now())
        async with self._room.reading() as connection:
            found: list[Any] = await connection.rows(bound.prepared, bound.values)
        return [record for (record,) in found]

    def _plan(self) -> StandingPlan:
        storage = self._room.storage
        if self._kept is None or self._kept[0] is not storage.catalogue:
            plan = standing_plan(
                catalogue=storage.catalogue,
                tables=storage.tables,
                dialect=storage.connections.dialect,
            )
            self._kept = (storage.catalogue, plan)
        return self._kept[1]

    async def _ask(self, plan: StandingPlan, record: UUID, firm: UUID | None) -> Standing:
        bound = plan.bind(record, firm, now=self._room.now())
        async with self._room.reading() as connection:
            return standing_of_rows(await connection.rows(bound.prepared, bound.values))
