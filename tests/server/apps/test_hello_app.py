"""The example app is let in, is told of people and asks back."""

import importlib.util
import socket
from pathlib import Path
from types import ModuleType

from httpx2 import AsyncClient

from relatum.access import SYSTEM
from tests.server.apps.conftest import PATIENCE, Place
from tests.server.serving import running
from tests.server.shop import Person

FOLDER = Path(__file__).parents[3] / "examples" / "hello_app"


def hello_app() -> ModuleType:
    """The example's module, which is no package."""
    spec = importlib.util.spec_from_file_location("hello_app", FOLDER / "hello_app.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_example_shows_who_changed(place: Place) -> None:
    install = "mutation($manifest: String!) { installApp(manifest: $manifest) { result { token secret } } }"
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        manifest = (FOLDER / "manifest.toml").read_text()
        manifest = manifest.replace("http://127.0.0.1:8100", address)
        made = (await place.told(install, manifest=manifest))["installApp"]["result"]
        settings = {
            "RELATUM": str(place.client.base_url),
            "HELLO_TOKEN": made["token"],
            "HELLO_SECRET": made["secret"],
        }
        async with running(hello_app().application(settings), listening):
            await place.database.as_(SYSTEM).create(Person(name="Eve"))
            await place.state(
                "hello",
                lambda app: any(each["state"] == "delivered" for each in app["deliveries"]),
            )
            async with AsyncClient(base_url=address, timeout=PATIENCE) as client:
                assert (await client.get("/")).text == "Person.created: Eve"
                assert (await client.post("/hooks", content=b"{}")).status_code == 401
