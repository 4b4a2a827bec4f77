"""`relatum role`: who holds which role. Roles by rules are held through ties and need no giving."""

from collections.abc import Sequence
from uuid import UUID

import click

from relatum.access import SYSTEM
from relatum.identity import Holding
from relatum.session import Database
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, id_of, record_named, work_on
from relatum_server.settings import Settings

_firm = click.option("--firm", metavar="ID", help="Only while acting for this firm.")


@click.group()
def role() -> None:
    """Keep who holds which role."""


@role.command("give")
@click.argument("name", metavar="ROLE")
@click.argument("who")
@_firm
@with_settings(*SETTINGS)
def give(*, name: str, who: str, firm: str | None, settings: Settings) -> None:
    """Give ROLE to WHO: the e-mail address of an account, or the id of a record."""

    async def work(database: Database) -> Holding:
        record = await record_named(database, who)
        return await database.identity.hold(SYSTEM, record, name, firm=_id(firm))

    held = work_on(settings, "role give", work)
    click.echo(f"{held.name} has the role {name}.")


@role.command("take")
@click.argument("name", metavar="ROLE")
@click.argument("who")
@_firm
@with_settings(*SETTINGS)
def take(*, name: str, who: str, firm: str | None, settings: Settings) -> None:
    """Take ROLE from WHO; it is gone with the next request."""

    async def work(database: Database) -> None:
        record = await record_named(database, who)
        await database.identity.let_go(SYSTEM, record, name, firm=_id(firm))

    work_on(settings, "role take", work)
    click.echo(f"{who} no longer has the role {name}.")


@role.command("list")
@with_settings(*SETTINGS)
def list_(*, settings: Settings) -> None:
    """List the roles that there are, and who holds those that are given."""

    async def work(database: Database) -> tuple[dict[str, str], Sequence[Holding]]:
        known = {each.name: each.title for each in database.catalogue.roles.values()}
        return known, await database.identity.holdings()

    roles, held = work_on(settings, "role list", work)
    for name in sorted(roles):
        click.echo(f"{name}  {roles[name]}".rstrip())
        for each in held:
            if each.role == name:
                only = f", while acting for {each.firm}" if each.firm else ""
                click.echo(f"  {each.name} ({each.record}){only}")


def _id(given: str | None) -> UUID | None:
    return None if given is None else id_of(given)
