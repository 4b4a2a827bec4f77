"""What is in force in this process: the types of active plugins and of administrators, under the rules that these keep.

All of it is kept in the database and counted by one edition, which is told beside each answer and held by each unit of
work (`relatum.editions`). A process that is behind reads all of it in one snapshot, and makes catalogue, tables, plans and
whatever a transport makes of them in a thread. Then they are put in force together; what is under way goes on with what it
began with.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from relatum.catalogue import Catalogue
from relatum.catalogue.policies import with_administrators
from relatum.connections import Connection
from relatum.declaring import declarations_on
from relatum.editions import edition_on
from relatum.identity.plugin_states import states_on
from relatum.identity.room import Room
from relatum.identity.stored_rules import rules_on
from relatum.identity.values import StoredRule
from relatum_schemas.declared import Declarations
from relatum_schemas.errors import RelatumError
from relatum_schemas.policy_data import policy_of_data, role_of_data
from relatum_schemas.purpose import purpose_of_data

_log: Final = logging.getLogger("relatum.identity")


@dataclass(frozen=True)
class Kept:
    """What a database says of the types that are in force in it.

    Attributes:
        inactive: names of the plugins that are not, be they loaded or not.
        declared: what administrators have declared at run time.
    """

    inactive: frozenset[str] = frozenset()
    declared: Declarations = field(default_factory=Declarations)


Assembling = Callable[[Kept], Catalogue]
"""Puts the types together that are in force where this is kept; it is called in a thread."""


async def kept_on(connection: Connection) -> Kept:
    """What is kept of types, as a connection sees it."""
    states = await states_on(connection)
    inactive = frozenset(name for name, each in states.items() if not each.active)
    return Kept(inactive, await declarations_on(connection))


class Force:
    """What is in force in this process.

    Attributes:
        declared: the types and the rules that come with them, without those of administrators.
    """

    def __init__(
        self,
        room: Room,
        declared: Catalogue,
        *,
        assembling: Assembling | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Begin with what plugins declare, under the rules that come with them.

        Args:
            room: of the database.
            declared: the types.
            assembling: puts them together when others are kept; None where they stay what they are.
            kept: what they were put together by.
        """
        self.declared = declared
        self._room = room
        self._assembling = assembling
        self._kept = kept or Kept()
        self._edition = 0
        self._reading = asyncio.Lock()

    async def see(self, edition: int) -> None:
        """Bring the process to an edition that was seen in the database, if it is behind."""
        if edition > self._edition:
            await self.refresh()

    async def look(self) -> None:
        """See which edition the database has."""
        async with self._room.reading() as connection:
            edition = await edition_on(connection)
        await self.see(edition)

    async def refresh(self) -> None:
        """Bring the process to the edition of the database."""
        async with self._reading:
            async with self._room.connections.snapshot() as connection:
                edition = await edition_on(connection)
                if edition <= self._edition:
                    return
                kept = await kept_on(connection)
                rules = await rules_on(connection)
            with self._room.place.changing():
                declared = self.declared if kept == self._kept else await self._assembled(kept)
                catalogue = await asyncio.to_thread(self.ruled, rules, declared)
                await self._room.place.obey(catalogue, edition)
            self.declared, self._kept, self._edition = declared, kept, edition

    async def _assembled(self, kept: Kept) -> Catalogue:
        """The types that are kept; those in force so far, where these make no catalogue."""
        if self._assembling is None:
            return self.declared
        try:
            return await asyncio.to_thread(self._assembling, kept)
        except RelatumError:
            _log.exception("The types that are kept cannot be put in force; those before stay.")
            return self.declared

    def ruled(self, rules: Sequence[StoredRule], declared: Catalogue | None = None) -> Catalogue:
        """The types under these rules; those that have lost their meaning grant nothing, and are logged."""
        catalogue, problems = resolved(declared or self.declared, rules)
        for problem in problems:
            _log.warning("A rule kept as data is out of force: %s", problem)
        return catalogue


def resolved(
    declared: Catalogue, stored: Sequence[StoredRule]
) -> tuple[Catalogue, list[RelatumError]]:
    """Return the catalogue with those rules that have a meaning, and what is wrong with the others."""
    with suppress(RelatumError):
        return _put(declared, stored), []
    sound: list[StoredRule] = []
    left = list(stored)
    while True:
        # One rule may speak of another: what failed is tried again after whatever did not.
        problems: list[RelatumError] = []
        failed: list[StoredRule] = []
        for each in left:
            try:
                _put(declared, [*sound, each])
            except RelatumError as error:
                problems.append(error.at(each.kind, each.name))
                failed.append(each)
            else:
                sound.append(each)
        if len(failed) == len(left):
            return _put(declared, sound), problems
        left = failed


def _put(declared: Catalogue, stored: Sequence[StoredRule]) -> Catalogue:
    policies = {
        each.id: policy_of_data(each.definition) for each in stored if each.kind == "policy"
    }
    roles = [
        role_of_data({**each.definition, "name": each.name})
        for each in stored
        if each.kind == "role"
    ]
    purposes = [
        purpose_of_data({**each.definition, "code": each.name})
        for each in stored
        if each.kind == "purpose"
    ]
    return with_administrators(declared, policies, roles, purposes)
