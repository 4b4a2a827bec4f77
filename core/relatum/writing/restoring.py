"""Brings deleted records back, with the ties and records that the same deletion took along.

What a deletion took is found in the unit of work that wrote it, by walking the rules once more over the last versions.
A tie whose other record is gone since stays away.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from relatum.writing import statements
from relatum.writing.commands import Command, Outcome, Restore
from relatum.writing.drafts import Batch, Draft, State, not_found
from relatum.writing.loading import Loader, Registered, state_of
from relatum.writing.rights import Rights
from relatum_schemas.errors import BadReference, Conflict

Taken = dict[UUID, Draft]


async def restore(
    loader: Loader, batch: Batch, rights: Rights, commands: Sequence[tuple[int, Command]]
) -> list[Outcome]:
    """Do a run of restorations, all as one.

    Raises:
        NotFound: there is no such record.
        Conflict: the record is not deleted.
        BadReference: it is a tie, and a record at its ends is gone.
    """
    asked: dict[UUID, int] = {}
    for at, command in commands:
        assert isinstance(command, Restore)
        if command.id in asked:
            batch.problem(Conflict("The record is named twice.", path="id"), at)
        asked.setdefault(command.id, at)
    known = await loader.registry(asked, "ended")
    deleted = {each: found for each, found in known.items() if found.deleted}
    _judge(batch, commands, deleted | await rights.only_readable(known))
    batch.veiled = {
        asked[each]: each for each, found in deleted.items() if not rights.reads_all(found.type)
    }
    batch.raise_problems()
    taken = await _deleted_with(loader, asked)
    for each, at in asked.items():
        if each not in taken:  # what was erased never comes back
            batch.problem(not_found(each), at)
    batch.raise_problems()
    revived = _revived(taken, asked)
    await loader.lock_types({draft.form for draft in revived.values()})
    await _leave_loose_ties(loader, revived)
    for each, at in asked.items():
        if each not in revived:
            hint = "Restore the records at its ends instead."
            batch.problem(BadReference("An end of the tie is gone.", path="id", hint=hint), at)
    batch.raise_problems()
    followers: defaultdict[int, list[Draft]] = defaultdict(list)
    for draft in revived.values():
        state = draft.last
        draft.step("restored", (), replace(state, version=state.version + 1, recorded_from=None))
        batch.add(draft)
        if draft.id not in asked:
            followers[draft.command].append(draft)
    return [batch.drafts[each].outcome("restored", followers[at]) for each, at in asked.items()]


def _judge(
    batch: Batch, commands: Sequence[tuple[int, Command]], known: Mapping[UUID, Registered]
) -> None:
    for at, command in commands:
        assert isinstance(command, Restore)
        each = command.id
        found = known.get(each)
        if found is not None and command.type not in (None, found.type):
            found = None
        if found is None or found.merged_into is not None:
            into = found.merged_into if found is not None else None
            batch.problem(not_found(each, into), at)
        elif not found.deleted:
            batch.problem(Conflict("The record is not deleted.", path="id"), at)


async def _deleted_with(loader: Loader, asked: Iterable[UUID]) -> Taken:
    """What the units that deleted the records deleted, as far as it is still deleted by them."""
    units = await _deleting_units(loader, asked)
    prepared = loader.plan.prepared(statements.deleted_in)
    lines: list[Any] = await loader.connection.rows(prepared, {"ids": list(set(units.values()))})
    latest = await _deleting_units(loader, (each for each, _ in lines))
    candidates = {
        each: type_name for each, type_name in lines if latest[each] in set(units.values())
    }
    known = await loader.registry(candidates, "ended")
    return await _last_states(
        loader, {each: name for each, name in candidates.items() if known[each].deleted}
    )


async def _deleting_units(loader: Loader, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The unit of work that deleted each record last."""
    prepared = loader.plan.prepared(statements.deletions_of)
    rows: list[Any] = await loader.connection.rows(prepared, {"ids": list(set(ids))})
    return dict(rows)


async def _last_states(loader: Loader, types: Mapping[UUID, str]) -> Taken:
    by_type: defaultdict[str, list[UUID]] = defaultdict(list)
    for each, type_name in types.items():
        by_type[type_name].append(each)
    taken: Taken = {}
    for type_name, ids in by_type.items():
        form = loader.plan.forms[type_name]
        prepared = loader.plan.prepared(statements.last_versions, form)
        rows: list[Any] = await loader.connection.rows(prepared, {"ids": ids})
        for *row, recorded_to in rows:
            draft = Draft(row[0], form, 0, state=state_of(form, row), revived=True)
            draft.ended_at = recorded_to
            taken[draft.id] = draft
    return taken


def _revived(taken: Taken, asked: Mapping[UUID, int]) -> Taken:
    """What comes back with the records asked for."""
    standing: defaultdict[UUID, list[Draft]] = defaultdict(list)
    for draft in taken.values():
        if draft.form.is_tie:
            for end in draft.last.ends():
                standing[end].append(draft)
    revived: Taken = {}
    waiting = [(each, at) for each, at in asked.items() if each in taken]
    while waiting:
        record, at = waiting.pop()
        if record in revived:
            continue
        revived[record] = taken[record]
        revived[record].command = at
        for tie in standing[record]:
            waiting.append((tie.id, at))
            waiting += [(each, at) for each in _taken_along(tie, record) if each in taken]
    return revived


def _taken_along(tie: Draft, dead: UUID) -> Iterable[UUID]:
    """Whom the deletion of a record took along over a tie."""
    source, target = tie.last.ends()
    relationship = tie.form.relationship
    if dead == source and relationship.source.on_delete == "cascade":
        yield target
    if dead == target and relationship.target.on_delete == "cascade":
        yield source


async def _leave_loose_ties(loader: Loader, revived: Taken) -> None:
    """Leave away the ties whose ends are neither there nor coming back."""
    ends = {end for draft in revived.values() if draft.form.is_tie for end in draft.last.ends()}
    known = await loader.registry(ends - revived.keys(), "present")
    there = {each for each, found in known.items() if found.living}
    while loose := [
        draft.id
        for draft in revived.values()
        if draft.form.is_tie and not _stands(draft.last, there | revived.keys())
    ]:
        for each in loose:
            del revived[each]


def _stands(state: State, there: set[UUID]) -> bool:
    return all(end in there for end in state.ends())
