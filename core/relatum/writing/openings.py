"""What the policies open to one principal: the grants of a right or field, and the statements that ask which records."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypedDict
from uuid import UUID

from relatum.access import AccessView, Grant, Principal, view_of
from relatum.catalogue.model import Catalogue, Field
from relatum.connections.interface import Connection
from relatum.connections.types import DialectName
from relatum.reading import GrantedIds, granted_ids, granted_of_each
from relatum.tables import Tables
from relatum.writing.plan import Plan
from relatum_schemas.policy import READ, Right


@dataclass(eq=False)
class Opening:
    """What grants open, with the statement that asks for it once it is made. The same for all that the same grants open."""

    type_name: str
    grants: tuple[Grant, ...]
    asked: GrantedIds | None = None

    @cached_property
    def unconditional(self) -> bool:
        """Whether every record is open."""
        return any(grant.unconditional for grant in self.grants)

    @cached_property
    def through_ends(self) -> bool:
        """Whether every tie is open of which both records may be read."""
        return any(grant.condition is None and grant.both_ends for grant in self.grants)

    @cached_property
    def has_to_be_asked(self) -> bool:
        """Whether a statement has to tell which records are open: it is neither none of them nor all."""
        return bool(self.grants) and not self.unconditional


class _Within(TypedDict):
    """What statements are made with."""

    catalogue: Catalogue
    tables: Tables
    access: AccessView
    dialect: DialectName


class _Known:
    """What the principals of one view are granted. Filled as it is asked for; shared by all of them."""

    def __init__(self) -> None:
        self.by_claim: dict[tuple[str, Right, str | None], Opening] = {}
        self.together: dict[tuple[Opening, ...], GrantedIds] = {}
        self._distinct: defaultdict[str, list[Opening]] = defaultdict(list)

    def of(self, type_name: str, grants: tuple[Grant, ...]) -> Opening:
        """What these grants open."""
        alike = self._distinct[type_name]
        known = next((each for each in alike if each.grants == grants), None)
        if known is None:
            known = Opening(type_name, grants)
            alike.append(known)
        return known


class Openings:
    """What is open to one principal in one unit of work.

    Args:
        connection: in the unit's transaction: what it has written is judged as written.
        plan: of the catalogue.
        principal: who works.
        now: the present, at which ties that give rights have to hold.
    """

    def __init__(
        self, connection: Connection, plan: Plan, principal: Principal, now: datetime
    ) -> None:
        self._connection = connection
        self._plan = plan
        self._principal = principal
        self._view = view_of(principal)
        self._now = now
        seen_as = ("openings", self._view, bool(principal.elevated))
        self._known = plan.kept(seen_as, _Known)

    def opening(self, type_name: str, right: Right, field: str | None) -> Opening:
        """What a right, and a field, is granted on; nothing for what is no field, as for one that is closed."""
        key = (type_name, right, field)
        known = self._known.by_claim.get(key)
        if known is None:
            known = self._known.of(type_name, self._grants(type_name, right, field))
            if field is None or field in self._plan.catalogue.types[type_name].all_fields:
                self._known.by_claim[key] = known
        return known

    async def opened(self, opening: Opening, ids: Collection[UUID]) -> set[UUID]:
        """Which records grants open, by a statement that is made once."""
        if opening.unconditional:
            return set(ids)
        if not opening.grants or not ids:
            return set()
        if opening.asked is None:
            opening.asked = self._question(opening)
        bound = opening.asked.bind(list(ids), now=self._now, principal=self._principal)
        rows: list[Any] = await self._connection.rows(bound.prepared, bound.values)
        return {record for (record,) in rows}

    async def granted(
        self, type_name: str, right: Right, field: str | None, ids: Collection[UUID]
    ) -> set[UUID]:
        """Which records a grant of the right (and of the field) opens."""
        return await self.opened(self.opening(type_name, right, field), ids)

    async def among(
        self, type_name: str, several: Sequence[tuple[Grant, ...]], ids: Collection[UUID]
    ) -> list[set[UUID]]:
        """Which records each of several groups of grants opens, by one statement that is made once."""
        openings = [self._known.of(type_name, grants) for grants in several]
        asked = tuple(dict.fromkeys(each for each in openings if each.has_to_be_asked))
        if len(asked) <= 1 or not ids:
            return [await self.opened(each, ids) for each in openings]
        question = self._known.together.get(asked)
        if question is None:
            question = granted_of_each(type_name, [each.grants for each in asked], **self._in())
            self._known.together[asked] = question
        bound = question.bind(list(ids), now=self._now, principal=self._principal)
        rows: list[Any] = await self._connection.rows(bound.prepared, bound.values)
        found = {
            each: {record for record, *judged in rows if judged[at]}
            for at, each in enumerate(asked)
        }
        return [found[each] if each in found else await self.opened(each, ids) for each in openings]

    def _writable(self, type_name: str, field: Field) -> bool:
        """Whether whoever has the right may write a field."""
        stored = field.name in self._plan.forms[type_name].positions
        return stored and (not field.read_only or bool(self._principal.elevated))

    def _question(self, opening: Opening) -> GrantedIds:
        return granted_ids(opening.type_name, opening.grants, **self._in())

    def _in(self) -> "_Within":
        return {
            "catalogue": self._plan.catalogue,
            "tables": self._plan.tables,
            "access": self._view,
            "dialect": self._plan.dialect,
        }

    def _grants(self, type_name: str, right: Right, field: str | None) -> tuple[Grant, ...]:
        catalogue, view = self._plan.catalogue, self._view
        if field is None:
            return view.grants(catalogue, type_name, right)
        record_type = catalogue.types[type_name]
        asked = record_type.all_fields.get(field)
        if asked is None:
            return ()
        # That a field cannot be written is told to those who may read it.
        asked_right = right if self._writable(type_name, asked) else READ
        return tuple(
            grant
            for grant in view.grants(catalogue, type_name, asked_right)
            if view.holds(catalogue, grant, asked, record_type)
        )
