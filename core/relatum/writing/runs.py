"""Divides commands into runs that can be done together, and takes each through what its kind asks for."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from relatum.writing import acts, deletion, merging, restoring
from relatum.writing.claims import claims_before
from relatum.writing.commands import Command, Create, Delete, Merge, Outcome, Remove, Restore
from relatum.writing.drafts import Batch
from relatum.writing.loading import Loader
from relatum.writing.overflows import note_overflows
from relatum.writing.rights import Rights

React = Callable[[Batch], Awaitable[None]]
"""Lets plugins see what is about to be written."""


def divided(commands: Sequence[Command]) -> Iterator[tuple[int, Sequence[Command]]]:
    """Runs of neighbouring commands that can be done together, each with the index of its first."""
    first = 0
    for kind, group in groupby(commands, key=_kind_of_run):
        run = list(group)
        for part in _apart(run) if kind is Merge else (run,):
            yield first, part
            first += len(part)


def _kind_of_run(command: Command) -> type:
    match command:
        case Delete() | Remove():
            return Delete
        case Restore() | Merge():
            return type(command)
    return Create


def _apart(merges: Sequence[Command]) -> Iterator[Sequence[Command]]:
    """Merges divided so that none is about a record that an earlier one of its part is about."""
    part: list[Command] = []
    named: set[UUID] = set()
    for merge in merges:
        assert isinstance(merge, Merge)
        if {merge.id, merge.into} & named:
            yield part
            part, named = [], set()
        part.append(merge)
        named |= {merge.id, merge.into}
    yield part


async def prepare_run(
    loader: Loader,
    batch: Batch,
    rights: Rights,
    first: int,
    run: Sequence[Command],
    react: React | None,
) -> list[Outcome]:
    """Load, do in memory, let plugins react, and check a run of commands of one kind."""
    numbered = list(enumerate(run, start=first))
    match run[0]:
        case Delete() | Remove():
            outcomes = await deletion.delete(loader, batch, rights, numbered)
        case Restore():
            outcomes = await restoring.restore(loader, batch, rights, numbered)
        case Merge():
            outcomes = await merging.merge(loader, batch, rights, numbered)
        case _:
            plain = [each for each in run if isinstance(each, acts.Act)]
            await acts.load(loader, batch, plain)
            await rights.judge_named(batch, lambda: claims_before(batch, numbered))
            outcomes = acts.perform(batch, plain, first)
    if isinstance(run[0], Merge | Restore):
        note_overflows(batch)
    if react is not None:
        await react(batch)
        outcomes = [_as_left(batch, each) for each in outcomes]
    await acts.check(loader, batch, rights)
    return outcomes


def _as_left(batch: Batch, outcome: Outcome) -> Outcome:
    """What is told of a record when plugins have had their say: perhaps they left it as it was."""
    draft = batch.drafts[outcome.id]
    return outcome if draft.steps else replace(outcome, version=draft.last.version)
