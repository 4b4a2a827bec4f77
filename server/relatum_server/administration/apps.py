"""Apps outside the process: which are in, what they are told, and how administrators let them in and take them out."""

from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel

from relatum import apps as room
from relatum.apps.consent import Consent, consent_to
from relatum.session import Context
from relatum_schemas.action import Action, action
from relatum_schemas.app import read_manifest


class AppDelivery(BaseModel):
    """What an app was told of a change, or is to be.

    Attributes:
        id: by which the app knows it.
        event: such as `Person.updated`.
        record_id: of the record.
        state: `waiting`, `delivered`, `failed` (it was tried as often as it is tried) or `withheld` (the app may not see
            the record, or does not want to be told of it).
        attempts: made so far.
        status: that was answered last.
        error: what went wrong last.
        milliseconds: that the last attempt took.
        tried_at: when it was sent last.
        due_at: when it is sent next.
    """

    id: str
    event: str
    record_id: str
    state: str
    attempts: int
    status: int | None
    error: str | None
    milliseconds: int | None
    tried_at: datetime | None
    due_at: datetime | None
    position: int


class AppStanding(BaseModel):
    """An app that is installed.

    Attributes:
        name: short, and unique.
        title: what people call it.
        publisher: who makes it.
        description: what it is for.
        state: `active`, or `paused`: it is told of nothing for now.
        why: it is paused, when no administrator paused it.
        failing_since: since when nothing arrives there.
        webhook: where it is told of changes.
        may: what it may do, a sentence each.
        told: what it is told of, a sentence each.
        installed_at: when it was let in.
        deliveries: the last of what it was told.
    """

    name: str
    title: str
    publisher: str
    description: str
    state: str
    why: str | None
    failing_since: datetime | None
    webhook: str | None
    may: list[str]
    told: list[str]
    installed_at: datetime
    deliveries: list[AppDelivery]


class InstalledApp(BaseModel):
    """An app that was just let in, with what its operator has to be told. It is shown this once.

    Attributes:
        app: as it is now.
        token: by which it asks.
        secret: by which it verifies what it is told.
    """

    app: AppStanding
    token: str
    secret: str


class AppConsent(BaseModel):
    """What letting an app in comes to.

    Attributes:
        name: of the app.
        title: what people call it.
        publisher: who makes it.
        may: what it may do, a sentence each.
        told: what it is told of, a sentence each.
        webhook: where it is told of changes.
    """

    name: str
    title: str
    publisher: str
    may: list[str]
    told: list[str]
    webhook: str | None


State = Literal["waiting", "delivered", "failed", "withheld"]


@action(reading=True)
async def apps(ctx: Context) -> list[AppStanding]:
    """The apps outside the process that are installed, what they may do, and the last that each was told."""
    return [await _standing(ctx, each) for each in await room.apps(ctx.db)]


@action(reading=True)
async def app_deliveries(
    ctx: Context,
    name: str,
    state: State | None = None,
    first: int = 50,
    before: int | None = None,
) -> list[AppDelivery]:
    """What an app was told, or is to be, the last in the log first.

    Args:
        ctx: of the call.
        name: of the app.
        state: only what stands so.
        first: how many at the most.
        before: only what is of changes before this position.
    """
    found = await room.deliveries(ctx.db, name, state=state, first=first, before=before)
    return [_delivery(each) for each in found]


@action(reading=True)
async def consent_to_app(ctx: Context, manifest: str) -> AppConsent:
    """What an app could do and see if it were let in.

    Args:
        ctx: of the call.
        manifest: what the app says of itself, in JSON or TOML.
    """
    read = read_manifest(manifest)
    said = consent_to(ctx.db.catalogue, read)
    return AppConsent(
        name=read.name,
        title=read.title,
        publisher=read.publisher,
        may=list(said.may),
        told=list(said.told),
        webhook=read.webhook,
    )


