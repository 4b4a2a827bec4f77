"""`relatum user`: who may sign in. The first administrator is made here."""

import secrets
from collections.abc import Iterator, Sequence
from typing import Final

import click

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.identity import Account, NewTicket
from relatum.identity.newcomers import person_type
from relatum.identity.passwords import judge_password
from relatum.identity.tickets import LinkUse
from relatum.session import Database
from relatum_schemas.errors import BadSetting, Conflict
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, account_named, id_of, work_on
from relatum_server.identity.letters import PLACES
from relatum_server.settings import Settings

_BYTES: Final = 15
"""Of chance in a password that is made here: 20 characters."""

ask_password = click.option(
    "--ask-password", is_flag=True, help="Ask for the password instead of making one."
)


@click.group()
def user() -> None:
    """Keep who may sign in."""


@user.command("add")
@click.argument("email")
@click.option("--record", metavar="ID", help="The person, by the id of its record.")
@click.option("--name", metavar="NAME", help="Make a record of this person: 'First Last'.")
@click.option("--administrator", is_flag=True, help="Give the role that may do everything.")
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="A role.  May be repeated.")
@ask_password
@with_settings(*SETTINGS)
def add(
    *,
    email: str,
    record: str | None,
    name: str | None,
    administrator: bool,
    roles: tuple[str, ...],
    ask_password: bool,
    settings: Settings,
) -> None:
    """Let a person sign in with EMAIL: one that the database has, or a new one."""
    if (record is None) == (name is None):
        raise BadSetting(
            "An account belongs to a person.",
            hint="Name one that is there by --record ID, or make one by --name 'First Last'.",
        )
    given = (*roles, ADMINISTRATOR) if administrator else roles
    password = _password(email, ask=ask_password)

    async def work(database: Database) -> Account:
        identity = database.identity
        if await identity.account_of(SYSTEM, email) is not None:
            raise Conflict(f"{email} has an account already.", path="email")
        # The road of an invitation, which makes record, account and roles together or not at all.
        invited = await identity.invite(
            SYSTEM,
            email,
            record=None if record is None else id_of(record),
            person=None if name is None else named(database.catalogue, name),
            roles=given,
        )
        assert invited.secret is not None
        session = (await identity.redeem(invited.secret, password=password)).signed_in
        assert session.session is not None
        await identity.end_session(SYSTEM, session.session)
        return await account_named(database, email)

    made = work_on(settings, "user add", work)
    click.echo(f"{made.name} signs in as {made.email}.")
    _tell(password, asked=ask_password)


def named(catalogue: Catalogue, name: str) -> dict[str, object]:
    """The values of a person that is called by a name: its last word stands in the last field of the label."""
    record_type = catalogue.types[person_type(catalogue)]
    first, *others = record_type.label_fields
    *before, last = name.split() or [""]
    if not others:
        return {first.name: " ".join((*before, last))}
    if not before:
        needed = next((each for each in record_type.label_fields if each.required), first)
        return {needed.name: last}
    return {first.name: " ".join(before), others[-1].name: last}


@user.command("list")
@with_settings(*SETTINGS)
def list_(*, settings: Settings) -> None:
    """List who may sign in."""

    async def work(database: Database) -> Sequence[Account]:
        return await database.identity.accounts(SYSTEM)

    accounts = work_on(settings, "user list", work)
    for line in _lines(accounts):
        click.echo(line)
    if not accounts:
        click.echo("Nobody can sign in. Make the first: relatum user add EMAIL --administrator ...")


def _lines(accounts: Sequence[Account]) -> Iterator[str]:
    width = max((len(each.email) for each in accounts), default=0)
    for each in accounts:
        notes = [
            *(["disabled"] if each.disabled else []),
            *(["of the demo"] if each.demo else []),
            *([] if each.has_password else ["by links only"]),
        ]
        said = f"  ({', '.join(notes)})" if notes else ""
        yield f"{each.email:<{width}}  {each.record}  {each.name}{said}"


@user.command("password")
@click.argument("email")
@ask_password
@with_settings(*SETTINGS)
def password_(*, email: str, ask_password: bool, settings: Settings) -> None:
    """Give the account of EMAIL another password, which ends its sessions."""
    password = _password(email, ask=ask_password)

    async def work(database: Database) -> None:
        found = await account_named(database, email)
        await database.identity.set_password(SYSTEM, found.id, password)

    work_on(settings, "user password", work)
    click.echo(f"{email} has another password, and its sessions have ended.")
    _tell(password, asked=ask_password)


@user.command("disable")
@click.argument("email")
@click.option("--again", is_flag=True, help="Let the person sign in again.")
@with_settings(*SETTINGS)
def disable(*, email: str, again: bool, settings: Settings) -> None:
    """Close the account of EMAIL, which ends its sessions and stops its tokens."""

    async def work(database: Database) -> None:
        found = await account_named(database, email)
        await database.identity.set_disabled(SYSTEM, found.id, disabled=not again)

    work_on(settings, "user disable", work)
    click.echo(f"{email} {'may sign in again' if again else 'can no longer sign in'}.")


@user.command("link")
@click.argument("email")
@click.option("--reset", is_flag=True, help="For a new password.")
@with_settings(*SETTINGS, "address")
def link(*, email: str, reset: bool, settings: Settings) -> None:
    """Make a link that signs the person of EMAIL in once, to hand over where no mail is sent."""
    use: LinkUse = "reset" if reset else "sign_in"

    async def work(database: Database) -> NewTicket:
        found = await account_named(database, email)
        return await database.identity.make_link(SYSTEM, found.id, use=use)

    made = work_on(settings, "user link", work)
    place = f"{settings.address or ''}{PLACES[use]}{made.secret}"
    click.echo(f"It works once, until {made.ticket.expires_at:%Y-%m-%d %H:%M} (UTC):")
    click.echo(place)


def _password(email: str, *, ask: bool) -> str:
    if not ask:
        return secrets.token_urlsafe(_BYTES)
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    judge_password(password, email=email)
    return password


def _tell(password: str, *, asked: bool) -> None:
    if not asked:
        click.echo(f"Password, shown this once: {password}")
