"""`relatum client` and `relatum token`: programs that ask by themselves, and the secrets by which they do."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import click

from relatum.access import SYSTEM
from relatum.identity import Client, NewToken, Token
from relatum.session import Database
from relatum_schemas.errors import BadSetting, NotFound
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, account_named, id_of, work_on
from relatum_server.settings import Settings

_roles = click.option("--role", "roles", multiple=True, metavar="ROLE", help="May be repeated.")


@click.group()
def client() -> None:
    """Keep client apps."""


@client.command("add")
@click.argument("name")
@_roles
@click.option("--record", metavar="ID", help="The record as which it asks, if it is one.")
@with_settings(*SETTINGS)
def add(*, name: str, roles: tuple[str, ...], record: str | None, settings: Settings) -> None:
    """Register the client app NAME with the roles that its tokens have at most."""

    async def work(database: Database) -> Client:
        as_record = None if record is None else id_of(record)
        return await database.identity.add_client(SYSTEM, name, record=as_record, roles=roles)

    work_on(settings, "client add", work)
    click.echo(f"{name} is registered. Make it a token: relatum token add NAME --client {name}")


@client.command("list")
@with_settings(*SETTINGS)
def list_(*, settings: Settings) -> None:
    """List the client apps."""

    async def work(database: Database) -> Sequence[Client]:
        return await database.identity.clients(SYSTEM)

    for each in work_on(settings, "client list", work):
        ended = f"  ended {_day(each.ended_at)}" if each.ended_at else ""
        click.echo(f"{each.name}  {', '.join(sorted(each.roles)) or 'no roles'}{ended}")


@client.command("end")
@click.argument("name")
@with_settings(*SETTINGS)
def end(*, name: str, settings: Settings) -> None:
    """End the client app NAME, and with it all its tokens."""

    async def work(database: Database) -> None:
        await database.identity.end_client(SYSTEM, await _client(database, name))

    work_on(settings, "client end", work)
    click.echo(f"{name} has ended, and its tokens open nothing any more.")


@click.group()
def token() -> None:
    """Keep bearer tokens of people and of client apps."""


@token.command("add")
@click.argument("name")
@click.option("--user", metavar="EMAIL", help="The person whose it is.")
@click.option("--client", "app", metavar="NAME", help="The client app whose it is.")
@_roles
@click.option("--firm", metavar="ID", help="The firm it acts for.")
@click.option("--purpose", help="The only purpose it is for.")
@click.option("--days", type=click.IntRange(min=1), default=90, show_default=True)
@with_settings(*SETTINGS)
def add_token(
    *,
    name: str,
    user: str | None,
    app: str | None,
    roles: tuple[str, ...],
    firm: str | None,
    purpose: str | None,
    days: int,
    settings: Settings,
) -> None:
    """Make a token called NAME. It has all roles of its holder, or of those only the ones named."""
    if (user is None) == (app is None):
        raise BadSetting("Say whose the token is.", hint="Either --user EMAIL or --client NAME.")

    async def work(database: Database) -> NewToken:
        return await database.identity.add_token(
            SYSTEM,
            name,
            account=None if user is None else (await account_named(database, user)).id,
            client=None if app is None else await _client(database, app),
            roles=roles,
            firm=None if firm is None else id_of(firm),
            purpose=purpose,
            lasts=timedelta(days=days),
        )

    made = work_on(settings, "token add", work)
    click.echo(f"The token can be used until {_day(made.token.expires_at)}.")
    click.echo(f"Token, shown this once: {made.secret}")


@token.command("list")
@with_settings(*SETTINGS)
def list_tokens(*, settings: Settings) -> None:
    """List the tokens, whose they are, and when they were last used."""

    async def work(database: Database) -> tuple[Sequence[Token], dict[UUID, str]]:
        identity = database.identity
        holders = {each.id: each.email for each in await identity.accounts(SYSTEM)}
        holders |= {each.id: each.name for each in await identity.clients(SYSTEM)}
        return await identity.tokens(SYSTEM), holders

    tokens, holders = work_on(settings, "token list", work)
    for each in tokens:
        holder = holders.get(each.account or each.client or each.id, "")
        used = f"used {_day(each.used_at)}" if each.used_at else "never used"
        until = f"ended {_day(each.ended_at)}" if each.ended_at else f"to {_day(each.expires_at)}"
        click.echo(f"{each.id}  {holder}  {each.name}  {used}, {until}")


@token.command("end")
@click.argument("token_id", metavar="ID")
@with_settings(*SETTINGS)
def end_token(*, token_id: str, settings: Settings) -> None:
    """End the token of this ID."""

    async def work(database: Database) -> None:
        await database.identity.end_token(SYSTEM, id_of(token_id))

    work_on(settings, "token end", work)
    click.echo("The token opens nothing any more.")


async def _client(database: Database, name: str) -> UUID:
    for each in await database.identity.clients(SYSTEM):
        if each.name == name:
            return each.id
    raise NotFound(f"There is no client app named {name!r}.", hint="See: relatum client list")


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
