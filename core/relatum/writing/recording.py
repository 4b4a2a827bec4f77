"""Writes a checked batch: registry, present, versions, search, external keys and change lines, all in sets.

A type comes after those that its ties refer to, and leaves before them. Rows that leave give way to rows that change,
those to rows that come, so that unique values pass from one to the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from relatum.connections.interface import Connection, Copy
from relatum.connections.types import FOREVER
from relatum.sealing import Keyring
from relatum.writing import statements
from relatum.writing.drafts import Batch, Draft, State
from relatum.writing.forms import Form, folded_label
from relatum.writing.ledger import Ledger
from relatum.writing.plan import MADE_AT_ONCE, Moment, Plan
from relatum_schemas.errors import BadReference, Restricted

_RECORD = ("id", "type", "label", "label__key", "merged_into", "deleted")
_SEARCH = ("record_id", "type", "field", "is_label", "tokens")
_EXTERNAL_KEY = ("source", "type", "key", "record_id")


@dataclass
class _Rows:
    """What one type's tables gain and lose."""

    leaving: list[UUID] = field(default_factory=list)
    closing: list[UUID] = field(default_factory=list)
    changing: list[Sequence[object]] = field(default_factory=list)
    coming: list[Sequence[object]] = field(default_factory=list)
    versions: list[Sequence[object]] = field(default_factory=list)


async def write(connection: Connection, batch: Batch, ledger: Ledger) -> None:
    """Write all that was done in a batch, with its change lines; what makes new records only, all at once."""
    touched = list(batch.touched())
    if all(draft.is_new and draft.state is not None for draft in touched):
        few = len(touched) + len(batch.external_keys) <= MADE_AT_ONCE
        instant, opening = await ledger.beginning(batch, few=few)
        copies = [*opening, *_insertions(batch, touched, instant), ledger.lines(batch)]
        ledger.began(instant, await batch.plan.insert_all(connection, copies, few=few))
    else:
        await _record(connection, batch, await ledger.recorded_instant(batch))
        await ledger.append(batch)


def _insertions(batch: Batch, touched: Sequence[Draft], instant: Moment) -> Iterator[Copy]:
    """The rows of new records, as recorded at an instant: each after those that it refers to."""
    plan = batch.plan
    yield Copy(plan.tables.record, _RECORD, [_registered(draft) for draft in touched])
    rows = _rows(touched, instant, batch.keys)
    for form in sorted(rows, key=lambda form: plan.rank[form.name]):
        yield Copy(plan.tables.current[form.name], form.row_columns, rows[form].coming)
        yield Copy(plan.tables.version[form.name], form.version_columns, rows[form].versions)
    yield Copy(plan.tables.search, _SEARCH, _words(touched))
    yield Copy(plan.tables.external_key, _EXTERNAL_KEY, _keys(batch))


async def _record(connection: Connection, batch: Batch, instant: datetime) -> None:
    """Write all that was done in a batch, except its change lines, as recorded at an instant."""
    plan = batch.plan
    touched = list(batch.touched())
    await _register(connection, plan, touched)
    rows = _rows(touched, instant, batch.keys)
    # No run of commands has both: what leaves is let go by its ties first, what comes is there before them.
    leaving = any(each.leaving for each in rows.values())
    for form in sorted(rows, key=lambda form: plan.rank[form.name], reverse=leaving):
        await _take_away(connection, plan, form, rows[form], instant)
        await _put(connection, plan, form, rows[form])
    await _index_words(connection, plan, touched)
    await _keep_external_keys(connection, batch)


def _rows(touched: Iterable[Draft], instant: Moment, keys: Keyring | None) -> dict[Form, _Rows]:
    found: defaultdict[Form, _Rows] = defaultdict(_Rows)
    for draft in touched:
        form, rows = draft.form, found[draft.form]
        states = [step.state for step in draft.steps if step.alive]
        for number, state in enumerate(states, start=1):
            open_ended = number == len(states) and draft.state is not None
            row = _row(form, draft.id, state, instant, keys)
            rows.versions.append((*row, FOREVER if open_ended else instant))
            if open_ended:
                (rows.coming if draft.stored is None else rows.changing).append(row)
        if draft.stored is not None:
            rows.closing.append(draft.id)
            if draft.state is None:
                rows.leaving.append(draft.id)
    return found


def _row(
    form: Form, record_id: UUID, state: State, instant: Moment, keys: Keyring | None
) -> list[object]:
    content = form.sealed(state.content, record_id, keys)
    if not form.is_tie:
        return [record_id, state.version, instant, *form.row(content)]
    ends = (state.source, state.target, *(state.period if form.has_period else ()))
    return [record_id, state.version, instant, *ends, *form.row(content)]


