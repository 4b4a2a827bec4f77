"""How many ties a record has: at most so many at every instant, at least so many from now on.

The maximum is judged on what a batch leaves behind, against the ties that are already there; the records at the ends
have been locked before. The minimum is judged when the unit of work ends, since several batches may be needed to reach it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from relatum.catalogue.model import Side
from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.forms import Form
from relatum.writing.loading import Loader
from relatum.writing.periods import Period, busiest, present, sparsest
from relatum_schemas.errors import LimitBroken, Path, Problems
from relatum_schemas.phrase import Phrase

SideName = Literal["source", "target", "either"]


class Owed(NamedTuple):
    """A record that must have ties of a type on a side."""

    type_name: str
    side: SideName
    record: UUID


class Missing(NamedTuple):
    """A record that has fewer ties at an end than its type demands."""

    record: UUID
    type: str
    end: str
    minimum: int
    found: int
    place: Path
    """Where the record was named, if that is known."""


def sides(form: Form) -> Iterator[tuple[SideName, Side]]:
    """The sides of a relationship type; of a symmetric one, both as one."""
    relationship = form.relationship
    if relationship.symmetric:
        yield "either", relationship.source
    else:
        yield "source", relationship.source
        yield "target", relationship.target


def standing(state: State, side: SideName) -> tuple[UUID, ...]:
    """The records that stand on a side of a tie."""
    source, target = state.ends()
    return {"source": (source,), "target": (target,), "either": (source, target)}[side]


async def check_maxima(loader: Loader, batch: Batch) -> None:
    """Note every end that would have more ties at some instant than its limit admits."""
    for form, drafts in batch.ties().items():
        for side_name, side in sides(form):
            if side.maximum is not None:
                await _check_maximum(loader, batch, form, drafts, side_name, side)


async def _check_maximum(
    loader: Loader, batch: Batch, form: Form, drafts: list[Draft], side_name: SideName, side: Side
) -> None:
    assert side.maximum is not None
    living = [draft for draft in drafts if draft.state is not None]
    ends = {end for draft in living if draft.state for end in standing(draft.state, side_name)}
    ties = await loader.ties_at(form, side_name, (end for end in ends if not is_new(batch, end)))
    for draft in drafts:
        ties.pop(draft.id, None)
    groups: defaultdict[tuple[UUID, object], list[Period]] = defaultdict(list)
    there: defaultdict[tuple[UUID, object], list[UUID]] = defaultdict(list)
    for tie, state in ties.items():
        for key in _counted_by(form, side, side_name, state):
            groups[key].append(state.period)
            there[key].append(tie)
    latest: dict[tuple[UUID, object], Draft] = {}
    for draft in living:
        assert draft.state is not None
        for key in _counted_by(form, side, side_name, draft.state):
            groups[key].append(draft.state.period)
            latest[key] = draft
    for key, draft in latest.items():
        periods = groups[key]
        if len(periods) > side.maximum and (most := busiest(periods)).holding > side.maximum:
            error = _too_many(side, side_name, most.holding, most.start)
            batch.problem_resting_on(there[key], error, draft)


def is_new(batch: Batch, record_id: UUID) -> bool:
    """Whether a record was made in this batch, so that no tie but the batch's own can name it."""
    draft = batch.drafts.get(record_id)
    return draft is not None and draft.is_new


def _counted_by(
    form: Form, side: Side, side_name: SideName, state: State
) -> Iterator[tuple[UUID, object]]:
    """The end, or both ends, for which a tie counts, with the value that it counts per."""
    per = None if side.per is None else state.content[form.positions[side.per]]
    for end in standing(state, side_name):
        yield end, per


def _too_many(side: Side, side_name: SideName, count: int, since: object) -> LimitBroken:
    per = Phrase(" for each {per}", per=side.per) if side.per else ""
    when = Phrase(" from {day} on", day=since) if since is not None else ""
    return LimitBroken(
        Phrase(
            "'{end}' admits at most {most} at a time{per}; there would be {count}{when}.",
            end=side.end,
            most=side.maximum,
            per=per,
            count=count,
            when=when,
        ),
        path="target" if side_name == "source" else "source",
        hint=Phrase("End or correct one of the others first."),
        details={"end": side.end, "maximum": side.maximum, "count": count},
    )


