"""Which rights a run of commands claims: on the records it names before, on what comes of it after.

Creating is judged on the state after, updating before and after, deleting before, restoring after, when it has to be
readable, too. The right to relate is asked on the tie and on the records at both its ends: after for what is tied,
before for what is ended or removed, and both for what is changed or corrected. What follows by the rules of a
relationship type follows, but for ties that give rights: to move them by merging, or to bring them back, takes the
right to relate them.
"""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from relatum.writing.commands import (
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    Merge,
    Outcome,
    Relate,
    Remove,
    Restore,
    Update,
)
from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.rights import Claim
from relatum_schemas.policy import CREATE, DELETE, READ, RELATE, UPDATE, Right

Numbered = Sequence[tuple[int, Command]]


def claims_at_all(forms: Mapping[str, Form], numbered: Numbered) -> Iterator[Claim]:
    """What has to be allowed on some record of the type at least, whatever the record is."""
    for at, command in numbered:
        if isinstance(command, Create | Relate) and command.type in forms:
            right = CREATE if isinstance(command, Create) else RELATE
            form = forms[command.type]
            yield Claim(at, None, form.name, right, _fields(command))


def claims_before(batch: Batch, numbered: Numbered) -> Iterator[Claim]:
    """What has to be allowed on the records as they are."""
    for at, command in numbered:
        for record, right in _named(command):
            draft = batch.drafts.get(record)
            if draft is not None and draft.stored is not None:
                ends = draft.stored.ends() if draft.form.is_tie else ()
                fields = _fields(command)
                yield Claim(at, record, draft.form.name, right, fields, ends)


def _named(command: Command) -> Iterator[tuple[UUID, Right]]:
    match command:
        case Update():
            yield command.id, UPDATE
        case Delete():
            yield command.id, DELETE
        case End() | Change() | Correct() | Remove():
            yield command.id, RELATE
        case Merge():
            yield command.id, DELETE
            yield command.into, UPDATE


def claims_on_moved(batch: Batch) -> Iterator[Claim]:
    """What has to be allowed on ties that give rights, as they are, so that they may follow a merged record."""
    for draft in _giving_rights(batch):
        if draft.stored is not None:
            yield _on_tie(draft, draft.command, draft.stored.ends())


def claims_after(batch: Batch, numbered: Numbered, outcomes: Sequence[Outcome]) -> Iterator[Claim]:
    """What has to be allowed on the records as the commands leave them."""
    for (at, command), outcome in zip(numbered, outcomes, strict=True):
        draft = batch.drafts[outcome.id]
        if isinstance(command, Restore):  # before, nobody could read it
            yield Claim(at, draft.id, draft.form.name, READ)
        claim = _claim_after(draft, at, command)
        if claim is not None:
            yield claim
    if numbered and isinstance(numbered[0][1], Merge | Restore):
        for draft in _giving_rights(batch):
            if draft.state is not None:
                yield _on_tie(draft, draft.command, draft.state.ends())


def _claim_after(draft: Draft, at: int, command: Command) -> Claim | None:
    name, fields = draft.form.name, _fields(command)
    match command:
        case Create():
            return Claim(at, draft.id, name, CREATE, fields)
        case Update() | Merge():
            return Claim(at, draft.id, name, UPDATE, fields)
        case Relate():
            return _on_tie(draft, at, draft.last.ends(), fields, ("source", "target"))
        case Change() | Correct():
            return _on_tie(draft, at, draft.last.ends(), fields)
        case Restore():
            tie = draft.form.is_tie
            return (
                _on_tie(draft, at, draft.last.ends()) if tie else Claim(at, draft.id, name, DELETE)
            )
    return None


def _giving_rights(batch: Batch) -> Iterator[Draft]:
    """The ties of the batch by which rights are held."""
    for form, drafts in batch.ties().items():
        if form.name in batch.plan.catalogue.authority:
            yield from drafts


def _on_tie(
    draft: Draft,
    at: int,
    ends: tuple[UUID, UUID],
    fields: frozenset[str] = frozenset(),
    paths: tuple[str, str] = ("id", "id"),
) -> Claim:
    return Claim(at, draft.id, draft.form.name, RELATE, fields, ends, paths)


def _fields(command: Command) -> frozenset[str]:
    """What a command gives values of, fields of the type or not."""
    match command:
        case Create() | Update() | Relate() | Change() | Correct():
            return frozenset(command.values)
    return frozenset()