async def _take_away(
    connection: Connection, plan: Plan, form: Form, rows: _Rows, instant: datetime
) -> None:
    if rows.leaving:
        prepared = plan.prepared(statements.delete_current, form)
        try:
            await connection.execute(prepared, {"ids": rows.leaving})
        except BadReference as error:
            # Ties that are in force have been let go before.
            raise Restricted(
                "Ties hold the record that are of a plugin or type out of force.",
                path="id",
                hint="Bring it into force, or remove it with its data, then delete the record.",
            ) from error
    if rows.closing:
        prepared = plan.prepared(statements.close_versions, form)
        await connection.execute(prepared, {"ids": rows.closing, "instant": instant})


async def _put(connection: Connection, plan: Plan, form: Form, rows: _Rows) -> None:
    if rows.changing:
        names = ("key", *(f"to_{name}" for name in form.row_columns[1:]))
        prepared = plan.prepared(statements.update_current, form)
        given = [dict(zip(names, row, strict=True)) for row in rows.changing]
        await connection.execute_many(prepared, given)
    current, version = plan.tables.current[form.name], plan.tables.version[form.name]
    await plan.insert(connection, current, form.row_columns, rows.coming)
    await plan.insert(connection, version, form.version_columns, rows.versions)


async def _register(connection: Connection, plan: Plan, touched: Sequence[Draft]) -> None:
    """Bring the registry in step."""
    new = [_registered(draft) for draft in touched if draft.is_new]
    await plan.insert(connection, plan.tables.record, _RECORD, new)
    gone = [draft.id for draft in touched if draft.state is None and draft.merged_into is None]
    await _mark_deleted(connection, plan, gone, deleted=True)
    await _mark_deleted(
        connection, plan, [draft.id for draft in touched if draft.revived], deleted=False
    )
    relabelled = [
        {"key": draft.id, "to_label": label, "to_key": folded_label(label)}
        for draft in touched
        if draft.stored is not None and draft.state is not None
        for label in (draft.form.label(draft.state.content),)
        if label != draft.form.label(draft.stored.content)
    ]
    if relabelled:
        await connection.execute_many(plan.prepared(statements.relabel), relabelled)
    merged = [
        {"key": draft.id, "into": draft.merged_into}
        for draft in touched
        if draft.merged_into is not None
    ]
    if merged:
        await connection.execute_many(plan.prepared(statements.mark_merged), merged)
        await connection.execute_many(plan.prepared(statements.move_external_keys), merged)


def _registered(draft: Draft) -> tuple[object, ...]:
    label = draft.form.label(draft.last.content)
    gone = draft.state is None
    return (draft.id, draft.form.name, label, folded_label(label), None, gone)


async def _mark_deleted(
    connection: Connection, plan: Plan, ids: list[UUID], *, deleted: bool
) -> None:
    if ids:
        prepared = plan.prepared(statements.mark_deleted)
        await connection.execute(prepared, {"ids": ids, "now_deleted": deleted})


async def _index_words(connection: Connection, plan: Plan, touched: Sequence[Draft]) -> None:
    """Bring search in step."""
    differing = [draft for draft in touched if _words_differ(draft)]
    stale = [draft.id for draft in differing if draft.stored is not None]
    if stale:
        await connection.execute(plan.prepared(statements.delete_search), {"ids": stale})
    await plan.insert(connection, plan.tables.search, _SEARCH, _words(differing))


def _words(touched: Iterable[Draft]) -> list[tuple[object, ...]]:
    """The rows of search of the records that are there."""
    return [
        (draft.id, draft.form.name, *words)
        for draft in touched
        if draft.state is not None
        for words in draft.form.search_rows(draft.state.content)
    ]


def _words_differ(draft: Draft) -> bool:
    if not draft.form.search_fields:
        return False
    if draft.stored is None or draft.state is None:
        return True
    before, after = draft.stored.content, draft.state.content
    return any(before[each.position] != after[each.position] for each in draft.form.search_fields)


async def _keep_external_keys(connection: Connection, batch: Batch) -> None:
    await batch.plan.insert(connection, batch.plan.tables.external_key, _EXTERNAL_KEY, _keys(batch))


def _keys(batch: Batch) -> list[tuple[object, ...]]:
    return [
        (source, draft.form.name, key, draft.id) for draft, (source, key) in batch.external_keys
    ]
