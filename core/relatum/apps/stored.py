"""Apps and their deliveries as they stand in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Column,
    ColumnElement,
    MetaData,
    Select,
    delete,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from relatum.connections import Connection, DialectName, Prepared, prepare
from relatum.identity.stored import CLIENT, add, given, rows, run
from relatum.tables import fixed
from relatum.tables.columns import BIG_INTEGER
from relatum_schemas.app import AppManifest, manifest_of_data
from relatum_schemas.errors import NotFound

_METADATA: Final = MetaData()
APP: Final = fixed.app(_METADATA)
DELIVERY: Final = fixed.delivery(_METADATA)

AppState = Literal["active", "paused", "removed"]
"""It is told of changes; it is not, for now; it is gone, and its tokens open nothing."""

DeliveryState = Literal["waiting", "delivered", "failed", "withheld"]
"""It is sent (again) when it is due; it arrived; it was tried as often as it is tried; the app may not see it."""


@dataclass(frozen=True, kw_only=True)
class App:
    """An app outside the process.

    Attributes:
        id: of the app, and of the client app as which it asks.
        manifest: what it says of itself.
        state: whether it is told of changes.
        why: it is paused, when it was not an administrator who paused it.
        secret: that signs what it is sent, as it is stored.
        former_secret: that signs, too, until `former_until`.
        failing: since when nothing has arrived there; None where something did, or nothing was sent.
    """

    id: UUID
    manifest: AppManifest
    state: AppState
    why: str | None
    secret: str
    former_secret: str | None
    former_until: datetime | None
    failing: datetime | None
    installed_at: datetime
    installed_by: UUID | None
    changed_at: datetime
    changed_by: UUID | None
    record: UUID | None = None
    roles: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Its name."""
        return self.manifest.name

    @property
    def reader(self) -> str:
        """The name under which it is kept how far it was told of the change log."""
        return f"webhooks of {self.name}"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What an app is told, or was, of one line of the change log.

    Attributes:
        app: which app.
        position: of the line.
        event: the number of the first event that the line was of, in the manifest as it was when the line was found.
        type: of the record.
        record: its id.
        version: of it.
        operation: what was done.
        state: how it stands.
        attempts: made so far.
        status: that was answered last; None where nothing was.
        error: what went wrong last.
        milliseconds: that the last attempt took.
        created_at: when it was found in the log.
        tried_at: when it was sent last.
        due_at: when it is sent next; None where it is not.
    """

    app: UUID
    position: int
    event: int
    type: str
    record: UUID
    version: int
    operation: str
    state: DeliveryState
    attempts: int
    status: int | None
    error: str | None
    milliseconds: int | None
    created_at: datetime
    tried_at: datetime | None
    due_at: datetime | None

    @property
    def id(self) -> str:
        """What the app knows it by: the same each time that it is sent."""
        return f"msg_{self.app.hex}_{self.position}"


_APP_COLUMNS: Final = tuple(each.name for each in APP.c)
_DELIVERY_COLUMNS: Final = tuple(each.name for each in DELIVERY.c)


# --- apps


async def apps_on(connection: Connection) -> list[App]:
    """All apps, by name, also those that were removed."""
    return [_app(row) for row in await rows(connection, _apps)]


async def app_on(connection: Connection, name: str) -> App:
    """An app that is installed.

    Raises:
        NotFound: none of the name is.
    """
    for each in await apps_on(connection):
        if each.name == name and each.state != "removed":
            return each
    raise NotFound(f"No app {name!r} is installed.", path="name")


async def set_app(connection: Connection, app: UUID, **changed: object) -> None:
    """Write some columns of an app."""
    await connection.execute(_setting(tuple(changed), connection.dialect), {"key": app, **changed})


def _app(row: Sequence[Any]) -> App:
    *own, record, roles = row
    values = dict(zip(_APP_COLUMNS, own, strict=True))
    del values["name"]
    values["manifest"] = manifest_of_data(values["manifest"])
    return App(**values, record=record, roles=frozenset(roles))


def _apps() -> ClauseElement:
    joined = APP.join(CLIENT, CLIENT.c.id == APP.c.id)
    return (
        select(*APP.c, CLIENT.c.record_id, CLIENT.c.roles).select_from(joined).order_by(APP.c.name)
    )


@cache
def _setting(columns: tuple[str, ...], dialect: DialectName) -> Prepared:
    values = {name: given(name, APP.c[name]) for name in columns}
    return prepare(update(APP).where(APP.c.id == given("key", APP.c.id)).values(values), dialect)


# --- deliveries


async def add_deliveries(connection: Connection, found: Sequence[Delivery]) -> None:
    """Keep deliveries that are new, and leave those alone that are known."""
    prepared = _adding(connection.dialect)
    await connection.execute_many(prepared, [_row(each) for each in found])


async def deliveries_due(
    connection: Connection, app: UUID, now: datetime, most: int
) -> list[Delivery]:
    """What is to be sent to an app, the first in the log first."""
    return [_delivery(row) for row in await rows(connection, _due, app=app, now=now, most=most)]


async def next_due(connection: Connection, app: UUID) -> datetime | None:
    """When something is to be sent to an app; None where nothing is."""
    found = await rows(connection, _next_due, app=app)
    return found[0][0] if found else None


async def deliveries_of(
    connection: Connection, app: UUID, *, before: int | None, state: str | None, most: int
) -> list[Delivery]:
    """Deliveries to an app, the last in the log first.

    Args:
        connection: to the database.
        app: which app.
        before: only those of lines before this position.
        state: only those in this state.
        most: how many at most.
    """
    upto = before if before is not None else 2**62
    found = await rows(connection, _listed, app=app, before=upto, state=state or "", most=most)
    return [_delivery(row) for row in found]


async def keep_outcome(connection: Connection, delivery: Delivery) -> None:
    """Write down what became of an attempt, unless it was asked meanwhile to begin anew."""
    await connection.execute(_outcome(connection.dialect), _row(delivery))


async def send_again(
    connection: Connection, app: UUID, first: int, last: int, now: datetime
) -> int:
    """Let known deliveries of some positions begin anew, and return how many these are."""
    return await run(connection, _again, app=app, first=first, last=last, now=now)


async def sweep(connection: Connection, before: datetime) -> int:
    """Forget deliveries that are done with and older than this, and return how many those were."""
    return await run(connection, _swept, before=before)


async def drop_waiting(connection: Connection, app: UUID) -> None:
    """Forget what waits to be sent to an app."""
    await run(connection, _dropped, app=app)


def _delivery(row: Sequence[Any]) -> Delivery:
    values = dict(zip(_DELIVERY_COLUMNS, row, strict=True))
    return Delivery(app=values.pop("app_id"), record=values.pop("record_id"), **values)


def _row(delivery: Delivery) -> dict[str, object]:
    renamed = {"app_id": delivery.app, "record_id": delivery.record}
    return {
        name: renamed[name] if name in renamed else getattr(delivery, name)
        for name in _DELIVERY_COLUMNS
    }


@cache
def _adding(dialect: DialectName) -> Prepared:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {each.name: given(each.name, each) for each in DELIVERY.c}
    return prepare(insert(DELIVERY).values(row).on_conflict_do_nothing(), dialect)


def _of_app() -> Select[Any]:
    columns = DELIVERY.c
    return select(*columns).where(columns.app_id == given("app", columns.app_id))


def _most() -> ColumnElement[int]:
    return given("most", Column("most", BIG_INTEGER))


def _due() -> ClauseElement:
    due = DELIVERY.c.due_at
    found = _of_app().where(due.is_not(None), due <= given("now", due))
    return found.order_by(DELIVERY.c.position).limit(_most())


def _next_due() -> ClauseElement:
    columns = DELIVERY.c
    found = select(columns.due_at).where(columns.app_id == given("app", columns.app_id))
    return found.where(columns.due_at.is_not(None)).order_by(columns.due_at).limit(_one())


def _listed() -> ClauseElement:
    columns = DELIVERY.c
    state = given("state", columns.state)
    found = _of_app().where(
        columns.position < given("before", columns.position),
        or_(state == "", columns.state == state),
    )
    return found.order_by(columns.position.desc()).limit(_most())


def _one() -> ColumnElement[int]:
    return literal_column("1")


@cache
def _outcome(dialect: DialectName) -> Prepared:
    columns = DELIVERY.c
    keys = ("app_id", "position", "created_at")
    values = {
        each.name: given(each.name, each)
        for each in columns
        if each.name
        in ("state", "attempts", "status", "error", "milliseconds", "tried_at", "due_at")
    }
    same = [columns[name] == given(name, columns[name]) for name in keys]
    return prepare(update(DELIVERY).where(*same).values(values), dialect)


def _again() -> ClauseElement:
    columns = DELIVERY.c
    now = given("now", columns.created_at)
    return (
        update(DELIVERY)
        .where(
            columns.app_id == given("app", columns.app_id),
            columns.position >= given("first", columns.position),
            columns.position <= given("last", columns.position),
        )
        .values(state="waiting", attempts=0, created_at=now, due_at=now)
    )


def _swept() -> ClauseElement:
    columns = DELIVERY.c
    old = columns.created_at < given("before", columns.created_at)
    return delete(DELIVERY).where(columns.due_at.is_(None), old)


def _dropped() -> ClauseElement:
    columns = DELIVERY.c
    return delete(DELIVERY).where(
        columns.app_id == given("app", columns.app_id), columns.due_at.is_not(None)
    )


async def add_app(connection: Connection, row: dict[str, object]) -> None:
    """Keep an app that is new."""
    await add(connection, APP, row)
