"""Acts on entities: create and update."""

from relatum.identifiers import new_id
from relatum.writing.commands import Create, Update
from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.values import changed_content, new_content
from relatum_schemas.errors import BadReference, RelatumError


def create(batch: Batch, at: int, command: Create) -> Draft | None:
    """Make a new entity; None when its values are not right."""
    plan = batch.plan
    try:
        form = plan.entity(command.type)
    except RelatumError as error:
        batch.problem(error, at, "type")
        return None
    content, problems = new_content(batch, form, command.values)
    if problems:
        batch.problems_at(at, problems)
        return None
    draft = Draft(command.id or new_id(), form, at, state=State(1, content))
    return batch.add_new(draft, "created", command.external_keys)


def update(batch: Batch, at: int, command: Update) -> Draft | None:
    """Change fields of an entity; None when it cannot be done. Nothing differs, nothing is done."""
    draft = batch.living(at, command.id, command.type, if_version=command.if_version)
    if draft is None:
        return None
    if draft.form.is_tie:
        hint = "Correct or change a tie instead."
        batch.problem(BadReference("The record is a tie.", path="id", hint=hint), at)
        return None
    state = draft.last
    content, changed, problems = changed_content(batch, draft.form, state.content, command.values)
    batch.problems_at(at, problems)
    if changed and not problems:
        draft.step("updated", changed, state.after(content=content))
        draft.command = at
    if not problems:
        batch.attach(draft, command.external_keys)
    return draft