def owed_by(batch: Batch) -> Iterator[tuple[Owed, int]]:
    """The records whose minimum has to be looked at once the unit ends: new ones, and those that lost a tie.

    Each with the index of the command because of which.
    """
    plan = batch.plan
    for draft in batch.touched():
        if draft.state is not None and draft.stored is None:
            for form in plan.owing(draft.form.name):
                for side_name, side in sides(form):
                    if side.minimum and draft.form.name in side.types:
                        yield Owed(form.name, side_name, draft.id), draft.command
        if draft.form.is_tie and draft.stored is not None:
            for side_name, side in sides(draft.form):
                if side.minimum:
                    for end in standing(draft.stored, side_name):
                        yield Owed(draft.form.name, side_name, end), draft.command


def settle(batch: Batch, owed: dict[Owed, int]) -> None:
    """Cross off what the batch itself fulfils, so that a long import does not carry it to its end."""
    plan = batch.plan
    periods: defaultdict[Owed, list[Period]] = defaultdict(list)
    for form, drafts in batch.ties().items():
        for side_name, side in sides(form):
            if side.minimum:
                for draft in drafts:
                    if draft.state is not None:
                        for end in standing(draft.state, side_name):
                            periods[Owed(form.name, side_name, end)].append(draft.state.period)
    for each, held in periods.items():
        form = plan.forms[each.type_name]
        since = present(form.relationship.validity, batch.now, plan.catalogue.zone)
        if (
            is_new(batch, each.record)
            and sparsest(held, since).holding >= _side(form, each).minimum
        ):
            owed.pop(each, None)


def _side(form: Form, owed: Owed) -> Side:
    return dict(sides(form))[owed.side]


async def missing_ties(loader: Loader, owed: Mapping[Owed, Path], now: datetime) -> list[Missing]:
    """Which of these records are there and have fewer ties than they must, from now on.

    The records are given with where they were named.
    """
    by_side: defaultdict[tuple[str, SideName], dict[UUID, Path]] = defaultdict(dict)
    for (type_name, side_name, record), place in owed.items():
        by_side[type_name, side_name][record] = place
    missing: list[Missing] = []
    for (type_name, side_name), records in by_side.items():
        form = loader.plan.forms[type_name]
        missing += await _missing_at(loader, form, side_name, records, now)
    return missing


async def _missing_at(
    loader: Loader, form: Form, side_name: SideName, records: Mapping[UUID, Path], now: datetime
) -> list[Missing]:
    side = dict(sides(form))[side_name]
    since = present(form.relationship.validity, now, loader.plan.catalogue.zone)
    periods: dict[UUID, list[Period]] = {record: [] for record in records}
    for state in (await loader.ties_at(form, side_name, records)).values():
        for end in standing(state, side_name):
            if end in periods:
                periods[end].append(state.period)
    lacking = {
        record: count
        for record, held in periods.items()
        if (count := sparsest(held, since).holding) < side.minimum
    }
    known = await loader.registry(lacking, "none")
    return [
        Missing(record, known[record].type, side.end, side.minimum, count, records[record])
        for record, count in lacking.items()
        if record in known and known[record].living
    ]


def raise_too_few(missing: Sequence[Missing]) -> None:
    """Raise for records that have fewer ties than they must, if there are any.

    Raises:
        LimitBroken: one has (`Problems` for several).
    """
    if len(missing) == 1:
        raise _too_few(missing[0])
    if missing:
        raise Problems("Ties are missing.", [_too_few(each) for each in missing])


def _too_few(missing: Missing) -> LimitBroken:
    return LimitBroken(
        Phrase(
            "A {type} needs at least {least} at '{end}'; it has {count}.",
            type=missing.type,
            least=missing.minimum,
            end=missing.end,
            count=missing.found,
        ),
        path=(*missing.place, missing.end),
        hint=Phrase("Relate what is missing in the same unit of work."),
        details={"id": str(missing.record), "end": missing.end, "minimum": missing.minimum},
    )
