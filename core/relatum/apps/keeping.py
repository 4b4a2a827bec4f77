"""What administrators see of apps and do with them once they are in."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from relatum.apps.following import until_numbered
from relatum.apps.signing import FORMER_LASTS, new_webhook_secret, resealed, stored_secret
from relatum.apps.stored import (
    App,
    Delivery,
    DeliveryState,
    app_on,
    apps_on,
    deliveries_of,
    send_again,
    set_app,
)
from relatum.changes import readers
from relatum.changes.accesses import note
from relatum.changes.sequencer import end_of_log
from relatum.connections import Connection, repeat
from relatum.identity.room import for_administrators
from relatum.sealing import needed
from relatum.session import Session
from relatum.session.storage import Storage
from relatum_schemas.errors import BadValue, Conflict, NotFound

T = TypeVar("T")

LARGEST_PAGE: Final = 500


async def apps(session: Session) -> list[App]:
    """The apps that are installed, by name.

    Raises:
        Forbidden: the session's principal is no administrator.
    """
    for_administrators(session.principal, "see apps")
    async with session.storage.connections.reading() as connection:
        return [each for each in await apps_on(connection) if each.state != "removed"]


async def deliveries(
    session: Session,
    name: str,
    *,
    state: DeliveryState | None = None,
    first: int = 50,
    before: int | None = None,
) -> list[Delivery]:
    """What an app was told, or is to be, the last in the log first.

    Args:
        session: of an administrator.
        name: of the app.
        state: only what stands so.
        first: how many at most.
        before: only of lines before this position.

    Raises:
        Forbidden: the session's principal is no administrator.
        NotFound: no such app is installed.
    """
    for_administrators(session.principal, "see what apps are told")
    async with session.storage.connections.reading() as connection:
        app = await app_on(connection, name)
        most = max(0, min(first, LARGEST_PAGE))
        return await deliveries_of(connection, app.id, before=before, state=state, most=most)


async def pause_app(session: Session, name: str) -> App:
    """Tell an app of nothing for now; what happens meanwhile it is told when it goes on.

    Raises:
        Forbidden, NotFound: as for `deliveries`.
        Conflict: it is paused.
    """

    async def work(connection: Connection, app: App) -> None:
        if app.state == "paused":
            raise Conflict(f"The app {name!r} is paused already.", path="name")
        await set_app(connection, app.id, state="paused", why=None, **_changed(session))

    return await _done(session, name, "app_paused", work)


async def resume_app(session: Session, name: str, *, skip: bool = False) -> App:
    """Let an app that was paused go on.

    Args:
        session: of an administrator.
        name: of the app.
        skip: whether it is told only of what is committed from now on, not of what happened meanwhile.

    Raises:
        Forbidden, NotFound: as for `deliveries`.
        Conflict: it is not paused.
    """
    await until_numbered(session.storage.connections)

    async def work(connection: Connection, app: App) -> None:
        if app.state != "paused":
            raise Conflict(f"The app {name!r} is not paused.", path="name")
        await set_app(
            connection, app.id, state="active", why=None, failing=None, **_changed(session)
        )
        if skip:
            end, _ = await end_of_log(connection)
            await readers.move(connection, {app.reader: end})

    return await _done(session, name, "app_resumed", work)


async def rotate_secret(session: Session, name: str) -> str:
    """Sign what an app is sent with another secret, and for a day with the former one, too.

    Raises:
        Forbidden, NotFound: as for `deliveries`.
    """
    secret, storage = new_webhook_secret(), session.storage

    async def work(connection: Connection, app: App) -> None:
        await set_app(
            connection,
            app.id,
            secret=stored_secret(secret, app.id, storage.keys),
            former_secret=app.secret,
            former_until=storage.clock() + FORMER_LASTS,
            **_changed(session),
        )

    await _done(session, name, "app_secret_rotated", work)
    return secret


async def reseal_secrets(storage: Storage) -> int:
    """Bring the secrets of all apps under the present key, and return of how many apps some were not.

    Raises:
        KeyMissing: there is no key.
    """
    keys, count = needed(storage.keys), 0
    async with storage.connections.writing() as connection:
        for each in await apps_on(connection):
            if changed := resealed(each, keys):
                await set_app(connection, each.id, **changed)
                count += 1
    return count


async def replay(
    session: Session, name: str, *, since: int | None = None, delivery: str | None = None
) -> App:
    """Tell an app again what it was told, or should have been: one message, or all from a position of the log on.

    It knows the messages by the ids that they had.

    Args:
        session: of an administrator.
        name: of the app.
        since: the position of the first line.
        delivery: the id of the message.

    Raises:
        Forbidden, NotFound: as for `deliveries`; or there is no such message.
        BadValue: neither or both are given, or they are none.
    """
    if (since is None) == (delivery is None):
        raise BadValue("Say which message is to be sent again, or from which position on.")

    async def work(connection: Connection, app: App) -> None:
        now = session.storage.clock()
        if delivery is not None:
            position = _position(app, delivery)
            if not await send_again(connection, app.id, position, position, now):
                raise NotFound(f"There is no message {delivery!r}.", path="delivery")
            return
        first = max(1, since or 0)
        end, _ = await end_of_log(connection)
        await send_again(connection, app.id, first, end, now)
        stands = (await readers.standing(connection)).get(app.reader, end)
        await readers.move(connection, {app.reader: min(stands, first - 1)})

    return await _done(session, name, "app_replayed", work)


def _position(app: App, delivery: str) -> int:
    before, _, position = delivery.rpartition("_")
    if before != f"msg_{app.id.hex}" or not position.isdecimal() or len(position) > 18:
        raise BadValue(f"{delivery!r} is no message to {app.name!r}.", path="delivery")
    return int(position)


def _changed(session: Session) -> dict[str, object]:
    return {"changed_at": session.storage.clock(), "changed_by": session.principal.id}


async def _done(
    session: Session, name: str, kind: str, work: Callable[[Connection, App], Awaitable[None]]
) -> App:
    """Do something with an app in a transaction, which the access log is told of."""
    for_administrators(session.principal, "steer apps")
    await session.certify()

    async def attempt() -> App:
        async with session.storage.connections.writing() as connection:
            app = await app_on(connection, name)
            await work(connection, app)
            now = session.storage.clock()
            await note(connection, session.principal, kind, at=now, details={"app": name})
            return await app_on(connection, name)

    return await repeat(attempt)
