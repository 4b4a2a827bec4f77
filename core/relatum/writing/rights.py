"""What the principal of a unit of work may do, judged by the policies that guard reading.

A record that may not be read is not there: it is taken out of the batch before anything is said of it. One that may be
read but not altered is forbidden. What a command makes or alters is judged again on the state after it, when all that
was applied with it is written, so that a tie may be what gives the right to the record it comes with.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from relatum.access import EVERYTHING_OPEN, Grant, Principal, action_grants
from relatum.connections.interface import Connection
from relatum.writing.drafts import Batch, Draft, not_found
from relatum.writing.loading import Loader, Registered
from relatum.writing.openings import Opening, Openings
from relatum.writing.plan import Plan
from relatum_schemas.action import Action
from relatum_schemas.errors import (
    Conflict,
    Forbidden,
    Path,
    Problems,
    RelatumError,
    UnknownField,
)
from relatum_schemas.phrase import Phrase
from relatum_schemas.policy import ALL, HISTORY, READ, Right

Fields = frozenset[str]
_SIDES: Final = ("source", "target")


@dataclass(frozen=True)
class Claim:
    """That a command may do something to a record, and write these fields of it.

    Attributes:
        command: its index.
        record: which one; None where only the type is known yet.
        type_name: of the record.
        right: that is claimed.
        fields: that are written.
        ends: of a tie, the records that it ties: the right is claimed on them, too.
        end_paths: the inputs by which these were named.
    """

    command: int
    record: UUID | None
    type_name: str
    right: Right
    fields: Fields = frozenset()
    ends: tuple[UUID, ...] = ()
    end_paths: tuple[str, str] = ("id", "id")


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
        # What is sensitive is closed to administrators as well, unless the purpose of the call opens it.
        self.unrestricted = principal.system or (
            principal.unrestricted and not plan.catalogue.classes_of_data
        )
        self._connection = connection
        self._plan = plan
        self._principal = principal
        self._openings = Openings(connection, plan, principal, now)
        self._types: dict[UUID, str] = {}
        self.hidden_conflicts = 0
        """How often it was told no more than that there is a conflict."""

    async def readable(self, types: Mapping[UUID, str]) -> set[UUID]:
        """Which of these records, given with their types, the principal may read."""
        if self.unrestricted:
            return set(types)
        by_type: defaultdict[str, list[UUID]] = defaultdict(list)
        for record, type_name in types.items():
            by_type[type_name].append(record)
        found: set[UUID] = set()
        for type_name, ids in by_type.items():
            found |= await self._openings.granted(type_name, READ, None, ids)
        return found

    def reads_all(self, type_name: str) -> bool:
        """Whether the principal may read the records of a type whatever they are."""
        return self.unrestricted or self._openings.opening(type_name, READ, None).unconditional

    async def only_readable(self, known: Mapping[UUID, Registered]) -> dict[UUID, Registered]:
        """The registry rows of records that the principal may read."""
        if self.unrestricted:
            return dict(known)
        self._types |= {each.id: each.type for each in known.values()}
        living = {each.id: each.type for each in known.values() if each.living}
        seen = await self.readable(living)
        return {record: each for record, each in known.items() if record in seen}

    async def judge(self, claims: Iterable[Claim]) -> dict[int, RelatumError]:
        """What the principal may not do, by command."""
        problems: dict[int, RelatumError] = {}
        if self.unrestricted:
            return problems
        listed = list(claims)
        await self._learn_types({end for claim in listed for end in claim.ends})
        left: list[tuple[Opening, str | None, Claim]] = []
        wanted: defaultdict[Opening, set[UUID]] = defaultdict(set)
        for (type_name, right, field), asked in _alike(listed).items():
            opening = self._openings.opening(type_name, right, field)
            for claim in asked:
                if not self._opens_surely(opening, claim):
                    left.append((opening, field, claim))
                    if claim.record is not None:
                        wanted[opening].add(claim.record)
        for claim, end in _ends(listed):
            if end in self._types:
                wanted[self._openings.opening(self._types[end], claim.right, None)].add(end)
        opened = {each: await self._openings.opened(each, ids) for each, ids in wanted.items()}
        for opening, field, claim in left:
            if claim.record not in opened.get(opening, ()):
                problems.setdefault(claim.command, self._refusal(claim, field))
        self._judge_ends(listed, opened, problems)
        return problems

    def _opens_surely(self, opening: Opening, claim: Claim) -> bool:
        """Whether a tie is open because both its records are of types that may be read whatever they are."""
        return (
            opening.through_ends
            and bool(claim.ends)
            and all(
                end in self._types
                and self._openings.opening(self._types[end], READ, None).unconditional
                for end in claim.ends
            )
        )

    def _judge_ends(
        self,
        claims: Sequence[Claim],
        opened: Mapping[Opening, set[UUID]],
        problems: dict[int, RelatumError],
    ) -> None:
        """Note the ties whose ends the principal may not relate."""
        for claim in claims:
            for side, end, path in zip(_SIDES, claim.ends, claim.end_paths, strict=False):
                type_name = self._types.get(end)
                if (
                    type_name is None
                    or end not in opened[self._openings.opening(type_name, claim.right, None)]
                ):
                    problems.setdefault(claim.command, _end_refused(claim, side, path))

    async def _learn_types(self, records: set[UUID]) -> None:
        """Find out of which types records are that have not been met before."""
        strange = records - self._types.keys()
        known = await Loader(self._connection, self._plan).registry(strange, "none")
        self._types |= {each.id: each.type for each in known.values()}

    def remember(self, batch: Batch) -> None:
        """Keep of which types the records of a batch are."""
        if not self.unrestricted:
            self._types |= {each.id: each.form.name for each in batch.drafts.values()}

    def refuse_impossible(self, claims: Iterable[Claim]) -> None:
        """Refuse what no policy allows on any record, before anything is looked at.

        Raises:
            Forbidden: one command is of that kind (`Problems` for several).
            UnknownField: it writes a field that does not exist for the principal.
        """
        if self.unrestricted:
            return
        refused: dict[int, RelatumError] = {}
        for claim in claims:
            for field in (None, *sorted(claim.fields)):
                if not self._openings.opening(claim.type_name, claim.right, field).grants:
                    refused.setdefault(claim.command, self._refusal(claim, field))
        raise_refusals(refused)

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
        refused = await self.judge(claims())
        batch.forbidden.update(refused)

    async def _hide_survivors(self, batch: Batch) -> None:
        """Do not tell what a record became where that may not be read."""
        merged = [draft for draft in batch.drafts.values() if draft.merged_into is not None]
        into = {draft.merged_into: draft.form.name for draft in merged if draft.merged_into}
        seen = await self.readable(into)
        for draft in merged:
            if draft.merged_into not in seen:
                draft.merged_into = None

    async def judge_moved(self, batch: Batch, claims: Iterable[Claim]) -> None:
        """Note the ties that may not follow a merged record, as a bare conflict where they may not be seen."""
        if self.unrestricted:
            return
        listed = list(claims)
        seen = await self.readable(
            {each.record: each.type_name for each in listed if each.record is not None}
        )
        for command, error in (await self.judge(listed)).items():
            moved = [each for each in listed if each.command == command]
            told = (
                error
                if all(each.record in seen for each in moved)
                else self.hidden_conflict(error.path[:1])
            )
            batch.problem(told, command)

    async def judge_filling(self, batch: Batch, pairs: Iterable[tuple[Draft, Draft]]) -> None:
        """Note the merges by which the principal would come to read, on the record that stays, what it may not read now."""
        if self.unrestricted:
            return
        for goes, stays in pairs:
            name = goes.form.name
            for field in goes.form.positions:
                open_on = await self._openings.granted(name, READ, field, [goes.id, stays.id])
                if stays.id in open_on and goes.id not in open_on:
                    error = Forbidden(
                        Phrase(
                            "You may read less of this {type} than of the one that stays.",
                            type=name,
                        ),
                        hint=Phrase("Ask somebody who may see more."),
                    )
                    batch.problem(error, goes.command)
                    break

    async def cover(self, batch: Batch) -> None:
        """Tell no more than that there is a conflict where a problem rests on what may not be read."""
        if self.unrestricted or not batch.resting:
            return
        covered: dict[int, RelatumError] = {}
        for resting in batch.resting:
            if not await self.shows(resting.records, resting.fields):
                covered[id(resting.error)] = self.hidden_conflict(resting.error.path[:1])
        batch.problems = [covered.get(id(error), error) for error in batch.problems]

    async def shows(self, records: Mapping[UUID, str], fields: Iterable[str] = ()) -> bool:
        """Whether the principal may read all of these records, given with their types, and these fields of them."""
        if not records.keys() <= await self.readable(records):
            return False
        if self.unrestricted:
            return True
        for field in fields:
            for record, type_name in records.items():
                if not await self._openings.granted(type_name, READ, field, [record]):
                    return False
        return True

    def may_know(self, type_name: str, field: str) -> bool:
        """Whether the principal may read a field of some records of a type, and so may know of it."""
        return self.unrestricted or bool(self._openings.opening(type_name, READ, field).grants)

    async def with_history(self, type_name: str, field: str, ids: Collection[UUID]) -> set[UUID]:
        """Of which records the principal may read the history of a field."""
        if self.unrestricted:
            return set(ids)
        return await self._openings.granted(type_name, HISTORY, field, ids)

    def hidden_conflict(self, path: Path = ()) -> Conflict:
        """Tell no more than that there is a conflict, and count it."""
        self.hidden_conflicts += 1
        return Conflict(
            Phrase("It conflicts with something that you may not see."),
            path=path,
            hint=Phrase("Ask somebody who may see more."),
        )

    async def callable_on(
        self, actions: Sequence[Action], records: Collection[UUID], type_name: str, *, ever: bool
    ) -> dict[str, set[UUID]]:
        """On which records of a concrete type the principal may call each action, in one statement.

        Args:
            actions: that act on such records.
            records: ids.
            type_name: a concrete type.
            ever: as far as policies go, be the records as the actions want them or not.
        """
        granted = [self._granted(each, type_name) for each in actions]
        occasions = [
            EVERYTHING_OPEN if ever else self._occasion(each, type_name) for each in actions
        ]
        found = await self._openings.among(type_name, [*granted, *occasions], records)
        permitted, fitting = found[: len(actions)], found[len(actions) :]
        return {
            each.name: may & fits
            for each, may, fits in zip(actions, permitted, fitting, strict=True)
        }

    def _granted(self, action: Action, type_name: str) -> tuple[Grant, ...]:
        principal = self._principal
        if principal.unrestricted:
            return EVERYTHING_OPEN
        roles, purpose = principal.roles, principal.purpose
        return action_grants(self._plan.catalogue, roles, action.name, type_name, purpose=purpose)

    def _occasion(self, action: Action, type_name: str) -> tuple[Grant, ...]:
        when = self._plan.catalogue.occasions.get((action.name, type_name))
        return EVERYTHING_OPEN if when is None else (Grant(when, ALL),)

    async def open_to(self, right: Right, record: UUID, type_name: str) -> bool:
        """Whether the principal has a right on a record of a concrete type."""
        if self._principal.unrestricted:
            return True
        return bool(await self._openings.granted(type_name, right, None, [record]))

    def _refusal(self, claim: Claim, field: str | None) -> RelatumError:
        if field is None:
            if claim.record is not None and claim.right == READ:
                return not_found(claim.record)
            right = Phrase((claim.right.name or "").lower())
            return Forbidden(
                Phrase("You may not {right} this {type}.", right=right, type=claim.type_name),
                hint=Phrase("Ask for a policy that allows it."),
            )
        if not self._openings.opening(claim.type_name, READ, field).grants:
            return UnknownField(f"{claim.type_name} has no field {field!r}.", path=field)
        message = Phrase(
            "You may not write '{field}' of this {type}.", field=field, type=claim.type_name
        )
        return Forbidden(message, path=field)


def _ends(claims: Iterable[Claim]) -> Iterator[tuple[Claim, UUID]]:
    """Every end of a tie with its claim."""
    return ((claim, end) for claim in claims for end in claim.ends)


def _alike(claims: Iterable[Claim]) -> dict[tuple[str, Right, str | None], list[Claim]]:
    """Claims by what is asked of the policies."""
    alike: defaultdict[tuple[str, Right, str | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        alike[claim.type_name, claim.right, None].append(claim)
        for field in claim.fields:
            alike[claim.type_name, claim.right, field].append(claim)
    return alike


def _end_refused(claim: Claim, side: str, path: str) -> Forbidden:
    return Forbidden(
        Phrase(
            "You may not relate the record at the {side} of this {type}.",
            side=Phrase(side),
            type=claim.type_name,
        ),
        path=path,
        hint=Phrase("Ask for a policy that allows it."),
    )


def raise_refusals(refused: Mapping[int, RelatumError]) -> None:
    """Raise what was refused, by command, if anything was."""
    told = [error.at(at) for at, error in refused.items()]
    if len(told) == 1:
        raise told[0]
    if told:
        raise Problems("Some of this is not allowed.", told)
