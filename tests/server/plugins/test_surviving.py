"""A server starts whatever is wrong with plugins: those that cannot be used are left out, and it says so."""

import sys
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from httpx2 import AsyncClient

from relatum.migration import migrate
from relatum.plugins import catalogue_of, installed, load_plugins
from relatum_schemas.errors import BadSetting
from relatum_server import launching
from relatum_server.app import Application
from relatum_server.installation import plugins_in_force, sound_plugins
from relatum_server.launching import application
from relatum_server.plugins import living
from relatum_server.settings import Settings
from tests.databases import CloneTemplate
from tests.installing import install
from tests.server.cli.programs import called
from tests.server.serving import served

BLOCKED = [
    "all",
    "base",
    *(pytest.param(each, marks=pytest.mark.thorough) for each in installed() if each != "base"),
]
QUERY = {"query": "{ viewer { label } __schema { queryType { fields { name } } } }"}


@pytest.fixture(autouse=True)
def as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the logs of the test run alone; find plugins that a test installs, and forget them afterwards."""
    monkeypatch.setattr(launching, "configure_logs", lambda *_, **__: None)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("relatum_") and str(sys.modules[name].__file__).startswith(
            str(tmp_path)
        ):
            del sys.modules[name]


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(cast(Application, application(settings))) as client:
        yield client


async def of_all(url: str) -> None:
    await migrate(url, load_plugins(also=installed()))


async def migrated(tmp_path: Path, *only: str) -> str:
    url = f"sqlite:///{tmp_path}/a.db"
    await migrate(url, load_plugins(only=only))
    return url


async def roots(client: AsyncClient) -> set[str]:
    answer = (await client.post("/graphql", json=QUERY)).json()
    return {each["name"] for each in answer["data"]["__schema"]["queryType"]["fields"]}


async def ready(client: AsyncClient) -> Any:
    answer = await client.get("/readyz")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("blocked", BLOCKED)
async def test_each_plugin_can_be_left_out(clone_template: CloneTemplate, blocked: str) -> None:
    url = await clone_template("sqlite", "of all plugins that are installed", of_all)
    without = installed() if blocked == "all" else (blocked,)
    also = tuple(name for name in installed() if name not in without)
    settings = Settings(database=url, also=also, without=without)
    left = {each.name for each in sound_plugins(settings).plugins}
    assert left == {
        each.name
        for each in load_plugins(also=installed())
        if each.name not in without and not {*each.manifest.requires} & {*without}
    }
    async with serving(settings) as client:
        assert "viewer" in await roots(client)
        told = await ready(client)
        assert told["ready"] is True
        failing = set(told.get("plugins", {}))
        assert failing == {*installed()} - {*without} - left
    flags = [flag for each in without for flag in ("--without", each)]
    flags += [flag for each in also for flag in ("--also", each)]
    checked = await to_thread(called, "check", "--database", url, *flags)
    assert checked.exit_code == bool(failing), checked.output
    every = catalogue_of(load_plugins(also=installed())).types.values()
    kept = {each.plugin for each in every}
    assert ("Of plugins that are not loaded it has data" in checked.output) == bool(
        kept & {*without}
    )


async def test_one_that_cannot_be_used_is_told_and_the_others_serve(tmp_path: Path) -> None:
    url = await migrated(tmp_path, "base")
    install(tmp_path, "broken", "import nowhere")
    install(tmp_path, "leaning", "", manifest="requires=['broken']")
    clash = "@action(reading=True)\nasync def viewer(ctx: Context) -> str:\n    return 'me'"
    install(tmp_path, "clashing", clash)
    settings = Settings(database=url, without=("northwind",))
    async with serving(settings) as client:
        told = (await ready(client))["plugins"]
        assert {name: each["state"] for name, each in told.items()} == {
            "broken": "failed",
            "leaning": "failed",
            "clashing": "failed",
        }
        assert "ModuleNotFoundError: No module named 'nowhere'" in told["broken"]["message"]
        assert "'leaning' requires 'broken'" in told["leaning"]["message"]
        assert "Query.viewer in GraphQL would be" in told["clashing"]["message"]
        assert "viewer" in await roots(client)
        checked = await to_thread(called, "check", "--database", url, "--without", "northwind")
        assert checked.exit_code == 1
        for name in ("broken", "leaning", "clashing"):
            assert f"wrong  {name}" in checked.output
        assert "well   migrations" in checked.output
    strict = await to_thread(called, "migrate", "--database", url, "--without", "northwind")
    assert strict.exit_code == 1
    assert "'broken' cannot be imported" in strict.output


async def test_one_that_hangs_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "SECONDS_TO_START", 0.05)
    monkeypatch.setattr(living, "SECONDS_FOR_HEALTH", 0.05)
    hanging = "import asyncio\n"
    for hook in ("startup", "health"):
        hanging += f"@hookimpl\nasync def {hook}(ctx):\n    await asyncio.Event().wait()\n"
    install(tmp_path, "hanging", hanging)
    url = await migrated(tmp_path, "hanging")
    async with serving(Settings(database=url, only=("hanging",))) as client:
        problems = (await ready(client))["plugins"]["hanging"]["problems"]
        assert {each["where"]: each["code"] for each in problems} == {
            "hook health": "TimeoutError",
            "hook startup": "TimeoutError",
        }


async def test_what_fails_at_run_time_is_told_without_data(tmp_path: Path) -> None:
    moody = """
@hookimpl
async def startup(ctx):
    raise RuntimeError("the secret of the carrier is xyzzy")

@hookimpl
async def health(ctx):
    raise Refused("carrier_away", message="The carrier is away.")
"""
    install(tmp_path, "moody", moody)
    url = await migrated(tmp_path, "base", "moody")
    async with serving(Settings(database=url, only=("moody",))) as client:
        (told,) = (await ready(client))["plugins"].values()
        assert told["state"] == "unhealthy"
        assert [(each["where"], each["code"]) for each in told["problems"]] == [
            ("hook health", "REFUSED"),
            ("hook startup", "RuntimeError"),
        ]
        assert "xyzzy" not in str(told)


def test_what_plugins_are_told_is_judged(tmp_path: Path) -> None:
    needing = (
        "from pydantic import BaseModel, SecretStr\n"
        "class Needs(BaseModel):\n    key: SecretStr\n    url: str = 'a'\n"
    )
    install(tmp_path, "needing", needing, manifest="settings=Needs")
    settings = Settings(only=("needing",))
    (failed,) = sound_plugins(settings).surroundings.loading.failed
    assert str(failed.error) == "plugins.needing.key: Field required."
    with pytest.raises(BadSetting, match=r"plugins\.needing\.key"):
        plugins_in_force(settings)
    told = settings.model_copy(update={"plugins": {"needing": {"key": "s3cret"}}})
    assert "s3cret" not in repr(sound_plugins(told).surroundings.settings)
    with pytest.raises(BadSetting, match="Did you mean 'needing'"):
        sound_plugins(Settings(plugins={"neding": {}}))
