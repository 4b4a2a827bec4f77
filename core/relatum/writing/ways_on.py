"""To which states records may be taken by who asks: what portals offer as buttons."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from relatum.catalogue.model import Field
from relatum.writing.expectations import missing_facts
from relatum.writing.forms import Content, Form
from relatum.writing.loading import Loader
from relatum.writing.rights import Claim, Rights
from relatum.writing.transitions import Roles, following
from relatum_schemas.policy import RELATE, UPDATE


async def open_transitions(
    loader: Loader, rights: Rights, form: Form, ids: Sequence[UUID], roles: Roles
) -> dict[UUID, list[dict[str, Any]]]:
    """To which states the principal may take records, and what is missing for that.

    Args:
        loader: of the unit of work.
        rights: the principal's.
        form: of the records' type.
        ids: the records.
        roles: the principal's.

    Returns:
        By record, one ``{field, to, missing}`` per state that may follow, in the order of the declaration.
    """
    states = await loader.states(dict.fromkeys(ids, form.name))
    right = RELATE if form.is_tie else UPDATE
    asked = [
        (record, form.fields[at])
        for record in states
        for at, _ in form.states
        if states[record].content[at] is not None
    ]
    claims = [
        Claim(
            number,
            record,
            form.name,
            right,
            frozenset({field.name}),
            states[record].ends() if form.is_tie else (),
        )
        for number, (record, field) in enumerate(asked)
    ]
    refused = await rights.judge(claims)
    found: dict[UUID, list[dict[str, Any]]] = {record: [] for record in states}
    for number, (record, field) in enumerate(asked):
        if number in refused:
            continue
        content = states[record].content
        state = cast(str, content[form.positions[field.name]])
        for each in following(field, state, roles):
            lacking = _lacking(form, content, field, each)
            shown = [name for name in lacking if rights.may_know(form.name, name)]
            found[record].append(
                {"field": field.name, "to": each, "ready": not lacking, "missing": shown}
            )
    return found


def _lacking(form: Form, content: Content, field: Field, state: str) -> list[str]:
    """The names of the facts that a record lacks to enter a state."""
    entered = content.copy()
    entered[form.positions[field.name]] = state
    return [str(problem.path[0]) for problem in missing_facts(form, entered, field.name)]
