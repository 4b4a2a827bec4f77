"""`relatum catalogue`: what administrators declare at run time, as a document that moves between installations."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from relatum.access import SYSTEM
from relatum.migration import state
from relatum.plugins import Loading, Surroundings
from relatum.redeclaring import (
    Installation,
    Outcome,
    Wish,
    applied,
    apply,
    declared_now,
    redeclare,
    removed,
    renamed,
    restored,
)
from relatum.session import open_database
from relatum_schemas.declared import Document, as_json, as_toml, read_document
from relatum_schemas.errors import BadValue, RelatumError, UnreadableFile
from relatum_server.cli.options import with_settings
from relatum_server.cli.working import SETTINGS
from relatum_server.graphql.schema import build_schema
from relatum_server.installation import plugins_in_force, types_in_force
from relatum_server.settings import Settings

_file = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def catalogue() -> None:
    """Keep types that are declared at run time."""


@catalogue.command("export")
@_file
@with_settings(*SETTINGS)
def export(*, file: Path, settings: Settings) -> None:
    """Write all that is declared at run time into FILE, as TOML or JSON; to the screen if it is `-`."""
    text, resting = asyncio.run(_exported(settings, file))
    if str(file) == "-":
        click.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {file}")
    for problem in resting:
        click.echo(f"Out of force: {problem}", err=True)


@catalogue.command("plan")
@_file
@with_settings(*SETTINGS)
def plan(*, file: Path, settings: Settings) -> None:
    """Show what it takes to bring into force what FILE declares; do nothing."""
    _tell(asyncio.run(_redeclared(settings, applied(_read(file)), only_plan=True)))


@catalogue.command("apply")
@_file
@with_settings(*SETTINGS)
def apply_(*, file: Path, settings: Settings) -> None:
    """Bring into force what FILE declares: all of it, or nothing. What it does not mention stays."""
    _tell(asyncio.run(_redeclared(settings, applied(_read(file)))))


@catalogue.command("rename")
@click.argument("name")
@click.argument("to")
@with_settings(*SETTINGS)
def rename(*, name: str, to: str, settings: Settings) -> None:
    """Rename the type NAME, or the field NAME (as in Machine.colour), TO another name.

    This can be done before `relatum migrate`, too, for a name that a plugin has come to take.
    """
    _tell(asyncio.run(_redeclared(settings, renamed(name, to))))


@catalogue.command("remove")
@click.argument("names", nargs=-1, required=True)
@click.option("--with-values", is_flag=True, help="Park what has records or values.")
@with_settings(*SETTINGS)
def remove(*, names: tuple[str, ...], with_values: bool, settings: Settings) -> None:
    """Remove types and fields (as in Machine.colour) by their NAMES."""
    _tell(asyncio.run(_redeclared(settings, removed(names, with_values=with_values))))


@catalogue.command("restore")
@click.argument("name")
@with_settings(*SETTINGS)
def restore(*, name: str, settings: Settings) -> None:
    """Bring back the type or field NAME that was removed with its values, and these with it."""
    _tell(asyncio.run(_redeclared(settings, restored(name))))


async def _exported(settings: Settings, file: Path) -> tuple[str, tuple[RelatumError, ...]]:
    plugins = plugins_in_force(settings)
    surroundings = Surroundings(loading=Loading(plugins))
    types = types_in_force(settings, plugins)
    async with open_database(settings.database_url, types, surroundings=surroundings) as database:
        found = await declared_now(database.as_(SYSTEM, reason="relatum catalogue export"))
    write = as_json if _form(file) == "json" else as_toml
    return write(found.declarations), found.resting


async def _redeclared(settings: Settings, wish: Wish, *, only_plan: bool = False) -> Outcome:
    """What came of a wish; where migrations are missing, only tables of what is declared at run time are touched."""
    plugins = plugins_in_force(settings)
    there = await state(settings.database_url, plugins)
    there.require_known()
    if not there.current:
        installation = Installation(plugins=plugins, zone=settings.zone, judge=build_schema)
        return await apply(
            settings.database_url, installation, wish, by=SYSTEM.id, now=datetime.now(UTC)
        )
    surroundings = Surroundings(loading=Loading(plugins))
    types = types_in_force(settings, plugins)
    async with open_database(settings.database_url, types, surroundings=surroundings) as database:
        await database.identity.refresh()
        session = database.as_(SYSTEM, reason="relatum catalogue")
        return await redeclare(session, wish, judge=build_schema, only_plan=only_plan)


def _read(file: Path) -> Document:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableFile(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{file} is no text of UTF-8: {error}.") from error
    return read_document(text, _form(file))


def _form(file: Path) -> Literal["toml", "json"]:
    match file.suffix:
        case ".json":
            return "json"
        case ".toml" | "":
            return "toml"
    raise BadValue(f"{file} is neither TOML nor JSON.", hint="Call it .toml or .json.")


def _tell(outcome: Outcome) -> None:
    """Show what came of a wish.

    Raises:
        Exit: it was not done, since not all of it may be.
    """
    for line in _lines(outcome):
        click.echo(line)
    if not outcome.plan.applicable:
        click.echo("Nothing was changed.", err=True)
        raise click.exceptions.Exit(1)


def _lines(outcome: Outcome) -> Iterator[str]:
    for act in outcome.plan.acts:
        yield f"{act.verdict:7}  {act.words}"
        if act.reason:
            yield f"         {act.reason} {act.way_out or ''}".rstrip()
    yield from (f"         {step}" for step in outcome.plan.steps if not outcome.applied)
    yield from (f"warning  {warning}" for warning in outcome.plan.warnings)
    if not outcome.plan.acts:
        yield "All of it is in force already."
    elif outcome.applied:
        yield "It is in force."
