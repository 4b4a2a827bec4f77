"""`relatum app`: programs of others, which may do a part of what people may, and are told of changes."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from relatum import apps as room
from relatum.access import SYSTEM
from relatum.apps.consent import Consent, consent_to
from relatum.apps.stored import DeliveryState
from relatum.apps.terms import put_in_force
from relatum.session import Database, Session
from relatum_schemas.app import AppManifest, read_manifest
from relatum_schemas.errors import UnreadableFile
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, work_on
from relatum_server.settings import Settings

T = TypeVar("T")

_STATES = ("waiting", "delivered", "failed", "withheld")


@click.group()
def app() -> None:
    """Let apps in, see what they are told, and steer it."""


@app.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Let it in without asking.")
@with_settings(*SETTINGS, "webhook_hosts")
def install(*, manifest: Path, yes: bool, settings: Settings) -> None:
    """Let the app in whose MANIFEST is a file of JSON or TOML, or have one that is in go by it."""
    read = _read(manifest)

    async def asked(db: Session) -> Consent:
        return consent_to(db.catalogue, read)

    async def install(db: Session) -> room.NewApp:
        return await room.install_app(db, read)

    _tell_consent(read, _work(settings, asked))
    if not yes:
        click.confirm("Let it in?", abort=True)
    made = _work(settings, install)
    click.echo(f"{read.name} is in. Tell its operator, and nobody else; it is shown this once:")
    click.echo(f"Token:  {made.token}")
    click.echo(f"Secret: {made.secret}")


@app.command("list")
@with_settings(*SETTINGS)
def list_apps(*, settings: Settings) -> None:
    """List the apps that are in."""
    found = _work(settings, room.apps)
    for each in found:
        since = f"  failing since {each.failing:%Y-%m-%d %H:%M}" if each.failing else ""
        click.echo(f"{each.name}  {each.state}  {each.manifest.title}{since}")
        if each.why:
            click.echo(f"    {each.why}")
    if not found:
        click.echo("There are none.")


@app.command("deliveries")
@click.argument("name")
@click.option("--state", type=click.Choice(_STATES), help="Only those.")
@click.option("--first", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@with_settings(*SETTINGS)
def list_deliveries(
    *, name: str, state: DeliveryState | None, first: int, settings: Settings
) -> None:
    """List what the app NAME was told, or is to be, the last first."""

    async def work(db: Session) -> list[room.Delivery]:
        return await room.deliveries(db, name, state=state, first=first)

    for each in _work(settings, work):
        tried = f"{each.tried_at:%Y-%m-%d %H:%M:%S}" if each.tried_at else "not yet"
        click.echo(
            f"{each.position:>9}  {each.state:<9}  {tried:<19}  {each.attempts}x  "
            f"{each.type}.{each.operation}  {each.id}"
        )
        if each.error:
            click.echo(f"{'':<11}{each.error}")


@app.command()
@click.argument("name")
@with_settings(*SETTINGS)
def pause(*, name: str, settings: Settings) -> None:
    """Tell the app NAME of nothing for now."""
    _work(settings, lambda db: room.pause_app(db, name))
    click.echo(f"{name} is paused. What happens meanwhile it is told when it goes on.")


@app.command()
@click.argument("name")
@click.option("--skip", is_flag=True, help="Do not tell it of what happened meanwhile.")
@with_settings(*SETTINGS)
def resume(*, name: str, skip: bool, settings: Settings) -> None:
    """Let the app NAME go on."""
    _work(settings, lambda db: room.resume_app(db, name, skip=skip))
    click.echo(f"{name} goes on as soon as a server runs.")


@app.command()
@click.argument("name")
@with_settings(*SETTINGS)
def remove(*, name: str, settings: Settings) -> None:
    """Take the app NAME out, with its tokens and its scopes."""
    _work(settings, lambda db: room.remove_app(db, name))
    click.echo(f"{name} is out, and its tokens open nothing any more.")


@app.command()
@click.argument("name")
@with_settings(*SETTINGS)
def rotate(*, name: str, settings: Settings) -> None:
    """Sign what the app NAME is told with another secret; for a day the former one signs, too."""
    secret = _work(settings, lambda db: room.rotate_secret(db, name))
    click.echo(f"Secret, shown this once: {secret}")


@app.command()
@click.argument("name")
@with_settings(*SETTINGS)
def renew(*, name: str, settings: Settings) -> None:
    """Make the app NAME another token; those before can be used for a day more."""
    token = _work(settings, lambda db: room.renew_token(db, name))
    click.echo(f"Token, shown this once: {token}")


@app.command()
@click.argument("name")
@click.option("--since", type=click.IntRange(1), metavar="POSITION", help="All from this one on.")
@click.option("--delivery", metavar="ID", help="Only this message.")
@with_settings(*SETTINGS)
def replay(*, name: str, since: int | None, delivery: str | None, settings: Settings) -> None:
    """Tell the app NAME again what it was told, or should have been."""
    _work(settings, lambda db: room.replay(db, name, since=since, delivery=delivery))
    click.echo(f"{name} is told again as soon as a server runs.")


def _read(file: Path) -> AppManifest:
    try:
        return read_manifest(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"The manifest {file} cannot be read: {error}.") from error


def _tell_consent(manifest: AppManifest, consent: Consent) -> None:
    click.echo(f"{manifest.title}, by {manifest.publisher}")
    for title, sentences in (("It may", consent.may), ("It is told", consent.told)):
        click.echo(f"{title}{':' if sentences else ' nothing.'}")
        for each in sentences:
            click.echo(f"  - {each}")
    if manifest.webhook:
        click.echo(f"What it is told goes to {manifest.webhook}.")


def _work(settings: Settings, work: Callable[[Session], Awaitable[T]]) -> T:
    async def on(database: Database) -> T:
        put_in_force(database.connections, settings.terms)
        return await work(database.as_(SYSTEM))

    return work_on(settings, "app", on)
