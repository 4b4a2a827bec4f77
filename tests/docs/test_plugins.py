"""What the pages on plugins say: the plugin of the page works, and the page on hooks is what the specifications say."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import relatum_base
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.plugins import Hooks, LoadedPlugin, Loading, Surroundings, hooks_of, settings_of
from relatum.session import context_for, open_database
from relatum_server import plugin_specs
from relatum_server.plugins.documenting import hooks_page
from relatum_server.plugins.mounting import offered_by
from tests.docs.pages import ROOT, blocks


def test_the_page_on_hooks_is_current() -> None:
    page = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    assert page == hooks_page(), "Renew it: relatum hooks > docs/hooks.md"


def test_every_hook_has_an_example_that_uses_it_and_is_named_on_the_page() -> None:
    hooks = {*hooks_of(plugin_specs)}
    found = {name for root in ("plugins", "examples") for name in implemented(ROOT / root)}
    assert hooks - found == set(), "No bundled or example plugin uses these."
    page = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    table = page.partition("## Which example uses what")[2].partition("\n## ")[0]
    assert {hook for hook in hooks if f"`{hook}`" not in table} == set()


def implemented(folder: Path) -> Iterator[str]:
    """The names of the hooks that plugins in a folder implement."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                marks = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
                if "hookimpl" in marks:
                    yield node.name


async def test_the_plugin_of_the_page_works(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("parcels_page")
    monkeypatch.setitem(sys.modules, "parcels_page", module)
    for block in blocks(ROOT / "docs" / "plugins.md"):
        if block.language == "python":
            exec(block.text, module.__dict__)
    plugin = LoadedPlugin(module.__dict__["plugin"], module)
    told: dict[str, dict[str, object]] = {"parcels": {"inlet_secret": "whsec_a"}}
    around = Surroundings(
        loading=Loading((plugin,)),
        hooks=Hooks([plugin], specs=[plugin_specs]),
        settings=settings_of([plugin], told),
    )
    ((name, (routes, inlets)),) = offered_by(around.hooks).items()
    assert (name, routes[0].path, inlets[0].name) == ("parcels", "/parcels", "delivered")
    catalogue = build_catalogue([relatum_base, module])
    url = f"sqlite:///{tmp_path}/page.db"
    async with open_database(url, catalogue, surroundings=around) as database:
        ctx = context_for(database.as_(SYSTEM), plugin="parcels", function="price_parcel")
        assert await ctx.port(module.__dict__["CARRIER"]).price(250) == 12
        assert ctx.settings.inlet_secret.get_secret_value() == "whsec_a"
