"""The statements of the writing room. Each takes sets, so that their number never follows the number of rows.

Functions take the plan first, so that `Plan.prepared` can build and keep what they return. A list of ids is the
parameter `ids`.
"""

from typing import Any, Literal

from sqlalchemy import (
    ClauseElement,
    Column,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from relatum.connections.expressions import any_of
from relatum.connections.types import FOREVER
from relatum.writing.forms import Form
from relatum.writing.plan import Plan

Lock = Literal["none", "present", "altered", "ended"]
"""How firmly rows are held until the unit ends: not at all; so that they stay; so that only this unit alters them and
counts what is tied to them; so that nobody else even refers to them."""


def registry(plan: Plan, lock: Lock) -> ClauseElement:
    """Registry rows by id, in id order, held as told: id, type, deleted, merged_into."""
    record = plan.tables.record
    found: Select[Any] = (
        select(record.c.id, record.c.type, record.c.deleted, record.c.merged_into)
        .where(any_of(record.c.id, "ids"))
        .order_by(record.c.id)
    )
    match lock:
        case "present":
            return found.with_for_update(read=True, key_share=True)
        case "altered":
            return found.with_for_update(key_share=True)
        case "ended":
            return found.with_for_update()
    return found


def advisory_lock(plan: Plan) -> ClauseElement:
    """Take the lock of the number `key` until the transaction ends (PostgreSQL)."""
    return text("SELECT pg_advisory_xact_lock(:key)")


def database_clock(plan: Plan) -> ClauseElement:
    """The time at this very moment (PostgreSQL)."""
    return select(func.clock_timestamp(type_=TIMESTAMP(timezone=True)))


def _state_columns(plan: Plan, form: Form, table_kind: str) -> list[Column[Any]]:
    tables = plan.tables.current if table_kind == "current" else plan.tables.version
    columns = tables[form.name].c
    names = ("id", "version", "recorded_from", *form.ends, *form.stored_columns)
    return [columns[name] for name in names]


def states(plan: Plan, form: Form) -> ClauseElement:
    """Records of a type by id."""
    table = plan.tables.current[form.name]
    return select(*_state_columns(plan, form, "current")).where(any_of(table.c.id, "ids"))


def ties_at(plan: Plan, form: Form, side: Literal["source", "target", "either"]) -> ClauseElement:
    """Ties of a type in which one of the ids stands on a side."""
    table = plan.tables.current[form.name]
    at_source = any_of(table.c.source_id, "ids")
    at_target = any_of(table.c.target_id, "ids")
    where = {"source": at_source, "target": at_target, "either": or_(at_source, at_target)}[side]
    return select(*_state_columns(plan, form, "current")).where(where)


def ties_between(plan: Plan, form: Form) -> ClauseElement:
    """Ties of a type from one of `sources` to one of `targets`."""
    table = plan.tables.current[form.name]
    return select(*_state_columns(plan, form, "current")).where(
        any_of(table.c.source_id, "sources"), any_of(table.c.target_id, "targets")
    )


def ties_reached(plan: Plan, form: Form, near: str, far: str) -> ClauseElement:
    """Ties of a hierarchy met when walking from the ids, from the column `near` to the column `far`."""
    table = plan.tables.current[form.name]
    record = plan.tables.record
    start = select(record.c.id.label("id")).where(any_of(record.c.id, "ids"))
    reached = start.cte("reached", recursive=True)
    reached = reached.union(select(table.c[far]).where(table.c[near] == reached.c.id))
    columns = _state_columns(plan, form, "current")
    return select(*columns).where(table.c[near].in_(select(reached.c.id)))


def last_versions(plan: Plan, form: Form) -> ClauseElement:
    """The last version of records of a type by id, whether they are there or not, with its `recorded_to`."""
    table = plan.tables.version[form.name]
    newer = table.alias("newer")
    latest = select(func.max(newer.c.version)).where(newer.c.id == table.c.id).scalar_subquery()
    columns = _state_columns(plan, form, "version")
    return select(*columns, table.c.recorded_to).where(
        any_of(table.c.id, "ids"), table.c.version == latest
    )


def with_values(plan: Plan, form: Form, columns: tuple[str, ...]) -> ClauseElement:
    """Records of a type whose every one of these columns has a value of its list `in_<column>`."""
    table = plan.tables.current[form.name]
    conditions = [any_of(table.c[name], f"in_{name}") for name in columns]
    return select(table.c.id, *(table.c[name] for name in columns)).where(and_(*conditions))


def update_current(plan: Plan, form: Form) -> ClauseElement:
    """Put a record's row at its new version; the record is the parameter `key`."""
    table = plan.tables.current[form.name]
    names = ("version", "recorded_from", *form.ends, *form.columns)
    given = {name: bindparam(f"to_{name}", type_=table.c[name].type) for name in names}
    return update(table).where(table.c.id == bindparam("key", type_=table.c.id.type)).values(given)


def delete_current(plan: Plan, form: Form) -> ClauseElement:
    """Take records of a type out of the present."""
    table = plan.tables.current[form.name]
    return delete(table).where(any_of(table.c.id, "ids"))


def close_versions(plan: Plan, form: Form) -> ClauseElement:
    """End the open version of records of a type at `instant`."""
    table = plan.tables.version[form.name]
    return (
        update(table)
        .where(any_of(table.c.id, "ids"), table.c.recorded_to == _forever(table.c.recorded_to))
        .values(recorded_to=bindparam("instant", type_=table.c.recorded_to.type))
    )


def _forever(column: Column[Any]) -> Any:
    return bindparam("forever", FOREVER, type_=column.type)


def move_instant(plan: Plan, form: Form, column: str, table_kind: str) -> ClauseElement:
    """Put what the unit of work `unit` recorded at `old` to `new`."""
    tables = plan.tables.current if table_kind == "current" else plan.tables.version
    table, change = tables[form.name], plan.tables.change
    written = select(change.c.record_id).where(
        change.c.unit_id == bindparam("unit", type_=change.c.unit_id.type)
    )
    moment = table.c[column]
    return (
        update(table)
        .where(table.c.id.in_(written), moment == bindparam("old", type_=moment.type))
        .values({column: bindparam("new", type_=moment.type)})
    )


def written_by(plan: Plan) -> ClauseElement:
    """Which records the unit of work `unit` has written already."""
    change = plan.tables.change
    return select(change.c.record_id).where(
        change.c.unit_id == bindparam("unit", type_=change.c.unit_id.type),
        any_of(change.c.record_id, "ids"),
    )


def move_unit(plan: Plan) -> ClauseElement:
    """Put a unit of work to the instant `new`."""
    unit = plan.tables.unit_of_work
    return (
        update(unit)
        .where(unit.c.id == bindparam("unit", type_=unit.c.id.type))
        .values(recorded_at=bindparam("new", type_=unit.c.recorded_at.type))
    )


def relabel(plan: Plan) -> ClauseElement:
    """Put a record's label into the registry; the record is the parameter `key`."""
    record = plan.tables.record
    return (
        update(record)
        .where(record.c.id == bindparam("key", type_=record.c.id.type))
        .values(
            label=bindparam("to_label", type_=record.c.label.type),
            label__key=bindparam("to_key", type_=record.c.label__key.type),
        )
    )


def mark_deleted(plan: Plan) -> ClauseElement:
    """Say in the registry that records are deleted, or (`deleted` false) that they are not."""
    record = plan.tables.record
    return (
        update(record)
        .where(any_of(record.c.id, "ids"))
        .values(deleted=bindparam("now_deleted", type_=record.c.deleted.type))
    )


def mark_merged(plan: Plan) -> ClauseElement:
    """Say in the registry what a record (and all that had been merged into it) became."""
    record = plan.tables.record
    key = bindparam("key", type_=record.c.id.type)
    return (
        update(record)
        .where(or_(record.c.id == key, record.c.merged_into == key))
        .values(merged_into=bindparam("into", type_=record.c.id.type))
    )


def delete_search(plan: Plan) -> ClauseElement:
    """Take the words of records out of search."""
    search = plan.tables.search
    return delete(search).where(any_of(search.c.record_id, "ids"))


def external_keys_held(plan: Plan) -> ClauseElement:
    """Who holds external keys of `source` and `type` among `keys`, and whether it is deleted."""
    held, record = plan.tables.external_key, plan.tables.record
    return (
        select(held.c.key, held.c.record_id, record.c.deleted)
        .join(record, record.c.id == held.c.record_id)
        .where(
            held.c.source == bindparam("source", type_=held.c.source.type),
            held.c.type == bindparam("type", type_=held.c.type.type),
            any_of(held.c.key, "keys"),
        )
    )


def free_external_keys(plan: Plan) -> ClauseElement:
    """Take external keys from deleted records."""
    held = plan.tables.external_key
    return delete(held).where(
        held.c.source == bindparam("source", type_=held.c.source.type),
        held.c.type == bindparam("type", type_=held.c.type.type),
        any_of(held.c.key, "keys"),
    )


def move_external_keys(plan: Plan) -> ClauseElement:
    """Give the external keys of one record (`key`) to another (`into`)."""
    held = plan.tables.external_key
    return (
        update(held)
        .where(held.c.record_id == bindparam("key", type_=held.c.record_id.type))
        .values(record_id=bindparam("into", type_=held.c.record_id.type))
    )


def choices_known(plan: Plan) -> ClauseElement:
    """The codes in use of choice lists kept as data."""
    choice = plan.tables.choice
    return select(choice.c.list, choice.c.code).where(
        any_of(choice.c.list, "lists"), any_of(choice.c.code, "codes"), choice.c.active
    )


def deletions_of(plan: Plan) -> ClauseElement:
    """Each deletion line of records, newest last: record_id, unit_id."""
    change = plan.tables.change
    return (
        select(change.c.record_id, change.c.unit_id)
        .where(
            any_of(change.c.record_id, "ids"),
            change.c.operation.in_([literal_column("'deleted'"), literal_column("'removed'")]),
        )
        .order_by(change.c.id)
    )


def deleted_in(plan: Plan) -> ClauseElement:
    """What units of work deleted: record_id, type."""
    change = plan.tables.change
    return (
        select(change.c.record_id, change.c.type)
        .where(
            any_of(change.c.unit_id, "ids"),
            change.c.operation.in_([literal_column("'deleted'"), literal_column("'removed'")]),
        )
        .order_by(change.c.id)
    )
