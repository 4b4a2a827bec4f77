"""Checks that values which occur once do: fields, combinations of fields, external keys.

The database's own indexes decide between units that write at the same moment; what is checked here can be blamed on a
command and a field.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from relatum.tables import field_columns
from relatum.writing import statements
from relatum.writing.drafts import Batch, Draft
from relatum.writing.forms import Form
from relatum.writing.loading import Loader
from relatum_schemas.errors import Conflict
from relatum_schemas.phrase import Phrase

Values = tuple[object, ...]


async def check_unique(loader: Loader, batch: Batch) -> None:
    """Note every record whose unique values another has, in the batch or in the database."""
    by_form: defaultdict[Form, list[Draft]] = defaultdict(list)
    for draft in batch.touched():
        if draft.state is not None and draft.form.type.unique:
            by_form[draft.form].append(draft)
    for form, drafts in by_form.items():
        for names in form.type.unique:
            await _check(loader, batch, form, drafts, names)


async def _check(
    loader: Loader, batch: Batch, form: Form, drafts: Iterable[Draft], names: Sequence[str]
) -> None:
    columns = columns_of(form, names)
    places = [form.columns.index(column) for column in columns]
    wanted: dict[Values, Draft] = {}
    for draft in drafts:
        values = _values(draft, places)
        if None in values or not _differs(draft, places, values):
            continue
        if values in wanted:
            batch.problem(_taken(names), draft.command)
        wanted[values] = draft
    for values, holder in await values_held(loader, form, columns, wanted):
        draft = wanted[values]
        rival = batch.drafts.get(holder)
        if holder != draft.id and (rival is None or not rival.steps):
            batch.problem_resting_on([holder], _taken(names), draft, names)


def columns_of(form: Form, names: Sequence[str]) -> tuple[str, ...]:
    """The columns whose values occur once together."""
    return tuple(
        column.name
        for name in names
        for column in field_columns(form.type.fields[name], required=False)
        if not column.key
    )


def _values(draft: Draft, places: Sequence[int]) -> Values:
    assert draft.state is not None
    row = draft.form.row(draft.state.content)
    return tuple(row[place] for place in places)


def _differs(draft: Draft, places: Sequence[int], values: Values) -> bool:
    if draft.stored is None:
        return True
    row = draft.form.row(draft.stored.content)
    return tuple(row[place] for place in places) != values


async def values_held(
    loader: Loader, form: Form, columns: tuple[str, ...], wanted: Collection[Values]
) -> list[tuple[Values, UUID]]:
    """Which of the wanted combinations some record holds, and which one."""
    if not wanted:
        return []
    prepared = loader.plan.prepared(statements.with_values, form, columns)
    given = {
        f"in_{name}": list({values[at] for values in wanted}) for at, name in enumerate(columns)
    }
    rows: list[Any] = await loader.connection.rows(prepared, given)
    return [(tuple(values), holder) for holder, *values in rows if tuple(values) in wanted]


def _taken(names: Sequence[str]) -> Conflict:
    what = " and ".join(repr(name) for name in names)
    return Conflict(
        Phrase("Another record has the same {names}.", names=what),
        path=names[0],
        hint=Phrase("Choose another value."),
    )


async def check_external_keys(loader: Loader, batch: Batch) -> None:
    """Note external keys that another record holds; those of deleted records are taken over.

    Left in the batch are those that its records do not have yet, each once.
    """
    wanted: defaultdict[tuple[str, str], dict[str, Draft]] = defaultdict(dict)
    for draft, (source, key) in batch.external_keys:
        held = wanted[source, draft.form.name]
        if key in held and held[key] is not draft:
            batch.problem(_key_taken(source, key), draft.command)
        held[key] = draft
    for (source, type_name), drafts in wanted.items():
        rows = await external_keys_held(loader, source, type_name, list(drafts))
        free = [key for key, _, deleted in rows if deleted]
        for key, holder, deleted in rows:
            if deleted:
                continue
            if holder == drafts[key].id:
                del drafts[key]
            else:
                batch.problem_resting_on([holder], _key_taken(source, key), drafts[key])
        if free and not batch.problems:
            prepared = loader.plan.prepared(statements.free_external_keys)
            given = {"source": source, "type": type_name, "keys": free}
            await loader.connection.execute(prepared, given)
    batch.external_keys = [
        (draft, (source, key))
        for (source, _), drafts in wanted.items()
        for key, draft in drafts.items()
    ]


async def external_keys_held(
    loader: Loader, source: str, type_name: str, keys: list[str]
) -> list[tuple[str, UUID, bool]]:
    """Which external keys some record holds, which one, and whether it is deleted."""
    given = {"source": source, "type": type_name, "keys": keys}
    prepared = loader.plan.prepared(statements.external_keys_held)
    rows: list[Any] = await loader.connection.rows(prepared, given)
    return rows


def _key_taken(source: str, key: str) -> Conflict:
    return Conflict(
        f"The external key {key!r} of {source!r} belongs to another record.",
        path="external_keys",
        hint="Update that record instead.",
    )
