"""`relatum key`: the keys of encrypted fields, in a file outside of the database."""

from pathlib import Path

import click

from relatum.apps.keeping import reseal_secrets
from relatum.sealing import followed, new_keyring, read_keys, write_keys
from relatum.session import Database
from relatum.writing.resealing import reseal
from relatum_schemas.errors import BadSetting
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, work_on
from relatum_server.settings import Settings


@click.group()
def key() -> None:
    """Keep the keys of encrypted fields."""


@key.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new(*, file: Path) -> None:
    """Make FILE, with a first key. Keep a copy of it apart from the backups of the database."""
    write_keys(file, new_keyring(), new=True)
    click.echo(f"{file} has a key. Name it to the servers: key_file = {str(file)!r}")
    click.echo("Without the file nothing that it encrypts can ever be read again.")


@key.command("rotate")
@click.option("--only-seal", is_flag=True, help="Make no new key; bring values under the present.")
@with_settings(*SETTINGS)
def rotate(*, only_seal: bool, settings: Settings) -> None:
    """Put a new key in front, and encrypt with it what former keys have encrypted.

    Servers find the new key by themselves. It also encrypts what was stored before a field was declared so. It can be
    called again at any time; --only-seal goes on where a call was broken off.
    """
    file = settings.key_file
    if file is None:
        raise BadSetting(
            "No key file is named.", path="key_file", hint="Make one: relatum key new FILE"
        )
    if not only_seal:
        write_keys(file, followed(read_keys(file)), new=False)

    async def work(database: Database) -> tuple[int, int]:
        return await reseal(database.storage), await reseal_secrets(database.storage)

    rows, apps = work_on(settings, "key rotate", work)
    click.echo(f"{rows} rows were encrypted with the key {read_keys(file).current!r}.")
    if apps:
        click.echo(f"So were the secrets of webhooks of {apps} apps.")
    click.echo("Former keys stay in the file: backups need them.")
