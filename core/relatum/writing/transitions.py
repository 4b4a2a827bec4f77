"""States: which may follow which, for whom, what has to be there first, and since when a record is in its own.

That a state is entered is noted in the field ``<field>_since`` beside it, whoever enters it and however.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from relatum.catalogue.model import Field
from relatum.writing.expectations import missing_facts
from relatum.writing.forms import Content, Form
from relatum_schemas.errors import BadTransition, Forbidden, RelatumError
from relatum_schemas.phrase import Phrase, code

if TYPE_CHECKING:
    from relatum.writing.drafts import Batch

Roles = frozenset[str] | None
"""The roles of whoever moves records from state to state; None for who may go any way there is."""


def following(field: Field, state: str | None, roles: Roles) -> tuple[str, ...]:
    """The states that may follow one, for somebody of these roles."""
    after = (field.transitions or {}).get(state or "", ())
    if roles is None:
        return after
    return tuple(
        each
        for each in after
        if (admitted := field.admitted.get((state or "", each))) is None
        or not roles.isdisjoint(admitted)
    )


def bad_beginnings(form: Form, content: Content, given: Collection[str]) -> list[RelatumError]:
    """The states in which no record begins; ``given`` are the fields of which values were."""
    problems: list[RelatumError] = []
    for at, _ in form.states:
        field, state = form.fields[at], content[at]
        if state is not None and field.begin and state not in field.begin:
            told = ", ".join(map(repr, field.begin))
            path = (field.name,) if field.name in given else ()
            problems.append(
                BadTransition(
                    Phrase(
                        "'{field}' cannot begin as '{state}'.",
                        type=form.name,
                        field=field.name,
                        state=code(form.name, field.name, str(state)),
                    ),
                    path=path,
                    hint=f"It begins as {told}.",
                )
            )
    return problems


def bad_transitions(
    form: Form, before: Content, after: Content, changed: Collection[str], roles: Roles
) -> list[RelatumError]:
    """States that may not follow, or not for these roles, and facts that are missing for the new state."""
    problems: list[RelatumError] = []
    for at, _ in form.states:
        field, state, new = form.fields[at], cast("str | None", before[at]), after[at]
        if field.name not in changed or state is None:
            continue
        open_ = following(field, state, roles)
        if new in open_:
            problems += missing_facts(form, after, field.name)
            continue
        told = ", ".join(repr(each) for each in open_) or "no other"
        hint = f"After {state!r} may follow {told}."
        names: dict[str, object] = {
            "type": form.name,
            "field": field.name,
            "state": code(form.name, field.name, state),
            "new": code(form.name, field.name, str(new)),
        }
        if new in following(field, state, None):
            message = Phrase("You may not take '{field}' from '{state}' to '{new}'.", **names)
            problems.append(Forbidden(message, path=field.name, hint=hint))
        else:
            message = Phrase("'{field}' cannot go from '{state}' to '{new}'.", **names)
            problems.append(BadTransition(message, path=field.name, hint=hint))
    return problems


def stamp(
    form: Form, before: Content | None, content: Content, given: Collection[str], batch: "Batch"
) -> None:
    """Note since when a record is in its states.

    Args:
        form: of its type.
        before: its content until now; None for a new record.
        content: what it becomes.
        given: the fields of which values were given; a time that is given is kept.
        batch: of the record.
    """
    for at, since in form.states:
        if since is None or form.fields[since].name in given:
            continue
        if content[at] is None:
            content[since] = None
        elif before is None or before[at] != content[at]:
            content[since] = batch.now
        else:
            content[since] = before[since]
