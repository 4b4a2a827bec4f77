"""`relatum access`: who may do what with the records of a type; why somebody may or may not; who may."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import click

from relatum.access import OPERATE, SYSTEM
from relatum.catalogue import Catalogue
from relatum.explaining import explain_access, who_can
from relatum.migration import state
from relatum.session import Database, open_database
from relatum_schemas.errors import BadValue, NotFound, RelatumError
from relatum_schemas.kinds import Identity, Instant
from relatum_schemas.policy import Right
from relatum_server.cli.access_report import explanation, matrix, who
from relatum_server.cli.failing import lines
from relatum_server.cli.options import PLUGINS, with_settings
from relatum_server.installation import catalogue_in_force, plugins_in_force, types_in_force
from relatum_server.settings import Settings

_RIGHTS: Final = [str(each.name).lower() for each in Right]


@click.command()
@click.argument("type_name", metavar="TYPE")
@click.argument("record", required=False)
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Only this.  May be repeated.")
@click.option("--principal", metavar="ID", help="Who: a record's id, or an e-mail address.")
@click.option("--firm", metavar="ID", help="The firm that the principal acts for.")
@click.option("--right", type=click.Choice(_RIGHTS), default="read", show_default=True)
@click.option("--action", metavar="NAME", help="An action instead of a right.")
@click.option("--field", metavar="NAME", help="Of the record.")
@click.option("--purpose", default=OPERATE, metavar="CODE", help="Of the call.")
@click.option("--at", metavar="TIME", help="A recorded time at which to judge.  [default: now]")
@with_settings("database", *PLUGINS, "zone")
def access(
    *,
    type_name: str,
    record: str | None,
    roles: tuple[str, ...],
    principal: str | None,
    firm: str | None,
    right: str,
    action: str | None,
    field: str | None,
    purpose: str,
    at: str | None,
    settings: Settings,
) -> None:
    """Show who may do what with records of TYPE, by role and right.

    With the id of a RECORD of the type: who can do it; and with --principal, why somebody may or may not.
    """
    if record is None:
        if principal is not None:
            raise click.UsageError("Name the record that it is about.")
        report = asyncio.run(_matrix(settings, type_name, roles))
    else:
        asked = _Asked(
            type_name=type_name,
            record=_id(record, "RECORD"),
            principal=principal,
            firm=None if firm is None else _id(firm, "firm"),
            what=action or Right[right.upper()],
            field=field,
            purpose=purpose,
            at=None if at is None else Instant().parse(at),
        )
        report = asyncio.run(_record(settings, asked))
    click.echo(report)


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is asked about a record."""

    type_name: str
    record: UUID
    principal: str | None
    firm: UUID | None
    what: Right | str
    field: str | None
    purpose: str
    at: datetime | None


async def _matrix(settings: Settings, type_name: str, roles: tuple[str, ...]) -> str:
    """The report about a type or the types of a trait, with the rules that administrators keep if they can be read."""
    catalogue = catalogue_in_force(settings)
    note = "Without the rules that administrators keep: no database is named."
    if settings.database is not None:
        try:
            catalogue, note = await _with_kept(settings), ""
        except RelatumError as error:
            note = f"Without the rules that administrators keep. {' '.join(lines(error))}"
    for role in roles:
        if role not in catalogue.roles:
            known = ", ".join(sorted(catalogue.roles))
            raise BadValue(f"There is no role {role!r}.", path="role", hint=f"There are: {known}.")
    types = catalogue.concrete(type_name)
    parts = ["\n".join(matrix(catalogue, each, roles)) for each in types]
    return "\n\n".join([*parts, *([note] if note else [])])


async def _with_kept(settings: Settings) -> Catalogue:
    (await state(settings.database_url, plugins_in_force(settings))).require_current()
    async with open_database(settings.database_url, types_in_force(settings)) as database:
        await database.identity.refresh()
        return database.catalogue


async def _record(settings: Settings, asked: _Asked) -> str:
    (await state(settings.database_url, plugins_in_force(settings))).require_current()
    async with open_database(settings.database_url, types_in_force(settings)) as database:
        await database.identity.refresh()
        types = database.catalogue.concrete(asked.type_name)
        session = database.as_(SYSTEM, reason="relatum access")
        if asked.principal is None:
            holders = await who_can(
                session,
                asked.record,
                asked.what,
                field=asked.field,
                at=asked.at,
                purpose=asked.purpose,
            )
            return "\n".join(who(holders))
        found = await explain_access(
            session,
            await _person(database, asked.principal),
            asked.record,
            asked.what,
            field=asked.field,
            firm=asked.firm,
            at=asked.at,
            purpose=asked.purpose,
        )
        if found.record.type not in types:
            raise NotFound(f"The record is of type {found.record.type}.", path="TYPE")
        return "\n".join(explanation(found))


async def _person(database: Database, given: str) -> UUID:
    """A principal by the id of its record, or by the address by which it signs in."""
    if "@" not in given:
        return _id(given, "principal")
    account = await database.identity.account_of(SYSTEM, given)
    if account is None:
        raise NotFound(f"Nobody signs in by {given}.", path="principal")
    return account.record


def _id(given: str, path: str) -> UUID:
    try:
        parsed: UUID = Identity().parse(given)
    except BadValue as error:
        raise error.at(path) from error
    return parsed
