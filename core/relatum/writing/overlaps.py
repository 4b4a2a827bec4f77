"""Checks that the same two records are not tied twice by one type at the same time, where the type refuses that."""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.limits import is_new
from relatum.writing.loading import Loader
from relatum.writing.periods import Period, meet
from relatum_schemas.errors import Overlap
from relatum_schemas.phrase import Phrase

Pair = tuple[UUID, UUID]


class _Held(NamedTuple):
    """When a tie holds; the draft of one that the batch touches."""

    tie: UUID
    period: Period
    draft: Draft | None


async def check_overlaps(loader: Loader, batch: Batch) -> None:
    """Note every tie that would hold while another of its type holds between the same records."""
    for form, drafts in batch.ties().items():
        if form.relationship.overlap == "refuse":
            await _check(loader, batch, form, drafts)


async def _check(loader: Loader, batch: Batch, form: Form, drafts: list[Draft]) -> None:
    living = {draft.id: draft for draft in drafts if draft.state is not None}
    pairs = {draft.state.ends() for draft in living.values() if draft.state is not None}
    known = await loader.ties_between(
        form, (pair for pair in pairs if not any(is_new(batch, end) for end in pair))
    )
    periods: defaultdict[Pair, list[_Held]] = defaultdict(list)
    gone = {draft.id for draft in drafts}
    for tie_id, state in known.items():
        if tie_id not in gone and state.ends() in pairs:
            periods[state.ends()].append(_Held(tie_id, state.period, None))
    for draft in living.values():
        assert draft.state is not None
        periods[draft.state.ends()].append(_Held(draft.id, draft.state.period, draft))
    for held in periods.values():
        if len(held) > 1:
            _note_overlaps(batch, held)


def _note_overlaps(batch: Batch, held: list[_Held]) -> None:
    """Compare neighbours in the order of their beginning: if any two overlap, two neighbours do."""
    ordered = sorted(held, key=lambda each: _beginning(each.period))
    for earlier, later in pairwise(ordered):
        draft = _latest(earlier.draft, later.draft)
        if draft is not None and (common := meet(earlier.period, later.period)) is not None:
            there = [each.tie for each in (earlier, later) if each.draft is None]
            batch.problem_resting_on(there, _overlap(draft.form, common), draft)


def _beginning(period: Period) -> tuple[bool, date]:
    return (period.start is not None, period.start or date.min)


def _latest(one: Draft | None, other: Draft | None) -> Draft | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda draft: draft.command)


def _overlap(form: Form, common: Period) -> Overlap:
    since = Phrase(" from {day}", day=common.start) if common.start is not None else ""
    until = Phrase(" until {day}", day=common.end) if common.end is not None else ""
    return Overlap(
        Phrase(
            "The same two records are tied by {type} already{since}{until}.",
            type=form.name,
            since=since,
            until=until,
        ),
        path="target",
        hint=Phrase("Change or correct the tie that is there."),
    )
