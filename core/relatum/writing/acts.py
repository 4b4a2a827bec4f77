"""A run of commands that need no walk through the graph: create, update, relate, end, change, correct.

Load what the commands name, apply them in order in memory, check what comes of them as a whole.
"""

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

from relatum.writing import entities, ties
from relatum.writing.choices import check_choices
from relatum.writing.commands import (
    Change,
    Correct,
    Create,
    End,
    Operation,
    Outcome,
    Relate,
    Update,
)
from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.hierarchy import check_hierarchies
from relatum.writing.limits import check_maxima
from relatum.writing.loading import Loader, Registered
from relatum.writing.overlaps import check_overlaps
from relatum.writing.references import check_ends
from relatum.writing.rights import Rights
from relatum.writing.uniqueness import check_external_keys, check_unique

Act = Create | Update | Relate | End | Change | Correct


async def load(loader: Loader, batch: Batch, acts: Sequence[Act]) -> None:
    """Lock and read the records that the commands name."""
    named = [act.id for act in acts if not isinstance(act, Create | Relate)]
    await loader.lock_types(await _types_tied(loader, acts))
    await take_in(loader, batch, await loader.registry(named, "altered"))


async def _types_tied(loader: Loader, acts: Sequence[Act]) -> set[Form]:
    """The forms of the ties that the commands make or move."""
    forms = loader.plan.forms
    tied = {act.type for act in acts if isinstance(act, Relate) and act.type in forms}
    moved = [act.id for act in acts if isinstance(act, Change | Correct)]
    if moved and any(form.is_tie and form.relationship.acyclic for form in forms.values()):
        tied |= {each.type for each in (await loader.registry(moved, "none")).values()}
    return {forms[name] for name in tied}


async def take_in(loader: Loader, batch: Batch, known: dict[UUID, Registered]) -> None:
    """Take records, locked before, into the batch."""
    states = await loader.states({each.id: each.type for each in known.values() if each.living})
    for each in known.values():
        form = loader.plan.forms[each.type]
        state = states.get(each.id)
        draft = Draft(each.id, form, 0, stored=state, state=state, merged_into=each.merged_into)
        batch.add(draft)


def perform(batch: Batch, acts: Sequence[Act], first: int) -> list[Outcome]:
    """Apply commands in order, in memory.

    Args:
        batch: with the records that they name.
        acts: the commands.
        first: index of the first of them among all that were given.

    Raises:
        RelatumError: something is wrong with at least one of them.
    """
    outcomes = [_perform_one(batch, at, act) for at, act in enumerate(acts, start=first)]
    batch.raise_problems()
    return [outcome for outcome in outcomes if outcome is not None]


def _perform_one(batch: Batch, at: int, act: Act) -> Outcome | None:
    match act:
        case Create():
            return _told(entities.create(batch, at, act), "created")
        case Update():
            return _told(entities.update(batch, at, act), "updated")
        case Relate():
            return _told(ties.relate(batch, at, act), "related")
        case End():
            return _told(ties.end(batch, at, act), "ended")
        case Correct():
            return _told(ties.correct(batch, at, act), "corrected")
        case Change():
            changed = ties.change(batch, at, act)
            return None if changed is None else changed[0].outcome("changed", changed[1:])
        case _:
            assert_never(act)


def _told(draft: Draft | None, operation: Operation) -> Outcome | None:
    return None if draft is None else draft.outcome(operation)


async def check(loader: Loader, batch: Batch, rights: Rights) -> None:
    """Judge what a batch leaves behind.

    Raises:
        RelatumError: a rule is broken at least once.
    """
    await check_ends(loader, batch, rights)
    batch.raise_problems()
    await check_choices(loader, batch)
    await check_unique(loader, batch)
    await check_external_keys(loader, batch)
    await check_overlaps(loader, batch)
    await check_maxima(loader, batch)
    await check_hierarchies(loader, batch)
    await rights.cover(batch)
    batch.raise_problems()
