"""`relatum erase`: nothing is left of a record but that it was."""

import click

from relatum.access import SYSTEM
from relatum.session import Database
from relatum.writing import Erased
from relatum_schemas.errors import BadReference
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, id_of, work_on
from relatum_server.settings import Settings


@click.command()
@click.argument("type_name", metavar="TYPE")
@click.argument("record", metavar="ID")
@click.option("--reason", help="Why, for the change log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_settings(*SETTINGS)
def erase(
    *, type_name: str, record: str, reason: str | None, yes: bool, settings: Settings
) -> None:
    """Erase the record ID for good: its values now and ever, its ties, words, keys, accounts and sessions.

    A tombstone stays, and the lines of the logs without what they said. Backups are not touched.
    """
    record_id = id_of(record)
    if not yes:
        click.confirm(f"Erase {type_name} {record_id} for good?", abort=True)

    async def work(database: Database) -> Erased:
        async with database.as_(SYSTEM, reason=reason).unit() as unit:
            erased = await unit.erase(record_id)
            if erased.type != type_name:
                raise BadReference(
                    f"The record is of the type {erased.type}; nothing was erased.", path="type"
                )
            return erased

    erased = work_on(settings, "erase", work)
    click.echo(
        f"{erased.type} {erased.record} is erased: {erased.versions} versions, {erased.ties} ties, "
        f"{erased.accounts} accounts."
    )
