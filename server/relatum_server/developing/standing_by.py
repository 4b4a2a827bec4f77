"""The process that is to serve next: it gets ready beside the one that serves, and says when it could take its place.

It is begun anew for each change, so that nothing of what was imported before is left in it.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import click

from relatum.migration import drift, migrate, state
from relatum.migration.developing import fold, follow, rehearse
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.plugins.messages import read_messages
from relatum_schemas.errors import DatabaseNewer, RelatumError
from relatum_server.cli.example_data import let_in, make, mapping_of, told
from relatum_server.cli.migrate import told as told_migrations
from relatum_server.developing.locating import located
from relatum_server.graphql.schema import build_schema
from relatum_server.installation import plugins_in_force, sign_ins_file
from relatum_server.serving import address_of, serve
from relatum_server.settings import Settings


@dataclass(frozen=True)
class Task:
    """What is developed.

    Attributes:
        settings: of the server, with a database that is a file.
        database: the file.
        plugins: the names of those that are written here.
        packages: their folders.
        allow_drop: whether what is no longer declared is dropped with its values.
        first: whether no process has served yet.
    """

    settings: Settings
    database: Path
    plugins: tuple[str, ...]
    packages: tuple[Path, ...]
    allow_drop: bool
    first: bool = True


def stand_by(task: Task, claimed: socket.socket, channel: Connection) -> None:
    """Get ready, say so, and serve once told to.

    Args:
        task: what is developed.
        claimed: the socket to serve on.
        channel: to the supervisor. True is sent when ready, and received to go on.
    """
    Thread(target=_end_with_supervisor, daemon=True).start()
    sys.dont_write_bytecode = True  # files may change twice within a second
    try:
        plugins = asyncio.run(_get_ready(task))
        channel.send(True)
        if not channel.recv():
            return
        if task.database.exists():
            asyncio.run(_bring_up(task, plugins))
        else:
            make(task.database, mapping_of(plugins), task.settings)
        sign_ins = asyncio.run(let_in(mapping_of(plugins), task.settings, developer=True))
    except EOFError:
        return
    except RelatumError as error:
        for line in located(error, task.packages):
            click.echo(line, err=True)
        return
    serve(task.settings, claimed, _announcement(task, address_of(claimed), told(sign_ins)))


def _end_with_supervisor() -> None:
    supervisor = parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


async def _get_ready(task: Task) -> tuple[LoadedPlugin, ...]:
    """Judge what is declared, write what the tables lack, and try it on a copy of the database.

    Raises:
        RelatumError: it cannot be served; nothing was changed.
    """
    plugins = plugins_in_force(task.settings)
    build_schema(catalogue_of(plugins, zone=task.settings.zone))
    for file in (each for folder in task.packages for each in folder.rglob("*/LC_MESSAGES/*.po")):
        read_messages(file)
    url = task.settings.database_url
    with _unless_it_fails(task.packages):
        try:
            for name in task.plugins:
                await follow(url, plugins, name, allow_drop=task.allow_drop)
            found = await state(url, plugins)
            found.require_known(None)
            if found.missing and task.database.exists():
                await rehearse(task.database, plugins)
        except DatabaseNewer as error:
            error.hint = "Begin anew: relatum dev --fresh"
            raise
    return plugins


@contextmanager
def _unless_it_fails(packages: Sequence[Path]) -> Iterator[None]:
    """Leave the migrations of packages as they were when the block fails."""
    before = {file: file.read_bytes() for file in _scripts(packages)}
    try:
        yield
    except BaseException:
        for file in {*_scripts(packages)} - before.keys():
            file.unlink()
        for file, text in before.items():
            file.write_bytes(text)
        raise


def _scripts(packages: Sequence[Path]) -> Iterator[Path]:
    for package in packages:
        yield from (package / "migrations" / "versions").glob("*.py")


async def _bring_up(task: Task, plugins: tuple[LoadedPlugin, ...]) -> None:
    url = task.settings.database_url
    for line in told_migrations(await migrate(url, plugins)):
        click.echo(line)
    for name in task.plugins:
        await fold(url, plugins, name)
    others = await drift(url, catalogue_of(plugins, zone=task.settings.zone))
    for line in others:
        click.echo(line, err=True)
    if others:
        click.echo("The tables are not those of the migrations: relatum dev --fresh", err=True)


def _announcement(task: Task, address: str, sign_ins: str) -> str:
    if not task.first:
        return "Serving what is declared now."
    return f"""
Serving {", ".join(task.plugins)}, for you alone, and again after each change of its files:

  start page  {address}/
  GraphiQL    {address}/graphql
  data        {task.database}  (relatum dev --fresh begins anew)

Sign in as one of them, in one click on the start page (their tokens for programs are in {sign_ins_file(task.settings)}):

{sign_ins}
Ctrl-C ends it."""
