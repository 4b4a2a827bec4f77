"""A workflow that sleeps wakes up under whatever version of its plugin is in force then."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import ModuleType

from relatum import Context, Plugin, WorkflowContext, workflow
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import open_database
from relatum.session.starting import start_workflow
from relatum.workflows.operating import operating
from tests.core.workflows.conftest import at_work, ended, until
from tests.databases import CloneTemplate, prepared

said: list[str] = []


async def begin(ctx: Context, version: str) -> str:
    said.append(f"begun under {version}")
    return version


async def resume(ctx: Context, version: str) -> str:
    return version


async def finish(ctx: Context, begun: str, version: str) -> None:
    said.append(f"{begun} ended under {version}")


async def add(ctx: Context) -> None:
    said.append("and more")


def release(
    version: str, *, first: Callable[..., Awaitable[str]] = begin, more: bool = False
) -> ModuleType:
    """A plugin in one of its versions."""
    module = ModuleType("napping")

    @workflow()
    async def nap(ctx: WorkflowContext) -> None:
        begun = await ctx.step(first, version)
        await ctx.sleep(timedelta(seconds=0.5))
        await ctx.step(finish, begun, version)
        if more:
            await ctx.step(add)

    module.__dict__.update(nap=nap, plugin=Plugin("napping", version=version))
    return module


async def test_it_goes_on_under_the_next_version_or_fails_visibly(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    said.clear()
    old = release("1.0")
    catalogue = build_catalogue([old])
    url = await prepared(clone_template, dialect, catalogue)
    async with open_database(url, catalogue) as database, at_work(database, url):
        for _ in range(2):
            await start_workflow(database.as_(SYSTEM), old.nap, {})
        await until(lambda: len(said) == 2)

    said.clear()
    upgraded = build_catalogue([release("2.0", more=True)])
    async with open_database(url, upgraded) as database, operating(url) as operator:
        async with at_work(database, url):
            await ended(operator, "napping.nap", "DONE", count=2)
        assert sorted(said) == [
            "1.0 ended under 2.0",
            "1.0 ended under 2.0",
            "and more",
            "and more",
        ]

        async with at_work(database, url):
            await start_workflow(
                database.as_(SYSTEM), upgraded.workflows["napping.nap"].workflow, {}
            )
            await until(lambda: "begun under 2.0" in said)

    other = build_catalogue([release("3.0", first=resume)])
    async with (
        open_database(url, other) as database,
        operating(url) as operator,
        at_work(database, url),
    ):
        [failed] = await ended(operator, "napping.nap", "FAILED")
    assert failed.error is not None and "resume" in failed.error
    assert said[-1] == "begun under 2.0"


async def test_what_a_plugin_began_waits_while_it_is_out_of_force_and_goes_with_it(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    said.clear()
    there, gone = release("1.0"), ModuleType("working")
    catalogue = build_catalogue([there])
    url = await prepared(clone_template, dialect, catalogue)
    async with open_database(url, catalogue) as database, at_work(database, url):
        await start_workflow(database.as_(SYSTEM), there.nap, {})
        await until(lambda: said)

    gone.__dict__.update(other=workflow()(begin_otherwise), plugin=Plugin("working", version="1.0"))
    async with operating(url) as operator:
        other = build_catalogue([gone])
        async with open_database(url, other) as database, at_work(database, url):
            [stopped] = await ended(operator, "napping.nap", "FAILED")
        assert stopped.error == "napping.nap is not in force; it goes on when its plugin is again."
        async with open_database(url, catalogue) as database, at_work(database, url):
            await ended(operator, "napping.nap", "DONE")
        assert said == ["begun under 1.0", "1.0 ended under 1.0"]
        assert await operator.forget(SYSTEM, "nap") == 0
        assert await operator.forget(SYSTEM, "napping") == 1
        assert (await operator.workflows(SYSTEM)).workflows == []


async def begin_otherwise(ctx: WorkflowContext) -> None:
    """What another plugin does."""
