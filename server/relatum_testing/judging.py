"""Judges single records of a graph, by the policies one after the other, as `relatum.explaining` does.

The engine puts policies into the statements by which it reads; what these show is held against what is found here.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from relatum.access import SYSTEM, Principal
from relatum.access.grants import classes_of
from relatum.explaining import explain_access
from relatum_schemas.policy import AGGREGATE, READ, Right
from relatum_testing.installation import Installation


def types_of(installation: Installation) -> dict[UUID, str]:
    """The type of every record of the graph."""
    catalogue = installation.catalogue
    return {each: name for name in catalogue.types for each in installation.graph.ids(name)}


def named(types: Mapping[UUID, str], record: UUID) -> str:
    """A record, as failures name it."""
    return f"the {types.get(record, 'record')} {record}"


class Judge:
    """Judges each record by itself, and asks only where a policy might say something."""

    def __init__(self, installation: Installation, who: Principal) -> None:
        """Know nothing yet."""
        self._installation = installation
        self._who = who
        self._known: dict[tuple[Right, UUID, str | None], bool] = {}
        self._types = types_of(installation)

    async def may(self, right: Right, record: UUID, field_name: str | None = None) -> bool:
        """Whether a right is given on a record, or on a field of it."""
        asked = (right, record, field_name)
        if asked not in self._known:
            self._known[asked] = await self._judged(*asked)
        return self._known[asked]

    async def _judged(self, right: Right, record: UUID, field_name: str | None) -> bool:
        if record not in self._types:
            return False
        if not self._who.unrestricted and not self._policies(right, self._types[record]):
            return False
        session = self._installation.database.as_(SYSTEM)
        found = await explain_access(session, self._who, record, right, field=field_name)
        return found.allowed

    async def may_read(self, field_name: str, type_name: str, record: UUID) -> bool:
        """Whether a field of a record may be read."""
        opens = [field_name in each for each in self._policies(READ, type_name)]
        if self._who.unrestricted or not any(opens):
            return self._who.unrestricted
        record_type = self._installation.catalogue.types[type_name]
        plain = not classes_of(record_type.fields[field_name], record_type)
        return (plain and all(opens)) or await self.may(READ, record, field_name)

    def _policies(self, right: Right, type_name: str) -> list[Any]:
        """The fields that policies open by which somebody might have a right on records of a type."""
        wanted = right | READ if right is AGGREGATE else right
        return [
            rule.fields
            for rule in self._installation.catalogue.policies
            if rule.role in self._who.roles and type_name in rule.types and rule.rights & wanted
        ]
