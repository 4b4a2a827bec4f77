"""Deletes entities and removes ties, with all that goes along: the rules of relationship types, walked set by set.

What dies is locked before the ties that stand on it are read, so that no tie can come to it meanwhile; found ties are
locked and read again, since another unit may have moved them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from relatum.writing.acts import take_in
from relatum.writing.claims import claims_before
from relatum.writing.commands import Command, Delete, Outcome, Remove
from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.loading import Loader
from relatum.writing.periods import present
from relatum.writing.rights import Rights
from relatum_schemas.errors import BadReference, Restricted
from relatum_schemas.phrase import Phrase


async def delete(
    loader: Loader, batch: Batch, rights: Rights, commands: Sequence[tuple[int, Command]]
) -> list[Outcome]:
    """Do a run of deletions and removals, all as one.

    Raises:
        RelatumError: a record is not there, or the rule of one of its ties refuses.
    """
    named = [(at, each) for at, each in commands if isinstance(each, Delete | Remove)]
    await take_in(loader, batch, await loader.registry((each.id for _, each in named), "ended"))
    await rights.judge_named(batch, lambda: claims_before(batch, commands))
    roots = [draft for at, each in named if (draft := _begun(batch, at, each)) is not None]
    batch.raise_problems()
    followers = await spread(loader, batch, roots)
    await rights.cover(batch)
    batch.raise_problems()
    return [root.outcome(root.steps[-1].operation, followers[root.command]) for root in roots]


def _begun(batch: Batch, at: int, command: Delete | Remove) -> Draft | None:
    draft = batch.living(at, command.id, command.type, if_version=command.if_version)
    if draft is None:
        return None
    if draft.form.is_tie != isinstance(command, Remove):
        hint = "Remove a tie." if draft.form.is_tie else "Delete an entity."
        what = "a tie" if draft.form.is_tie else "no tie"
        batch.problem(BadReference(f"The record is {what}.", path="id", hint=hint), at)
        return None
    draft.command = at
    draft.leave("removed" if draft.form.is_tie else "deleted")
    return draft


async def spread(loader: Loader, batch: Batch, dying: Iterable[Draft]) -> dict[int, list[Draft]]:
    """Let the ties of dying records follow, and what follows from that; by the command that began it.

    A tie that keeps its record from being deleted is noted as a problem of the batch.
    """
    followers: defaultdict[int, list[Draft]] = defaultdict(list)
    holding: list[tuple[Draft, UUID, UUID]] = []
    frontier = list(dying)
    while frontier:
        ties = await _ties_on(loader, batch, frontier)
        cascaded: dict[UUID, int] = {}
        for tie in ties:
            assert tie.stored is not None
            _follow(batch, tie, holding, cascaded)
            followers[tie.command].append(tie)
        others = await _take_cascaded(loader, batch, cascaded)
        for draft in others:
            followers[draft.command].append(draft)
        frontier = [*ties, *others]
    for tie, dead, other in holding:
        if _is_living(batch, other):
            batch.problem_resting_on([tie.id], _restricted(tie, dead), tie)
    return followers


async def _ties_on(loader: Loader, batch: Batch, frontier: Sequence[Draft]) -> list[Draft]:
    """The ties that stand on dying records and are not dying yet, taken into the batch."""
    ids = {draft.id: draft.command for draft in frontier}
    forms: dict[str, Form] = {
        form.name: form
        for type_name in {draft.form.name for draft in frontier}
        for form in loader.plan.touching(type_name)
    }
    found: set[UUID] = set()
    for form in forms.values():
        found.update(await loader.ties_at(form, "either", ids))
    fresh = [each for each in found if each not in batch.drafts or _is_living(batch, each)]
    await take_in(loader, batch, await loader.registry(fresh, "ended"))
    ties = [draft for each in fresh if (draft := batch.drafts[each]).state is not None]
    standing = []
    for tie in ties:
        assert tie.state is not None
        dead = next((end for end in tie.state.ends() if end in ids), None)
        if dead is not None:
            tie.command = ids[dead]
            standing.append(tie)
    return standing


def _follow(
    batch: Batch,
    tie: Draft,
    holding: list[tuple[Draft, UUID, UUID]],
    cascaded: dict[UUID, int],
) -> None:
    """Let a tie die with its end, and note whom its rule takes along or protects."""
    assert tie.state is not None
    source, target = tie.state.ends()
    relationship = tie.form.relationship
    for end, other, side in (
        (source, target, relationship.source),
        (target, source, relationship.target),
    ):
        if _is_living(batch, end) or end not in batch.drafts:
            continue
        if side.on_delete == "restrict" and _holds_on(batch, tie):
            holding.append((tie, end, other))
        elif side.on_delete == "cascade":
            cascaded[other] = tie.command
    tie.leave("deleted")


def _holds_on(batch: Batch, tie: Draft) -> bool:
    """Whether a tie holds now or will hold."""
    form = tie.form
    moment = present(form.relationship.validity, batch.now, batch.plan.catalogue.zone)
    until = tie.last.period.end
    return until is None or until > moment


async def _take_cascaded(loader: Loader, batch: Batch, cascaded: dict[UUID, int]) -> list[Draft]:
    fresh = [each for each in cascaded if each not in batch.drafts]
    await take_in(loader, batch, await loader.registry(fresh, "ended"))
    taken = [
        draft
        for each in cascaded
        if (draft := batch.drafts.get(each)) is not None and draft.state is not None
    ]
    for draft in taken:
        draft.command = cascaded[draft.id]
        draft.leave("deleted")
    return taken


def _is_living(batch: Batch, record_id: UUID) -> bool:
    draft = batch.drafts.get(record_id)
    return draft is None or draft.state is not None


def _restricted(tie: Draft, dead: UUID) -> Restricted:
    relationship = tie.form.relationship
    source, _ = tie.last.ends()
    end = relationship.source.end if dead == source else relationship.target.end
    return Restricted(
        Phrase("The record cannot be deleted while it has '{end}'.", end=end),
        path="id",
        hint=Phrase(
            "End or remove these ties first, or delete the records at their other end as well."
        ),
        details={"end": end, "relationship": tie.form.name},
    )
