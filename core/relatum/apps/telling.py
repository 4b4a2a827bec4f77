"""What an app is told of a change: read from the engine as the app's own principal, each time that it is sent.

So whatever the app may not see (any more) when it is sent is not in it, and of a record that it may not see it is told
nothing at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from relatum.access import Principal
from relatum.apps.following import concerns
from relatum.apps.stored import App, Delivery
from relatum.catalogue import Catalogue, resolve_condition
from relatum.reading.binds import Moment
from relatum.reading.following import Span
from relatum.session.database import Database
from relatum.session.storage import Storage
from relatum_schemas.app import Event
from relatum_schemas.selection import (
    AcrossOutput,
    Changes,
    FieldOutput,
    Many,
    Output,
    Request,
    RootField,
)

_FACTS: Final = ("record_id", "version", "fields", "recorded_at", "unit")
_GONE: Final = frozenset({"deleted", "removed", "erased", "merged"})
"""After these there is no record of which a condition could be asked."""


def principal_of(app: App) -> Principal:
    """As whom an app asks, with its token or without."""
    return Principal(id=app.record, client=app.name, roles=app.roles)


async def message_of(database: Database, app: App, delivery: Delivery) -> bytes | None:
    """The body of a message; None where there is nothing that the app may be told, or wants to be.

    Args:
        database: in use.
        app: that is told.
        delivery: what it is told of.
    """
    storage = await database.renewed()
    for event in app.manifest.events:
        # Of several events that the line is of, one may be on a condition that does not hold, and the next is not.
        if concerns(storage.catalogue, event, delivery.type, delivery.operation):
            body = await _message_by(database, storage, app, event, delivery)
            if body is not None:
                return body
    return None


async def _message_by(
    database: Database, storage: Storage, app: App, event: Event, delivery: Delivery
) -> bytes | None:
    """The body of a message that an event asks for; None where its condition does not hold, or nothing may be told."""
    root = root_of(storage.catalogue, event, delivery.type, delivery.operation)
    who = principal_of(app)
    plan = storage.plans.following(root, who, None)
    before, moment = delivery.position - 1, Moment({}, storage.clock(), who, storage.keys)
    span = Span(before, delivery.position, None, None)
    bound = plan.lines(moment, span, since=before, most=1, settled=True)
    if bound is None:
        return None
    async with storage.connections.snapshot() as connection:
        found: list[Any] = await connection.rows(bound.prepared, bound.values)
    if not found:
        return None
    ((_, _, shown),) = found
    if bound.private is not None:
        shown = await database.as_(who).opened(shown, bound, Request(fields=(root,)))
    return orjson.dumps(_body(orjson.loads(shown), delivery, event))


def _body(line: Mapping[str, Any], delivery: Delivery, event: Event) -> dict[str, object]:
    data: dict[str, object] = {
        "id": line["record_id"],
        "type": delivery.type,
        "version": line["version"],
        "position": delivery.position,
        "fields": line["fields"],
        "unit": line["unit"],
    }
    if event.fields:
        data["record"] = line.get("record")
    said = f"{delivery.type}.{delivery.operation}"
    return {"type": said, "timestamp": line["recorded_at"], "data": data}


def root_of(catalogue: Catalogue, event: Event, type_name: str, operation: str) -> RootField:
    """What is asked of a line: that it may be told, and fields of its record as it is now."""
    chosen = None
    if event.where is not None and operation not in _GONE:
        chosen = resolve_condition(catalogue, type_name, event.where)
    source = Changes(types=(type_name,), filter=chosen)
    outputs = tuple(_outputs(catalogue, event, type_name))
    return RootField(key="line", source=source, form=Many(outputs=outputs))


def _outputs(catalogue: Catalogue, event: Event, type_name: str) -> Iterator[Output]:
    for each in _FACTS:
        yield FieldOutput(key=each, field=each)
    known, only = catalogue.record_type(type_name).all_fields, (type_name,)
    shown = [name for name in event.fields if name in known]
    if shown:
        fields = tuple(FieldOutput(key=each, field=each, types=only) for each in shown)
        yield AcrossOutput(key="record", across="record", outputs=fields)
