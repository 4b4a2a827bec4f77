"""What the principal of a unit of work may do, judged by the policies that guard reading.

A record that may not be read is not there: it is taken out of the batch before anything is said of it. One that may be
read but not altered is forbidden. What a command makes or alters is judged again on the state after it, when all that
was applied with it is written, so that a tie may be what gives the right to the record it comes with.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from relatum.access import Grant, Principal, holds_field, view_of
from relatum.connections.interface import Connection
from relatum.reading import GrantedIds, granted_ids
from relatum.writing.drafts import Batch
from relatum.writing.loading import Registered
from relatum.writing.plan import Plan
from relatum_schemas.errors import Conflict, Forbidden, RelatumError, UnknownField
from relatum_schemas.policy import READ, Right

Fields = frozenset[str]


@dataclass(frozen=True)
class Claim:
    """That a command may do something to a record, and write these fields of it."""

    command: int
    record: UUID
    type_name: str
    right: Right
    fields: Fields = frozenset()


class Rights:
    """The rights of one principal in one unit of work.

    Args:
        connection: in the unit's transaction: what it has written is judged as written.
        plan: of the catalogue.
        principal: who works.
        now: the present, at which ties that give rights have to hold.
    """

    def __init__(
        self, connection: Connection, plan: Plan, principal: Principal, now: datetime
    ) -> None:
        self.unrestricted = principal.unrestricted
        self._connection = connection
        self._plan = plan
        self._principal = principal
        self._view = view_of(principal)
        self._now = now

    async def readable(self, types: Mapping[UUID, str]) -> set[UUID]:
        """Which of these records, given with their types, the principal may read."""
        if self.unrestricted:
            return set(types)
        by_type: defaultdict[str, list[UUID]] = defaultdict(list)
        for record, type_name in types.items():
            by_type[type_name].append(record)
        found: set[UUID] = set()
        for type_name, ids in by_type.items():
            found |= await self._granted(type_name, READ, None, ids)
        return found

    async def only_readable(self, known: Mapping[UUID, Registered]) -> dict[UUID, Registered]:
        """The registry rows of records that the principal may read."""
        if self.unrestricted:
            return dict(known)
        living = {each.id: each.type for each in known.values() if each.living}
        seen = await self.readable(living)
        return {record: each for record, each in known.items() if record in seen}

    async def judge(self, claims: Sequence[Claim]) -> dict[int, RelatumError]:
        """What the principal may not do, by command."""
        problems: dict[int, RelatumError] = {}
        if self.unrestricted:
            return problems
        alike: defaultdict[tuple[str, Right, str | None], list[Claim]] = defaultdict(list)
        for claim in claims:
            alike[claim.type_name, claim.right, None].append(claim)
            for field in claim.fields:
                alike[claim.type_name, claim.right, field].append(claim)
        for (type_name, right, of_field), asked in alike.items():
            ids = [each.record for each in asked]
            given = await self._granted(type_name, right, of_field, ids)
            for claim in asked:
                if claim.record not in given:
                    problems.setdefault(claim.command, self._refusal(claim, of_field))
        return problems

    async def judge_named(self, batch: Batch, claims: Callable[[], Iterable[Claim]]) -> None:
        """Take records that may not be read out of a batch; note as forbidden those that may not be altered so."""
        if self.unrestricted:
            return
        types = {
            each.id: each.form.name for each in batch.drafts.values() if each.stored is not None
        }
        seen = await self.readable(types)
        for record in types.keys() - seen:
            del batch.drafts[record]
        await self._hide_survivors(batch)
        refused = await self.judge(list(claims()))
        batch.forbidden.update(refused)

    async def _hide_survivors(self, batch: Batch) -> None:
        """Do not tell what a record became where that may not be read."""
        merged = [draft for draft in batch.drafts.values() if draft.merged_into is not None]
        into = {draft.merged_into: draft.form.name for draft in merged if draft.merged_into}
        seen = await self.readable(into)
        for draft in merged:
            if draft.merged_into not in seen:
                draft.merged_into = None

    async def cover(self, batch: Batch) -> None:
        """Tell no more than that there is a conflict where a problem rests on what may not be read."""
        if self.unrestricted or not batch.resting:
            return
        ties = {tie: name for _, named in batch.resting for tie, name in named.items()}
        seen = await self.readable(ties)
        hidden = {id(error) for error, named in batch.resting if not named.keys() <= seen}
        batch.problems = [
            _conflict(error) if id(error) in hidden else error for error in batch.problems
        ]

    async def _granted(
        self, type_name: str, right: Right, field: str | None, ids: Sequence[UUID]
    ) -> set[UUID]:
        """Which records a grant of the right (and of the field) opens."""
        grants = self._grants(type_name, right, field)
        if any(grant.unconditional for grant in grants):
            return set(ids)
        if not grants:
            return set()
        key = (self._view, type_name, right, field)
        asked = self._plan.kept(key, lambda: self._question(type_name, grants))
        bound = asked.bind(ids, now=self._now, principal=self._principal)
        rows: list[Any] = await self._connection.rows(bound.prepared, bound.values)
        return {record for (record,) in rows}

    def _question(self, type_name: str, grants: Sequence[Grant]) -> GrantedIds:
        return granted_ids(
            type_name,
            grants,
            catalogue=self._plan.catalogue,
            tables=self._plan.tables,
            access=self._view,
            dialect=self._plan.dialect,
        )

    def _grants(self, type_name: str, right: Right, field: str | None) -> tuple[Grant, ...]:
        record_type = self._plan.catalogue.types[type_name]
        return tuple(
            grant
            for grant in self._view.grants(self._plan.catalogue, type_name, right)
            if field is None or holds_field(grant, record_type.fields[field], record_type)
        )

    def _refusal(self, claim: Claim, field: str | None) -> RelatumError:
        if field is None:
            action = (claim.right.name or "").lower()
            return Forbidden(
                f"You may not {action} this {claim.type_name}.",
                hint="Ask for a policy that allows it.",
            )
        if not self._grants(claim.type_name, READ, field):
            return UnknownField(f"{claim.type_name} has no field {field!r}.", path=field)
        return Forbidden(f"You may not write {field!r} of this {claim.type_name}.", path=field)


def _conflict(error: RelatumError) -> Conflict:
    return Conflict(
        "It conflicts with something that you may not see.",
        path=error.path[:1],
        hint="Ask somebody who may see more.",
    )
