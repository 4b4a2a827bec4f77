"""Checks that the records at the ends of ties are there, and holds them until the unit ends.

An end whose ties are counted, or whose pair of records may be tied but once at a time, is held so that no other unit
ties it meanwhile; any other end is held only so that nobody deletes it.
"""

from collections.abc import Iterator
from uuid import UUID

from relatum.catalogue.model import Side
from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.loading import Loader, Registered
from relatum.writing.rights import Rights
from relatum_schemas.errors import BadReference
from relatum_schemas.phrase import Phrase, title


async def check_ends(loader: Loader, batch: Batch, rights: Rights) -> None:
    """Lock the ends of all ties that the batch touches, and note those at which no tie may stand."""
    ties = [(draft, form) for form, drafts in batch.ties().items() for draft in drafts]
    counted: set[UUID] = set()
    pointed: set[UUID] = set()
    for draft, form in ties:
        for end, is_counted in _ends_to_hold(draft, form):
            if not _is_ours(batch, end):
                (counted if is_counted else pointed).add(end)
    known = await loader.registry(counted, "altered")
    known |= await loader.registry(pointed - counted, "present")
    readable = await rights.only_readable(known)
    for draft, form in ties:
        if draft.state is not None:
            # What the deletion of a record took along comes back with it, as it went: seen or not.
            _judge_ends(batch, draft, form, known if draft.revived else readable)


def _ends_to_hold(draft: Draft, form: Form) -> Iterator[tuple[UUID, bool]]:
    """The ends of a tie before and after, each with whether its ties are counted."""
    relationship = form.relationship
    pair_counts = relationship.overlap == "refuse" and form.has_period
    counted = (relationship.source.limited or pair_counts, relationship.target.limited)
    for state in (draft.stored, draft.state):
        if state is None:
            continue
        for end, is_counted in zip(state.ends(), counted, strict=True):
            if is_counted or state is draft.state:
                yield end, is_counted


def _is_ours(batch: Batch, record_id: UUID) -> bool:
    draft = batch.drafts.get(record_id)
    return draft is not None and draft.state is not None


def _judge_ends(batch: Batch, draft: Draft, form: Form, known: dict[UUID, Registered]) -> None:
    assert draft.state is not None
    relationship = form.relationship
    source, target = draft.state.ends()
    if relationship.symmetric and source == target:
        hint = Phrase("Name two different records.")
        message = Phrase("{type} cannot tie a record to itself.", type=form.name)
        error = BadReference(message, path="target", hint=hint)
        batch.problem(error, draft.command)
        return
    before = (None, None) if draft.stored is None else draft.stored.ends()
    for name, end, former, side in (
        ("source", source, before[0], relationship.source),
        ("target", target, before[1], relationship.target),
    ):
        problem = None if end == former else _reference_problem(batch, known, end, side, form)
        if problem is not None:
            batch.problem(problem, draft.command, name)


def _reference_problem(
    batch: Batch, known: dict[UUID, Registered], end: UUID, side: Side, form: Form
) -> BadReference | None:
    draft = batch.drafts.get(end)
    if draft is not None and draft.state is not None:
        return None if draft.form.name in side.types else _wrong_type(draft.form.name, side, form)
    found = known.get(end)
    if found is None or found.deleted:
        return BadReference(Phrase("There is no such record."), details={"id": str(end)})
    if found.merged_into is not None:
        return BadReference(
            Phrase("The record was merged into another."),
            hint=f"Name {found.merged_into} instead.",
            details={"merged_into": str(found.merged_into)},
        )
    return None if found.type in side.types else _wrong_type(found.type, side, form)


def _wrong_type(type_name: str, side: Side, form: Form) -> BadReference:
    allowed = side.declared or " or ".join(side.types)
    return BadReference(
        Phrase(
            "A {type} cannot stand here: {tie} asks for {allowed}.",
            type=type_name,
            tie=title(form.name),
            allowed=allowed,
        )
    )
