"""`relatum policy`: policies, roles and purposes that administrators keep as data."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from relatum.access import SYSTEM
from relatum.identity import StoredRule
from relatum.session import Database
from relatum_schemas.errors import RelatumError, Required, UnreadableFile
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS, work_on
from relatum_server.settings import Settings

_kind = click.option(
    "--kind",
    type=click.Choice(["policy", "role", "purpose"]),
    default="policy",
    show_default=True,
    help="What it is.",
)


@click.group()
def policy() -> None:
    """Keep policies, roles and purposes as data."""


@policy.command("list")
@with_settings(*SETTINGS)
def list_(*, settings: Settings) -> None:
    """List what is kept as data, and what of it has lost its meaning."""

    async def work(database: Database) -> tuple[Sequence[StoredRule], Sequence[RelatumError]]:
        return await database.identity.rules(), await database.identity.rule_problems()

    rules, problems = work_on(settings, "policy list", work)
    for each in rules:
        click.echo(f"{each.kind}  {each.name}  since {each.recorded_from.date().isoformat()}")
        click.echo(f"  {json.dumps(each.definition, ensure_ascii=False, sort_keys=True)}")
    for problem in problems:
        click.echo(f"Out of force: {' '.join(map(str, problem.path[:2]))}: {problem}", err=True)
    if not rules:
        click.echo("Only what plugins declare is in force.")


@policy.command("keep")
@click.argument("file", type=click.Path(path_type=Path))
@_kind
@with_settings(*SETTINGS)
def keep(*, file: Path, kind: str, settings: Settings) -> None:
    """Put what FILE says in force: a JSON object with a `name`, in place of what has that name."""
    data = _read(file)
    name = data.pop("name", None)
    if not isinstance(name, str):
        raise Required(f"{file} says no name.", path="name", hint='Write "name": "..." into it.')

    async def work(database: Database) -> None:
        identity = database.identity
        keeping = {
            "policy": identity.keep_policy,
            "role": identity.keep_role,
            "purpose": identity.keep_purpose,
        }
        await keeping[kind](SYSTEM, name, data)

    work_on(settings, "policy keep", work)
    click.echo(f"The {kind} {name!r} is in force.")


@policy.command("end")
@click.argument("name")
@_kind
@with_settings(*SETTINGS)
def end(*, name: str, kind: str, settings: Settings) -> None:
    """Put the policy NAME out of force."""

    async def work(database: Database) -> None:
        identity = database.identity
        ending = {
            "policy": identity.end_policy,
            "role": identity.end_role,
            "purpose": identity.end_purpose,
        }
        await ending[kind](SYSTEM, name)

    work_on(settings, "policy end", work)
    click.echo(f"The {kind} {name!r} is out of force.")


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableFile(f"{file} is no JSON: {error}.") from error
    if not isinstance(content, dict):
        raise UnreadableFile(f"{file} holds no JSON object.")
    return content
