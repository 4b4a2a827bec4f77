"""From values as given to values as stored: names, kinds, defaults, what is required, states, computed fields."""

from collections.abc import Mapping

from relatum.catalogue.model import Catalogue, Field
from relatum.writing.drafts import Batch, State
from relatum.writing.forms import Content, Form, Reader
from relatum.writing.overflows import overflows
from relatum.writing.transitions import bad_beginnings, bad_transitions, stamp
from relatum_schemas.errors import ReadOnlyField, RelatumError, Required
from relatum_schemas.phrase import Phrase


def new_content(
    batch: Batch, form: Form, values: Mapping[str, object]
) -> tuple[Content, list[RelatumError]]:
    """The content of a new record, and every problem with it.

    Args:
        batch: of the record.
        form: of its type.
        values: by field name, in Python or wire form.
    """
    content = form.blank.copy()
    problems = _read_into(content, batch.plan.catalogue, form, values, trusted=batch.trusted)
    for at in form.required:
        if content[at] is None and not _failed(problems, form.fields[at].name):
            problems.append(_required(form, form.fields[at]))
    if not problems:
        problems += overflows(form, content, values)
    if form.states:
        stamp(form, None, content, values, batch)
        if not problems and not batch.trusted:
            problems += bad_beginnings(form, content, values)
    return content, problems


def changed_content(
    batch: Batch, form: Form, before: Content, values: Mapping[str, object]
) -> tuple[Content, tuple[str, ...], list[RelatumError]]:
    """The content after a change, the names of the fields that differ, and every problem with it."""
    content = before.copy()
    problems = _read_into(content, batch.plan.catalogue, form, values, trusted=batch.trusted)
    changed = tuple(
        field.name
        for at, field in enumerate(form.fields)
        if field.name in values and form.differs(at, before, content, batch.keys)
    )
    for name in changed:
        at = form.positions[name]
        if content[at] is None and at in form.required:
            problems.append(_required(form, form.fields[at]))
    if not problems:
        problems += overflows(form, content, values)
    if form.states:
        stamp(form, before, content, values, batch)
        if not problems:
            problems += bad_transitions(form, before, content, changed, batch.roles)
    return content, changed, problems


def amended_content(
    batch: Batch, form: Form, prior: Content | None, state: State, name: str, value: object
) -> tuple[Content, tuple[str, ...], list[RelatumError]]:
    """The content when a plugin sets a value of a record that is about to be written.

    Args:
        batch: of the record.
        form: of its type.
        prior: the content that the last act on it began with; None if it made the record.
        state: that the act left.
        name: of the field.
        value: in Python or wire form.

    Returns:
        The content, the names of the fields that the act touches with it, and every problem.
    """
    content, values = state.content.copy(), {name: value}
    problems = _read_into(content, batch.plan.catalogue, form, values, trusted=True)
    if problems:
        return content, (), problems
    touched = tuple(
        field.name
        for at, field in enumerate(form.fields)
        if field.since is None
        and (
            content[at] is not None
            if prior is None
            else form.differs(at, prior, content, batch.keys)
        )
    )
    at = form.positions[name]
    if content[at] is None and at in form.required:
        problems.append(_required(form, form.fields[at]))
    problems += overflows(form, content, values)
    if form.fields[at].transitions is not None:
        stamp(form, prior, content, values, batch)
        if prior is not None and name in touched:
            problems += bad_transitions(form, prior, content, (name,), None)
    return content, touched, problems


def _read_into(
    content: Content,
    catalogue: Catalogue,
    form: Form,
    values: Mapping[str, object],
    *,
    trusted: bool,
) -> list[RelatumError]:
    problems: list[RelatumError] = []
    readers = form.readers
    for name, value in values.items():
        reader = readers.get(name)
        if reader is None or (reader.field.read_only and not trusted):
            problems.append(_not_writable(catalogue, form, name))
        elif value is None or (reader.blank and value.__class__ is str and not value):
            content[reader.position] = None
        else:
            _parse_into(content, reader, value, problems)
    return problems


def _parse_into(
    content: Content, reader: Reader, value: object, problems: list[RelatumError]
) -> None:
    try:
        content[reader.position] = reader.parse(value)
    except RelatumError as error:
        problems.append(error.at(reader.field.name))


def _not_writable(catalogue: Catalogue, form: Form, name: str) -> RelatumError:
    try:
        field = catalogue.field(form.name, name)
    except RelatumError as error:
        return error.at(name)
    why = "is computed" if field.computed else "is written by the system only"
    return ReadOnlyField(
        f"{form.name}.{name} {why}.", path=name, hint="Leave the field out of the values."
    )


def _failed(problems: list[RelatumError], name: str) -> bool:
    return any(problem.path[:1] == (name,) for problem in problems)


def _required(form: Form, field: Field) -> Required:
    return Required(
        Phrase("{type} needs a value of '{field}'.", type=form.name, field=field.name),
        path=field.name,
        hint=Phrase("Give {kind}.", kind=field.kind.described()),
    )