@action(apart=True)
async def install_app(ctx: Context, manifest: str) -> InstalledApp:
    """Let an app in, or have one that is in go by another manifest. Token and secret are shown this once.

    Args:
        ctx: of the call.
        manifest: what the app says of itself, in JSON or TOML.
    """
    made = await room.install_app(ctx.db, read_manifest(manifest))
    return InstalledApp(app=await _standing(ctx, made.app), token=made.token, secret=made.secret)


@action(apart=True)
async def pause_app(ctx: Context, name: str) -> AppStanding:
    """Tell an app of nothing for now; what happens meanwhile it is told when it goes on.

    Args:
        ctx: of the call.
        name: of the app.
    """
    return await _standing(ctx, await room.pause_app(ctx.db, name))


@action(apart=True)
async def resume_app(ctx: Context, name: str, *, skip: bool = False) -> AppStanding:
    """Let an app that was paused go on.

    Args:
        ctx: of the call.
        name: of the app.
        skip: whether it is not told of what happened meanwhile.
    """
    return await _standing(ctx, await room.resume_app(ctx.db, name, skip=skip))


@action(apart=True)
async def remove_app(ctx: Context, name: str) -> list[AppStanding]:
    """Take an app out: its tokens open nothing any more, and it is told of nothing.

    Args:
        ctx: of the call.
        name: of the app.
    """
    await room.remove_app(ctx.db, name)
    return [await _standing(ctx, each) for each in await room.apps(ctx.db)]


@action(apart=True)
async def rotate_app_secret(ctx: Context, name: str) -> str:
    """Sign what an app is told with another secret, shown this once; for a day the former one signs, too.

    Args:
        ctx: of the call.
        name: of the app.
    """
    return await room.rotate_secret(ctx.db, name)


@action(apart=True)
async def renew_app_token(ctx: Context, name: str) -> str:
    """Make an app another token, shown this once; those before can be used for one day more.

    Args:
        ctx: of the call.
        name: of the app.
    """
    return await room.renew_token(ctx.db, name)


@action(apart=True)
async def replay_app_deliveries(
    ctx: Context, name: str, since: int | None = None, delivery: str | None = None
) -> AppStanding:
    """Tell an app again what it was told, or should have been: one message, or all from a position of the log on.

    Args:
        ctx: of the call.
        name: of the app.
        since: the position of the first change.
        delivery: the id of the message.
    """
    return await _standing(ctx, await room.replay(ctx.db, name, since=since, delivery=delivery))


_SHOWN: Final = 10
"""The deliveries that are shown beside an app."""


async def _standing(ctx: Context, app: room.App) -> AppStanding:
    manifest = app.manifest
    said = _said(ctx, app)
    last = [] if app.state == "removed" else await room.deliveries(ctx.db, app.name, first=_SHOWN)
    return AppStanding(
        name=app.name,
        title=manifest.title,
        publisher=manifest.publisher,
        description=manifest.description,
        state=app.state,
        why=app.why,
        failing_since=app.failing,
        webhook=manifest.webhook,
        may=list(said.may),
        told=list(said.told),
        installed_at=app.installed_at,
        deliveries=[_delivery(each) for each in last],
    )


def _said(ctx: Context, app: room.App) -> Consent:
    return consent_to(ctx.db.catalogue, app.manifest, strictly=False)


def _delivery(each: room.Delivery) -> AppDelivery:
    return AppDelivery(
        id=each.id,
        event=f"{each.type}.{each.operation}",
        record_id=str(each.record),
        state=each.state,
        attempts=each.attempts,
        status=each.status,
        error=each.error,
        milliseconds=each.milliseconds,
        tried_at=each.tried_at,
        due_at=each.due_at,
        position=each.position,
    )


ACTIONS: Final[tuple[Action, ...]] = (
    apps,
    app_deliveries,
    consent_to_app,
    install_app,
    pause_app,
    resume_app,
    remove_app,
    rotate_app_secret,
    renew_app_token,
    replay_app_deliveries,
)
