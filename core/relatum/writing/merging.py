"""Makes two records one: the survivor wins, takes over ties and external keys, and gets the values it lacks.

Ties of the record that goes move to the one that stays. Where two ties would then say the same at the same time, and
their type refuses that, they become one over both periods; ties that stand on a tie that goes move along in turn.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from relatum.writing.acts import take_in
from relatum.writing.claims import claims_before, claims_on_moved
from relatum.writing.commands import Command, Merge, Outcome
from relatum.writing.deletion import spread
from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.forms import Content, Form
from relatum.writing.loading import Loader
from relatum.writing.periods import ALWAYS, join, meet
from relatum.writing.rights import Rights
from relatum.writing.ties import differing_ends, ordered_ends
from relatum_schemas.errors import BadReference

Moves = dict[UUID, UUID]
"""Which record becomes which."""


async def merge(
    loader: Loader, batch: Batch, rights: Rights, commands: Sequence[tuple[int, Command]]
) -> list[Outcome]:
    """Do a run of merges; no record may be named twice.

    Raises:
        NotFound: one of the records is not there.
        BadReference: they are one record, ties, or of different types.
    """
    asked = [(at, each) for at, each in commands if isinstance(each, Merge)]
    ids = {each for _, merge in asked for each in (merge.id, merge.into)}
    types = {each.type for each in (await loader.registry(ids, "none")).values()}
    await loader.lock_types({form for name in types for form in loader.plan.touching(name)})
    await take_in(loader, batch, await loader.registry(ids, "ended"))
    await rights.judge_named(batch, lambda: claims_before(batch, commands))
    moves = _moves(batch, asked)
    batch.raise_problems()
    pairs = [(batch.drafts[goes], batch.drafts[stays]) for goes, stays in moves.items()]
    await rights.judge_filling(batch, pairs)
    await _unite(loader, batch, moves)
    await rights.judge_moved(batch, claims_on_moved(batch))
    return [_outcome(batch, at, merge) for at, merge in asked]


def _moves(batch: Batch, asked: Iterable[tuple[int, Merge]]) -> Moves:
    moves: Moves = {}
    for at, merge in asked:
        goes = batch.living(at, merge.id, merge.type)
        stays = batch.living(at, merge.into, merge.type)
        if goes is None or stays is None:
            continue
        if goes is stays or goes.form.is_tie or goes.form is not stays.form:
            hint = "Name two different entities of one type."
            error = BadReference("These two cannot become one.", path="into", hint=hint)
            batch.problem(error, at)
            continue
        goes.command = stays.command = at
        moves[goes.id] = stays.id
    return moves


def _outcome(batch: Batch, at: int, merge: Merge) -> Outcome:
    followers = [
        draft for draft in batch.touched() if draft.command == at and draft.id != merge.into
    ]
    return batch.drafts[merge.into].outcome("merged", followers)


async def _unite(loader: Loader, batch: Batch, moves: Moves) -> None:
    """Let records become others, and their ties follow, until no tie stands on what is gone."""
    loose: list[Draft] = []
    while moves:
        ties = await _ties_on(loader, batch, moves)
        for goes, stays in moves.items():
            _fill(batch.drafts[goes], batch.drafts[stays])
        by_form: defaultdict[Form, list[Draft]] = defaultdict(list)
        for tie in ties:
            by_form[tie.form].append(tie)
        following: Moves = {}
        for form, moving in by_form.items():
            following |= await _move(loader, batch, form, moving, moves, loose)
        moves = following
    await spread(loader, batch, loose)


def _fill(goes: Draft, stays: Draft) -> None:
    """Give the survivor of two entities the values it lacks, and let the other go."""
    if goes.state is not None:
        content, filled = _filled(stays.last.content, goes.last.content, goes.form)
        if filled:
            stays.step("updated", filled, stays.last.after(content=content))
        _become(goes, stays)


def _become(goes: Draft, stays: Draft) -> None:
    goes.merged_into = stays.id
    goes.leave("merged")


def _filled(content: Content, other: Content, form: Form) -> tuple[Content, tuple[str, ...]]:
    """Content with missing values taken from another, and the names of those."""
    united = [
        mine if mine is not None else theirs for mine, theirs in zip(content, other, strict=True)
    ]
    names = tuple(
        field.name
        for field, before, after in zip(form.fields, content, united, strict=True)
        if before is None and after is not None
    )
    return united, names


async def _ties_on(loader: Loader, batch: Batch, moves: Moves) -> list[Draft]:
    """The living ties that stand on records that go."""
    types = {batch.drafts[each].form.name for each in moves}
    found: set[UUID] = set()
    for form in {form for name in types for form in loader.plan.touching(name)}:
        found.update(await loader.ties_at(form, "either", moves))
    return [
        draft
        for draft in await _take(loader, batch, found)
        if any(end in moves for end in draft.last.ends())
    ]


async def _take(loader: Loader, batch: Batch, ids: Iterable[UUID]) -> list[Draft]:
    """Lock ties, take them into the batch, and return those that are there."""
    listed = sorted(ids)
    fresh = [each for each in listed if each not in batch.drafts]
    await take_in(loader, batch, await loader.registry(fresh, "ended"))
    return [
        draft
        for each in listed
        if (draft := batch.drafts.get(each)) is not None and draft.state is not None
    ]


async def _move(
    loader: Loader,
    batch: Batch,
    form: Form,
    moving: Sequence[Draft],
    moves: Mapping[UUID, UUID],
    loose: list[Draft],
) -> Moves:
    """Move ties of one type to survivors; return which ties become which because they would say the same."""
    moved: dict[UUID, State] = {}
    for tie in moving:
        state = tie.last
        tie.command = next(batch.drafts[end].command for end in state.ends() if end in moves)
        source, target = (moves.get(end, end) for end in state.ends())
        if source == target:
            tie.leave("removed")
            loose.append(tie)
        else:
            source, target = ordered_ends(form, source, target)
            moved[tie.id] = replace(state, source=source, target=target)
    if form.relationship.overlap == "allow":
        for each, state in moved.items():
            _correct(batch.drafts[each], state)
        return {}
    pairs = {state.ends() for state in moved.values()}
    there = await _take(loader, batch, await loader.ties_between(form, pairs))
    together = {tie.id: tie.last for tie in there if tie.last.ends() in pairs} | moved
    following: Moves = {}
    for cluster in _clusters(together):
        keeper = min(cluster, key=lambda each: (each in moved, each))
        _correct(batch.drafts[keeper], _united(form, keeper, cluster))
        for each in cluster.keys() - {keeper}:
            batch.drafts[each].command = max(
                batch.drafts[each].command, batch.drafts[keeper].command
            )
            _become(batch.drafts[each], batch.drafts[keeper])
            following[each] = keeper
    return following


def _clusters(states: Mapping[UUID, State]) -> Iterator[dict[UUID, State]]:
    """Ties between the same records whose periods overlap, directly or over others."""
    by_pair: defaultdict[tuple[UUID, UUID], list[tuple[UUID, State]]] = defaultdict(list)
    for each, state in states.items():
        by_pair[state.ends()].append((each, state))
    for held in by_pair.values():
        held.sort(
            key=lambda each: (each[1].period.start is not None, each[1].period.start or 0, each[0])
        )
        cluster: dict[UUID, State] = {}
        period = ALWAYS
        for each, state in held:
            if cluster and meet(period, state.period) is None:
                yield cluster
                cluster = {}
            period = join(period, state.period) if cluster else state.period
            cluster[each] = state
        yield cluster


def _united(form: Form, keeper: UUID, cluster: Mapping[UUID, State]) -> State:
    united = cluster[keeper]
    for each, state in cluster.items():
        if each != keeper:
            content, _ = _filled(united.content, state.content, form)
            united = replace(united, content=content, period=join(united.period, state.period))
    return united


def _correct(tie: Draft, state: State) -> None:
    before = tie.last
    values = tuple(
        field.name
        for field, old, new in zip(tie.form.fields, before.content, state.content, strict=True)
        if old != new
    )
    touched = (*values, *differing_ends(before, state))
    if touched:
        tie.step(
            "corrected", touched, replace(state, version=before.version + 1, recorded_from=None)
        )
