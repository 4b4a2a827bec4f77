"""Checks that a hierarchy does not come to contain itself, at any instant.

One lock per type lets only one unit at a time write ties of a hierarchy: a ring may close through records that no
single unit touches. All ties that can be met from the batch's are read at once; rings are then looked for in memory,
first regardless of time, and only where there is one, at each instant at which a tie begins.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from uuid import UUID

from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.forms import Form
from relatum.writing.loading import Loader
from relatum.writing.periods import holds
from relatum_schemas.errors import Cycle
from relatum_schemas.phrase import Phrase


async def check_hierarchies(loader: Loader, batch: Batch) -> None:
    """Note the ties with which a hierarchy would contain itself."""
    for form, drafts in batch.ties().items():
        if form.relationship.acyclic:
            await _check(loader, batch, form, drafts)


async def _check(loader: Loader, batch: Batch, form: Form, drafts: list[Draft]) -> None:
    living = {draft.id: draft for draft in drafts if draft.state is not None}
    if not living:
        return
    upwards = form.relationship.source.maximum == 1 or form.relationship.target.maximum != 1
    near, far = ("source_id", "target_id") if upwards else ("target_id", "source_id")
    starts = {draft.state.ends()[1 if upwards else 0] for draft in living.values() if draft.state}
    ties = await loader.ties_reached(form, near, far, starts)
    for draft in drafts:
        ties.pop(draft.id, None)
    ties |= {each: draft.state for each, draft in living.items() if draft.state is not None}
    ring = _ring(ties)
    if ring:
        guilty = [living[each] for each in ring if each in living]
        last = max(guilty or living.values(), key=lambda draft: draft.command)
        batch.problem_resting_on(ring - living.keys(), _cycle(form, len(ring)), last)


def _ring(ties: Mapping[UUID, State]) -> set[UUID]:
    """The ties of a ring that holds at some instant; empty when there is none."""
    if not _ring_of(ties):
        return set()
    beginnings: set[date | None] = {state.period.start for state in ties.values()}
    for moment in beginnings | {None}:
        holding = {
            each: state
            for each, state in ties.items()
            if (state.period.start is None if moment is None else holds(state.period, moment))
        }
        ring = _ring_of(holding)
        if ring:
            return ring
    return set()


def _ring_of(ties: Mapping[UUID, State]) -> set[UUID]:
    """The ties of one ring, regardless of time."""
    above: defaultdict[UUID, list[UUID]] = defaultdict(list)
    by_pair: dict[tuple[UUID, UUID], UUID] = {}
    for each, state in ties.items():
        source, target = state.ends()
        above[source].append(target)
        by_pair[source, target] = each
    try:
        TopologicalSorter(above).prepare()
    except CycleError as error:
        return set(_ties_along(error.args[1], by_pair))
    return set()


def _ties_along(nodes: list[UUID], by_pair: Mapping[tuple[UUID, UUID], UUID]) -> Iterable[UUID]:
    """The ties between neighbours of a ring, whichever way it is told."""
    for one, other in pairwise(nodes):
        for pair in ((one, other), (other, one)):
            if pair in by_pair:
                yield by_pair[pair]


def _cycle(form: Form, length: int) -> Cycle:
    if length == 1:
        message = Phrase("A record cannot stand above itself in {type}.", type=form.name)
    else:
        message = Phrase(
            "{type} would go round in a circle of {count} records.", type=form.name, count=length
        )
    hint = Phrase("Choose a record that is not below this one.")
    return Cycle(message, path="target", hint=hint)
