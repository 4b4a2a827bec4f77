"""Ports: what fills them is found by whoever asks, with its own settings; what does not fit is told by both names."""

from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.plugins import Surroundings
from relatum.session import context_for, open_database
from relatum_schemas.errors import BadSetting, PluginError, Problems
from tests.core.catalogue.declaring import declare

SHIPPING = declare(
    """
from typing import Protocol

class Carrier(Protocol):
    async def rate(self, weight: int) -> str: ...

CARRIER = Port("carrier", Carrier, version=2)
TRACKER = Port("tracker", Carrier, version=1, several=True)
""",
    name="shipping",
)


def filler(name: str, body: str) -> ModuleType:
    source = f"""
import shipping

class Mine:
    def __init__(self, ctx):
        self.ctx = ctx

    async def rate(self, weight):
        return f"{{self.ctx.plugin}} takes {{weight}} for {{self.ctx.settings.price}}"

class Lacking:
    def __init__(self, ctx): ...

class Deaf:
    def __init__(self, ctx): ...
    async def rate(self): ...

{body}
"""
    return declare(source, name=name, requires=("shipping",))


class Prices(BaseModel):
    price: int


async def test_a_port_is_asked_and_what_fills_it_has_its_own_settings(tmp_path: Any) -> None:
    post = filler("post", "filling = Filling(shipping.CARRIER, Mine, version=2)")
    idle = filler("idle", "filling = Filling('railway.carrier', Mine)")
    catalogue = build_catalogue([SHIPPING, post, idle])
    surroundings = Surroundings(settings={"post": Prices(price=7)})
    url = f"sqlite:///{tmp_path}/a.db"
    async with open_database(url, catalogue, surroundings=surroundings) as database:
        ctx = context_for(database.as_(SYSTEM), plugin="shipping", function="ship")
        assert await ctx.port(SHIPPING.CARRIER).rate(3) == "post takes 3 for 7"
        assert ctx.ports(SHIPPING.TRACKER) == {}
        with pytest.raises(PluginError, match=r"No plugin fills the port 'shipping\.tracker'"):
            ctx.port(SHIPPING.TRACKER)
        with pytest.raises(BadSetting, match="'shipping' has no settings"):
            _ = ctx.settings


async def test_of_several_that_fill_a_port_none_is_picked_silently(tmp_path: Any) -> None:
    both = [
        filler(name, "filling = Filling(shipping.TRACKER, Mine)") for name in ("post", "courier")
    ]
    url = f"sqlite:///{tmp_path}/a.db"
    async with open_database(url, build_catalogue([SHIPPING, *both])) as database:
        ctx = context_for(database.as_(SYSTEM), plugin="shipping", function="ship")
        assert list(ctx.ports(SHIPPING.TRACKER)) == ["post", "courier"]
        with pytest.raises(PluginError, match="filled by several plugins: post, courier"):
            ctx.port(SHIPPING.TRACKER)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "filling = Filling(shipping.CARRIER, Mine)",
            "written for version 1; 'shipping' publishes version 2",
        ),
        ("filling = Filling(shipping.TRACKER, Lacking)", "has no method 'rate'"),
        ("filling = Filling(shipping.TRACKER, Deaf)", "does not take 'weight'"),
        (
            "a = Filling(shipping.CARRIER, Mine, 2); b = Filling('shipping.carrier', Mine, 2)",
            "'post' fills this port, too",
        ),
    ],
)
def test_what_does_not_fit_is_told(body: str, message: str) -> None:
    with pytest.raises(Problems, match=r"Filling.'shipping") as caught:
        build_catalogue([SHIPPING, filler("post", body)])
    assert message in str(caught.value)


def test_an_action_is_of_the_plugin_that_defines_it() -> None:
    """What a plugin imports from another it does not declare; that two declare one is told by both names."""
    lending = declare("@action()\nasync def lend(ctx: Context) -> None: ...", name="lending")
    friend = declare("from lending import lend", name="friend", requires=("lending",))
    assert build_catalogue([lending, friend]).owners == {"lend": "lending"}
    rival = declare("@action()\nasync def lend(ctx: Context) -> None: ...", name="rival")
    with pytest.raises(Problems, match=r"rival\.lend: The plugin 'lending' declares an action"):
        build_catalogue([lending, rival])
