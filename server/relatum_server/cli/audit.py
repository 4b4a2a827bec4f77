"""`relatum audit`: whether the logs are as they were written, and what was erased from them."""

import asyncio

import click

from relatum.changes.lag import lag
from relatum.changes.verifying import (
    Checked,
    Erasure,
    LogEnd,
    LogName,
    anchor_of,
    erasures,
    verify,
)
from relatum.connections import open_connections
from relatum_server.cli.failing import FAILED
from relatum_server.cli.options import with_settings
from relatum_server.settings import Settings

_TITLES: dict[LogName, str] = {"change": "change log", "access": "access log"}


@click.group()
def audit() -> None:
    """Look after the change log and the access log."""


@audit.command("verify")
@click.option(
    "--changes-end", metavar="POSITION:CHAIN", help="An end of the change log kept apart."
)
@click.option(
    "--accesses-end", metavar="POSITION:CHAIN", help="An end of the access log kept apart."
)
@with_settings("database")
def verify_(*, changes_end: str | None, accesses_end: str | None, settings: Settings) -> None:
    """Say whether each line of both logs is as it was written, and what was erased by whom and when.

    The exit code is 1 when a line is missing or was altered. Keep the printed ends apart from the database: with them it
    shows when the last lines are cut off.
    """
    given: dict[LogName, str | None] = {"change": changes_end, "access": accesses_end}
    anchors = {log: anchor_of(text) for log, text in given.items() if text is not None}
    broken = asyncio.run(_verified(settings.database_url, anchors))
    if broken:
        raise click.exceptions.Exit(FAILED)


async def _verified(url: str, anchors: dict[LogName, LogEnd]) -> bool:
    connections = await open_connections(url)
    try:
        checked = await verify(connections, anchors=anchors)
        for each in checked:
            _tell(each)
        waiting = (await lag(connections)).lines
        if waiting:
            click.echo(f"change log: {waiting} lines wait for their number.")
        async for erasure in erasures(connections):
            _tell_erasure(erasure)
    finally:
        await connections.close()
    return any(each.broken is not None for each in checked)


def _tell(checked: Checked) -> None:
    title = _TITLES[checked.log]
    click.echo(f"{title}: {checked.lines} lines are as they were written, {checked.erased} erased.")
    broken = checked.broken
    if broken is None:
        click.echo(f"  end {checked.end.text}")
        return
    about = f" ({broken.type} {broken.record})" if broken.record else ""
    click.echo(
        click.style(f"  broken at position {broken.position}{about}: {broken.what}.", fg="red")
    )


def _tell_erasure(erasure: Erasure) -> None:
    by = erasure.by or "the system"
    why = f", {erasure.reason!r}" if erasure.reason else ""
    lines = ", ".join(map(str, erasure.positions)) or "none"
    click.echo(
        f"erased: {erasure.type} {erasure.record} at {erasure.at.isoformat()} by {by}{why}; lines {lines}"
    )
