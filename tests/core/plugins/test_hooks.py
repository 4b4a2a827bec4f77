"""Hooks are called plugin by plugin: what fails is noted and the others go on; what is no hook is refused by name."""

import logging

import pytest

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.plugins import Hooks, LoadedPlugin, PluginHealth
from relatum.session import context_for, open_database
from relatum_schemas.errors import PluginError
from tests.core.catalogue.declaring import declare


def plugin(name: str, source: str) -> LoadedPlugin:
    module = declare(f"from pathlib import Path\n{source}", name=name)
    return LoadedPlugin(module.plugin, module)


def saying(name: str, gives: str) -> LoadedPlugin:
    return plugin(name, f"@hookimpl\ndef messages():\n    return {gives}\n")


def test_one_that_fails_takes_no_other_down(caplog: pytest.LogCaptureFixture) -> None:
    health = PluginHealth()
    plugins = [saying("well", "Path('a')"), saying("ill", "1 / 0"), saying("late", "Path('c')")]
    hooks = Hooks(plugins, health=health)
    assert [(name, str(path)) for name, path in hooks.given("messages")] == [
        ("well", "a"),
        ("late", "c"),
    ]
    assert [name for name, _ in hooks.given("messages", among={"late"})] == ["late"]
    assert health.unhealthy == ("ill",)
    (trouble,) = health.troubles("ill")
    assert (trouble.where, trouble.kind) == ("hook messages", "ZeroDivisionError")
    assert "The plugin 'ill' is not well: hook messages failed." in caplog.text


async def test_what_runs_with_a_context_is_noted_until_it_succeeds(tmp_path: object) -> None:
    moody = plugin(
        "moody",
        "mood = []\n@hookimpl\nasync def health(ctx):\n    assert ctx.plugin == 'moody'\n"
        "    if mood: raise Refused('moody', message='Not today.')",
    )
    health = PluginHealth()
    hooks = Hooks([moody], health=health)
    url, catalogue = f"sqlite:///{tmp_path}/a.db", build_catalogue([moody.module])
    async with open_database(url, catalogue) as database:
        ctx = context_for(database.as_(SYSTEM), plugin="moody", function="health")
        assert await hooks.run("health", "moody", ctx=ctx)
        moody.module.mood.append("bad")
        assert not await hooks.run("health", "moody", ctx=ctx)
        assert not await hooks.run("health", "moody", ctx=ctx)
        (trouble,) = health.troubles("moody")
        assert (trouble.kind, trouble.message, trouble.times) == ("REFUSED", "Not today.", 2)
        moody.module.mood.clear()
        assert await hooks.run("health", "moody", ctx=ctx)
        assert health.healthy("moody")
        assert await hooks.run("startup", "moody", ctx=ctx)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("@hookimpl\ndef mesages(): ...", "'odd' implements 'mesages'.*Did you mean 'messages'?"),
        ("@hookimpl\ndef xyz(): ...", "'xyz', which is no hook.*There are: demo_data"),
        ("@hookimpl\nasync def health(context): ...", "'odd' wants 'context'.*It gives: ctx"),
    ],
)
def test_what_is_no_hook_is_refused_by_name(source: str, said: str) -> None:
    with pytest.raises(PluginError, match=said):
        Hooks([plugin("odd", source)])


def test_calls_are_traced_where_that_is_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "relatum.hooks")
    list(Hooks([saying("quiet", "Path('a')")]).given("messages"))
    assert "messages" not in caplog.text
    list(Hooks([saying("told", "Path('a')")], trace=True).given("messages"))
    assert "messages" in caplog.text
    assert "finish messages -->" in caplog.text
