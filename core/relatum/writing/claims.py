"""Which rights a run of commands claims: on the records it names before, on what comes of it after."""

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
from relatum.writing.drafts import Draft
from relatum.writing.forms import Form
from relatum.writing.rights import Claim
from relatum_schemas.policy import CREATE, DELETE, RELATE, UPDATE, Right


def claims_before(
    drafts: Mapping[UUID, Draft], numbered: Sequence[tuple[int, Command]]
) -> Iterator[Claim]:
    """What has to be allowed on the records as they are."""
    for at, command in numbered:
        for record, right in _named(command):
            draft = drafts.get(record)
            if draft is not None and draft.stored is not None:
                yield Claim(at, record, draft.form.name, right, _fields(draft.form, command))


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


def claims_after(
    forms: Mapping[str, Form], numbered: Sequence[tuple[int, Command]], outcomes: Sequence[Outcome]
) -> Iterator[Claim]:
    """What has to be allowed on the records as the commands leave them."""
    for (at, command), outcome in zip(numbered, outcomes, strict=True):
        right = _RIGHTS_AFTER.get(type(command))
        if right is not None:
            fields = _fields(forms[outcome.type], command)
            yield Claim(at, outcome.id, outcome.type, right, fields)


_RIGHTS_AFTER: Mapping[type[Command], Right] = {
    Create: CREATE,
    Update: UPDATE,
    Relate: RELATE,
    Change: RELATE,
    Correct: RELATE,
    Restore: DELETE,
}


def _fields(form: Form, command: Command) -> frozenset[str]:
    """The fields of the type that a command gives values of."""
    match command:
        case Create() | Update() | Relate() | Change() | Correct():
            return frozenset(command.values) & form.positions.keys()
    return frozenset()
