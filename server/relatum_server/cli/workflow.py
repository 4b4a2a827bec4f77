"""`relatum workflow`: what plugins have begun, seen and steered from a shell."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import click

from relatum.access import SYSTEM
from relatum_server.cli.options import with_settings
from relatum_server.settings import Settings

if TYPE_CHECKING:
    from relatum.workflows.operating import Operator, State

STATES = ("WAITING", "RUNNING", "DONE", "FAILED", "CANCELLED")


@click.group()
def workflow() -> None:
    """See and steer what plugins have begun."""


@workflow.command("list")
@click.option("--state", type=click.Choice(STATES, case_sensitive=False), help="Only those.")
@click.option("--name", help="Only those of this name, such as maintenance.yearly_care.")
@click.option("--steps", is_flag=True, help="And what each has done so far.")
@click.option("--first", type=click.IntRange(1), default=50, show_default=True, help="How many.")
@with_settings("database")
def list_workflows(
    *, state: "State | None", name: str | None, steps: bool, first: int, settings: Settings
) -> None:
    """List workflows and reactions, the newest first."""

    async def work(operator: "Operator") -> None:
        page = await operator.workflows(SYSTEM, state=state, name=name, first=first)
        for each in page.workflows:
            click.echo(f"{each.started_at:%Y-%m-%d %H:%M:%S}  {each.state:<9}  {each.id}")
            if each.error:
                click.echo(f"{'':<21}{each.error}")
            for step in await operator.steps(SYSTEM, each.id) if steps else ():
                click.echo(f"{'':<21}{step.number}. {step.name}{_failed(step.error)}")
        if not page.workflows:
            click.echo("There are none.")
        elif page.more:
            click.echo("There are more; --first shows as many as it says.")

    _operate(settings, work)


@workflow.command()
@click.argument("id")
@with_settings("database")
def retry(*, id: str, settings: Settings) -> None:
    """Have a workflow that failed or was cancelled go on, with the step that failed."""

    async def work(operator: "Operator") -> None:
        await operator.retry(SYSTEM, id)
        click.echo(f"{id} goes on as soon as a server runs.")

    _operate(settings, work)


@workflow.command()
@click.argument("id")
@with_settings("database")
def cancel(*, id: str, settings: Settings) -> None:
    """Have a workflow end before its next step."""

    async def work(operator: "Operator") -> None:
        await operator.cancel(SYSTEM, id)
        click.echo(f"{id} is cancelled.")

    _operate(settings, work)


def _failed(error: str | None) -> str:
    return "" if error is None else f": {error}"


def _operate(settings: Settings, work: Callable[["Operator"], Awaitable[None]]) -> None:
    from relatum.workflows.operating import operating  # takes long to load

    async def run() -> None:
        async with operating(settings.database_url) as operator:
            await work(operator)

    asyncio.run(run())
